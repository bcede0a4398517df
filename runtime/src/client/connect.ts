/** Opens channels by address. */

import { CallerChannel, type ChannelOptions } from "../call/channel.js";
import { inCodec, type MessageCodec } from "../call/message-codec.js";
import type { Channel } from "../call/outgoing-call.js";
import { systemClock, type Clock } from "../clock.js";
import { RpcError } from "../error/rpc-error.js";
import { tell, type Counters, type Observer } from "../events.js";
import { resolveLimits, type LimitOptions, type Limits } from "../limits.js";
import { resolveKeepalive, type KeepaliveOptions } from "../session/keepalive.js";
import { turnAway } from "../session/turn-away.js";
import { parseAddress, type Address } from "../address.js";
import { openMemory } from "../transport/memory.js";
import type { Network } from "../transport/network.js";
import { openSocket } from "../transport/socket.js";
import type { TlsClient } from "../transport/tls-client.js";
import type { ClientTls } from "../tls/tls-settings.js";
import type { Transport } from "../transport/transport.js";
import { Backoff, defaultBackoff, type BackoffOptions } from "../backoff.js";
import { Dialer } from "./dialer.js";
import { PolicyGate, type PolicyOptions } from "./policy-gate.js";

export interface ConnectOptions extends ChannelOptions, PolicyOptions {
  readonly limits?: LimitOptions | undefined;
  /** Finds servers that are gone; after 20 s of silence with calls open where left out, false for never. */
  readonly keepalive?: KeepaliveOptions | false | undefined;
  readonly backoff?: Partial<BackoffOptions> | undefined;
  /** Fails calls at once while the server cannot be reached, instead of at their deadlines. */
  readonly failFast?: boolean | undefined;
  /** How long `close` lets running calls go on; 10 s where left out. */
  readonly closeGraceMs?: number | undefined;
  readonly observe?: Observer | undefined;
  /** What messages travel in; Protobuf where left out. `jsonCodec` is the other one. */
  readonly codec?: MessageCodec | undefined;
  /** For `rpcs://`: whom to trust, and what to show. Left out, the authorities that Node knows are trusted. */
  readonly tls?: ClientTls | undefined;
  /** What carries `rpc://` addresses instead of the machine's network, for tests; its clock is the channel's where `clock` is left out. */
  readonly network?: Network | undefined;
}

/** A channel that owns its connection. */
export interface ClientChannel extends Channel, AsyncDisposable {
  readonly address: string;
  readonly counters: Readonly<Counters>;
  /** Lets running calls finish, then closes; with a reason, fails them with it at once. Always ends. */
  close(reason?: RpcError): Promise<void>;
}

const defaultKeepalive: KeepaliveOptions = { intervalMs: 20_000, timeoutMs: 10_000 };

class DialledChannel extends CallerChannel implements ClientChannel {
  readonly address: string;
  private readonly dialer: Dialer;
  private readonly gate: PolicyGate;

  constructor(address: string, dialer: Dialer, gate: PolicyGate, options: ConnectOptions) {
    super(gate, options);
    this.address = address;
    this.dialer = dialer;
    this.gate = gate;
  }

  get counters(): Readonly<Counters> {
    return this.dialer.counters;
  }

  close(reason?: RpcError): Promise<void> {
    return this.gate.close(reason);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/**
 * A channel to `rpc://host:port`, `rpcs://host:port`, `unix:/path` or `memory:name`. Returns at once; connects with the first call, and
 * again whenever that is needed. Throws an RpcError for an address or options that make no sense.
 */
export function connect(address: string, options: ConnectOptions = {}): ClientChannel {
  const target = parseAddress(address);
  const { network } = options;
  const clock = options.clock ?? network?.clock ?? systemClock;
  const limits = resolveLimits(options.limits);
  const dialer = new Dialer({
    address,
    clock,
    limits,
    open: opener(target, clock, limits, options),
    keepalive: resolveKeepalive(options.keepalive, defaultKeepalive),
    backoff: new Backoff({ ...defaultBackoff, ...options.backoff }, network?.random ?? Math.random),
    failFast: options.failFast === true,
    closeGraceMs: options.closeGraceMs ?? 10_000,
    observe: options.observe,
    codec: options.codec?.name ?? "protobuf",
  });
  const caller = options.codec === undefined ? dialer : inCodec(dialer, options.codec);
  const random = network?.random ?? Math.random;
  const gate = new PolicyGate(caller, { ...options, observe: options.observe, clock, random });
  return new DialledChannel(address, dialer, gate, { ...options, clock });
}

type Open = (signal: AbortSignal) => Promise<Transport>;

function opener(target: Address, clock: Clock, limits: Limits, { tls, network, observe }: ConnectOptions): Open {
  if (network !== undefined) return networkOpener(target, network, clock, limits);
  if (target.kind === "tls") return tlsOpener(target, clock, limits, tls ?? {}, observe);
  // Whoever gives certificates does not mean to go without.
  if (tls !== undefined)
    throw new RpcError("invalid-argument", "the option tls wants an address that starts with rpcs://");
  if (target.kind === "memory") return async () => openMemory(target.name, clock);
  return (signal) => openSocket(target, clock, limits.connectTimeoutMs, signal);
}

function networkOpener(target: Address, network: Network, clock: Clock, { connectTimeoutMs }: Limits): Open {
  if (target.kind !== "tcp") {
    throw new RpcError("invalid-argument", "the option network wants an address that starts with rpc://");
  }
  const { host, port } = target;
  return (signal) => network.open({ host, port }, { clock, timeoutMs: connectTimeoutMs, signal });
}

function tlsOpener(
  place: { readonly host: string; readonly port: number },
  clock: Clock,
  limits: Limits,
  tls: ClientTls,
  observe: Observer | undefined,
): Open {
  const refuse = (transport: Transport, why: string): void =>
    turnAway(transport, "certificate", why, clock, limits.lingerMs);
  let client: TlsClient | undefined;
  return async (signal) => {
    // Loaded with the first connection: who speaks no TLS does not pay for it.
    const { TlsClient } = await import("../transport/tls-client.js");
    client ??= new TlsClient(place, tls, { clock, limits, refuse, tell: (event) => tell(observe, event) });
    return client.open(signal);
  };
}
