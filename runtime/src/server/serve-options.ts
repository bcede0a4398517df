/** What users say when they serve, and what they get. */

import type { Instrument } from "../call/instrument.js";
import type { CodecName } from "../call/message-codec.js";
import type { Mount, ServerInterceptor } from "../call/server-call.js";
import type { Clock } from "../clock.js";
import type { TypeRegistry } from "../codec/json/json-codec.js";
import type { Counters, Observer } from "../events.js";
import type { LimitOptions } from "../limits.js";
import type { KeepaliveOptions } from "../session/keepalive.js";
import type { ServerTls } from "../tls/tls-settings.js";
import type { CloseOptions } from "./close-options.js";
import type { Health } from "./health.js";
import type { HealthOptions } from "./health-keeper.js";
import type { PlaceOptions } from "./open-listener.js";
import type { ServerPolicyOptions } from "./policy-guard.js";
import type { RegisterOptions } from "./registry-entries.js";

export interface ServeOptions extends PlaceOptions, ServerPolicyOptions {
  readonly services: readonly Mount[];
  /** False lets requests through that break the rules of their `.rpc` file (`@min`, `@pattern`, …), which are refused else. */
  readonly validate?: boolean | undefined;
  /** Stand between the wire and the handlers, the first one outermost. */
  readonly interceptors?: readonly ServerInterceptor[] | undefined;
  /** Metrics, traces and logs: what looks at calls from outside, for instance from `@rpcgen/runtime/observe`. */
  readonly instruments?: readonly Instrument[] | undefined;
  readonly limits?: LimitOptions | undefined;
  /** Finds clients that are gone; every 2 hours where left out, false for never. */
  readonly keepalive?: KeepaliveOptions | false | undefined;
  /** Sends clients the text of errors that are no RpcErrors, rather than "the handler failed". For development. */
  readonly exposeErrors?: boolean | undefined;
  /** Called with what handlers threw that is no RpcError, and the method's path; prints it to stderr where left out. */
  readonly onError?: ((thrown: unknown, method: string) => void) | undefined;
  /**
   * The health service `grpc.health.v1.Health` and the load reports are part of every server; false leaves both away.
   * Interceptors do not see their calls.
   */
  readonly health?: HealthOptions | false | undefined;
  /**
   * Enters every mounted service into a registry under its full name, once the server listens, and takes it out first when it
   * closes. A registry that cannot be reached keeps no server from starting: it is tried again, and `observe` is told.
   */
  readonly register?: RegisterOptions | undefined;
  /**
   * How long a server that closes goes on as usual after it has said that it is about to leave, so that clients that watch its
   * health or a registry turn away before it takes no more calls; 0 where left out.
   */
  readonly unreadyMs?: number | undefined;
  /** True closes the server at SIGTERM and SIGINT, as `drainOnSignals` does. */
  readonly signals?: boolean | undefined;
  /** Tells whoever asks which services and methods there are, so that `rpcgen call` needs no `.rpc` files. */
  readonly reflection?: boolean | undefined;
  readonly observe?: Observer | undefined;
  readonly clock?: Clock | undefined;
  /** The codecs that clients may choose from; all where left out. */
  readonly codecs?: readonly CodecName[] | undefined;
  /** The messages that a `google.protobuf.Any` may hold, for clients that speak JSON. */
  readonly registry?: TypeRegistry | undefined;
}

export interface Server extends AsyncDisposable {
  /**
   * An address that `connect` takes: of the server's own port, or else of the HTTP server that it is mounted in, which is empty
   * until that listens.
   */
  readonly address: string;
  readonly counters: Readonly<Counters>;
  /** What clients are told of how the services are doing; while the server closes they are told `NOT_SERVING`. */
  readonly health: Health;
  /**
   * Uses other certificates, or reads their files again, for connections to come; those that are open go on. Rejects with
   * `invalid-argument`, and keeps the old ones, where the new ones are of no use.
   */
  reloadTls(tls?: ServerTls): Promise<void>;
  /**
   * Says that it does not serve any more, leaves its registry, takes no more connections and calls, lets running calls finish,
   * then closes. Always ends, and never rejects.
   * Called again with a shorter `graceMs`, it hurries: `close({ graceMs: 0 })` is for the second Ctrl-C.
   */
  close(options?: CloseOptions): Promise<void>;
}
