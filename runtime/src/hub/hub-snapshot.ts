/** Keeps what a hub knows in a file, for its next start; a `file:` registry reads it, too. */

import type { Clock, Timer } from "../clock.js";
import { RpcError } from "../error/rpc-error.js";
import { checkEndpoints } from "../registry/check-endpoint.js";
import { readEndpointFile } from "../registry/endpoint-file.js";
import { printEndpoint } from "../registry/endpoint-json.js";
import { replaceFile } from "../registry/replace-file.js";
import type { HubBook } from "./hub-book.js";

// Servers often come and go together.
const quietMs = 200;

export class HubSnapshot {
  private readonly path: string;
  private readonly book: HubBook;
  private readonly clock: Clock;
  private readonly failed: (error: RpcError) => void;
  private readonly over = new AbortController();
  private timer: Timer | undefined;
  private writing: Promise<void> = Promise.resolve();
  private written = "";

  constructor(path: string, book: HubBook, clock: Clock, failed: (error: RpcError) => void) {
    this.path = path;
    this.book = book;
    this.clock = clock;
    this.failed = failed;
  }

  /** Enters what the file knows, as if it had been said just now; whoever is gone runs out of lease. */
  async load(): Promise<void> {
    let text: string;
    try {
      text = await readEndpointFile(this.path);
    } catch (error) {
      // The first start.
      if (RpcError.is(error) && (error.cause as NodeJS.ErrnoException | undefined)?.code === "ENOENT") return;
      throw error;
    }
    const former = {};
    for (const [service, entries] of Object.entries(readServices(text, this.path))) {
      if (!Array.isArray(entries)) continue;
      for (const endpoint of checkEndpoints(entries, "registry").endpoints) {
        this.book.keep(former, true, service, endpoint, 0);
      }
    }
  }

  /** Writes after every change from now on. */
  async follow(): Promise<void> {
    const { changes } = this.book;
    const { signal } = this.over;
    while (!signal.aborted && !changes.isOver) {
      await changes.next(signal);
      if (signal.aborted) return;
      this.timer ??= this.clock.timer(quietMs, () => {
        this.timer = undefined;
        this.writing = this.writing.then(() => this.write());
      });
    }
  }

  /** Follows no longer, and writes nothing. */
  stop(): void {
    this.over.abort();
    this.timer?.cancel();
    this.timer = undefined;
  }

  /** Writes what there is now, and no more. Always ends. */
  async close(): Promise<void> {
    this.stop();
    await this.writing;
    await this.write();
  }

  private async write(): Promise<void> {
    const { book, path } = this;
    const services = book.names.map((service) => {
      const entries = book.list(service).map((endpoint) => `    ${printEndpoint(endpoint)}`);
      return `  ${JSON.stringify(service)}: [\n${entries.join(",\n")}\n  ]`;
    });
    const text = `{ "services": {\n${services.join(",\n")}\n} }\n`;
    if (text === this.written) return;
    try {
      await replaceFile(path, text);
      this.written = text;
    } catch (error) {
      this.failed(RpcError.is(error) ? error : new RpcError("internal", `cannot write ${path}`, { cause: error }));
    }
  }
}

function readServices(text: string, path: string): Readonly<Record<string, unknown>> {
  let content: { readonly services?: unknown } | null;
  try {
    content = JSON.parse(text) as typeof content;
  } catch (error) {
    throw new RpcError("invalid-argument", `${path} holds no JSON, so it is no snapshot of a hub`, { cause: error });
  }
  const services = content?.services;
  if (typeof services !== "object" || services === null || Array.isArray(services)) {
    throw new RpcError("invalid-argument", `${path} has no "services", so it is no snapshot of a hub`);
  }
  return services as Readonly<Record<string, unknown>>;
}
