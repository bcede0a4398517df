/** The servers of a channel: follows a resolver's lists, connects to those that come, and lets go of those that leave. */

import type { Backoff } from "../../backoff.js";
import { RpcError } from "../../error/rpc-error.js";
import { tell } from "../../events.js";
import type { Endpoint } from "../../registry/endpoint.js";
import type { Resolver, Watch } from "../../registry/registry.js";
import type { Transport } from "../../transport/transport.js";
import { Link, type LinkSettings } from "../link.js";
import { Breaker } from "./breaker.js";
import { FleetMember } from "./fleet-member.js";
import type { ResolvedFleetOptions } from "./fleet-options.js";

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
  private isClosed = false;

  constructor(options: MembershipOptions, watcher: MembershipWatcher) {
    this.options = options;
    this.watcher = watcher;
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
    if (this.members.size === 0) return this.resolveFailure !== undefined;
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
    for (const { link } of this.members.values()) if (link.state !== "failing") return false;
    return true;
  }

  private update(endpoints: readonly Endpoint[]): void {
    const { name, observe } = this.options;
    if (this.isClosed) return;
    if (endpoints.length === 0 && this.members.size > 0) {
      const text = `the list of servers of ${name} is empty; the last one that was not stays in use`;
      return this.unresolved(new RpcError("unavailable", text));
    }
    this.resolveFailure = undefined;
    this.hasResolved = true;
    tell(observe, { kind: "resolved", service: name, servers: endpoints.length });
    const wanted = new Map(this.chosen(endpoints).map((endpoint) => [endpoint.address, endpoint]));
    for (const [address, member] of this.members) if (!wanted.has(address)) this.remove(member);
    for (const endpoint of wanted.values()) {
      const member = this.members.get(endpoint.address);
      if (member === undefined) this.add(endpoint);
      else member.endpoint = endpoint;
    }
    this.inOrderOf(wanted);
    this.watcher.changed();
  }

  private unresolved(error: RpcError): void {
    const { observe, name } = this.options;
    if (this.isClosed) return;
    this.resolveFailure = error;
    tell(observe, { kind: "resolve-failed", service: name, error });
    this.watcher.failed();
  }

  /** As many as the channel may be connected to: each address has a rank by lot, so that few change when one does. */
  private chosen(endpoints: readonly Endpoint[]): readonly Endpoint[] {
    const { fleet, random } = this.options;
    if (endpoints.length <= fleet.connectionsMax) return endpoints;
    const known = new Set(endpoints.map(({ address }) => address));
    for (const address of this.ranks.keys()) if (!known.has(address)) this.ranks.delete(address);
    for (const address of known) if (!this.ranks.has(address)) this.ranks.set(address, random());
    const rank = ({ address }: Endpoint): number => this.ranks.get(address) ?? 0;
    const first = [...endpoints].sort((a, b) => rank(a) - rank(b)).slice(0, fleet.connectionsMax);
    return endpoints.filter((endpoint) => first.includes(endpoint));
  }

  private inOrderOf(wanted: ReadonlyMap<string, Endpoint>): void {
    const before = new Map(this.members);
    this.members.clear();
    for (const address of wanted.keys()) {
      const member = before.get(address);
      if (member !== undefined) this.members.set(address, member);
    }
  }

  private add(endpoint: Endpoint): void {
    const { clock, fleet, name, observe, opener, backoff } = this.options;
    const { address } = endpoint;
    let open;
    try {
      open = opener(address);
    } catch (error) {
      return this.unresolved(
        RpcError.is(error) ? error : new RpcError("internal", `${address} cannot be opened`, { cause: error }),
      );
    }
    const breaker: Breaker | undefined =
      fleet.breaker && new Breaker(clock, fleet.breaker, (changed) => this.watcher.breakerChanged(member, changed));
    let isConnected = false;
    const link: Link = new Link(
      { ...this.options, address, open, backoff: backoff() },
      {
        wantsConnection: () => this.members.get(address) === member,
        room: () => this.watcher.room(),
        failed: () => this.connectFailed(),
        changed: () => {
          if (!isConnected && link.state === "ready") member.connected();
          isConnected = link.state === "ready";
          this.watcher.changed();
        },
      },
    );
    const member: FleetMember = new FleetMember(endpoint, link, breaker, fleet, clock);
    this.members.set(address, member);
    tell(observe, { kind: "member-added", service: name, address });
    link.connect();
  }

  private remove(member: FleetMember): void {
    const { name, observe } = this.options;
    this.members.delete(member.address);
    this.leaving.add(member);
    tell(observe, { kind: "member-removed", service: name, address: member.address });
    void member.link.close().then(() => this.leaving.delete(member));
  }

  private connectFailed(): void {
    const now = this.options.clock.now();
    if (this.areAllFailing && now - this.refreshedAt >= refreshMs) {
      this.refreshedAt = now;
      this.watch?.refresh();
    }
    this.watcher.failed();
  }
}
