/** Opens channels: to one server by its address, or to many. */

import { parseAddress, registrySchemeOf, shownAddress } from "../address.js";
import { Backoff, defaultBackoff } from "../backoff.js";
import { CallerChannel } from "../call/channel.js";
import { intercept } from "../call/intercept.js";
import { inCodec } from "../call/message-codec.js";
import type { Caller } from "../call/outgoing-call.js";
import { systemClock, type Clock } from "../clock.js";
import { asRpcError } from "../error/plain-text.js";
import { RpcError } from "../error/rpc-error.js";
import { createCounters, tell, type Counters } from "../events.js";
import { resolveLimits, type Limits } from "../limits.js";
import { resolveKeepalive, type KeepaliveOptions } from "../session/keepalive.js";
import { towards, watchChannel, type ChannelWatch } from "./channel-watch.js";
import type { ClientChannel, ConnectOptions, ConnectTarget } from "./connect-options.js";
import { Dialer } from "./dialer.js";
import type { FleetCaller } from "./fleet/fleet-caller.js";
import { resolveFleetOptions, type FleetOptions } from "./fleet/fleet-options.js";
import type { ChannelPolicy } from "../resilience/policies.js";
import type { LinkSettings } from "./link.js";
import { LoadingCaller } from "./loading-caller.js";
import type { MemberView } from "./member-view.js";
import { openerFor } from "./opener.js";
import { PolicyGate } from "./policy-gate.js";

const defaultKeepalive: KeepaliveOptions = { intervalMs: 20_000, timeoutMs: 10_000 };

/** Options with the clock that they amount to. */
type Clocked = ConnectOptions & { readonly clock: Clock; readonly watch: ChannelWatch | undefined };

class DialledChannel extends CallerChannel implements ClientChannel {
  readonly address: string;
  readonly counters: Readonly<Counters>;
  readonly members: () => readonly MemberView[];
  private readonly gate: PolicyGate;
  private readonly watch: ChannelWatch | undefined;

  constructor(
    address: string,
    dialer: Caller,
    counters: Counters,
    members: () => readonly MemberView[],
    options: Clocked,
    applyToChannel?: (policy: ChannelPolicy) => void,
  ) {
    const { watch, codec } = options;
    const watched = watch === undefined ? dialer : intercept(dialer, watch.attempts);
    const caller = codec === undefined ? watched : inCodec(watched, codec);
    const random = options.network?.random ?? Math.random;
    const gate = new PolicyGate(caller, { ...options, observe: options.observe, random, applyToChannel });
    super(
      gate,
      watch === undefined ? options : { ...options, interceptors: [...watch.calls, ...(options.interceptors ?? [])] },
    );
    this.watch = watch;
    this.address = address;
    this.counters = counters;
    this.members = members;
    this.gate = gate;
  }

  async close(reason?: RpcError): Promise<void> {
    await this.gate.close(reason);
    this.watch?.closed();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/**
 * A channel to `rpc://host:port`, `rpcs://host:port`, `unix:/path` or `memory:name`, to a list of such addresses, or to the servers that
 * a registry or a resolver knows. Returns at once; connects with the first call, and again whenever that is needed.
 * Throws an RpcError for addresses or options that make no sense; what only a registry's adapter can tell, the calls say.
 */
export function connect(target: ConnectTarget, options: ConnectOptions = {}): ClientChannel {
  const clock = options.clock ?? options.network?.clock ?? systemClock;
  const limits = resolveLimits(options.limits);
  const counters = createCounters();
  const isOne = typeof target === "string" && registrySchemeOf(target) === undefined && !wantsFleet(options);
  const address = isOne ? shownAddress(target) : nameOf(target, clock, limits, options);
  const { instruments = [] } = options;
  let channel: ClientChannel | undefined;
  const members = (): readonly MemberView[] => channel?.members() ?? [];
  const watch =
    instruments.length === 0
      ? undefined
      : watchChannel({ address, clock, limits, counters, members }, instruments, options.observe);
  const observe = watch === undefined ? options.observe : watch.observe;
  const settings: LinkSettings = {
    clock,
    limits,
    keepalive: resolveKeepalive(options.keepalive, defaultKeepalive),
    observe,
    counters,
    codec: options.codec,
  };
  const all: Clocked = { ...options, clock, observe, watch };
  try {
    return (channel = isOne
      ? connectToOne(target, address, settings, all)
      : connectToMany(target, address, settings, all));
  } catch (error) {
    watch?.closed();
    throw error;
  }
}

function connectToOne(target: string, address: string, settings: LinkSettings, options: Clocked): ClientChannel {
  const { clock, limits } = settings;
  const dialer = new Dialer({
    ...settings,
    address,
    open: openerFor(parseAddress(target), clock, limits, options),
    backoff: new Backoff({ ...defaultBackoff, ...options.backoff }, options.network?.random ?? Math.random),
    failFast: options.failFast === true,
    closeGraceMs: options.closeGraceMs ?? 10_000,
  });
  const caller = options.watch === undefined ? dialer : intercept(dialer, [towards(address)]);
  return new DialledChannel(address, caller, settings.counters, () => [dialer.member], options);
}

function connectToMany(target: ConnectTarget, name: string, link: LinkSettings, options: Clocked): ClientChannel {
  const settings = {
    ...link,
    failFast: options.failFast === true,
    closeGraceMs: options.closeGraceMs ?? 10_000,
    fleet: resolveFleetOptions(options),
    connect,
  };
  const caller = new LoadingCaller<FleetCaller>(async () => {
    try {
      // Loaded when it is asked for: who speaks to one server does not carry it.
      const { openFleet } = await import("./fleet/open-fleet.js");
      return await openFleet(target, name, settings, options);
    } catch (thrown) {
      const text = "what channels to many servers need cannot be loaded";
      const error = asRpcError(thrown) ?? new RpcError("internal", text, { cause: thrown });
      tell(link.observe, { kind: "resolve-failed", service: name, error });
      throw error;
    }
  });
  const members = (): readonly MemberView[] => caller.inner?.views() ?? [];
  return new DialledChannel(name, caller, link.counters, members, options, (policy) =>
    caller.whenLoaded((fleet) => fleet.apply(policy)),
  );
}

/** What errors call the channel. Looks at every address that is written down, so that mistakes come to light at once. */
function nameOf(target: ConnectTarget, clock: Clock, limits: Limits, options: ConnectOptions): string {
  if (typeof target === "string" && registrySchemeOf(target) !== undefined) {
    return shownAddress(target);
  }
  if (isResolved(target)) return target.service;
  const servers: readonly unknown[] = Array.isArray(target) ? target : [target];
  if (servers.length === 0) throw new RpcError("invalid-argument", "the list of servers is empty");
  const addresses = servers.map((server) => (isAddressed(server) ? server.address : String(server)));
  for (const address of addresses) openerFor(parseAddress(address), clock, limits, options);
  const shown = addresses.slice(0, 3).map((address) => shownAddress(address));
  return `${shown.join(",")}${addresses.length > 3 ? ",…" : ""}`;
}

function isResolved(target: unknown): target is { readonly service: string } {
  return typeof target === "object" && target !== null && "resolver" in target && "service" in target;
}

function isAddressed(server: unknown): server is { readonly address: string } {
  return typeof server === "object" && server !== null && "address" in server && typeof server.address === "string";
}

const fleetOptions: readonly (keyof FleetOptions | "balance" | "zone" | "policyFile")[] = [
  "balance",
  "breaker",
  "callsPerServerMax",
  "connect",
  "connectionsMax",
  "health",
  "outliers",
  "panicPercent",
  "policyFile",
  "slowStart",
  "zone",
];

/** Whether the options ask for what only channels over many servers can do, or may do so later. */
function wantsFleet(options: ConnectOptions): boolean {
  const channel = options.policies?.channel;
  const isInPolicies = channel?.breaker !== undefined || channel?.connectionsMax !== undefined;
  return isInPolicies || fleetOptions.some((name) => options[name] !== undefined);
}
