/** How transports come about: the interface through which a client or a server can be given another network than the machine's. */

import type { Clock } from "../clock.js";
import type { Listener, ListenerSink, Transport } from "./transport.js";

/** A host and a port. */
export interface NetworkPlace {
  readonly host: string;
  readonly port: number;
}

/** How somebody wants a transport opened. */
export interface NetworkOpening {
  readonly clock: Clock;
  /** Afterwards the attempt has failed. */
  readonly timeoutMs: number;
  /** Aborts where the transport is not wanted any more. */
  readonly signal: AbortSignal | undefined;
}

/**
 * A network as one host sees it. Given to `connect` and `serve` as the option `network`, it carries what `rpc://` addresses name.
 * `@rpcgen/runtime/testing` has one that lives in memory and makes faults.
 */
export interface Network {
  /** The clock of whoever lives on this network and names no other. */
  readonly clock?: Clock | undefined;
  /** From 0 to below 1; takes the place of `Math.random` for whoever lives on this network. */
  readonly random?: (() => number) | undefined;
  /** Opens a transport; rejects with an `unavailable` RpcError that says why it could not be. */
  open(place: NetworkPlace, opening: NetworkOpening): Promise<Transport>;
  /**
   * Listens at a port of this host; port 0 lets the network choose. `host` is undefined where the user named none. Rejects with an
   * `unavailable` RpcError where the place is taken.
   */
  listen(place: { readonly host: string | undefined; readonly port: number }, sink: ListenerSink): Promise<Listener>;
}
