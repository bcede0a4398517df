/** The registry of Consul: services with a TTL check at an agent, and blocking queries that report every change. */

import { formatHostPort } from "../address.js";
import { RpcError } from "../error/rpc-error.js";
import type { ClientTls } from "../tls/tls-settings.js";
import { consulEntries, consulService } from "./consul-entry.js";
import { readAnswer } from "./endpoint-json.js";
import type { Endpoint } from "./endpoint.js";
import { guardResolver } from "./guard.js";
import { HttpClient, type HttpAnswer } from "./http-client.js";
import { statusFailure } from "./http-failure.js";
import { KeptRegistrar, type EntryKeeper } from "./kept-registration.js";
import type { Attempt } from "./persistent-task.js";
import { checkParameters, readSwitch, type RegistryAddress } from "./registry-address.js";
import { resolveTools, type RegistryOptions, type RegistryTools } from "./registry-options.js";
import type { FinderSink, Registry } from "./registry.js";
import { taskFinder, type WatchTask } from "./task-finder.js";

export interface ConsulOptions extends RegistryOptions {
  /** Agents: `http://host:8500`, or `https://host:8501`. Servers are entered at the first that answers, best the own machine's. */
  readonly servers: readonly string[];
  /** An ACL token. */
  readonly token?: string | undefined;
  /** Another data centre than the agent's own, for finding. */
  readonly datacenter?: string | undefined;
  /** Whom to trust and what to show, for `https://`. */
  readonly tls?: ClientTls | undefined;
  /** How long an entry stays healthy after its server has died, in milliseconds; 15 s where left out. Consul removes it a minute later. */
  readonly leaseMs?: number | undefined;
  /** Of one request to one agent, in milliseconds; 5 s where left out. */
  readonly timeoutMs?: number | undefined;
  /** How long a query waits for a change, in milliseconds; 55 s where left out. */
  readonly waitMs?: number | undefined;
}

/** A registry in Consul 1.7 or newer. Throws an `invalid-argument` RpcError for options that make no sense. */
export function consulRegistry(options: ConsulOptions): Registry {
  const tools = resolveTools(options);
  const { servers, token, tls, datacenter, leaseMs = 15_000, waitMs = 55_000 } = options;
  const { timeoutMs = Math.min(5000, leaseMs / 2) } = options;
  if (!(leaseMs >= 1000)) throw new RpcError("invalid-argument", `leaseMs must be at least 1000, not ${leaseMs}`);
  if (!(waitMs >= 100)) throw new RpcError("invalid-argument", `waitMs must be at least 100, not ${waitMs}`);
  const http = new HttpClient({ servers, clock: tools.clock, tls, timeoutMs });
  const label = `consul://${servers.map((server) => server.replace(/^https?:\/\//, "")).join(",")}/`;
  const agent = new ConsulAgent(http, token);
  const place: Place = { agent, label, tools, datacenter, waitMs, timeoutMs, leaseMs };
  const finder = taskFinder(tools, (service, sink) => new ConsulWatch(place, service, sink));
  const resolver = guardResolver(finder, label, tools);
  const registrar = new KeptRegistrar(label, "registry", tools, (service) => new ConsulEntryKeeper(place, service));
  return {
    watch: (service, sink) => resolver.watch(service, sink),
    register: (service, endpoint) => registrar.register(service, endpoint),
    async close() {
      await Promise.all([registrar.close(), resolver.close()]);
      http.close();
    },
  };
}

/** For addresses such as `consul://:TOKEN@host:8500/shop.orders.v1.Orders?dc=berlin&tls=true`. */
export function openConsul(address: RegistryAddress, options: RegistryOptions): Registry {
  checkParameters(address, ["dc", "tls"]);
  const scheme = readSwitch(address, "tls") ? "https" : "http";
  return consulRegistry({
    ...options,
    servers: address.hosts.map(({ host, port }) => `${scheme}://${formatHostPort(host, port)}`),
    token: address.password ?? address.user,
    datacenter: address.parameters.get("dc"),
  });
}

interface Place {
  readonly agent: ConsulAgent;
  readonly label: string;
  readonly tools: RegistryTools;
  readonly datacenter: string | undefined;
  readonly waitMs: number;
  readonly timeoutMs: number;
  readonly leaseMs: number;
}

class ConsulAgent {
  private readonly http: HttpClient;
  private readonly headers: Readonly<Record<string, string>>;

  constructor(http: HttpClient, token: string | undefined) {
    this.http = http;
    this.headers = token === undefined ? {} : { "x-consul-token": token };
  }

  get(path: string, signal: AbortSignal, timeoutMs: number): Promise<HttpAnswer> {
    return this.read(this.http.request({ method: "GET", path, headers: this.headers, signal, timeoutMs }));
  }

  put(path: string, signal: AbortSignal, value?: unknown): Promise<HttpAnswer> {
    const body = value === undefined ? "" : JSON.stringify(value);
    return this.read(this.http.request({ method: "PUT", path, headers: this.headers, body, signal }));
  }

  private async read(asked: Promise<HttpAnswer>): Promise<HttpAnswer> {
    const answer = await asked;
    if (answer.status === 200) return answer;
    // Of an entry that it does not know old versions say so as if they had failed.
    const isUnknown = answer.status === 404 || /unknown (check|service)/i.test(answer.text);
    if (isUnknown) throw new RpcError("not-found", statusFailure(answer).message);
    if (answer.status >= 500) this.http.moveOn(answer.server);
    throw statusFailure(answer);
  }
}

// A query that always answers at once, without anything new, must not become a loop without rest.
const restMs = 100;

class ConsulWatch implements WatchTask {
  private readonly place: Place;
  private readonly service: string;
  private readonly sink: FinderSink;
  /** What Consul's answer was as of; 0 to be answered at once. */
  private index = 0;

  constructor(place: Place, service: string, sink: FinderSink) {
    this.place = place;
    this.service = wanted(service, place.label);
    this.sink = sink;
  }

  failed(): void {
    // Whoever answers next may be another one, or the same without its memory.
    this.index = 0;
  }

  readonly work = async (attempt: Attempt): Promise<void> => {
    const { agent, datacenter, waitMs, timeoutMs, tools } = this.place;
    const began = tools.clock.now();
    const query = [
      ...(datacenter === undefined ? [] : [`dc=${encodeURIComponent(datacenter)}`]),
      ...(this.index === 0 ? [] : [`index=${this.index}`, `wait=${waitMs}ms`]),
    ].join("&");
    const path = `/v1/health/service/${encodeURIComponent(this.service)}${query === "" ? "" : `?${query}`}`;
    // Consul adds up to a sixteenth, so that not all queries end together.
    const answer = await agent.get(path, attempt.signal, waitMs * 1.0625 + timeoutMs);
    this.sink.update(consulEntries(readAnswer(answer.text, `Consul at ${answer.server}`)));
    attempt.succeeded();
    const index = Number(answer.header("x-consul-index"));
    // An index that goes back is one of another history, and everything has to be read anew.
    const isUsable = Number.isSafeInteger(index) && index > 0 && index >= this.index;
    const isEarly = index === this.index || !isUsable;
    this.index = isUsable ? index : 0;
    if (isEarly && tools.clock.now() - began < restMs) await attempt.pause(restMs);
  };
}

class ConsulEntryKeeper implements EntryKeeper {
  readonly renewMs: number;
  private readonly place: Place;
  private readonly service: string;
  private readonly random: string;
  private id: string | undefined;

  constructor(place: Place, service: string) {
    this.place = place;
    this.service = wanted(service, place.label);
    this.renewMs = place.leaseMs / 3;
    this.random = Math.floor(place.tools.random() * 2 ** 48).toString(16);
  }

  async write(endpoint: Endpoint, signal: AbortSignal): Promise<void> {
    this.id = `${this.service}:${endpoint.address.replace(/^\w+:\/\//, "")}:${this.random}`;
    const described = consulService(this.id, this.service, endpoint, this.place.leaseMs);
    await this.place.agent.put("/v1/agent/service/register", signal, described);
  }

  async renew(signal: AbortSignal): Promise<boolean> {
    try {
      await this.place.agent.put(`/v1/agent/check/pass/${encodeURIComponent(this.id ?? "")}`, signal);
      return true;
    } catch (error) {
      if (RpcError.is(error) && error.code === "not-found") return false;
      throw error;
    }
  }

  async remove(signal: AbortSignal): Promise<void> {
    if (this.id === undefined) return;
    await this.place.agent.put(`/v1/agent/service/deregister/${encodeURIComponent(this.id)}`, signal);
  }
}

function wanted(service: string, label: string): string {
  if (service === "") throw new RpcError("invalid-argument", `${label}: which service? Write it behind the address`);
  return service;
}
