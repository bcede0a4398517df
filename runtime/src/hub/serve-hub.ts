/** Serves a hub: a registry in one process, for one machine and for development. */

import { serveHub as mountHub } from "../builtin/gen/rpcgen/hub/v1/hub.server.js";
import { systemClock, type Clock } from "../clock.js";
import { RpcError } from "../error/rpc-error.js";
import { tell, type Observer } from "../events.js";
import type { LimitOptions } from "../limits.js";
import type { Endpoint } from "../registry/endpoint.js";
import type { Server } from "../server/serve-options.js";
import { serve } from "../server/server.js";
import type { ServerTls } from "../tls/tls-settings.js";
import { HubBook } from "./hub-book.js";
import { HubService } from "./hub-service.js";
import { HubSnapshot } from "./hub-snapshot.js";

export interface HubOptions {
  /** 7700 where left out; 0 lets the system choose. */
  readonly port?: number | undefined;
  /** Address to listen at; 127.0.0.1 where left out, so that only this machine reaches it. */
  readonly host?: string | undefined;
  readonly tls?: ServerTls | undefined;
  /** A file that keeps what is entered for the next start. Nothing is kept where left out: servers enter themselves again. */
  readonly snapshot?: string | undefined;
  /** The longest that an entry outlives the last word of its server; 10 s where left out. */
  readonly leaseMs?: number | undefined;
  /** Entries of all services together; 10,000 where left out. */
  readonly entriesMax?: number | undefined;
  readonly limits?: LimitOptions | undefined;
  /** Called with a line for every server that comes or goes. */
  readonly log?: ((line: string) => void) | undefined;
  readonly observe?: Observer | undefined;
  readonly clock?: Clock | undefined;
}

export interface Hub extends AsyncDisposable {
  /** For instance `hub://127.0.0.1:7700`; a service's name behind it makes an address for `connect`. */
  readonly address: string;
  /** The servers that are entered now, by service. */
  entries(): ReadonlyMap<string, readonly Endpoint[]>;
  /** Lets go of all; servers and clients go on with what they know, and come back to a hub at the same address. Always ends. */
  close(): Promise<void>;
}

/**
 * Starts a hub. Fails with `invalid-argument` for options that make no sense and for a snapshot that is none, and with `unavailable`
 * where the address cannot be listened at.
 */
export async function serveHub(options: HubOptions = {}): Promise<Hub> {
  const { port = 7700, host, tls, snapshot: path, limits, observe, clock = systemClock } = options;
  const book = new HubBook({
    clock,
    leaseMs: atLeast(100, "leaseMs", options.leaseMs ?? 10_000),
    entriesMax: atLeast(1, "entriesMax", options.entriesMax ?? 10_000),
  });
  const snapshot =
    path === undefined
      ? undefined
      : new HubSnapshot(path, book, clock, (error) =>
          tell(observe, { kind: "snapshot-failed", registry: `file:${path}`, service: "", error }),
        );
  await snapshot?.load();
  const services = [mountHub(new HubService(book, options.log ?? (() => {})))];
  // Whoever is gone without a word holds no memory for hours.
  const keepalive = { intervalMs: 20_000, timeoutMs: 10_000, whileIdle: true };
  // From before the first server can enter itself.
  void snapshot?.follow();
  let server: Server;
  try {
    server = await serve({ port, host, tls, services, limits, observe, clock, keepalive });
  } catch (error) {
    // Whoever has the address may have the file, too: it is left as it is.
    snapshot?.stop();
    book.close();
    throw error;
  }
  const close = async (): Promise<void> => {
    // Before those who are entered are cut off, which is no reason to forget them.
    await snapshot?.close();
    book.close();
    await server.close({ graceMs: 0 });
  };
  const [, place = ""] = /^rpcs?:\/\/(.*)$/.exec(server.address) ?? [];
  return {
    address: `hub://${place}${tls === undefined ? "" : "?tls=true"}`,
    entries: () => new Map(book.names.map((service) => [service, book.list(service)])),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function atLeast(least: number, name: string, value: number): number {
  if (typeof value === "number" && value >= least) return value;
  throw new RpcError("invalid-argument", `${name} must be a number from ${least} on, not ${String(value)}`);
}
