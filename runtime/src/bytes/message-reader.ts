/** What decoders read with, whichever class does the reading: one that is fast in Node, or one that is small in browsers. */

import type { Reader } from "./reader.js";

/** Takes the fields of a message out of received bytes. */
export type MessageReader = Pick<Reader, Exclude<keyof Reader, "reset" | "release" | "buffer" | "end">> &
  Readonly<Pick<Reader, "buffer" | "end">>;
