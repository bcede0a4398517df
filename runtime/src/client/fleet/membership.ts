/** The servers of a channel: follows a resolver's lists, connects to those that come, and lets go of those that leave. */

import { shownAddress } from "../../address.js";
import type { Backoff } from "../../backoff.js";
import { createPicker } from "../../balance/create-picker.js";
import type { Balancer } from "../../balance/picker.js";
import { asRpcError } from "../../error/plain-text.js";
import { RpcError } from "../../error/rpc-error.js";
import { tell } from "../../events.js";
import { checkEndpoints } from "../../registry/check-endpoint.js";
import type { Endpoint } from "../../registry/endpoint.js";
import type { Resolver, Watch } from "../../registry/registry.js";
import type { Transport } from "../../transport/transport.js";
import type { ChannelPolicy } from "../../resilience/policies.js";
import { Link, type LinkSettings } from "../link.js";
import { Breaker } from "./breaker.js";
import { FleetMember } from "./fleet-member.js";
import { isSameBreaker, resolveBreaker, type ResolvedBreaker, type ResolvedFleetOptions } from "./fleet-options.js";
import { MemberWatch } from "./member-watch.js";

export interface MembershipOptions extends LinkSettings {
  /** What the servers serve, as errors and events call it. */
  readonly name: string;
  readonly resolver: Resolver;
  /** What the resolver is asked for. */
  readonly service: string;
  /** Opens transports to an address; throws an RpcError for one that makes no sense. */
  readonly opener: (address: string) => (signal: AbortSignal) => Promise<Transport>;
  readonly backoff: () => Backoff;
  /** From 0 to below 1. */
  readonly random: () => number;
  readonly fleet: ResolvedFleetOptions;
  readonly balancer: Balancer;
  /** Whose health is watched, "" for that of servers as a whole; undefined for nobody's. */
  readonly healthOf: string | undefined;
}

/** What a membership tells the channel. */
export interface MembershipWatcher {
  /** Members came or went, or what may be done with one of them has changed. */
  changed(): void;
  /** Calls may be started that could not be before. */
  room(): void;
  /** An attempt to connect failed, or the list cannot be had. */
  failed(): void;
  breakerChanged(member: FleetMember, breaker: Breaker): void;
}

// All servers being out of reach, the registry is asked again at most this often.
const refreshMs = 1000;
const loadEveryMs = 1000;

export class Membership {
  readonly members: Map<string, FleetMember> = new Map();
  /** Why the list cannot be had; undefined where the last answer was one. */
  resolveFailure: RpcError | undefined;
  hasResolved = false;
  private readonly options: MembershipOptions;
  private readonly watcher: MembershipWatcher;
  /** Members that have left, and have calls that run. */
  private readonly leaving = new Set<FleetMember>();
  /** Where a channel may not be connected to all: who comes first. */
  private readonly ranks = new Map<string, number>();
  private watch: Watch | undefined;
  private refreshedAt = -Infinity;
  private breakerSettings: ResolvedBreaker | undefined;
  private connectionsMax: number;
  /** Connected to more than it may be, because all that it wanted failed. */
  private isBeyond = false;
  private isClosed = false;

  constructor(options: MembershipOptions, watcher: MembershipWatcher) {
    this.options = options;
    this.watcher = watcher;
    this.breakerSettings = options.fleet.breaker;
    this.connectionsMax = options.fleet.connectionsMax;
  }

  /** Takes what a policy says before what the options say. */
  apply(policy: ChannelPolicy): void {
    const { fleet } = this.options;
    const { breaker, connectionsMax } = policy;
    const settings = breaker === undefined ? fleet.breaker : resolveBreaker(breaker);
    if (!isSameBreaker(settings, this.breakerSettings)) {
      this.breakerSettings = settings;
      for (const member of this.members.values()) member.breaker = this.createBreaker(member);
    }
    this.connectionsMax = connectionsMax ?? fleet.connectionsMax;
    this.want(this.chosen());
    this.watcher.changed();
  }

  private createBreaker(member: FleetMember): Breaker | undefined {
    const settings = this.breakerSettings;
    if (settings === undefined) return undefined;
    return new Breaker(this.options.clock, settings, (breaker) => {
      if (member.breaker === breaker) this.watcher.breakerChanged(member, breaker);
    });
  }

  /** Starts to follow the list and to connect; later times do nothing. */
  start(): void {
    const { resolver, service } = this.options;
    if (this.watch !== undefined || this.isClosed) return;
    this.watch = resolver.watch(service, {
      update: (endpoints) => this.update(endpoints),
      failed: (error) => this.unresolved(error),
    });
  }

  /** Whether no server can be had for now, as far as is known. */
  get isHopeless(): boolean {
    if (this.members.size === 0) return this.hasResolved || this.resolveFailure !== undefined;
    return this.areAllFailing;
  }

  async close(reason: RpcError | undefined): Promise<void> {
    this.isClosed = true;
    this.watch?.close();
    const all = [...this.members.values(), ...this.leaving];
    await Promise.all([...all.map(({ link }) => link.close(reason)), this.options.resolver.close()]);
  }

  /** Fails whatever runs, after a `close` that waits for it. */
  async cut(reason: RpcError): Promise<void> {
    const all = [...this.members.values(), ...this.leaving];
    await Promise.all(all.map(({ link }) => link.close(reason)));
  }

  private get areAllFailing(): boolean {
    for (const { link, isWanted } of this.members.values()) if (isWanted && link.state !== "failing") return false;
    return true;
  }

  private update(found: readonly Endpoint[]): void {
    const { name, observe } = this.options;
    if (this.isClosed) return;
    const { endpoints, dropped: count, reasons } = checkEndpoints(found, "near");
    if (count > 0) tell(observe, { kind: "endpoints-dropped", registry: name, service: name, count, reasons });
    if (endpoints.length === 0 && this.members.size > 0) {
      const text = `the list of servers of ${name} is empty; the last one that was not stays in use`;
      return this.unresolved(new RpcError("unavailable", text));
    }
    this.resolveFailure = undefined;
    this.hasResolved = true;
    tell(observe, { kind: "resolved", service: name, servers: endpoints.length });
    const listed = new Set(endpoints.map(({ address }) => address));
    for (const [address, member] of this.members) if (!listed.has(address)) this.remove(member);
    const before = new Map(this.members);
    this.members.clear();
    for (const endpoint of endpoints) {
      const member = before.get(endpoint.address) ?? this.create(endpoint);
      if (member === undefined) continue;
      member.endpoint = endpoint;
      this.members.set(endpoint.address, member);
      if (!before.has(endpoint.address)) {
        tell(observe, { kind: "member-added", service: name, address: member.shown });
      }
    }
    this.want(this.chosen());
    this.watcher.changed();
    if (this.members.size === 0) this.watcher.failed();
  }

  /** Connects to these, and to no others. */
  private want(wanted: ReadonlySet<FleetMember>): void {
    for (const member of this.members.values()) {
      member.isWanted = wanted.has(member);
      if (member.isWanted) member.link.connect();
      else member.link.rest();
    }
  }

  /** Those that the picker would choose among if all were connected, and of them as many as the channel may be connected to. */
  private chosen(): ReadonlySet<FleetMember> {
    const { random, balancer, clock } = this.options;
    const all = [...this.members.values()];
    const used = createPicker(balancer, all, { clock, random }).members ?? all;
    for (const address of this.ranks.keys()) if (!this.members.has(address)) this.ranks.delete(address);
    if (used.length <= this.connectionsMax) return new Set(used);
    for (const { address } of used) if (!this.ranks.has(address)) this.ranks.set(address, random());
    const rank = ({ address }: FleetMember): number => this.ranks.get(address) ?? 0;
    return new Set([...used].sort((a, b) => rank(a) - rank(b)).slice(0, this.connectionsMax));
  }

  private unresolved(error: RpcError): void {
    const { observe, name } = this.options;
    if (this.isClosed) return;
    this.resolveFailure = error;
    tell(observe, { kind: "resolve-failed", service: name, error });
    this.watcher.failed();
  }

  private create(endpoint: Endpoint): FleetMember | undefined {
    const { clock, fleet, opener, backoff, balancer, healthOf, codec } = this.options;
    const { address } = endpoint;
    let open;
    try {
      open = opener(address);
    } catch (thrown) {
      const { code, message } = asRpcError(thrown) ?? new RpcError("internal", "cannot be opened");
      this.unresolved(new RpcError(code, `${shownAddress(address)}: ${message}`, { cause: thrown }));
      return undefined;
    }
    let wasReady = false;
    const link: Link = new Link(
      { ...this.options, address: shownAddress(address), open, backoff: backoff() },
      {
        wantsConnection: () => member.isWanted,
        room: () => this.watcher.room(),
        failed: () => this.connectFailed(),
        changed: () => {
          const isReady = link.state === "ready";
          if (isReady && !wasReady) {
            member.connected();
            if (this.isBeyond) this.goBack();
          }
          wasReady = isReady;
          watch?.follow(isReady ? link.session : undefined);
          this.watcher.changed();
        },
      },
    );
    const member: FleetMember = new FleetMember(endpoint, link, fleet, clock);
    member.breaker = this.createBreaker(member);
    const wantsLoad = balancer.wantsLoad === true;
    const watch =
      wantsLoad || healthOf !== undefined
        ? new MemberWatch(member, { clock, healthOf, loadEveryMs: wantsLoad ? loadEveryMs : undefined, codec }, () =>
            this.watcher.changed(),
          )
        : undefined;
    return member;
  }

  private remove(member: FleetMember): void {
    const { name, observe } = this.options;
    member.isWanted = false;
    this.members.delete(member.address);
    this.leaving.add(member);
    tell(observe, { kind: "member-removed", service: name, address: member.shown });
    void member.link.close().then(() => this.leaving.delete(member));
  }

  private connectFailed(): void {
    const now = this.options.clock.now();
    if (this.areAllFailing && now - this.refreshedAt >= refreshMs) {
      this.refreshedAt = now;
      this.watch?.refresh();
      // Better connected to others than to nobody.
      this.isBeyond = true;
      this.want(new Set(this.members.values()));
    }
    this.watcher.failed();
  }

  /** Lets go of what is too much, once enough of those that stay are connected. */
  private goBack(): void {
    const isReady = ({ link }: FleetMember): boolean => link.state === "ready";
    // Who has not come back is chosen last from now on, also when the list changes.
    for (const [address, rank] of this.ranks) {
      const member = this.members.get(address);
      this.ranks.set(address, (rank % 1) + (member !== undefined && isReady(member) ? 0 : 1));
    }
    const chosen = this.chosen();
    const ready = [...chosen].filter(isReady).length;
    // Without a bound it is the balancer that uses some only, and it cannot use others in their place.
    if (this.connectionsMax === Infinity ? ready === 0 : ready < chosen.size) return;
    this.isBeyond = false;
    this.want(chosen);
  }
}
