/** Errors of calls that never left: nobody has looked at them, and whatever they do, they may be made again. */

import { RpcError } from "../error/rpc-error.js";
import type { StatusCode } from "../error/status.js";

/** What a call waits for in vain, and why: a sentence that goes on with `until`, for instance "until the deadline". */
export type Lack = (until: string) => string;

export function unsent(call: { readonly path: string }, code: StatusCode, text: string, cause?: unknown): RpcError {
  return new RpcError(code, text, { method: call.path, cause, neverProcessed: true });
}

/** What becomes of calls of a channel that is closed; it does not open again. */
export function closedError(call: { readonly path: string }, channel: string): RpcError {
  const facts = { method: call.path, neverProcessed: true, retryAfterMs: Infinity };
  return new RpcError("unavailable", `${channel}: the channel was closed`, facts);
}
