/** What a hub knows: which servers are entered, who keeps each entry, and until when. */

import { Changes } from "../changes.js";
import { Alarm, type Clock } from "../clock.js";
import { RpcError } from "../error/rpc-error.js";
import type { Endpoint } from "../registry/endpoint.js";

export interface BookOptions {
  readonly clock: Clock;
  /** The longest that an entry outlives the last word of its server. */
  readonly leaseMs: number;
  /** Entries of all services together. */
  readonly entriesMax: number;
}

/** Whoever keeps an entry: only he may change it and take it out. */
export type Keeper = object;

interface Held {
  readonly keeper: Keeper;
  readonly endpoint: Endpoint;
  readonly leaseMs: number;
  expiresAt: number;
}

const serviceUnitsMax = 255;
const nobody: readonly Endpoint[] = [];

export class HubBook {
  /** Tells when any list has changed. */
  readonly changes: Changes;
  private readonly options: BookOptions;
  private readonly services = new Map<string, Map<string, Held>>();
  /** The list of each service as it was last asked for, until it changes. */
  private readonly lists = new Map<string, readonly Endpoint[]>();
  private readonly alarm: Alarm;
  private readonly gatheredAt: number;
  private count = 0;

  constructor(options: BookOptions) {
    this.options = options;
    this.gatheredAt = options.clock.now() + options.leaseMs;
    this.changes = new Changes(options.clock);
    this.alarm = new Alarm(options.clock, () => this.expire());
  }

  /** The servers of a service; the same object for as long as nothing has changed. */
  list(service: string): readonly Endpoint[] {
    const known = this.lists.get(service);
    if (known !== undefined) return known;
    const held = this.services.get(service);
    if (held === undefined) return nobody;
    const list = [...held.values()].map(({ endpoint }) => endpoint);
    this.lists.set(service, list);
    return list;
  }

  /** For how long it may still be that servers which an earlier hub knew have not come back; 0 from then on. */
  get gatheringMs(): number {
    return Math.max(0, this.gatheredAt - this.options.clock.now());
  }

  /** The names of all services that have a server. */
  get names(): readonly string[] {
    return [...this.services.keys()];
  }

  /**
   * Enters a server, or says that it is still there, and returns for how long. An entry that another one keeps is taken over by
   * a keeper's first word (`isFirst`), and left alone by every later one.
   */
  keep(keeper: Keeper, isFirst: boolean, service: string, endpoint: Endpoint, wantedMs: number): number {
    if (service === "" || service.length > serviceUnitsMax) {
      throw new RpcError("invalid-argument", `a service has a name of 1 to ${serviceUnitsMax} letters`);
    }
    const { clock, leaseMs: mostMs, entriesMax } = this.options;
    const leaseMs = wantedMs > 0 ? Math.min(wantedMs, mostMs) : mostMs;
    const held = this.services.get(service);
    const before = held?.get(endpoint.address);
    if (before !== undefined && before.keeper !== keeper && !isFirst) return leaseMs;
    if (before === undefined && this.count >= entriesMax) {
      throw new RpcError("resource-exhausted", `the hub has room for ${entriesMax} entries, and all of it is taken`);
    }
    const expiresAt = clock.now() + leaseMs;
    this.alarm.noLaterThan(expiresAt);
    if (before?.keeper === keeper && before.endpoint === endpoint) before.expiresAt = expiresAt;
    else {
      if (before === undefined) this.count++;
      const entry = { keeper, endpoint, leaseMs, expiresAt };
      if (held === undefined) this.services.set(service, new Map([[endpoint.address, entry]]));
      else held.set(endpoint.address, entry);
      this.changed(service);
    }
    return leaseMs;
  }

  /** Takes a server out, where this keeper has it. */
  remove(keeper: Keeper, service: string, address: string): void {
    const held = this.services.get(service);
    if (held?.get(address)?.keeper !== keeper) return;
    this.drop(service, held, address);
    this.changed(service);
  }

  /** No lease ends any more, and whoever waits for changes is let go. */
  close(): void {
    this.alarm.cancel();
    this.changes.end();
  }

  private expire(): void {
    const now = this.options.clock.now();
    let next = Infinity;
    for (const [service, held] of [...this.services]) {
      const before = this.count;
      for (const [address, { expiresAt }] of [...held]) {
        if (expiresAt <= now) this.drop(service, held, address);
        else next = Math.min(next, expiresAt);
      }
      if (this.count !== before) this.changed(service);
    }
    if (next !== Infinity) this.alarm.noLaterThan(next);
  }

  private drop(service: string, held: Map<string, Held>, address: string): void {
    held.delete(address);
    if (held.size === 0) this.services.delete(service);
    this.count--;
  }

  private changed(service: string): void {
    this.lists.delete(service);
    this.changes.tell();
  }
}
