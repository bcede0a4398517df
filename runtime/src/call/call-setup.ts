/** Turns what a user said about a call into a call with everything settled. */

import { RpcError } from "../error/rpc-error.js";
import type { Method } from "../method/method.js";
import { Metadata } from "./metadata.js";
import type { CallOptions, OutgoingCall } from "./outgoing-call.js";

/** Fills the gaps: the options' timeout, else the method's own, else the channel's; invalid values throw. */
export function settleCall<In, Out>(
  method: Method<In, Out>,
  request: In | undefined,
  requests: AsyncIterable<In> | Iterable<In> | undefined,
  options: CallOptions | undefined,
  defaultTimeoutMs: number,
  now: number,
): OutgoingCall<In, Out> {
  const timeoutMs = options?.timeoutMs ?? method.info.timeoutMs ?? defaultTimeoutMs;
  if (typeof timeoutMs !== "number" || !(timeoutMs >= 0)) {
    const text = `timeoutMs must be a number from 0 on, not ${typeof timeoutMs} ${String(timeoutMs)}`;
    throw new RpcError("invalid-argument", text, { method: method.path });
  }
  return {
    method,
    request,
    requests,
    deadlineAt: timeoutMs === Infinity ? Infinity : now + timeoutMs,
    signal: options?.signal,
    metadata: options?.metadata === undefined ? undefined : Metadata.from(options.metadata),
    onMetadata: options?.onMetadata,
    said: options,
  };
}
