/** Opens channels: to one server by its address, or to many. */

import { parseAddress } from "../address.js";
import { Backoff, defaultBackoff } from "../backoff.js";
import { CallerChannel } from "../call/channel.js";
import { inCodec } from "../call/message-codec.js";
import type { Caller } from "../call/outgoing-call.js";
import { systemClock, type Clock } from "../clock.js";
import { RpcError } from "../error/rpc-error.js";
import { createCounters, type Counters } from "../events.js";
import { resolveLimits } from "../limits.js";
import { resolveKeepalive, type KeepaliveOptions } from "../session/keepalive.js";
import type { ClientChannel, ConnectOptions, ConnectTarget } from "./connect-options.js";
import { Dialer } from "./dialer.js";
import type { FleetCaller } from "./fleet/fleet-caller.js";
import { resolveFleetOptions, type FleetOptions } from "./fleet/fleet-options.js";
import type { LinkSettings } from "./link.js";
import { LoadingCaller } from "./loading-caller.js";
import type { MemberView } from "./member-view.js";
import { openerFor } from "./opener.js";
import { PolicyGate } from "./policy-gate.js";

const defaultKeepalive: KeepaliveOptions = { intervalMs: 20_000, timeoutMs: 10_000 };

/** Options with the clock that they amount to. */
type Clocked = ConnectOptions & { readonly clock: Clock };

class DialledChannel extends CallerChannel implements ClientChannel {
  readonly address: string;
  readonly counters: Readonly<Counters>;
  readonly members: () => readonly MemberView[];
  private readonly gate: PolicyGate;

  constructor(
    address: string,
    dialer: Caller,
    counters: Counters,
    members: () => readonly MemberView[],
    options: Clocked,
  ) {
    const caller = options.codec === undefined ? dialer : inCodec(dialer, options.codec);
    const random = options.network?.random ?? Math.random;
    const gate = new PolicyGate(caller, { ...options, observe: options.observe, random });
    super(gate, options);
    this.address = address;
    this.counters = counters;
    this.members = members;
    this.gate = gate;
  }

  close(reason?: RpcError): Promise<void> {
    return this.gate.close(reason);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/**
 * A channel to `rpc://host:port`, `rpcs://host:port`, `unix:/path` or `memory:name`, to a list of such addresses, or to the servers of a
 * service that a resolver finds. Returns at once; connects with the first call, and again whenever that is needed.
 * Throws an RpcError for addresses or options that make no sense.
 */
export function connect(target: ConnectTarget, options: ConnectOptions = {}): ClientChannel {
  const clock = options.clock ?? options.network?.clock ?? systemClock;
  const limits = resolveLimits(options.limits);
  const settings: LinkSettings = {
    clock,
    limits,
    keepalive: resolveKeepalive(options.keepalive, defaultKeepalive),
    observe: options.observe,
    counters: createCounters(),
    codec: options.codec?.name ?? "protobuf",
  };
  const all: Clocked = { ...options, clock };
  if (isMany(target)) return connectToMany(target, settings, all);
  return wantsFleet(options) ? connectToMany([target], settings, all) : connectToOne(target, settings, all);
}

type Many = Exclude<ConnectTarget, string>;

function isMany(target: ConnectTarget): target is Many {
  // What is neither is told so where addresses are read.
  return Array.isArray(target) || (typeof target === "object" && isObject(target) && "resolver" in target);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function connectToOne(address: string, settings: LinkSettings, options: Clocked): ClientChannel {
  const { clock, limits } = settings;
  const dialer = new Dialer({
    ...settings,
    address,
    open: openerFor(parseAddress(address), clock, limits, options),
    backoff: new Backoff({ ...defaultBackoff, ...options.backoff }, options.network?.random ?? Math.random),
    failFast: options.failFast === true,
    closeGraceMs: options.closeGraceMs ?? 10_000,
  });
  return new DialledChannel(address, dialer, settings.counters, () => [dialer.member], options);
}

function connectToMany(target: Many, link: LinkSettings, options: Clocked): ClientChannel {
  const name = "resolver" in target ? target.service : nameOfList(target, link, options);
  const settings = {
    ...link,
    failFast: options.failFast === true,
    closeGraceMs: options.closeGraceMs ?? 10_000,
    fleet: resolveFleetOptions(options),
  };
  const caller = new LoadingCaller<FleetCaller>(async () => {
    // Loaded when it is asked for: who speaks to one server does not carry it.
    const { openFleet } = await import("./fleet/open-fleet.js");
    return openFleet(target, name, settings, options);
  });
  return new DialledChannel(name, caller, link.counters, () => caller.inner?.views() ?? [], options);
}

/** Checks every address, so that mistakes come to light at once. */
function nameOfList(
  servers: Extract<Many, readonly unknown[]>,
  { clock, limits }: LinkSettings,
  options: ConnectOptions,
): string {
  if (servers.length === 0) throw new RpcError("invalid-argument", "the list of servers is empty");
  const addresses = servers.map((server) => (typeof server === "string" ? server : server.address));
  for (const address of addresses) openerFor(parseAddress(address), clock, limits, options);
  return addresses.length > 3 ? `${addresses.slice(0, 3).join(",")},…` : addresses.join(",");
}

const fleetOptions: readonly (keyof FleetOptions | "balance")[] = [
  "balance",
  "breaker",
  "callsPerServerMax",
  "connect",
  "connectionsMax",
  "outliers",
  "panicPercent",
  "slowStart",
];

/** Whether the options ask for what only channels over many servers can do. */
function wantsFleet(options: ConnectOptions): boolean {
  return fleetOptions.some((name) => options[name] !== undefined);
}
