/** What looks at calls from outside: metrics, traces and logs hang on channels and servers by this, and by nothing else. */

import type { Clock } from "../clock.js";
import type { RpcError } from "../error/rpc-error.js";
import type { StatusCode } from "../error/status.js";
import type { Counters, Observer } from "../events.js";
import type { Limits } from "../limits.js";
import type { ServiceInfo } from "../method/method.js";
import type { Interceptor } from "./outgoing-call.js";
import type { Peer, ServerCall, ServerInterceptor } from "./server-call.js";

/**
 * Given to `connect` and `serve` as one of `instruments`, and asked once for each channel and server. Without any, nothing of this is
 * on the way of a call.
 */
export interface Instrument {
  channel?(channel: WatchedChannel): ChannelTaps | undefined;
  server?(server: WatchedServer): ServerTaps | undefined;
}

/** A channel as instruments know it. */
export interface WatchedChannel {
  /** Where it leads, as errors call it. */
  readonly address: string;
  readonly clock: Clock;
  readonly limits: Limits;
  readonly counters: Readonly<Counters>;
  /** Its servers as they are at this moment. */
  members(): readonly WatchedMember[];
}

/** One server of a channel. */
export interface WatchedMember {
  readonly address: string;
  /** Why it gets no new calls; undefined where it does. */
  readonly obstacle: string | undefined;
  readonly inFlight: number;
  /** Moving average of how long its answers took; 0 where nothing was measured. */
  readonly latencyMs: number;
}

/** Where an instrument wants to stand in a channel. */
export interface ChannelTaps {
  /** Outermost: sees each call once, as its caller does. */
  readonly call?: Interceptor | undefined;
  /** Innermost: sees each attempt that policies make, with the codec that its messages travel in. */
  readonly attempt?: Interceptor | undefined;
  readonly observe?: Observer | undefined;
  /** The channel is closed. */
  closed?(): void;
}

/** A server as instruments know it. */
export interface WatchedServer {
  /** Those that are mounted, without the built-in ones, whose calls are not told. */
  readonly services: readonly ServiceInfo[];
  readonly clock: Clock;
  readonly counters: Readonly<Counters>;
}

/** Where an instrument wants to stand in a server. */
export interface ServerTaps {
  /** At the wire: sees every call as its client does. */
  readonly calls?: CallTap | undefined;
  /** In front of all other interceptors. */
  readonly interceptor?: ServerInterceptor | undefined;
  readonly observe?: Observer | undefined;
  /** The server is closed. */
  closed?(): void;
}

/** A call that got no further than the door. */
export interface TurnedAway {
  /** `/package.Service/Method`; undefined where the server has no such method. */
  readonly path: string | undefined;
  readonly peer: Peer;
  readonly code: StatusCode;
  readonly message: string;
}

/** Watches the calls of a server. What its functions throw is swallowed. */
export interface CallTap {
  /** A call is about to be read and handled. Undefined where nobody wants to know more of it. */
  began(call: ServerCall): CallRecord | undefined;
  /** A call is answered before anything of it was read. */
  turnedAway?(call: TurnedAway): void;
}

/** Follows one call of a server. What its functions throw is swallowed. */
export interface CallRecord {
  /** A message came, of so many bytes. */
  received?(bytes: number): void;
  /** A message is sent. */
  sent?(bytes: number): void;
  /** Told once: the client has its answer, an error (which may be known by its code alone), or nobody waits any more. */
  over(code: StatusCode | undefined, error: Pick<RpcError, "message"> | undefined): void;
}
