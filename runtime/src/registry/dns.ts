/** The registry of names: addresses of a host, or SRV records of a service, asked again when they may have changed. */

import { formatHostPort } from "../address.js";
import { RpcError } from "../error/rpc-error.js";
import { lookupNames, type NameLookup, type SrvRecord } from "./dns-lookup.js";
import { guardResolver } from "./guard.js";
import type { Attempt, PersistentTask } from "./persistent-task.js";
import { checkParameters, readSwitch, type RegistryAddress } from "./registry-address.js";
import { resolveTools, type RegistryOptions, type RegistryTools } from "./registry-options.js";
import type { FinderSink, Resolver } from "./registry.js";
import { taskFinder, type WatchTask } from "./task-finder.js";

export interface DnsOptions extends RegistryOptions {
  /** A host and the port of all its addresses, or the name of SRV records, for instance `_orders._tcp.example.com`. */
  readonly name: { readonly host: string; readonly port: number } | { readonly srv: string };
  /** Whether the servers speak TLS: addresses are `rpcs://` then, and certificates have to hold for them. */
  readonly tls?: boolean | undefined;
  /** The least time between two questions, whatever the records say; 5 s where left out. */
  readonly minIntervalMs?: number | undefined;
  /** The most time between them; 60 s where left out. */
  readonly maxIntervalMs?: number | undefined;
  /** Who is asked; the machine's own name servers where left out. */
  readonly lookup?: NameLookup | undefined;
}

/**
 * A resolver of what names say. It asks again when the time that the records may be kept is over; `refresh` asks at once, though
 * never more often than `minIntervalMs` allows. Names that are not there, and servers of names that fail, keep the last good list.
 */
export function dnsResolver(options: DnsOptions): Resolver {
  const { minIntervalMs = 5000, maxIntervalMs = 60_000 } = options;
  if (!(minIntervalMs > 0) || !(maxIntervalMs >= minIntervalMs)) {
    throw new RpcError("invalid-argument", "minIntervalMs has to be above 0, and maxIntervalMs no less than it");
  }
  const tools = resolveTools(options);
  const settings = { ...options, minIntervalMs, maxIntervalMs, lookup: options.lookup ?? lookupNames };
  const { name } = options;
  const label = "srv" in name ? `srv://${name.srv}` : `dns://${formatHostPort(name.host, name.port)}`;
  const finder = taskFinder(tools, (_service, sink) => new DnsWatch(settings, sink, tools));
  return guardResolver(finder, label, tools);
}

/** For addresses such as `dns://orders.internal:7000?tls=true` and `srv://_orders._tcp.example.com`. */
export function openDns(address: RegistryAddress, options: RegistryOptions): Resolver {
  checkParameters(address, ["tls"]);
  const tls = readSwitch(address, "tls");
  if (address.scheme === "srv") return dnsResolver({ ...options, name: { srv: address.path }, tls });
  const [place, ...others] = address.hosts;
  if (place === undefined || others.length > 0) {
    throw new RpcError("invalid-argument", `${address.label}: write one host and its port, as in dns://host:port`);
  }
  return dnsResolver({ ...options, name: place, tls });
}

interface DnsSettings extends DnsOptions {
  readonly minIntervalMs: number;
  readonly maxIntervalMs: number;
  readonly lookup: NameLookup;
}

/** What names said, and for how long that holds. */
interface Found {
  readonly entries: readonly unknown[];
  readonly ttlMs: number;
}

class DnsWatch implements WatchTask {
  private readonly settings: DnsSettings;
  private readonly sink: FinderSink;
  private readonly tools: RegistryTools;
  private askedAt = -Infinity;
  private isWanted = false;

  constructor(settings: DnsSettings, sink: FinderSink, tools: RegistryTools) {
    this.settings = settings;
    this.sink = sink;
    this.tools = tools;
  }

  refresh(task: PersistentTask): void {
    this.isWanted = true;
    task.wakeNow();
  }

  readonly work = async (attempt: Attempt): Promise<void> => {
    await this.waitFor(attempt, this.settings.minIntervalMs);
    if (attempt.signal.aborted) return;
    this.askedAt = this.tools.clock.now();
    this.isWanted = false;
    const { entries, ttlMs } = await this.look(attempt.signal);
    if (attempt.signal.aborted) return;
    this.sink.update(entries);
    attempt.succeeded();
    const { minIntervalMs, maxIntervalMs } = this.settings;
    // A little later than the records end, each client at another time.
    const spread = 1 + 0.1 * this.tools.random();
    await this.waitFor(attempt, Math.min(maxIntervalMs, Math.max(minIntervalMs, ttlMs)) * spread);
  };

  /** Waits until so much time has passed since the last question; a wish to ask sooner ends it, within the least interval. */
  private async waitFor(attempt: Attempt, intervalMs: number): Promise<void> {
    for (;;) {
      const passedMs = this.tools.clock.now() - this.askedAt;
      const leftMs = (this.isWanted ? Math.min(intervalMs, this.settings.minIntervalMs) : intervalMs) - passedMs;
      if (leftMs <= 0 || attempt.signal.aborted) return;
      await attempt.pause(leftMs);
    }
  }

  private look(signal: AbortSignal): Promise<Found> {
    const { name } = this.settings;
    return "srv" in name ? this.lookForServices(name.srv, signal) : this.lookForHost(name.host, name.port, signal);
  }

  private async lookForHost(host: string, port: number, signal: AbortSignal): Promise<Found> {
    const records = await this.settings.lookup.addresses(host, signal);
    const ttlMs = Math.min(...records.map(({ ttlMs: ms }) => ms));
    return { entries: records.map(({ address }) => ({ address: this.addressOf(address, port) })), ttlMs };
  }

  private async lookForServices(srv: string, signal: AbortSignal): Promise<Found> {
    const records = await this.settings.lookup.services(srv, signal);
    // One record with the target "." says that there is no such service.
    const offered = records.filter(({ target }) => target !== "" && target !== ".");
    const first = Math.min(...offered.map(({ priority }) => priority));
    const best = offered.filter(({ priority }) => priority === first);
    // Weight 0 stands for next to nothing in SRV, and for nothing at all here.
    const isWeighted = best.some(({ weight }) => weight > 0);
    const weightOf = ({ weight }: SrvRecord): number => (isWeighted ? Math.max(1, weight) : 100);
    return {
      entries: best.map((record) => ({
        address: this.addressOf(record.target.replace(/\.$/, ""), record.port),
        weight: weightOf(record),
      })),
      ttlMs: Math.min(...records.map(({ ttlMs }) => ttlMs)),
    };
  }

  private addressOf(host: string, port: number): string {
    return `${this.settings.tls === true ? "rpcs" : "rpc"}://${formatHostPort(host, port)}`;
  }
}
