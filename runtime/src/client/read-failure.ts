/** Makes the error that a call fails with of what the server has sent in its place. */

import type { Reader } from "../bytes/reader.js";
import { plainText } from "../error/plain-text.js";
import { RpcError } from "../error/rpc-error.js";
import { statusFromNumber } from "../error/status.js";
import { decodeFailure } from "../frame/control.js";
import type { AnyCall } from "./any-call.js";

/** Reads the Failure that the reader stands at, which goes on to its end: as the error that the method declares, where it is one. */
export function readFailure(reader: Reader, { path, info }: AnyCall, peer: string): RpcError {
  const { buffer, end } = reader;
  const failure = decodeFailure(reader, end);
  const code = statusFromNumber(failure.status);
  const message = plainText(failure.message);
  const { neverProcessed, retryAfterMs, typeName, detailStart, detailEnd } = failure;
  const facts = { method: path, peer, neverProcessed, retryAfterMs };
  const declared = typeName === "" ? undefined : info.throws.find((codec) => codec.name === typeName);
  if (declared === undefined) {
    return new RpcError(code, message, { ...facts, typeName: typeName === "" ? undefined : plainText(typeName) });
  }
  try {
    reader.reset(buffer, detailStart, detailEnd);
    const error: unknown = declared.decode(reader, detailEnd, message, { ...facts, code });
    return RpcError.is(error) ? error : new RpcError("internal", message, facts);
  } catch (cause) {
    return new RpcError(code, `the detail of ${declared.name} cannot be read: ${message}`, { ...facts, cause });
  }
}
