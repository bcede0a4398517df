/** The server's end of one connection: finds the handler for each request and keeps the calls that take time. */

import type { Admission } from "../call/admission.js";
import { checkMetadataSize, Metadata } from "../call/metadata.js";
import type { Peer } from "../call/server-call.js";
import { RpcError } from "../error/rpc-error.js";
import { statusNumber, type StatusCode } from "../error/status.js";
import { decodeBind, decodeEntries, encodeFailure, type Hello } from "../frame/control.js";
import { Flag, FrameType, readU32, reservedFlags, streamIdMax } from "../frame/frame.js";
import { FrameError } from "../frame/frame-error.js";
import type { FrameView } from "../frame/frame-joiner.js";
import { limitText } from "../limits.js";
import { Budget } from "../session/budget.js";
import { Connection } from "../session/connection.js";
import type { ConnectionEnd } from "../session/connection-end.js";
import type { ConnectionOptions, Role } from "../session/role.js";
import { AssemblyBudget } from "../stream/assembly.js";
import { lateBytesMax } from "../stream/credit.js";
import { Inbound } from "../stream/inbound.js";
import { StreamTable } from "../stream/stream-table.js";
import type { Transport } from "../transport/transport.js";
import { bindRoutes, type MissingRoute, type Route, type RouteTable } from "./binding.js";
import { Exchange, type ExchangeHost } from "./exchange.js";

/** What a session tells the server that owns it. */
export interface SessionOwner {
  /** What connections that speak a codec may call. */
  routesIn(codec: string): RouteTable;
  readonly exposesErrors: boolean;
  /** Undefined where every call is let in. */
  readonly admission?: Admission | undefined;
  handlerFailed(path: string, peer: string, thrown: unknown): void;
  sessionClosed(session: ServerSession, end: ConnectionEnd): void;
}

export class ServerSession implements Role, ExchangeHost {
  readonly connection: Connection;
  readonly assemblyBudget: AssemblyBudget;
  readonly peer: Peer;
  readonly exposesErrors: boolean;
  lastStream = 0;
  private readonly owner: SessionOwner;
  private readonly table = new StreamTable<Exchange>();
  private readonly cancels: Budget;
  private readonly callsMax: number;
  /** What the connection may bind, in its codec. */
  private served: RouteTable = new Map();
  protected routes: (Route | MissingRoute)[] = [];
  /** Handlers that run on although their calls are over: they still count as running calls. */
  private outlived = 0;

  constructor(transport: Transport, options: ConnectionOptions, owner: SessionOwner) {
    this.owner = owner;
    this.exposesErrors = owner.exposesErrors;
    this.connection = new Connection("server", transport, this, options);
    this.peer = { address: transport.peer, tls: transport.tls };
    this.assemblyBudget = new AssemblyBudget(options.limits.reassemblyBytesMax);
    this.callsMax = options.limits.concurrentCallsMax;
    this.cancels = new Budget(options.limits.cancelsMax, options.clock.now());
  }

  get openStreams(): number {
    return this.table.size;
  }

  /** Ends every running call with an error and takes no new ones, so that the connection can close. */
  abortCalls(code: StatusCode, text: string): void {
    this.connection.endFarewell();
    for (const exchange of this.table.all()) exchange.interrupt(code, text, true);
  }

  frame(frame: FrameView): void {
    if (frame.type === FrameType.request) return this.request(frame);
    if (frame.type === FrameType.bind) return this.bind(frame);
    const exchange = this.table.find(frame.stream);
    if (exchange === undefined) {
      if (frame.stream > this.lastStream) {
        throw new FrameError("protocol-error", `a frame for stream ${frame.stream}, which no REQUEST has opened`);
      }
      return this.connection.floods.ignoreFrame(frame);
    }
    if ((frame.flags & reservedFlags) !== 0) return exchange.refuse("unimplemented", reservedText);
    switch (frame.type) {
      case FrameType.data:
        return this.data(exchange, frame);
      case FrameType.end:
        if (frame.flags !== 0) throw new FrameError("protocol-error", "a client's END carries no metadata");
        if (exchange.inbound === undefined)
          return exchange.refuse("internal", "END came for a call whose request is whole");
        return exchange.inbound.end();
      case FrameType.cancel:
        return this.cancel(exchange);
      default:
        return this.credit(exchange, frame);
    }
  }

  room(stream: number, bytes: number): Uint8Array | undefined {
    return this.table.find(stream)?.inbound?.room(bytes);
  }

  ready(_hello: Hello, codec: string): void {
    this.served = this.owner.routesIn(codec);
  }

  goaway(): void {}

  tick(now: number): number {
    let next = Infinity;
    for (const exchange of this.table.all()) {
      if (exchange.deadlineAt > now) next = Math.min(next, exchange.deadlineAt);
      else {
        this.connection.counters.deadlinesExceeded++;
        exchange.interrupt("deadline-exceeded", "the deadline passed before the handler had answered", true);
      }
    }
    return next;
  }

  closed(end: ConnectionEnd): void {
    for (const exchange of this.table.all()) {
      exchange.interrupt("cancelled", `the connection to the client ended: ${end.reason}`, false);
    }
    this.owner.sessionClosed(this, end);
  }

  register(exchange: Exchange): void {
    this.table.add(exchange);
    this.connection.counters.callsOpen++;
    if (exchange.deadlineAt !== Infinity) this.connection.wakeAt(exchange.deadlineAt);
  }

  release(exchange: Exchange): void {
    this.table.delete(exchange.id);
    this.connection.counters.callsOpen--;
    if (!this.connection.isOpen) this.connection.closeIfIdle();
  }

  handlerFailed(path: string, thrown: unknown): void {
    this.owner.handlerFailed(path, this.peer.address, thrown);
  }

  handlerOutlived(by: 1 | -1): void {
    this.outlived += by;
    if (by > 0) this.connection.counters.handlersOutlived++;
  }

  private bind(frame: FrameView): void {
    const { connection, routes } = this;
    connection.floods.spendIdleFrame();
    if (frame.method !== routes.length) {
      throw new FrameError("protocol-error", `BIND starts at index ${frame.method}, the next one is ${routes.length}`);
    }
    connection.reader.reset(frame.buffer, frame.start, frame.end);
    const bind = decodeBind(connection.reader, frame.end);
    const { boundMethodsMax } = connection.limits;
    const count = routes.length + bind.methods.length;
    if (count > boundMethodsMax) {
      throw new FrameError(
        "limit-exceeded",
        limitText("the number of bound methods", "boundMethodsMax", boundMethodsMax, count),
      );
    }
    const bound = bindRoutes(this.served, bind, connection.local);
    for (const route of bound) routes.push(route);
  }

  private request(frame: FrameView): void {
    const { connection } = this;
    const { stream: id, flags } = frame;
    if (id <= this.lastStream || id > streamIdMax) this.refuseId(id);
    this.lastStream = id;
    const route = this.routes[frame.method];
    if (route === undefined)
      throw new FrameError("protocol-error", `REQUEST for method ${frame.method}, which is not bound`);
    connection.counters.callsStarted++;
    if ((flags & reservedFlags) !== 0) return this.answerError(frame, "unimplemented", reservedText);
    if ("explanation" in route) return this.answerError(frame, "unimplemented", route.explanation());
    if (!connection.isOpen || this.isFull) return this.refuseCall(frame);
    if (!fits(route, flags)) {
      return this.answerError(frame, "internal", `the request's flags do not fit a ${route.info.shape} method`);
    }
    this.accept(frame, route);
  }

  // By itself, because the engine would make the number's text ahead of the question, for every call.
  private refuseId(id: number): never {
    if (id > streamIdMax) throw new FrameError("protocol-error", `stream id ${id} is above ${streamIdMax}`);
    throw new FrameError("protocol-error", `REQUEST with stream id ${id} after ${this.lastStream}: ids only grow`);
  }

  private get isFull(): boolean {
    return this.table.size + this.outlived >= this.callsMax;
  }

  private accept(frame: FrameView, route: Route): void {
    const { connection } = this;
    const { buffer, end, flags, stream: id } = frame;
    let at = frame.start;
    let timeoutMs = -1;
    if ((flags & Flag.deadline) !== 0) {
      timeoutMs = sectionU32(buffer, at, end);
      at += 4;
      if (timeoutMs === 0) {
        connection.counters.deadlinesExceeded++;
        return this.answerError(frame, "deadline-exceeded", "the deadline had passed before the call came");
      }
    }
    let metadata: Metadata | undefined;
    if ((flags & Flag.metadata) !== 0) {
      const start = at + 4;
      at = start + sectionU32(buffer, at, end);
      if (at > end) throw new FrameError("protocol-error", "a metadata section is longer than its frame");
      try {
        metadata = this.metadata(buffer, start, at);
      } catch (error) {
        if (!RpcError.is(error)) throw error;
        return this.answerError(frame, error.code, error.message);
      }
    }
    const admitted = this.owner.admission?.admit(route.path);
    if (RpcError.is(admitted)) return this.turnAway(frame, admitted);
    const exchange = this.create(route, id, timeoutMs, metadata);
    if (admitted !== undefined) exchange.admitted(admitted);
    if ((flags & Flag.noBody) !== 0) this.openStream(exchange, at, end);
    else if ((flags & Flag.more) !== 0) this.assemble(exchange, buffer, at, end);
    else if (end - at > connection.messageBytesMax) {
      const { messageBytesMax } = connection;
      exchange.refuse("resource-exhausted", limitText("a message", "messageBytesMax", messageBytesMax, end - at));
    } else {
      connection.reader.reset(buffer, at, end);
      this.dispatch(exchange);
    }
  }

  protected create(route: Route, id: number, timeoutMs: number, metadata: Metadata | undefined): Exchange {
    return new Exchange(this, route, id, timeoutMs, metadata);
  }

  /** The reader stands at the request. */
  protected dispatch(exchange: Exchange): void {
    const { route } = exchange;
    try {
      // The handler's type was checked where it met its dispatch table, in `mount`.
      route.dispatch(route.handler as never, route.index, exchange);
    } catch (thrown) {
      exchange.failWith(thrown);
    }
  }

  /** A call whose messages follow as DATA. */
  private openStream(exchange: Exchange, at: number, end: number): void {
    if (at !== end) throw new FrameError("protocol-error", "a REQUEST without body has bytes behind its sections");
    exchange.listen(new Inbound("many", exchange, this.assemblyBudget, this.connection.messageBytesMax));
    exchange.register();
    this.connection.reader.reset(nothing, 0, 0);
    this.dispatch(exchange);
  }

  /** A call whose one message comes in parts. */
  private assemble(exchange: Exchange, buffer: Uint8Array, at: number, end: number): void {
    const { reader, messageBytesMax } = this.connection;
    const sink = {
      message: (whole: Uint8Array, start: number, stop: number): void => {
        reader.reset(whole, start, stop);
        this.dispatch(exchange);
      },
      ended: (): void => {},
      refuse: (code: StatusCode, text: string): void => exchange.refuse(code, text),
      idle: (): void => exchange.idle(),
      grant: (increment: number): void => exchange.grant(increment),
    };
    const inbound = new Inbound("one", sink, this.assemblyBudget, messageBytesMax);
    exchange.listen(inbound);
    exchange.register();
    inbound.take(true, true, buffer, at, end);
  }

  private data(exchange: Exchange, frame: FrameView): void {
    if (exchange.inbound === undefined)
      return exchange.refuse("internal", "DATA came for a call whose request is whole");
    exchange.inbound.take(false, (frame.flags & Flag.more) !== 0, frame.buffer, frame.start, frame.end);
  }

  private cancel(exchange: Exchange): void {
    const { connection } = this;
    // Whoever leaves a stream that has begun to answer has waited for it: only calls cut short are a flood.
    const isServed = exchange.sending?.hasSent === true;
    if (!isServed && !this.cancels.spend(() => connection.clock.now())) {
      throw new FrameError(
        "enhance-your-calm",
        `more than cancelsMax = ${connection.limits.cancelsMax} cancelled calls in 30 s`,
      );
    }
    connection.counters.callsCancelled++;
    exchange.interrupt("cancelled", "the client cancelled the call", false);
  }

  private credit(exchange: Exchange, frame: FrameView): void {
    if (frame.end - frame.start !== 4) throw new FrameError("protocol-error", "a CREDIT carries 4 bytes");
    if (!exchange.sender.isGrantDue()) this.connection.floods.spendIdleFrame();
    exchange.sender.grant(readU32(frame.buffer, frame.start));
  }

  private metadata(buffer: Uint8Array, start: number, end: number): Metadata {
    const { reader, limits } = this.connection;
    reader.reset(buffer, start, end);
    const metadata = Metadata.from(decodeEntries(reader, end));
    checkMetadataSize(metadata, limits);
    return metadata;
  }

  private turnAway(frame: FrameView, { code, message, retryAfterMs }: RpcError): void {
    this.connection.counters.callsRefused++;
    this.answerError(frame, code, message, true, retryAfterMs);
  }

  private refuseCall(frame: FrameView): void {
    const { connection } = this;
    connection.counters.callsRefused++;
    const { concurrentCallsMax } = connection.limits;
    const why = connection.isOpen
      ? limitText("the number of running calls", "concurrentCallsMax", concurrentCallsMax)
      : "the server is closing";
    this.answerError(frame, "unavailable", why, true);
  }

  /** Ends a call that never got as far as a handler. */
  protected answerError(
    request: FrameView,
    code: StatusCode,
    text: string,
    neverProcessed = false,
    retryAfterMs?: number,
  ): void {
    const { outbox } = this.connection;
    if ((request.flags & (Flag.noBody | Flag.more)) !== 0) this.connection.floods.expectLate(lateBytesMax);
    if ((request.flags & Flag.oneway) !== 0) return;
    const p = outbox.open(FrameType.error, 0, 0, request.stream);
    outbox.close(encodeFailure(outbox.writer, statusNumber(code), text, neverProcessed, undefined, p, retryAfterMs));
  }
}

const shapeMask = Flag.noBody | Flag.oneway;
// What has no body has no rest of one.
const restMask = Flag.noBody | Flag.more;
const nothing = new Uint8Array(0);
const reservedText = "compression and trace sections are not offered in this version";

function fits({ shapeFlags }: Route, flags: number): boolean {
  return (flags & shapeMask) === shapeFlags && (flags & restMask) !== restMask;
}

function sectionU32(buffer: Uint8Array, at: number, end: number): number {
  if (end - at < 4) throw new FrameError("protocol-error", "a section is cut off");
  return readU32(buffer, at);
}
