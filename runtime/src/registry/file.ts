/** A registry in a file of JSON, which people or a program write: read again whenever it changes. */

import type { Timer } from "../clock.js";
import { RpcError } from "../error/rpc-error.js";
import { EndpointFileWatcher, readEndpointFile } from "./endpoint-file.js";
import { guardResolver } from "./guard.js";
import { asFailure } from "./persistent-task.js";
import type { RegistryAddress } from "./registry-address.js";
import { resolveTools, type RegistryOptions, type RegistryTools } from "./registry-options.js";
import type { FinderSink, Resolver, Watch } from "./registry.js";

export interface FileOptions extends RegistryOptions {
  /** The file: a list of servers, or `{ "services": { "shop.orders.v1.Orders": [...] } }`. A server is an address or an endpoint. */
  readonly path: string;
  /** How often the file is looked at besides, for file systems that tell of no changes, in milliseconds; 10,000 where left out. */
  readonly checkMs?: number | undefined;
}

/** A resolver of what a file says. Half-written and broken files keep the list that there was. */
export function fileResolver(options: FileOptions): Resolver {
  const tools = resolveTools(options);
  const { path, checkMs = 10_000 } = options;
  const open = new Set<FileWatch>();
  return guardResolver(
    {
      isNear: true,
      watch(service, sink) {
        const watch: FileWatch = new FileWatch(path, checkMs, service, sink, tools, () => open.delete(watch));
        open.add(watch);
        return watch;
      },
      async close() {
        for (const watch of [...open]) watch.close();
      },
    },
    `file:${path}`,
    tools,
  );
}

/** For addresses such as `file:/etc/orders.json` or `file:/etc/services.json#shop.orders.v1.Orders`. */
export function openFile(address: RegistryAddress, options: RegistryOptions): Resolver {
  return fileResolver({ ...options, path: address.path });
}

// An editor or a program that does not rename may take several writes.
const quietMs = 30;

class FileWatch implements Watch {
  private readonly path: string;
  private readonly checkMs: number;
  private readonly service: string;
  private readonly sink: FinderSink;
  private readonly tools: RegistryTools;
  private readonly forget: () => void;
  private readonly watcher: EndpointFileWatcher;
  private timer: Timer | undefined;
  private lastText: string | undefined;
  private lastFailure = "";
  private isReading = false;
  private isStale = false;
  private isClosed = false;

  constructor(
    path: string,
    checkMs: number,
    service: string,
    sink: FinderSink,
    tools: RegistryTools,
    forget: () => void,
  ) {
    this.path = path;
    this.checkMs = checkMs;
    this.service = service;
    this.sink = sink;
    this.tools = tools;
    this.forget = forget;
    this.watcher = new EndpointFileWatcher(path, () => this.readIn(quietMs));
    void this.read();
  }

  refresh(): void {
    this.readIn(0);
  }

  close(): void {
    this.isClosed = true;
    this.timer?.cancel();
    this.watcher.close();
    this.forget();
  }

  private readIn(ms: number): void {
    if (this.isClosed) return;
    this.timer?.cancel();
    this.timer = this.tools.clock.timer(ms, () => void this.read());
  }

  private async read(): Promise<void> {
    if (this.isReading) {
      this.isStale = true;
      return;
    }
    this.isReading = true;
    try {
      // Watched first, so that no change falls between reading and watching.
      await this.watcher.follow();
      const text = await readEndpointFile(this.path);
      if (!this.isClosed && (text !== this.lastText || this.lastFailure !== "")) {
        this.sink.update(readServers(text, this.path, this.service));
        this.lastText = text;
        this.lastFailure = "";
      }
    } catch (error) {
      this.tellFailure(asFailure(error));
    }
    this.isReading = false;
    const again = this.isStale ? quietMs : this.checkMs;
    this.isStale = false;
    this.readIn(again);
  }

  private tellFailure(error: RpcError): void {
    // Looked at every few seconds, the same broken file would be told again and again.
    if (this.isClosed || error.message === this.lastFailure) return;
    this.lastFailure = error.message;
    this.sink.failed(error);
  }
}

function readServers(text: string, path: string, service: string): readonly unknown[] {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw new RpcError("internal", `${path} holds no JSON, or is still being written`, { cause: error });
  }
  return listOf(content, path, service).map((entry) => (typeof entry === "string" ? { address: entry } : entry));
}

function listOf(content: unknown, path: string, service: string): readonly unknown[] {
  if (Array.isArray(content)) return content as readonly unknown[];
  const services = isRecord(content) ? content.services : undefined;
  if (!isRecord(services)) {
    throw new RpcError("internal", `${path} holds neither a list of servers nor an object with "services"`);
  }
  const names = Object.keys(services);
  const [only = ""] = names;
  if (service === "" && names.length !== 1) {
    const why = `${path} knows ${names.length} services; say which one, as in file:${path}#${only}`;
    throw new RpcError("invalid-argument", why);
  }
  const list = services[service === "" ? only : service];
  if (list === undefined) return [];
  if (!Array.isArray(list)) throw new RpcError("internal", `${path}: the servers of ${service} are no list`);
  return list as readonly unknown[];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
