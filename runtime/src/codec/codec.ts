/** How values become bytes and come back: the shape that every generated codec has. */

import type { MessageReader } from "../bytes/message-reader.js";
import type { MessageWriter } from "../bytes/message-writer.js";
import type { RpcErrorFacts } from "../error/rpc-error.js";
import type { StatusCode } from "../error/status.js";

/**
 * Writes `value` from `position` on and returns the position behind it.
 * Positions are passed and returned, not kept in the writer, so that they stay in registers.
 */
export type Encode<In> = (writer: MessageWriter, value: In, position: number) => number;

/** Reads the message that starts at `reader.position` and ends at `end`; merges into `into` where it is given. */
export type Decode<Out> = (reader: MessageReader, end: number) => Out;

/** One kind of message: `Out` is what decoding gives, `In` what encoding accepts (implicit fields may be left out). */
export interface BinaryCodec<Out, In = Out> {
  /** Full name in the IDL. */
  readonly name: string;
  readonly encode: Encode<In>;
  readonly decode: Decode<Out>;
}

/** A declared error as clients read it: how to raise it again. */
export interface ErrorDecoder {
  readonly name: string;
  readonly decode: (
    reader: MessageReader,
    end: number,
    message: string,
    facts: RpcErrorFacts & { readonly code?: StatusCode | undefined },
  ) => Error;
}

/** A declared error on the wire, in both directions. */
export interface ErrorCodec extends ErrorDecoder {
  /** Encodes the detail of an error of this type; the caller has compared the type's name. */
  readonly encode: (writer: MessageWriter, error: { readonly detail: unknown }, position: number) => number;
}
