/** One connection of a small client: preface and HELLO, its calls, control frames, keepalive and the end of it all. */

import { checkMetadataSize, Metadata } from "../call/metadata.js";
import type { Clock, Timer } from "../clock.js";
import { plainText } from "../error/plain-text.js";
import { RpcError } from "../error/rpc-error.js";
import { statusFromNumber } from "../error/status.js";
import { encodeEntries, wireShapes } from "../frame/control.js";
import {
  bindType,
  callsBeforeHello,
  creditType,
  dataType,
  deadlineFlag,
  endType,
  errorType,
  goawayType,
  helloType,
  metadataFlag,
  moreFlag,
  noBodyFlag,
  onewayFlag,
  pingType,
  pongType,
  prefaceBytes,
  protocolVersion,
  readU32,
  reservedFlags,
  responseType,
  streamIdMax,
} from "../frame/frame.js";
import { closeCodes, FrameError, type CloseCode } from "../frame/frame-error.js";
import { webImplementation } from "../implementation.js";
import type { ServiceInfo } from "../method/method.js";
import { statusOfEnd, type ConnectionEnd } from "../session/connection-end.js";
import type { KeepaliveOptions } from "../session/keepalive.js";
import { preface } from "../session/preface.js";
import { controlMessage } from "./control-message.js";
import { ControlFields } from "./control-fields.js";
import { frameBytesMax, framePipe, type FramePipe } from "./frame-pipe.js";
import { u32 } from "./growing-bytes.js";
import { SmallReader } from "./small-reader.js";
import { written } from "./small-writer.js";
import type { AnyWebCall, CallHost } from "./web-call.js";
import type { WebLimits } from "./web-limits.js";
import { closeSocket, type WebSocketLike } from "./web-socket.js";

/** What a session is made with. */
export interface SessionOptions {
  readonly clock: Clock;
  readonly limits: WebLimits;
  readonly keepalive: KeepaliveOptions | false;
  /** The server as errors call it. */
  readonly peer: string;
}

/** What a session tells the channel that owns it. */
export interface SessionWatcher {
  /** The server has said HELLO. */
  ready(): void;
  /** There may be room for a call that waits. */
  room(): void;
  /** No new calls; those that run go on. */
  draining(): void;
  closed(end: ConnectionEnd): void;
}

const body = reservedFlags | moreFlag;
// In the place of 1003, which pages may not say.
const textRefused = 4003;
// A timer that comes this much too late: the page, or the machine, stood still.
const lateMs = 1000;

/** The flags that a frame of each type may have when it comes from a server. Other types do not come from there. */
export const flagsFromServer: Readonly<Record<number, number | undefined>> = {
  [helloType]: 0,
  [responseType]: body | metadataFlag,
  [errorType]: metadataFlag,
  [dataType]: body,
  [endType]: metadataFlag,
  [creditType]: 0,
  [pingType]: 0,
  [pongType]: 0,
  [goawayType]: 0,
};

export class WebSession implements CallHost {
  readonly peer: string;
  readonly pipe: FramePipe;
  readonly bytesMax: number;
  messageBytesMax: number = Infinity;
  readonly #socket: WebSocketLike;
  readonly #options: SessionOptions;
  readonly #watcher: SessionWatcher;
  readonly #calls = new Map<number, AnyWebCall>();
  readonly #bases = new Map<ServiceInfo, number>();
  #metadataBytesMax: number | undefined;
  #boundMethods = 0;
  #nextId = 1;
  #callsMax = callsBeforeHello;
  #prefaceSeen = 0;
  #isReady = false;
  #isDraining = false;
  #heardAt = 0;
  #pings = 0;
  #timer: Timer | undefined;
  #ended: ConnectionEnd | undefined;

  constructor(socket: WebSocketLike, options: SessionOptions, watcher: SessionWatcher) {
    const { clock, limits, peer } = options;
    const { messageBytesMax, metadataBytesMax, writeQueueBytesMax } = limits;
    this.#socket = socket;
    this.#options = options;
    this.#watcher = watcher;
    this.peer = peer;
    this.bytesMax = messageBytesMax;
    this.pipe = framePipe(socket, clock, writeQueueBytesMax, (...frame) => this.#frame(...frame));
    this.pipe.write(preface);
    const max = [messageBytesMax, 0, frameBytesMax, metadataBytesMax] as const;
    this.#say(helloType, 0, controlMessage(webImplementation, "protobuf", [], ...max));
  }

  /** Whether new calls may be started. */
  get isOpen(): boolean {
    return this.#ended === undefined && !this.#isDraining;
  }

  /** Whether a call that is started now would be sent now. */
  get hasRoom(): boolean {
    return this.isOpen && this.#calls.size < this.#callsMax && !this.pipe.isFull();
  }

  /** Sends the request. Whatever stands in the way fails the call, never the caller. */
  start(call: AnyWebCall): void {
    const { method, requests, metadata, deadlineAt } = call.call;
    if (call.isOver) return;
    const leftMs = deadlineAt - this.#options.clock.now();
    const head: Uint8Array[] = [];
    let flags = method.info.shape === "oneway" ? onewayFlag : requests === undefined ? 0 : noBodyFlag;
    let message: Uint8Array | undefined;
    try {
      if (requests === undefined) message = call.request(this);
      if (leftMs !== Infinity) {
        flags |= deadlineFlag;
        // Rounded down to zero it would be no time at all.
        head.push(u32(Math.min(0xffff_ffff, Math.max(1, Math.ceil(leftMs)))));
      }
      if (metadata !== undefined && metadata.size > 0) {
        checkMetadataSize(metadata, this.#options.limits, this.#metadataBytesMax);
        flags |= metadataFlag;
        const entries = written((writer) => encodeEntries(writer, metadata, 0));
        head.push(u32(entries.length), entries);
      }
    } catch (thrown) {
      return call.giveUp(call.requestError(thrown));
    }
    // Encoding may have run code of the caller's, which may have ended anything.
    if (call.isOver) return;
    if (this.#nextId > streamIdMax) this.drain();
    if (!this.isOpen) return call.fail(this.#notStarted(this.#ended?.reason ?? "it takes no new calls"));
    const index = this.#baseOf(method.service) + method.index;
    const id = this.#nextId++;
    this.#calls.set(id, call);
    call.begin(this, id, index, flags, head, message);
  }

  #baseOf(service: ServiceInfo): number {
    const base = this.#bases.get(service) ?? this.#boundMethods;
    if (base < this.#boundMethods) return base;
    const { name, fingerprint, source, methods } = service;
    const shapes = methods.map(({ shape }) => wireShapes.indexOf(shape));
    const names = methods.map(({ wireName }) => wireName);
    this.#say(bindType, base, controlMessage(name, fingerprint, source, names, shapes));
    this.#bases.set(service, base);
    this.#boundMethods += service.methods.length;
    return base;
  }

  #say(type: number, method: number, message: Uint8Array): void {
    this.pipe.send(type, 0, method, 0, message);
  }

  release(id: number): void {
    if (!this.#calls.delete(id)) return;
    if (this.isOpen) this.#watcher.room();
    else this.#closeIfIdle();
  }

  /** Takes no new calls, lets those that run finish, then closes. */
  drain(): void {
    this.#isDraining = true;
    this.#watcher.draining();
    this.#closeIfIdle();
  }

  #closeIfIdle(): void {
    if (this.#isDraining && this.#calls.size === 0) this.finish("no-error", "closed");
  }

  /** The socket is closed; `why` is empty where nobody said. */
  lost(why: string): void {
    const early = this.#isReady ? "" : " before its HELLO";
    this.finish("no-error", why === "" ? `closed by the peer${early}` : `lost (${plainText(why, 200)})`);
  }

  /** Ends the connection because of the other side, telling it why. */
  fail(code: CloseCode, reason: string): void {
    this.#say(goawayType, 0, controlMessage(closeCodes.indexOf(code), 0, plainText(reason)));
    this.finish(code, reason);
  }

  /** Ends the connection, whose calls fail: with `error` where it is given. */
  finish(code: CloseCode, reason: string, lastStream: number = Infinity, error?: RpcError): void {
    if (this.#ended !== undefined) return;
    const end = { code, reason, cause: undefined };
    this.pipe.stop();
    this.#ended = end;
    this.#timer?.cancel();
    closeSocket(this.#socket);
    const status = statusOfEnd(end);
    for (const call of [...this.#calls.values()]) {
      // Where the next connection would end in the same way, trying again is no use.
      const neverProcessed = call.id > lastStream && status === "unavailable";
      const facts = { method: call.call.method.path, peer: this.peer, neverProcessed };
      call.fail(error ?? new RpcError(status, `the connection to ${this.peer} ended: ${reason}`, facts));
    }
    this.#watcher.closed(end);
  }

  /** Takes what has come; undefined stands for text. */
  bytes(chunk: Uint8Array | undefined): void {
    this.#heardAt = this.#options.clock.now();
    try {
      if (chunk === undefined) {
        closeSocket(this.#socket, textRefused);
        return this.finish("protocol-error", "the server sent text");
      }
      let at = 0;
      for (; this.#prefaceSeen < prefaceBytes && at < chunk.length; at++) {
        const byte = chunk[at];
        if (byte === preface[this.#prefaceSeen++]) continue;
        if (this.#prefaceSeen < prefaceBytes)
          throw new FrameError("protocol-error", "the server does not speak rpcgen");
        const text = `the client speaks protocol version ${protocolVersion}, the server version ${byte}`;
        throw new FrameError("version", text);
      }
      this.pipe.receive(chunk.subarray(at));
    } catch (error) {
      if (error instanceof FrameError) this.fail(error.code, error.message);
      else this.fail("internal", "reading a frame failed");
    }
  }

  #frame(type: number, flags: number, stream: number, buffer: Uint8Array, start: number, end: number): void {
    const allowed = flagsFromServer[type];
    const isStream = type >= responseType && type <= creditType;
    const isEarly = !this.#isReady && type !== helloType && type !== goawayType;
    if (allowed === undefined || (flags & ~allowed) !== 0 || isStream !== stream > 0 || isEarly) {
      throw new FrameError("protocol-error", `a frame (${type}, ${flags}, ${stream}) is not allowed here`);
    }
    if (!isStream) return this.#control(type, new SmallReader(buffer, start, end));
    const call = this.#calls.get(stream);
    if (call !== undefined) this.#streamFrame(call, type, flags, buffer, start, end);
    else if (stream >= this.#nextId) throw new FrameError("protocol-error", `no call ${stream} was ever made`);
  }

  #streamFrame(call: AnyWebCall, type: number, flags: number, buffer: Uint8Array, start: number, end: number): void {
    if ((flags & reservedFlags) !== 0) {
      const text = "the server used a reserved flag";
      return call.refuse("unimplemented", text);
    }
    if (type === creditType) {
      return call.credit(end - start === 4 ? readU32(buffer, start) : 0);
    }
    const from = (flags & metadataFlag) === 0 ? start : this.#metadata(call, buffer, start, end);
    // What came beside the message may have ended the call.
    if (call.isOver) return;
    if (type === errorType) this.#failure(call, new SmallReader(buffer, from, end));
    else if (type !== endType) call.receiver.take(type, (flags & moreFlag) !== 0, buffer, from, end);
    else if (call.receiver.canEnd()) call.end();
    else call.refuse("internal", "an answer of the wrong kind");
  }

  /** Reads the metadata section and returns where the message starts. */
  #metadata(call: AnyWebCall, buffer: Uint8Array, start: number, end: number): number {
    const from = start + 4;
    const to = from > end ? Infinity : from + readU32(buffer, start);
    if (to > end) throw new FrameError("protocol-error", "metadata longer than its frame");
    const fields = new ControlFields(new SmallReader(buffer, from, to));
    const values = fields.texts(2);
    try {
      const metadata = Metadata.from(fields.texts(1).map((key, i) => [key, values[i] ?? ""] as const));
      checkMetadataSize(metadata, this.#options.limits);
      call.tellMetadata(metadata);
    } catch (error) {
      if (!RpcError.is(error)) throw error;
      call.refuse(error.code === "resource-exhausted" ? error.code : "internal", error.message);
    }
    return to;
  }

  #failure(call: AnyWebCall, reader: SmallReader): void {
    const fields = new ControlFields(reader);
    const { info, path } = call.call.method;
    const code = statusFromNumber(fields.number(1) ?? 0);
    const message = plainText(fields.text(2));
    const typeName = plainText(fields.text(4)) || undefined;
    const retryAfterMs = fields.number(6);
    const facts = {
      method: path,
      peer: this.peer,
      neverProcessed: fields.number(3) === 1,
      retryAfterMs: retryAfterMs === 0xffff_ffff ? Infinity : retryAfterMs,
    };
    const declared = info.throws.find(({ name }) => name === typeName);
    let error: unknown = new RpcError(code, message, { ...facts, typeName });
    try {
      const detail = fields.all(5).at(-1) ?? new Uint8Array(0);
      if (declared !== undefined) error = declared.decode(new SmallReader(detail), detail.length, message, facts);
    } catch (cause) {
      error = new RpcError(code, `the detail of ${typeName} cannot be read: ${message}`, { ...facts, cause });
    }
    if (RpcError.is(error)) call.fail(error);
  }

  #control(type: number, reader: SmallReader): void {
    if (type === pongType) return;
    if (type === pingType) {
      // Answers that nobody takes must not pile up.
      if (this.pipe.isFull()) throw new FrameError("enhance-your-calm", "too many pings");
      return this.pipe.send(pongType, 0, 0, 0, reader.buffer.slice(reader.position, reader.end));
    }
    const fields = new ControlFields(reader);
    if (type === helloType) return this.#heardHello(fields);
    const code = closeCodes[fields.number(1) ?? 0] ?? "internal";
    const lastStream = fields.number(2) ?? 0;
    // Without HELLO it is no connection yet that could drain.
    if (code !== "no-error" || !this.#isReady) return this.finish(code, plainText(fields.text(3)), lastStream);
    const error = this.#notStarted("the server is closing");
    this.#isDraining = true;
    this.#watcher.draining();
    for (const call of [...this.#calls.values()]) if (call.id > lastStream) call.fail(error);
    this.#closeIfIdle();
  }

  #heardHello(fields: ControlFields): void {
    if (this.#isReady) throw new FrameError("protocol-error", "a second HELLO");
    if (!fields.texts(2).includes("protobuf")) throw new FrameError("codec", "the server does not offer protobuf");
    this.#isReady = true;
    this.messageBytesMax = fields.number(4) ?? 0;
    this.#callsMax = fields.number(5) || this.#callsMax;
    this.#metadataBytesMax = fields.number(7);
    this.#watcher.ready();
    this.#watch(0, 0);
  }

  /** Asks with a PING after silence while calls run, and gives up without an answer; `asked` counts those since anything came. */
  #watch(asked: number, inMs: number): void {
    const { clock, keepalive } = this.#options;
    if (keepalive === false || this.#ended !== undefined) return;
    const { intervalMs, timeoutMs, whileIdle } = keepalive;
    const since = clock.now();
    this.#timer = clock.timer(inMs, () => {
      const now = clock.now();
      const leftMs = this.#heardAt + intervalMs - now;
      if (asked > 0 ? this.#heardAt >= since : leftMs > 0) return this.#watch(0, Math.max(0, leftMs));
      // A page that stood still has not seen yet what came meanwhile: it asks once more.
      if (asked > (now < since + inMs + lateMs ? 0 : 1)) {
        return this.fail("timeout", `no answer to a ping within ${timeoutMs} ms`);
      }
      const asks = asked > 0 || this.#calls.size > 0 || whileIdle === true;
      if (asks) this.pipe.send(pingType, 0, 0, 0, u32(0), u32(++this.#pings));
      this.#watch(asks ? asked + 1 : 0, asks ? timeoutMs : intervalMs);
    });
  }

  #notStarted(why: string): RpcError {
    const { peer } = this;
    const text = `the connection to ${peer} cannot be used: ${why}`;
    return new RpcError("unavailable", text, { peer, neverProcessed: true });
  }
}
