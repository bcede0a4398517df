/** What users say when they open a channel, and what they get. */

import type { BalancerName } from "../balance/balancer-by-name.js";
import type { Balancer } from "../balance/picker.js";
import type { BackoffOptions } from "../backoff.js";
import type { ChannelOptions } from "../call/channel.js";
import type { Instrument } from "../call/instrument.js";
import type { MessageCodec } from "../call/message-codec.js";
import type { Channel } from "../call/outgoing-call.js";
import type { RpcError } from "../error/rpc-error.js";
import type { Counters, Observer } from "../events.js";
import type { LimitOptions } from "../limits.js";
import type { EndpointInit } from "../registry/endpoint.js";
import type { OpenOptions } from "../registry/open-registry.js";
import type { Resolver } from "../registry/registry.js";
import type { KeepaliveOptions } from "../session/keepalive.js";
import type { ClientTls } from "../tls/tls-settings.js";
import type { Network } from "../transport/network.js";
import type { FleetOptions } from "./fleet/fleet-options.js";
import type { MemberView } from "./member-view.js";
import type { PolicyOptions } from "./policy-gate.js";

/**
 * Where a channel leads: the address of one server, of several, or of a registry with the service that it is asked for, for
 * instance `etcd://127.0.0.1:2379/shop.orders.v1.Orders`; or a resolver, which the channel closes when it is closed itself.
 */
export type ConnectTarget =
  string | readonly (string | EndpointInit)[] | { readonly resolver: Resolver; readonly service: string };

export interface ConnectOptions extends ChannelOptions, FleetOptions, PolicyOptions {
  readonly limits?: LimitOptions | undefined;
  /** Finds servers that are gone; after 20 s of silence with calls open where left out, false for never. */
  readonly keepalive?: KeepaliveOptions | false | undefined;
  readonly backoff?: Partial<BackoffOptions> | undefined;
  /**
   * Fails calls at once while no server can be reached, with the reason of the last attempt, instead of at their deadlines. Only the
   * first attempt is waited for, and one after ten seconds without a call; others are made in the background.
   */
  readonly failFast?: boolean | undefined;
  /** How long `close` lets running calls go on; 10 s where left out. */
  readonly closeGraceMs?: number | undefined;
  readonly observe?: Observer | undefined;
  /** Metrics, traces and logs: what looks at calls from outside, for instance from `@rpcgen/runtime/observe`. */
  readonly instruments?: readonly Instrument[] | undefined;
  /** What messages travel in; Protobuf where left out. `jsonCodec` is the other one. */
  readonly codec?: MessageCodec | undefined;
  /** For `rpcs://`: whom to trust, and what to show. Left out, the authorities that Node knows are trusted. */
  readonly tls?: ClientTls | undefined;
  /** What carries `rpc://` addresses instead of the machine's network, for tests; its clock is the channel's where `clock` is left out. */
  readonly network?: Network | undefined;
  /**
   * How the server of a call is chosen: a balancer of `@rpcgen/runtime/balance` or of one's own, or the name of one that needs no
   * options. `p2c` where left out.
   */
  readonly balance?: Balancer | BalancerName | undefined;
  /** Where this client stands: servers of the same zone come first. */
  readonly zone?: string | undefined;
  /** For addresses of registries: how their answers are guarded and remembered, and adapters of one's own. */
  readonly registry?: OpenOptions | undefined;
}

/** A channel that owns its connections. */
export interface ClientChannel extends Channel, AsyncDisposable {
  /** Where it leads, as errors call it. */
  readonly address: string;
  readonly counters: Readonly<Counters>;
  /** Its servers as they are at this moment; empty until they are known. */
  members(): readonly MemberView[];
  /** Lets running calls finish, then closes; with a reason, fails them with it at once. Always ends. */
  close(reason?: RpcError): Promise<void>;
}
