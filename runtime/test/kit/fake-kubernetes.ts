/** An API server of Kubernetes in this process, as far as EndpointSlices go: pages, watches, bookmarks, versions that are forgotten. */

import type { ServerResponse } from "node:http";
import { FakeHttp, sendJson, type Asked } from "./fake-http.js";

export interface Slice {
  readonly metadata: {
    readonly name: string;
    readonly resourceVersion?: string;
    readonly labels?: Record<string, string>;
  };
  readonly [field: string]: unknown;
}

interface Watcher {
  readonly service: string;
  readonly response: ServerResponse;
}

export class FakeKubernetes {
  readonly http = new FakeHttp((asked, response) => this.answer(asked, response));
  /** The token that requests need, where it is set. */
  token: string | undefined;
  /** How many slices a page has at most. */
  pageSize = 500;
  /** Versions below this one are forgotten. */
  oldest = 0;
  lists = 0;
  watches: string[] = [];
  private version = 100;
  private readonly slices = new Map<string, Slice>();
  private readonly history: { readonly version: number; readonly service: string; readonly line: string }[] = [];
  private readonly watchers = new Set<Watcher>();

  put(service: string, name: string, slice: Record<string, unknown>): void {
    const kind = this.slices.has(name) ? "MODIFIED" : "ADDED";
    this.slices.set(name, this.make(service, name, slice));
    this.tell(kind, service, name);
  }

  /** Changes without telling anybody, as while a watch is away. */
  remove(service: string, name: string): void {
    const slice = this.slices.get(name);
    if (slice === undefined) return;
    this.slices.set(name, this.make(service, name, slice));
    this.tell("DELETED", service, name);
    this.slices.delete(name);
  }

  bookmark(): void {
    const object = { kind: "EndpointSlice", metadata: { resourceVersion: String(++this.version) } };
    this.write(undefined, JSON.stringify({ type: "BOOKMARK", object }));
  }

  /** Says a line to all that watch. */
  say(line: string): void {
    this.write(undefined, line);
  }

  /** Forgets what was before now. */
  compact(): void {
    this.oldest = ++this.version;
    this.history.length = 0;
  }

  endWatches(): void {
    for (const { response } of this.watchers) response.end();
    this.watchers.clear();
  }

  private make(service: string, name: string, slice: Record<string, unknown>): Slice {
    const labels = { "kubernetes.io/service-name": service };
    return { ...slice, metadata: { name, labels, resourceVersion: String(++this.version) } };
  }

  private tell(type: string, service: string, name: string): void {
    const line = JSON.stringify({ type, object: this.slices.get(name) });
    this.history.push({ version: this.version, service, line });
    this.write(service, line);
  }

  private write(service: string | undefined, line: string): void {
    for (const watcher of this.watchers) {
      if (service === undefined || watcher.service === service) watcher.response.write(`${line}\n`);
    }
  }

  private answer({ path, query, headers }: Asked, response: ServerResponse): void {
    if (this.token !== undefined && headers.authorization !== `Bearer ${this.token}`) {
      return sendJson(response, { kind: "Status", message: "Unauthorized", code: 401 }, 401);
    }
    const service = /^kubernetes\.io\/service-name=(.+)$/.exec(query.get("labelSelector") ?? "")?.[1] ?? "";
    if (path !== "/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices") return sendJson(response, {}, 404);
    if (query.get("watch") === "true") return this.watch(service, query.get("resourceVersion") ?? "", response);
    this.lists++;
    const all = [...this.slices.values()].filter(
      ({ metadata }) => metadata.labels?.["kubernetes.io/service-name"] === service,
    );
    const from = Number(query.get("continue") ?? 0);
    const items = all.slice(from, from + this.pageSize);
    const next = from + this.pageSize < all.length ? { continue: String(from + this.pageSize) } : {};
    sendJson(response, {
      kind: "EndpointSliceList",
      metadata: { resourceVersion: String(this.version), ...next },
      items,
    });
  }

  private watch(service: string, version: string, response: ServerResponse): void {
    this.watches.push(version);
    if (Number(version) < this.oldest) {
      const object = { kind: "Status", code: 410, reason: "Expired", message: "too old resource version" };
      response.writeHead(200).end(`${JSON.stringify({ type: "ERROR", object })}\n`);
      return;
    }
    response.writeHead(200, { "content-type": "application/json" });
    response.flushHeaders();
    for (const past of this.history) {
      if (past.version > Number(version) && past.service === service) response.write(`${past.line}\n`);
    }
    const watcher = { service, response };
    this.watchers.add(watcher);
    response.on("close", () => this.watchers.delete(watcher));
  }
}
