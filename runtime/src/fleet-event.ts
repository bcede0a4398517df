/** What happens in a channel over many servers: lists that come, members that come and go, and those that are passed over. */

import type { RpcError } from "./error/rpc-error.js";

/** `service` is what the channel was opened for, as its errors call it; `address` names the server. */
export type FleetEvent = { readonly service: string } & (
  | { readonly kind: "resolved"; readonly servers: number }
  /** The list as it was goes on. An empty list in place of one that had servers is told like this, too. */
  | { readonly kind: "resolve-failed"; readonly error: RpcError }
  | { readonly kind: "member-added"; readonly address: string }
  /** It gets no new calls; those that run go on. */
  | { readonly kind: "member-removed"; readonly address: string }
  /** Too many of its calls failed: it gets none for `forMs`. */
  | { readonly kind: "ejected"; readonly address: string; readonly reason: string; readonly forMs: number }
  | { readonly kind: "unejected"; readonly address: string }
  | { readonly kind: "breaker-opened"; readonly address: string; readonly forMs: number }
  | { readonly kind: "breaker-closed"; readonly address: string }
  /** So many of the connected servers are ejected that the judgement is not believed: all of them get calls, until `isOn` is false. */
  | { readonly kind: "panic"; readonly isOn: boolean; readonly eligible: number; readonly connected: number }
);
