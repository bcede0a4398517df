/** What a generated `OrderCodec` is: a message's binary and JSON codecs under one name. */

import type { BinaryCodec } from "./codec.js";
import type { JsonCodec } from "./json/json-codec.js";

export interface Codec<Out, In = Out> extends BinaryCodec<Out, In>, JsonCodec<Out, In> {}
