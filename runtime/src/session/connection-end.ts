/** How a connection ended, and what that means for its calls. */

import { RpcError } from "../error/rpc-error.js";
import type { StatusCode } from "../error/status.js";
import type { CloseCode } from "../frame/frame-error.js";

/** How a connection ended. */
export interface ConnectionEnd {
  readonly code: CloseCode;
  /** For people: what happened, without the address. */
  readonly reason: string;
  readonly cause: Error | undefined;
  /** The highest stream that the peer says to have looked at; undefined where it did not say. */
  readonly lastStream?: number | undefined;
}

/** What calls fail with that ran on the connection, or wait for one. */
export function statusOfEnd({ code, cause }: ConnectionEnd): StatusCode {
  if (code === "version" || code === "codec") return "failed-precondition";
  if (code === "certificate") return "unauthenticated";
  // A transport may know better, for instance that the other side does not accept a certificate.
  return RpcError.is(cause) ? cause.code : "unavailable";
}
