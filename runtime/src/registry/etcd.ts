/** The registry of etcd: entries are keys on leases, and a watch reports every change of them. */

import { formatHostPort } from "../address.js";
import { plainText } from "../error/plain-text.js";
import { RpcError } from "../error/rpc-error.js";
import type { ClientTls } from "../tls/tls-settings.js";
import { printEndpoint, readEndpointText } from "./endpoint-json.js";
import type { Endpoint } from "./endpoint.js";
import { EtcdClient, type EtcdChange, type EtcdEntry, type EtcdListing } from "./etcd-client.js";
import { guardResolver } from "./guard.js";
import { HttpClient } from "./http-client.js";
import { KeptRegistrar, type EntryKeeper } from "./kept-registration.js";
import type { Attempt, PersistentTask } from "./persistent-task.js";
import { checkParameters, readSwitch, type RegistryAddress } from "./registry-address.js";
import { resolveTools, type RegistryOptions, type RegistryTools } from "./registry-options.js";
import type { FinderSink, Registry } from "./registry.js";
import { taskFinder, type WatchTask } from "./task-finder.js";

export interface EtcdOptions extends RegistryOptions {
  /** The members of one cluster: `http://host:2379`, or `https://host:2379`. */
  readonly servers: readonly string[];
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  /** Whom to trust and what to show, for `https://`. */
  readonly tls?: ClientTls | undefined;
  /** What all keys begin with; `/rpcgen/` where left out. */
  readonly namespace?: string | undefined;
  /** How long an entry outlives a server that has died, in milliseconds, rounded up to seconds; 15 s where left out. */
  readonly leaseMs?: number | undefined;
  /**
   * Of one request to one member, in milliseconds; 5 s where left out, or half of the lease where that is less, because another
   * member has to be asked before it runs out.
   */
  readonly timeoutMs?: number | undefined;
}

/**
 * A registry in etcd 3.4 or newer. Speaks to one member after the other until one answers. Throws an `invalid-argument` RpcError for
 * options that make no sense.
 */
export function etcdRegistry(options: EtcdOptions): Registry {
  const tools = resolveTools(options);
  const { servers, user, password = "", tls, leaseMs = 15_000, namespace = "/rpcgen/" } = options;
  const { timeoutMs = Math.min(5000, leaseMs / 2) } = options;
  if (!(leaseMs >= 1000)) throw new RpcError("invalid-argument", `leaseMs must be at least 1000, not ${leaseMs}`);
  if (namespace === "") throw new RpcError("invalid-argument", "the namespace of etcd's keys is empty");
  // Clients begin at different members, so that they do not all sit at the first.
  const first = Math.floor(tools.random() * servers.length);
  const http = new HttpClient({ servers, clock: tools.clock, tls, timeoutMs }, first);
  const client = new EtcdClient(http, user === undefined ? undefined : { name: user, password });
  const label = `etcd://${servers.map((server) => server.replace(/^https?:\/\//, "")).join(",")}/`;
  const place: Place = { client, namespace, label, tools };
  const finder = taskFinder(tools, (service, sink) => new EtcdWatch(place, service, sink));
  const resolver = guardResolver(finder, label, tools);
  const seconds = Math.ceil(leaseMs / 1000);
  const registrar = new KeptRegistrar(
    label,
    "registry",
    tools,
    (service) => new EtcdEntryKeeper(place, service, seconds),
  );
  return {
    watch: (service, sink) => resolver.watch(service, sink),
    register: (service, endpoint) => registrar.register(service, endpoint),
    async close() {
      await Promise.all([registrar.close(), resolver.close()]);
      http.close();
    },
  };
}

/** For addresses such as `etcd://user:password@h1:2379,h2:2379/shop.orders.v1.Orders?namespace=/test/&tls=true`. */
export function openEtcd(address: RegistryAddress, options: RegistryOptions): Registry {
  checkParameters(address, ["namespace", "tls"]);
  const scheme = readSwitch(address, "tls") ? "https" : "http";
  return etcdRegistry({
    ...options,
    servers: address.hosts.map(({ host, port }) => `${scheme}://${formatHostPort(host, port)}`),
    user: address.user,
    password: address.password,
    namespace: address.parameters.get("namespace"),
  });
}

interface Place {
  readonly client: EtcdClient;
  readonly namespace: string;
  readonly label: string;
  readonly tools: RegistryTools;
}

/** What the keys of a service begin with; no service's keys are among those of another. */
function prefixOf({ namespace, label }: Place, service: string): string {
  if (service === "") throw new RpcError("invalid-argument", `${label}: which service? Write it behind the address`);
  return `${namespace}${encodeURIComponent(plainText(service, 500))}/`;
}

// Whoever misses servers asks with every call.
const refreshIntervalMs = 5000;

class EtcdWatch implements WatchTask {
  private readonly place: Place;
  private readonly prefix: string;
  private readonly sink: FinderSink;
  private entries = new Map<string, EtcdEntry>();
  /** The least revision that the next change may have; all before it is known. */
  private next = 0n;
  /** Ends the watch that is open now, to begin with a fresh look. */
  private round: AbortController | undefined;
  private beganAt = -Infinity;

  constructor(place: Place, service: string, sink: FinderSink) {
    this.place = place;
    this.prefix = prefixOf(place, service);
    this.sink = sink;
  }

  refresh(task: PersistentTask): void {
    task.wake();
    // A member that stands still keeps its connections, and reports nothing on them: only a question finds out.
    const now = this.place.tools.clock.now();
    if (now - this.beganAt >= refreshIntervalMs) this.round?.abort();
  }

  readonly work = async (attempt: Attempt): Promise<void> => {
    const { client } = this.place;
    // Everything is read anew each time, because nobody knows what happened while nobody watched: etcd may be another one.
    this.take(await client.list(this.prefix, attempt.signal));
    this.beganAt = this.place.tools.clock.now();
    const round = new AbortController();
    this.round = round;
    try {
      const signal = AbortSignal.any([attempt.signal, round.signal]);
      for await (const changes of client.watch(this.prefix, this.next, signal)) {
        attempt.succeeded();
        if (!this.apply(changes)) return;
        if (changes.length > 0) this.tell();
      }
    } catch (error) {
      if (!round.signal.aborted) throw error;
    } finally {
      this.round = undefined;
    }
  };

  private take({ revision, entries }: EtcdListing): void {
    this.next = revision + 1n;
    this.entries = new Map(entries.map((entry) => [entry.key, entry]));
    this.tell();
  }

  /** False where changes were missed. */
  private apply(changes: readonly EtcdChange[]): boolean {
    for (const change of changes) {
      if (change.kind === "compacted") return false;
      const at = change.kind === "put" ? change.entry.writtenAt : change.writtenAt;
      // Whoever stands in between has mixed them up: what is true can only be read anew.
      if (at < this.next) throw new RpcError("internal", "etcd's changes came out of their order");
      // Several keys may change at once.
      this.next = at;
      if (change.kind === "put") this.entries.set(change.entry.key, change.entry);
      else this.entries.delete(change.key);
    }
    return true;
  }

  private tell(): void {
    // Of two entries for one address the younger one counts: a server that has come back before its old lease ran out.
    const entries = [...this.entries.values()].sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
    this.sink.update(entries.map(({ value }) => readEndpointText(value)));
  }
}

class EtcdEntryKeeper implements EntryKeeper {
  readonly renewMs: number;
  private readonly place: Place;
  private readonly prefix: string;
  private readonly seconds: number;
  private readonly id: string;
  private key = "";
  private lease: string | undefined;

  constructor(place: Place, service: string, seconds: number) {
    this.place = place;
    this.prefix = prefixOf(place, service);
    this.seconds = seconds;
    this.renewMs = (seconds * 1000) / 3;
    this.id = Math.floor(place.tools.random() * 2 ** 48).toString(16);
  }

  async write(endpoint: Endpoint, signal: AbortSignal): Promise<void> {
    const { client } = this.place;
    this.key = `${this.prefix}${endpoint.address.replace(/^\w+:\/\//, "")}/${this.id}`;
    this.lease ??= await client.grant(this.seconds, signal);
    try {
      await client.put(this.key, printEndpoint(endpoint), this.lease, signal);
    } catch (error) {
      // The lease may have run out since it was renewed last.
      if (RpcError.is(error) && error.code === "not-found") this.lease = undefined;
      throw error;
    }
  }

  async renew(signal: AbortSignal): Promise<boolean> {
    const { lease } = this;
    if (lease !== undefined && (await this.place.client.keepAlive(lease, signal))) return true;
    this.lease = undefined;
    return false;
  }

  async remove(signal: AbortSignal): Promise<void> {
    if (this.lease !== undefined) await this.place.client.revoke(this.lease, signal);
  }
}
