/** The registry of Eureka over its REST API: instances on leases, and lists of one application that are asked for again and again. */

import { formatHostPort } from "../address.js";
import type { Clock } from "../clock.js";
import { plainText } from "../error/plain-text.js";
import { RpcError } from "../error/rpc-error.js";
import type { ClientTls } from "../tls/tls-settings.js";
import { readAnswer } from "./endpoint-json.js";
import type { Endpoint, EndpointHealth } from "./endpoint.js";
import {
  addressFrom,
  asList,
  asRecord,
  numberFrom,
  placeOf,
  printMetadata,
  splitMetadata,
} from "./foreign-metadata.js";
import { guardResolver } from "./guard.js";
import { HttpClient, type HttpAnswer, type HttpRequest } from "./http-client.js";
import { statusFailure } from "./http-failure.js";
import { KeptRegistrar, type EntryKeeper } from "./kept-registration.js";
import { checkParameters, readSwitch, type RegistryAddress } from "./registry-address.js";
import { resolveTools, type RegistryOptions } from "./registry-options.js";
import type { Registry } from "./registry.js";
import { taskFinder } from "./task-finder.js";

export interface EurekaOptions extends RegistryOptions {
  /** Eureka's servers: `http://host:8761`, or `https://host:8761`. */
  readonly servers: readonly string[];
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  readonly tls?: ClientTls | undefined;
  /** What the paths of the API begin with; `/eureka` where left out, as Spring Cloud has it. */
  readonly contextPath?: string | undefined;
  /** How often lists are asked for, in milliseconds; 10 s where left out. */
  readonly pollMs?: number | undefined;
  /** How long an entry outlives a server that has died, in milliseconds, rounded up to seconds; 30 s where left out. */
  readonly leaseMs?: number | undefined;
  /** Of one request to one server, in milliseconds; 5 s where left out. */
  readonly timeoutMs?: number | undefined;
}

/** A registry in Eureka. Throws an `invalid-argument` RpcError for options that make no sense. */
export function eurekaRegistry(options: EurekaOptions): Registry {
  const tools = resolveTools(options);
  const { servers, tls, timeoutMs, pollMs = 10_000, leaseMs = 30_000 } = options;
  if (!(leaseMs >= 1000)) throw new RpcError("invalid-argument", `leaseMs must be at least 1000, not ${leaseMs}`);
  if (!(pollMs >= 1)) throw new RpcError("invalid-argument", `pollMs must be at least 1, not ${pollMs}`);
  const first = Math.floor(tools.random() * servers.length);
  const http = new HttpClient({ servers, clock: tools.clock, tls, timeoutMs }, first);
  const label = `eureka://${servers.map((server) => server.replace(/^https?:\/\//, "")).join(",")}/`;
  const { contextPath = "/eureka", user, password = "" } = options;
  const authorization =
    user === undefined ? undefined : `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
  const place: Place = { http, label, contextPath, authorization, clock: tools.clock };
  const finder = taskFinder(tools, (service, sink) => {
    const path = pathOf(place, service);
    return async (attempt) => {
      const answer = await ask(place, { method: "GET", path, signal: attempt.signal });
      if (answer.status !== 200 && answer.status !== 404) throw refusal(place, answer);
      const entries = answer.status === 404 ? [] : entriesOf(answer, service);
      attempt.succeeded();
      sink.update(entries);
      // Clients that began together do not ask together for ever.
      await attempt.pause(pollMs * (0.9 + 0.2 * tools.random()));
    };
  });
  const keep = (service: string): EntryKeeper =>
    new EurekaKeeper(place, service, Math.ceil(leaseMs / 1000), tools.random);
  const registrar = new KeptRegistrar(label, "registry", tools, keep);
  const resolver = guardResolver(finder, label, tools);
  return {
    watch: (service, sink) => resolver.watch(service, sink),
    register: (service, endpoint) => registrar.register(service, endpoint),
    async close() {
      await Promise.all([registrar.close(), resolver.close()]);
      http.close();
    },
  };
}

/** For addresses such as `eureka://user:password@h1:8761,h2:8761/shop.orders.v1.Orders?tls=true`. */
export function openEureka(address: RegistryAddress, options: RegistryOptions): Registry {
  checkParameters(address, ["tls", "contextPath"]);
  const scheme = readSwitch(address, "tls") ? "https" : "http";
  return eurekaRegistry({
    ...options,
    servers: address.hosts.map(({ host, port }) => `${scheme}://${formatHostPort(host, port)}`),
    user: address.user,
    password: address.password,
    contextPath: address.parameters.get("contextPath"),
  });
}

interface Place {
  readonly http: HttpClient;
  readonly label: string;
  readonly contextPath: string;
  readonly authorization: string | undefined;
  readonly clock: Clock;
}

function pathOf({ label, contextPath }: Place, service: string): string {
  if (service === "") throw new RpcError("invalid-argument", `${label}: which service? Write it behind the address`);
  // Eureka itself makes names of applications upper case.
  return `${contextPath}/apps/${encodeURIComponent(service.toUpperCase())}`;
}

function ask({ http, authorization }: Place, request: HttpRequest): Promise<HttpAnswer> {
  const headers = {
    accept: "application/json",
    ...(request.body === undefined ? {} : { "content-type": "application/json" }),
    ...(authorization === undefined ? {} : { authorization }),
  };
  return http.request({ ...request, headers });
}

function refusal({ http }: Place, answer: HttpAnswer): RpcError {
  if (answer.status >= 500) http.moveOn(answer.server);
  return statusFailure(answer);
}

function entriesOf(answer: HttpAnswer, service: string): readonly unknown[] {
  const application = asRecord(asRecord(readAnswer(answer.text, answer.server))?.application);
  const listed = application?.instance;
  // Older servers write a list of one as that one.
  const instances = asList(listed) ?? (asRecord(listed) === undefined ? undefined : [listed]);
  if (instances === undefined) throw new RpcError("internal", `${answer.server} answered without instances`);
  const known = instances.map(asRecord);
  // The younger of two entries for one address counts: a server that has come back before its old lease ran out.
  const youngFirst = known.sort((a, b) => startOf(b) - startOf(a));
  return youngFirst.flatMap((instance) => (instance === undefined ? [undefined] : entryOf(instance, service)));
}

function startOf(instance: Readonly<Record<string, unknown>> | undefined): number {
  return Number(asRecord(instance?.leaseInfo)?.registrationTimestamp) || 0;
}

const healths: Readonly<Record<string, EndpointHealth>> = { UP: "healthy", OUT_OF_SERVICE: "draining" };

function entryOf(instance: Readonly<Record<string, unknown>>, service: string): readonly unknown[] {
  const { metadata, facts } = splitMetadata(instance.metadata);
  // Two services whose names differ in case only are one application for Eureka.
  const named = facts.get("service");
  if (named !== undefined && named !== service) return [];
  const { "@class": _type, zone, ...own } = metadata;
  const secure = asRecord(instance.securePort);
  const isTls = String(secure?.["@enabled"]) === "true";
  const port = isTls ? secure?.$ : asRecord(instance.port)?.$;
  const status = typeof instance.status === "string" ? instance.status : "UNKNOWN";
  return [
    {
      address: facts.get("address") ?? addressFrom(instance.ipAddr ?? instance.hostName, Number(port), isTls),
      weight: numberFrom(facts.get("weight")),
      zone: facts.get("zone") ?? zone,
      // DOWN, STARTING, UNKNOWN, and whatever else there may be: not now.
      health: healths[status] ?? "unhealthy",
      metadata: facts.has("zone") && zone !== undefined ? { ...own, zone } : own,
    },
  ];
}

const statuses: Readonly<Record<EndpointHealth, string>> = {
  healthy: "UP",
  unhealthy: "DOWN",
  draining: "OUT_OF_SERVICE",
};

class EurekaKeeper implements EntryKeeper {
  readonly renewMs: number;
  private readonly place: Place;
  private readonly service: string;
  private readonly path: string;
  private readonly seconds: number;
  private readonly run: string;
  private id = "";
  private status = "UP";
  private dirtyAt = 0;

  constructor(place: Place, service: string, seconds: number, random: () => number) {
    this.place = place;
    this.service = service;
    this.path = pathOf(place, service);
    this.seconds = seconds;
    this.renewMs = (seconds * 1000) / 3;
    this.run = Math.floor(random() * 2 ** 48).toString(16);
  }

  async write(endpoint: Endpoint, signal: AbortSignal): Promise<void> {
    const { host, port } = placeOf(endpoint.address);
    this.id = `${host}:${port}:${this.run}`;
    this.status = statuses[endpoint.health];
    // Eureka keeps what it has where this number is not larger.
    this.dirtyAt = Math.max(this.dirtyAt + 1, this.place.clock.wall());
    const body = JSON.stringify({ instance: this.describe(endpoint) });
    const answer = await ask(this.place, { method: "POST", path: this.path, body, signal });
    if (answer.status !== 204 && answer.status !== 200) throw refusal(this.place, answer);
  }

  async renew(signal: AbortSignal): Promise<boolean> {
    const query = `status=${this.status}&lastDirtyTimestamp=${this.dirtyAt}`;
    const answer = await ask(this.place, { method: "PUT", path: `${this.own}?${query}`, signal });
    if (answer.status === 404) return false;
    if (answer.status !== 200) throw refusal(this.place, answer);
    return true;
  }

  async remove(signal: AbortSignal): Promise<void> {
    if (this.id === "") return;
    const answer = await ask(this.place, { method: "DELETE", path: this.own, signal });
    if (answer.status !== 200 && answer.status !== 404) throw refusal(this.place, answer);
  }

  private get own(): string {
    return `${this.path}/${encodeURIComponent(this.id)}`;
  }

  private describe(endpoint: Endpoint) {
    const { host, port, isTls } = placeOf(endpoint.address);
    const { address, weight, zone } = endpoint;
    const name = plainText(this.service.toUpperCase(), 500);
    return {
      instanceId: this.id,
      hostName: host,
      ipAddr: host,
      app: name,
      vipAddress: this.service,
      secureVipAddress: this.service,
      status: this.status,
      port: { $: port, "@enabled": String(!isTls) },
      securePort: { $: port, "@enabled": String(isTls) },
      dataCenterInfo: { "@class": "com.netflix.appinfo.InstanceInfo$DefaultDataCenterInfo", name: "MyOwn" },
      leaseInfo: { renewalIntervalInSecs: Math.max(1, Math.floor(this.seconds / 3)), durationInSecs: this.seconds },
      lastDirtyTimestamp: String(this.dirtyAt),
      metadata: printMetadata(endpoint, { service: this.service, address, weight: String(weight), zone }),
    };
  }
}
