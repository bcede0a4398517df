/** The handler of a hub: turns claims into entries, and tells watchers of every change. */

import type { HubHandler } from "../builtin/gen/rpcgen/hub/v1/hub.server.js";
import type { Claim, Entry, Granted, Servers } from "../builtin/gen/rpcgen/hub/v1/hub.types.js";
import type { ServerCall } from "../call/server-call.js";
import { plainText } from "../error/plain-text.js";
import { RpcError } from "../error/rpc-error.js";
import { endpointOf, entryOf } from "../client/hub-entry.js";
import { isSameEndpoint } from "../registry/check-endpoint.js";
import type { Endpoint } from "../registry/endpoint.js";
import type { HubBook } from "./hub-book.js";

export class HubService implements HubHandler {
  private readonly book: HubBook;
  /** Tells of servers that come and go. */
  private readonly tell: (line: string) => void;

  constructor(book: HubBook, tell: (line: string) => void) {
    this.book = book;
    this.tell = tell;
  }

  async *register(claims: AsyncIterable<Claim>): AsyncGenerator<Granted> {
    const { book } = this;
    const keeper = {};
    let kept: { readonly service: string; readonly endpoint: Endpoint } | undefined;
    for await (const { number, entry, leaseMs: wantedMs } of claims) {
      const { service, endpoint } = readClaim(entry);
      if (kept !== undefined && (kept.service !== service || kept.endpoint.address !== endpoint.address)) {
        throw new RpcError("invalid-argument", "a stream keeps one entry: its service and address do not change");
      }
      const isFirst = kept === undefined;
      // The same object for the same server, so that being still there changes no list.
      if (kept === undefined || !isSameEndpoint(kept.endpoint, endpoint)) kept = { service, endpoint };
      const leaseMs = book.keep(keeper, isFirst, service, kept.endpoint, wantedMs);
      if (isFirst) this.tell(`+ ${plainText(service)}  ${endpoint.address}`);
      yield { number, leaseMs };
    }
    // The requests ended: the server takes its leave. One whose connection is lost never gets here, and its lease runs out.
    if (kept === undefined) return;
    book.remove(keeper, kept.service, kept.endpoint.address);
    this.tell(`- ${plainText(kept.service)}  ${kept.endpoint.address}`);
  }

  async *watch(service: string, call: ServerCall): AsyncGenerator<Servers> {
    const { book } = this;
    let told: readonly Endpoint[] | undefined;
    let toldGathering = true;
    while (!book.changes.isOver && !call.signal.aborted) {
      const list = book.list(service);
      const leftMs = book.gatheringMs;
      const isGathering = leftMs > 0;
      if (list === told && isGathering === toldGathering) {
        await book.changes.next(call.signal, isGathering ? leftMs : Infinity);
        continue;
      }
      told = list;
      toldGathering = isGathering;
      yield { entries: list.map((endpoint) => entryOf(service, endpoint)), isGathering };
    }
  }

  list(): Servers {
    const { book } = this;
    const entries = book.names.flatMap((service) => book.list(service).map((endpoint) => entryOf(service, endpoint)));
    return { entries, isGathering: book.gatheringMs > 0 };
  }
}

function readClaim(entry: Entry | undefined): { readonly service: string; readonly endpoint: Endpoint } {
  if (entry === undefined) throw new RpcError("invalid-argument", "a claim without an entry");
  return { service: entry.service, endpoint: endpointOf(entry) };
}
