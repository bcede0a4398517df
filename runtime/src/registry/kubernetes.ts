/** The servers of a Kubernetes service, by its EndpointSlices: listed once, and watched from there. */

import { formatHostPort } from "../address.js";
import { plainText } from "../error/plain-text.js";
import { RpcError } from "../error/rpc-error.js";
import { readPemFile } from "../tls/tls-files.js";
import type { ClientTls } from "../tls/tls-settings.js";
import { readAnswer } from "./endpoint-json.js";
import { addressFrom, asList, asRecord } from "./foreign-metadata.js";
import { guardResolver } from "./guard.js";
import { HttpClient, type HttpStream } from "./http-client.js";
import { statusFailure } from "./http-failure.js";
import type { Attempt } from "./persistent-task.js";
import { checkParameters, type RegistryAddress } from "./registry-address.js";
import { resolveTools, type RegistryOptions } from "./registry-options.js";
import type { FinderSink, Resolver } from "./registry.js";
import { taskFinder } from "./task-finder.js";

const accountFolder = "/var/run/secrets/kubernetes.io/serviceaccount";

export interface KubernetesOptions extends RegistryOptions {
  /** `https://host:port` of the API server; what Kubernetes tells every pod where left out. */
  readonly server?: string | undefined;
  /** The file with the token of the service account, read again for every request, because it is renewed; "" for none. */
  readonly tokenFile?: string | undefined;
  /** Whom to trust; the cluster's authority as every pod has it where left out. */
  readonly tls?: ClientTls | undefined;
  /** Calls to servers go through TLS, `rpcs://`; false where left out. */
  readonly isTls?: boolean | undefined;
  /** Of one request, in milliseconds; 5 s where left out. */
  readonly timeoutMs?: number | undefined;
}

/**
 * A resolver of EndpointSlices; the service to watch is `NAMESPACE/SERVICE:PORT`, with the name of a port or its number; without
 * `:PORT` where the service has one port. The account needs the rights `list` and `watch` of `endpointslices`. Nothing can be entered:
 * Kubernetes itself enters pods when they are ready. Throws an `invalid-argument` RpcError for options that make no sense.
 */
export function kubernetesResolver(options: KubernetesOptions = {}): Resolver {
  const tools = resolveTools(options);
  const server = options.server ?? serverOfCluster();
  const isPlain = server.startsWith("http://");
  const tls = options.tls ?? (isPlain ? undefined : { ca: { file: `${accountFolder}/ca.crt` } });
  const tokenFile = options.tokenFile ?? (isPlain ? "" : `${accountFolder}/token`);
  const http = new HttpClient({ servers: [server], clock: tools.clock, tls, timeoutMs: options.timeoutMs });
  const isTls = options.isTls ?? false;
  const label = `kubernetes://${server.replace(/^https?:\/\//, "")}/`;
  const finder = taskFinder(tools, (service, sink) => {
    const watch = new SliceWatch({ http, tokenFile, isTls, clock: tools.clock }, readTarget(service, label), sink);
    return (attempt) => watch.follow(attempt);
  });
  const resolver = guardResolver(finder, label, tools);
  return {
    watch: (service, sink) => resolver.watch(service, sink),
    async close() {
      await resolver.close();
      http.close();
    },
  };
}

/** For addresses such as `kubernetes:///shop/orders:rpc`; a host and a port name another API server than the pod's own. */
export function openKubernetes(address: RegistryAddress, options: RegistryOptions): Resolver {
  checkParameters(address, ["servers"]);
  const servers = address.parameters.get("servers") ?? "rpc";
  if (servers !== "rpc" && servers !== "rpcs") {
    throw new RpcError("invalid-argument", `${address.label}: servers is rpc or rpcs, not ${plainText(servers, 80)}`);
  }
  const [host] = address.hosts;
  const server = host === undefined ? undefined : `https://${formatHostPort(host.host, host.port)}`;
  return kubernetesResolver({ ...options, server, isTls: servers === "rpcs" });
}

function serverOfCluster(): string {
  const { KUBERNETES_SERVICE_HOST: host = "", KUBERNETES_SERVICE_PORT: port = "443" } = process.env;
  if (host !== "") return `https://${formatHostPort(host, Number(port))}`;
  const why =
    "KUBERNETES_SERVICE_HOST is not set, so this is no pod; name the API server, as in kubernetes://host:6443/NAMESPACE/SERVICE";
  throw new RpcError("failed-precondition", why);
}

interface Target {
  readonly namespace: string;
  readonly service: string;
  /** Name or number; "" for the only one. */
  readonly port: string;
}

function readTarget(text: string, label: string): Target {
  const name = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
  const match = new RegExp(`^(${name})/(${name})(?::([a-z0-9-]{1,15}))?$`).exec(text);
  const [, namespace, service, port = ""] = match ?? [];
  if (namespace !== undefined && service !== undefined) return { namespace, service, port };
  throw new RpcError("invalid-argument", `${label}${plainText(text, 200)}: write NAMESPACE/SERVICE:PORTNAME`);
}

type Slice = Readonly<Record<string, unknown>>;

// The API server ends a watch after this time; when it does not, the connection is dead.
const watchSeconds = 300;
const watchGraceMs = 30_000;
const slicesMax = 10_000;

interface SliceTools {
  readonly http: HttpClient;
  readonly tokenFile: string;
  readonly isTls: boolean;
  readonly clock: ReturnType<typeof resolveTools>["clock"];
}

class SliceWatch {
  private readonly tools: SliceTools;
  private readonly target: Target;
  private readonly sink: FinderSink;
  private slices = new Map<string, Slice>();
  /** Up to which version all is known; undefined where everything has to be listed. */
  private version: string | undefined;

  constructor(tools: SliceTools, target: Target, sink: FinderSink) {
    this.tools = tools;
    this.target = target;
    this.sink = sink;
  }

  async follow(attempt: Attempt): Promise<void> {
    try {
      if (this.version === undefined) {
        await this.list(attempt.signal);
        this.tell();
      }
      await this.watch(attempt);
    } catch (error) {
      // A watch that only broke goes on where it was; after anything else nobody knows what was missed.
      if (!RpcError.is(error) || error.code !== "unavailable") this.version = undefined;
      throw error;
    }
  }

  private async list(signal: AbortSignal): Promise<void> {
    const slices = new Map<string, Slice>();
    let next = "";
    let version: unknown;
    do {
      const query = `limit=500${next === "" ? "" : `&continue=${encodeURIComponent(next)}`}`;
      const path = this.path(query);
      const answer = await this.tools.http.request({ method: "GET", path, headers: await this.headers(), signal });
      if (answer.status !== 200) throw statusFailure(answer);
      const list = asRecord(readAnswer(answer.text, answer.server));
      const about = asRecord(list?.metadata);
      const items = asList(list?.items);
      if (about === undefined || items === undefined) throw garbage(answer.server, "a list without items or version");
      for (const item of items) this.put(slices, item, answer.server);
      version = about.resourceVersion;
      next = typeof about.continue === "string" ? about.continue : "";
    } while (next !== "");
    if (typeof version !== "string") throw garbage(this.tools.http.server, "a list without a version");
    this.slices = slices;
    this.version = version;
  }

  private async watch(attempt: Attempt): Promise<void> {
    const { http, clock } = this.tools;
    const version = encodeURIComponent(this.version ?? "");
    const query = `watch=true&allowWatchBookmarks=true&timeoutSeconds=${watchSeconds}&resourceVersion=${version}`;
    const stream = await http.stream({
      method: "GET",
      path: this.path(query),
      headers: await this.headers(),
      signal: attempt.signal,
    });
    const tooLong = clock.timer(watchSeconds * 1000 + watchGraceMs, () => stream.close());
    try {
      if (stream.status !== 200) await this.refused(stream);
      else await this.read(stream, attempt);
    } finally {
      tooLong.cancel();
      stream.close();
    }
  }

  private async read(stream: HttpStream, attempt: Attempt): Promise<void> {
    let events = 0;
    for await (const line of stream.lines()) {
      if (line.trim() === "") continue;
      const event = asRecord(readAnswer(line, stream.server));
      if (!this.take(event, stream.server)) return;
      events++;
      attempt.succeeded();
    }
    // A watch that ends at once, again and again, is not asked for in a circle.
    if (events === 0 && !attempt.signal.aborted) await attempt.pause(1000);
  }

  private async refused(stream: HttpStream): Promise<void> {
    let text = "";
    for await (const line of stream.lines()) {
      text += line;
      if (text.length > 1000) break;
    }
    const { status, server } = stream;
    // The version is older than what the API server remembers, or younger than what it has after its data were restored.
    if (status !== 429) this.version = undefined;
    if (status !== 410) throw statusFailure({ status, server, text, header: (name) => stream.header(name) });
  }

  /** False where everything has to be listed again. */
  private take(event: Readonly<Record<string, unknown>> | undefined, server: string): boolean {
    const object = asRecord(event?.object);
    const kind = event?.type;
    if (object === undefined || typeof kind !== "string") throw garbage(server, "an event without an object");
    if (kind === "ERROR") {
      this.version = undefined;
      if (object.code === 410) return false;
      throw new RpcError("unavailable", `${server}: the watch failed: ${plainText(String(object.message), 200)}`);
    }
    if (kind === "ADDED" || kind === "MODIFIED") this.put(this.slices, object, server);
    else if (kind === "DELETED") this.slices.delete(nameOf(object, server));
    const version = asRecord(object.metadata)?.resourceVersion;
    if (typeof version !== "string") throw garbage(server, "an event without a version");
    this.version = version;
    if (kind !== "BOOKMARK") this.tell();
    return true;
  }

  private put(slices: Map<string, Slice>, item: unknown, server: string): void {
    const slice = asRecord(item);
    if (slice === undefined) throw garbage(server, "a slice that is no object");
    slices.set(nameOf(slice, server), slice);
    if (slices.size > slicesMax) {
      throw new RpcError("resource-exhausted", `${server}: more than ${slicesMax} slices for ${this.target.service}`);
    }
  }

  private tell(): void {
    const entries = [...this.slices.values()].flatMap((slice) => this.entriesOf(slice));
    // A pod may be in two slices while it moves; the one in which it is ready counts.
    this.sink.update(entries.sort((a, b) => rankOf(a.health) - rankOf(b.health)));
  }

  private entriesOf(slice: Slice) {
    const { port } = this.target;
    const ports = (asList(slice.ports) ?? []).map(asRecord).filter((each) => (each?.protocol ?? "TCP") === "TCP");
    const found =
      port === "" && ports.length === 1
        ? ports[0]
        : ports.find((each) => each?.name === port || String(each?.port) === port);
    if (found === undefined) return [];
    return (asList(slice.endpoints) ?? []).flatMap((value) => {
      const endpoint = asRecord(value);
      const { ready, terminating } = asRecord(endpoint?.conditions) ?? {};
      // Terminating pods still serve what they have; nothing said of readiness means ready.
      const health = terminating === true ? "draining" : ready === false ? "unhealthy" : "healthy";
      const [address] = asList(endpoint?.addresses) ?? [];
      const pod = asRecord(endpoint?.targetRef)?.name;
      return {
        address: addressFrom(address, found.port, this.tools.isTls),
        zone: endpoint?.zone,
        health,
        metadata: {
          ...(typeof pod === "string" ? { pod } : {}),
          ...(typeof endpoint?.nodeName === "string" ? { node: endpoint.nodeName } : {}),
        },
      };
    });
  }

  private path(query: string): string {
    const { namespace, service } = this.target;
    const selector = encodeURIComponent(`kubernetes.io/service-name=${service}`);
    return `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices?labelSelector=${selector}&${query}`;
  }

  private async headers(): Promise<Readonly<Record<string, string>>> {
    const { tokenFile } = this.tools;
    const accept = { accept: "application/json" };
    if (tokenFile === "") return accept;
    return { ...accept, authorization: `Bearer ${(await readPemFile(tokenFile)).trim()}` };
  }
}

function nameOf(slice: Slice, server: string): string {
  const name = asRecord(slice.metadata)?.name;
  if (typeof name !== "string") throw garbage(server, "a slice without a name");
  return name;
}

function rankOf(health: string): number {
  return health === "healthy" ? 0 : health === "draining" ? 1 : 2;
}

function garbage(server: string, what: string): RpcError {
  return new RpcError("internal", `${server} answered with ${what}`);
}
