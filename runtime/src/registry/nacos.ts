/** The registry of Nacos over its Open API: instances that live by their beats, and lists that are asked for again and again. */

import { formatHostPort } from "../address.js";
import { plainText } from "../error/plain-text.js";
import { RpcError } from "../error/rpc-error.js";
import type { Clock } from "../clock.js";
import type { ClientTls } from "../tls/tls-settings.js";
import { readAnswer } from "./endpoint-json.js";
import type { Endpoint } from "./endpoint.js";
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
import { HttpClient } from "./http-client.js";
import { KeptRegistrar, type EntryKeeper } from "./kept-registration.js";
import { NacosClient, type Fields } from "./nacos-client.js";
import { checkParameters, readSwitch, type RegistryAddress } from "./registry-address.js";
import { resolveTools, type RegistryOptions } from "./registry-options.js";
import type { Registry } from "./registry.js";
import { taskFinder } from "./task-finder.js";

export interface NacosOptions extends RegistryOptions {
  /** The servers of one cluster: `http://host:8848`, or `https://host:8848`. */
  readonly servers: readonly string[];
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  readonly tls?: ClientTls | undefined;
  /** Nacos's namespace by its id; the public one where left out. */
  readonly namespaceId?: string | undefined;
  /** Nacos's group; `DEFAULT_GROUP` where left out. */
  readonly group?: string | undefined;
  /** What the paths of the API begin with; `/nacos` where left out. */
  readonly contextPath?: string | undefined;
  /** How often lists are asked for, in milliseconds; what Nacos says, from 1 to 60 s, where left out. */
  readonly pollMs?: number | undefined;
  /** How often an instance sends its beat, in milliseconds, until Nacos says another number; 5 s where left out. */
  readonly beatMs?: number | undefined;
  /** Of one request to one server, in milliseconds; 5 s where left out. */
  readonly timeoutMs?: number | undefined;
}

/** A registry in Nacos 1.x or 2.x. Throws an `invalid-argument` RpcError for options that make no sense. */
export function nacosRegistry(options: NacosOptions): Registry {
  const tools = resolveTools(options);
  const { servers, tls, timeoutMs, group = "DEFAULT_GROUP", user, password = "", contextPath = "/nacos" } = options;
  const first = Math.floor(tools.random() * servers.length);
  const http = new HttpClient({ servers, clock: tools.clock, tls, timeoutMs }, first);
  const credentials = user === undefined ? undefined : { user, password };
  const client = new NacosClient(http, contextPath, credentials, tools.clock);
  const label = `nacos://${servers.map((server) => server.replace(/^https?:\/\//, "")).join(",")}/`;
  const about = { client, label, namespaceId: options.namespaceId, group, clock: tools.clock };
  const finder = taskFinder(tools, (service, sink) => {
    const fields = fieldsOf(about, service);
    return async (attempt) => {
      const { entries, againInMs } = await list(client, fields, attempt.signal);
      attempt.succeeded();
      sink.update(entries);
      // Clients that began together do not ask together for ever.
      await attempt.pause((options.pollMs ?? againInMs) * (0.9 + 0.2 * tools.random()));
    };
  });
  const keep = (service: string): EntryKeeper =>
    new NacosKeeper(client, fieldsOf(about, service), options.beatMs ?? 5000, runId(tools.random));
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

/** For addresses such as `nacos://user:password@h1:8848/shop.orders.v1.Orders?namespaceId=test&group=SHOP&tls=true`. */
export function openNacos(address: RegistryAddress, options: RegistryOptions): Registry {
  checkParameters(address, ["namespaceId", "group", "tls"]);
  const scheme = readSwitch(address, "tls") ? "https" : "http";
  return nacosRegistry({
    ...options,
    servers: address.hosts.map(({ host, port }) => `${scheme}://${formatHostPort(host, port)}`),
    user: address.user,
    password: address.password,
    namespaceId: address.parameters.get("namespaceId"),
    group: address.parameters.get("group"),
  });
}

interface About {
  readonly label: string;
  readonly namespaceId: string | undefined;
  readonly group: string;
  readonly clock: Clock;
}

function fieldsOf({ label, namespaceId, group }: About, service: string): Fields {
  if (service === "" || service.includes("@@")) {
    throw new RpcError("invalid-argument", `${label}${plainText(service, 200)}: that is no name of a service`);
  }
  return { serviceName: service, groupName: group, ...(namespaceId === undefined ? {} : { namespaceId }) };
}

/** Tells one run of a server from the one before it. */
function runId(random: () => number): string {
  return Math.floor(random() * 2 ** 48).toString(16);
}

const [pollMsMin, pollMsMax, pollMsUsual] = [1000, 60_000, 10_000];

async function list(
  client: NacosClient,
  fields: Fields,
  signal: AbortSignal,
): Promise<{ readonly entries: readonly unknown[]; readonly againInMs: number }> {
  const answer = await client.send("GET", "/v1/ns/instance/list", { ...fields, healthyOnly: "false" }, signal);
  const value = asRecord(readAnswer(answer.text, answer.server));
  const hosts = asList(value?.hosts);
  if (hosts === undefined) throw new RpcError("internal", `${answer.server} answered with a list without hosts`);
  const said = value?.cacheMillis;
  const againInMs = typeof said === "number" && said > 0 ? said : pollMsUsual;
  return { entries: hosts.map(entryOf), againInMs: Math.min(pollMsMax, Math.max(pollMsMin, againInMs)) };
}

// Nacos's usual weight is 1 and may have fractions; ours are whole and 100.
const weightScale = 100;

function entryOf(value: unknown): unknown {
  const host = asRecord(value);
  if (host === undefined) return undefined;
  const { metadata, facts } = splitMetadata(host.metadata);
  const said = facts.get("health") ?? (host.enabled === false ? "draining" : "healthy");
  const cluster = host.clusterName;
  return {
    address: facts.get("address") ?? addressFrom(host.ip, host.port, false),
    weight: numberFrom(facts.get("weight")) ?? weightFrom(host.weight),
    zone: facts.get("zone") ?? (cluster === "DEFAULT" ? undefined : cluster),
    // Whoever sends no beats is not well, whatever he said of himself.
    health: host.healthy === false ? "unhealthy" : said,
    metadata,
  };
}

function weightFrom(weight: unknown): unknown {
  return typeof weight === "number" ? Math.round(weight * weightScale) : weight;
}

class NacosKeeper implements EntryKeeper {
  renewMs: number;
  private readonly client: NacosClient;
  private readonly fields: Fields;
  private readonly run: string;
  private instance: Fields | undefined;

  constructor(client: NacosClient, fields: Fields, beatMs: number, run: string) {
    this.client = client;
    this.fields = fields;
    this.renewMs = beatMs;
    this.run = run;
  }

  async write(endpoint: Endpoint, signal: AbortSignal): Promise<void> {
    const { address, weight, zone, health } = endpoint;
    const { host, port } = placeOf(address);
    this.instance = { ...this.fields, ip: host, port: String(port), ephemeral: "true" };
    const metadata = printMetadata(endpoint, { address, weight: String(weight), zone, health, run: this.run });
    await this.client.send(
      "POST",
      "/v1/ns/instance",
      {
        ...this.instance,
        weight: String(weight / weightScale),
        enabled: "true",
        healthy: "true",
        metadata: JSON.stringify(metadata),
      },
      signal,
    );
  }

  async renew(signal: AbortSignal): Promise<boolean> {
    if (this.instance === undefined) return false;
    const answer = await this.client.send("PUT", "/v1/ns/instance/beat", this.instance, signal);
    const { code, clientBeatInterval } = asRecord(readAnswer(answer.text, answer.server)) ?? {};
    if (typeof clientBeatInterval === "number" && clientBeatInterval >= 100 && clientBeatInterval <= 60_000) {
      this.renewMs = clientBeatInterval;
    }
    // 20404: there is no such instance.
    return code === 10200;
  }

  async remove(signal: AbortSignal): Promise<void> {
    if (this.instance === undefined) return;
    // Nacos knows an instance by its host and port: the next run of this server may have overwritten this one's entry.
    const answer = await this.client.send(
      "GET",
      "/v1/ns/instance/list",
      { ...this.fields, healthyOnly: "false" },
      signal,
    );
    const hosts = asList(asRecord(readAnswer(answer.text, answer.server))?.hosts) ?? [];
    const { ip, port } = this.instance;
    const mine = hosts.map(asRecord).find((host) => host?.ip === ip && String(host?.port) === port);
    const run = splitMetadata(mine?.metadata).facts.get("run");
    if (run === undefined || run === this.run) {
      await this.client.send("DELETE", "/v1/ns/instance", this.instance, signal);
    }
  }
}
