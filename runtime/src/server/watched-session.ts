/** The server's end of a connection whose calls somebody watches; others are plain sessions, which know nothing of it. */

import type { CallRecord, CallTap } from "../call/instrument.js";
import type { Metadata } from "../call/metadata.js";
import type { StatusCode } from "../error/status.js";
import type { FrameView } from "../frame/frame-joiner.js";
import type { ServiceInfo } from "../method/method.js";
import type { ConnectionOptions } from "../session/role.js";
import type { Transport } from "../transport/transport.js";
import type { Route } from "./binding.js";
import type { Exchange } from "./exchange.js";
import { ServerSession, type SessionOwner } from "./server-session.js";
import { tellEach, WatchedExchange } from "./watched-exchange.js";

export interface SessionWatch {
  readonly calls: readonly CallTap[];
  /** Whose calls are told. */
  readonly watched: ReadonlySet<ServiceInfo>;
}

export class WatchedSession extends ServerSession {
  private readonly watch: SessionWatch;

  constructor(transport: Transport, options: ConnectionOptions, owner: SessionOwner, watch: SessionWatch) {
    super(transport, options, owner);
    this.watch = watch;
  }

  protected override create(route: Route, id: number, timeoutMs: number, metadata: Metadata | undefined): Exchange {
    const { calls, watched } = this.watch;
    if (!watched.has(route.service)) return super.create(route, id, timeoutMs, metadata);
    const exchange = new WatchedExchange(this, route, id, timeoutMs, metadata);
    const records: CallRecord[] = [];
    tellEach(calls, (tap) => {
      const record = tap.began(exchange);
      if (record !== undefined) records.push(record);
    });
    exchange.records = records;
    return exchange;
  }

  protected override dispatch(exchange: Exchange): void {
    const { reader } = this.connection;
    // The messages of a stream come later, one by one.
    const hasMessage = exchange.route.info.shape !== "clientStream" && exchange.route.info.shape !== "bidiStream";
    if (hasMessage && exchange instanceof WatchedExchange) exchange.came(reader.end - reader.position);
    super.dispatch(exchange);
  }

  protected override answerError(
    request: FrameView,
    code: StatusCode,
    message: string,
    neverProcessed?: boolean,
    retryAfterMs?: number,
  ): void {
    super.answerError(request, code, message, neverProcessed, retryAfterMs);
    const { calls, watched } = this.watch;
    const route = this.routes[request.method];
    const known = route === undefined || "explanation" in route ? undefined : route;
    if (known !== undefined && !watched.has(known.service)) return;
    tellEach(calls, (tap) => tap.turnedAway?.({ path: known?.path, peer: this.peer, code, message }));
  }
}
