/** One connection of a small client: its WebSocket, preface and HELLO, its calls, control frames, keepalive and the end of it all. */

import type { Clock, Timer } from "../clock.js";
import { plainText, thrownText } from "../error/plain-text.js";
import type { RpcError } from "../error/rpc-error.js";
import { wireShapes } from "../frame/control.js";
import {
  bindType,
  callsBeforeHello,
  creditType,
  dataType,
  endType,
  errorType,
  goawayType,
  helloType,
  metadataFlag,
  moreFlag,
  pingType,
  pongType,
  prefaceBytes,
  protocolVersion,
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
import { frameBytesMax, FramePipe } from "./frame-pipe.js";
import { u32 } from "./growing-bytes.js";
import type { AnyWebCall, CallHost } from "./any-web-call.js";
import type { WebLimits } from "./web-limits.js";
import { closeSocket, openSocket, type WebSocketClass } from "./web-socket.js";

/** What a session is made with. */
export interface SessionOptions {
  readonly clock: Clock;
  readonly limits: WebLimits;
  readonly keepalive: KeepaliveOptions | false;
  readonly address: string;
  /** The server as errors call it. */
  readonly peer: string;
  readonly webSocket: WebSocketClass;
}

/** What a session tells the channel that owns it. */
export interface SessionOwner {
  /** The WebSocket is open. */
  opened(): void;
  /** The server has said HELLO. */
  ready(): void;
  /** There may be room for a call that waits. */
  room(): void;
  /** No new calls; those that run go on. */
  draining(session: WebSession): void;
  closed(session: WebSession, end: ConnectionEnd): void;
}

// In the place of 1003, which pages may not say.
const textRefused = 4003;
// A timer that comes this much too late: the page, or the machine, stood still.
const lateMs = 1000;
const body = reservedFlags | moreFlag;

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

export class WebSession extends FramePipe implements CallHost {
  /** Whether its WebSocket was ever open, and whether the server has said HELLO. */
  isUp = false;
  isReady = false;
  /** The longest message and metadata that the server takes. */
  messageBytesMax: number = Infinity;
  metadataBytesMax: number | undefined;
  heldBytes = 0;
  readonly #options: SessionOptions;
  readonly #owner: SessionOwner;
  readonly #calls = new Map<number, AnyWebCall>();
  readonly #bases = new Map<ServiceInfo, number>();
  #boundMethods = 0;
  #nextId = 1;
  #callsMax = callsBeforeHello;
  #prefaceSeen = 0;
  #isDraining = false;
  #heardAt = 0;
  #pings = 0;
  /** Until HELLO the time for that, then keepalive's. */
  #timer: Timer;
  #ended: ConnectionEnd | undefined;

  /** Connects. */
  constructor(options: SessionOptions, owner: SessionOwner) {
    const { clock, limits, address, webSocket } = options;
    const { connectTimeoutMs, writeQueueBytesMax } = limits;
    super(clock, writeQueueBytesMax);
    this.#options = options;
    this.#owner = owner;
    this.#timer = clock.timer(connectTimeoutMs, () =>
      this.fail("timeout", `no HELLO within connectTimeoutMs = ${connectTimeoutMs}`),
    );
    try {
      this.socket = openSocket(webSocket, address, this);
    } catch (thrown) {
      // Not at once: whoever made the call is still in the middle of it.
      clock.endOfTurn(() => this.finish("no-error", thrownText(thrown, "the WebSocket")));
    }
  }

  open(): void {
    const { messageBytesMax, metadataBytesMax } = this.#options.limits;
    this.isUp = this.isOpen = true;
    this.write(preface);
    const max = [messageBytesMax, 0, frameBytesMax, metadataBytesMax] as const;
    this.#say(helloType, 0, webImplementation, "protobuf", [], ...max);
    this.#owner.opened();
  }

  /** Whether a call that is started now would be sent now. */
  hasRoom(): boolean {
    return this.isOpen && !this.#isDraining && this.#calls.size < this.#callsMax && !this.isFull();
  }

  admit(call: AnyWebCall): number | undefined {
    const { service, index } = call.call.method;
    if (this.#nextId > streamIdMax) this.drain();
    if (!this.isOpen || this.#isDraining) return undefined;
    let base = this.#bases.get(service);
    if (base === undefined) {
      const { name, fingerprint, source, methods } = service;
      base = this.#boundMethods;
      const shapes = methods.map(({ shape }) => wireShapes.indexOf(shape));
      const names = methods.map(({ wireName }) => wireName);
      this.#say(bindType, base, name, fingerprint, source, names, shapes);
      this.#bases.set(service, base);
      this.#boundMethods += methods.length;
    }
    call.id = this.#nextId++;
    this.#calls.set(call.id, call);
    return base + index;
  }

  #say(type: number, method: number, ...fields: Parameters<typeof controlMessage>[0]): void {
    this.send(type, 0, method, 0, controlMessage(fields));
  }

  release(id: number): void {
    if (this.#calls.delete(id)) this.room();
    this.#closeIfIdle();
  }

  room(): void {
    for (const call of this.#calls.values()) call.wake();
    this.#owner.room();
  }

  /** Takes no new calls, lets those up to `lastStream` finish, then closes. */
  drain(lastStream: number = Infinity): void {
    this.#isDraining = true;
    this.#owner.draining(this);
    for (const call of this.#calls.values()) if (call.id > lastStream) call.fail(call.refused());
    this.#closeIfIdle();
  }

  #closeIfIdle(): void {
    if (this.#isDraining && this.#calls.size === 0) this.finish("no-error", "closed");
  }

  /** The socket is closed; `why` is empty where nobody said. */
  closed(why: string): void {
    const early = this.isReady ? "" : " before its HELLO";
    const text = !this.isUp ? "the WebSocket could not be opened" : why === "" ? `closed by the peer${early}` : "lost";
    this.finish("no-error", why === "" ? text : `${text} (${plainText(why, 200)})`);
  }

  /** Ends the connection because of the other side, telling it why. */
  fail(code: CloseCode, reason: string): void {
    this.#say(goawayType, 0, closeCodes.indexOf(code), 0, plainText(reason));
    this.finish(code, reason);
  }

  /** Ends the connection, whose calls fail: with `error` where it is given. */
  finish(code: CloseCode, reason: string, lastStream: number = Infinity, error?: RpcError): void {
    if (this.#ended !== undefined) return;
    const end = { code, reason, cause: undefined };
    this.#ended = end;
    this.flush();
    this.isOpen = false;
    this.#timer.cancel();
    if (this.socket !== undefined) closeSocket(this.socket);
    const status = statusOfEnd(end);
    for (const call of this.#calls.values()) {
      // Where the next connection would end in the same way, trying again is no use.
      const neverProcessed = call.id > lastStream && status === "unavailable";
      const text = `the connection to ${this.#options.peer} ended: ${reason}`;
      call.fail(error ?? call.error(status, text, undefined, { neverProcessed }));
    }
    this.#owner.closed(this, end);
  }

  /** Takes what has come; undefined stands for text. */
  bytes(chunk: Uint8Array | undefined): void {
    this.#heardAt = this.clock.now();
    try {
      if (chunk === undefined) {
        if (this.socket !== undefined) closeSocket(this.socket, textRefused);
        return this.finish("protocol-error", "the server sent text");
      }
      let at = 0;
      for (; this.#prefaceSeen < prefaceBytes && at < chunk.length; at++) {
        const byte = chunk[at];
        if (byte === preface[this.#prefaceSeen++]) continue;
        const isVersion = this.#prefaceSeen === prefaceBytes;
        throw isVersion
          ? new FrameError(
              "version",
              `the client speaks protocol version ${protocolVersion}, the server version ${byte}`,
            )
          : new FrameError("protocol-error", "the server does not speak rpcgen");
      }
      this.receive(chunk.subarray(at));
    } catch (error) {
      if (error instanceof FrameError) this.fail(error.code, error.message);
      else this.fail("internal", "reading a frame failed");
    }
  }

  frame(type: number, flags: number, stream: number, buffer: Uint8Array, start: number, end: number): void {
    const allowed = flagsFromServer[type];
    const isStream = type >= responseType && type <= creditType;
    const isEarly = !this.isReady && type !== helloType && type !== goawayType;
    const isUnknown = stream >= this.#nextId;
    if (allowed === undefined || (flags & ~allowed) !== 0 || isStream !== stream > 0 || isEarly || isUnknown) {
      const text = isUnknown
        ? `no call ${stream} was ever made`
        : `a frame (${type}, ${flags}, ${stream}) is not allowed here`;
      throw new FrameError("protocol-error", text);
    }
    if (isStream) this.#calls.get(stream)?.frame(type, flags, buffer, start, end);
    else if (type === pingType) {
      // Answers that nobody takes must not pile up.
      if (this.isFull()) throw new FrameError("enhance-your-calm", "too many pings");
      if (end - start !== 8) throw new FrameError("protocol-error", "a bad PING");
      this.send(pongType, 0, 0, 0, buffer.subarray(start, end));
    } else if (type !== pongType) this.#control(type, new ControlFields(buffer, start, end));
  }

  #control(type: number, fields: ControlFields): void {
    if (type === helloType) {
      if (this.isReady) throw new FrameError("protocol-error", "a second HELLO");
      if (!fields.texts(2).includes("protobuf")) throw new FrameError("codec", "the server does not offer protobuf");
      this.isReady = true;
      this.messageBytesMax = fields.number(4) ?? 0;
      this.#callsMax = fields.number(5) || this.#callsMax;
      this.metadataBytesMax = fields.number(7);
      this.#owner.ready();
      return this.#watch(0, 0);
    }
    const code = closeCodes[fields.number(1) ?? 0] ?? "internal";
    const lastStream = fields.number(2) ?? 0;
    // Without HELLO it is no connection yet that could drain.
    if (code === "no-error" && this.isReady) this.drain(lastStream);
    else this.finish(code, plainText(fields.text(3)), lastStream);
  }

  /** Asks with a PING after silence while calls run, and gives up without an answer; `asked` counts those since anything came. */
  #watch(asked: number, inMs: number): void {
    const { clock, keepalive } = this.#options;
    this.#timer.cancel();
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
      if (asks) this.send(pingType, 0, 0, 0, u32(0), u32(++this.#pings));
      this.#watch(asks ? asked + 1 : 0, asks ? timeoutMs : intervalMs);
    });
  }
}
