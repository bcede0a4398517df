/** One connection, of either role: preface and HELLO, control frames, keepalive and the end of it all. */

import { Reader } from "../bytes/reader.js";
import { Alarm, type Clock } from "../clock.js";
import type { Counters } from "../events.js";
import { plainText } from "../error/plain-text.js";
import { decodeGoaway, decodeHello, encodeGoaway, encodeHello, type Goaway, type Hello } from "../frame/control.js";
import { bindType, chunkBytes, FrameType, protocolVersion, streamIdMax } from "../frame/frame.js";
import { FrameError, type CloseCode } from "../frame/frame-error.js";
import { allowedFrom, frameName } from "../frame/frame-table.js";
import { FrameJoiner, type FrameView, type Place } from "../frame/frame-joiner.js";
import type { Limits } from "../limits.js";
import type { Transport } from "../transport/transport.js";
import { agreeOnCodec } from "./agree-on-codec.js";
import type { ConnectionEnd } from "./connection-end.js";
import { Farewell, quietMs } from "./farewell.js";
import { FloodGuard } from "./flood-guard.js";
import { Keepalive } from "./keepalive.js";
import { Outbox } from "./outbox.js";
import { ownHello } from "./own-hello.js";
import { PrefaceReader, preface } from "./preface.js";
import type { ConnectionOptions, Role, Side } from "./role.js";

const allowed = { client: allowedFrom("server"), server: allowedFrom("client") };

/** Owns a transport from its first byte to its last. */
export class Connection {
  readonly outbox: Outbox;
  readonly floods: FloodGuard;
  readonly clock: Clock;
  readonly limits: Limits;
  readonly counters: Counters;
  /** The limit of that name, which every message asks for: fields are found faster than names among so many. */
  readonly messageBytesMax: number;
  readonly peer: string;
  readonly peerHost: string | undefined;
  readonly local: string;
  /** For decoding whatever the frame at hand carries; sits still only until the next frame. */
  readonly reader: Reader = new Reader();
  peerHello: Hello | undefined;
  /** Messages up to this length go in one frame, and every peer takes them. */
  smallBytes = 0;
  /** When the bytes came that are being read: one look at the clock for all the frames among them. */
  readAt: number;
  private readonly side: Side;
  private readonly allowed: ReturnType<typeof allowedFrom>;
  private readonly transport: Transport;
  private readonly role: Role;
  private readonly joiner: FrameJoiner;
  private readonly prefaceReader: PrefaceReader;
  private readonly alarm: Alarm;
  private readonly keepalive: Keepalive;
  private readonly ownHello: Hello;
  private readonly codecs: readonly string[];
  private readonly handshakeBy: number;
  private frameBy = Infinity;
  private lingerBy = Infinity;
  private end: ConnectionEnd | undefined;
  private isOver = false;
  private isPaused = false;
  private draining = false;
  /** While a draining server still takes the calls that crossed its first GOAWAY. */
  private farewell: Farewell | undefined;

  constructor(side: Side, transport: Transport, role: Role, options: ConnectionOptions) {
    const { clock, limits } = options;
    this.side = side;
    this.allowed = allowed[side];
    this.transport = transport;
    this.role = role;
    this.clock = clock;
    this.limits = limits;
    this.messageBytesMax = limits.messageBytesMax;
    this.counters = options.counters;
    this.ownHello = ownHello(side, options);
    this.codecs = options.codecs;
    this.peer = transport.peer;
    this.peerHost = transport.peerHost;
    this.local = transport.local;
    const now = clock.now();
    this.readAt = now;
    this.floods = new FloodGuard(clock, limits, options.counters);
    this.outbox = new Outbox(transport, clock, limits.writeQueueBytesMax, limits.unsentBytesMax);
    const place: Place = (type, stream, bytes) => (type === FrameType.data ? role.room(stream, bytes) : undefined);
    this.joiner = new FrameJoiner(limits.frameBytesMax, (frame) => this.take(frame), place);
    this.prefaceReader = new PrefaceReader();
    this.keepalive = new Keepalive(options.keepalive, now);
    this.handshakeBy = now + limits.handshakeTimeoutMs;
    this.alarm = new Alarm(clock, () => this.ring());
  }

  /** Speaks first (a client) and starts to listen. */
  start(): void {
    if (this.side === "client") this.introduce();
    this.transport.start({
      bytes: (chunk) => this.bytes(chunk),
      drained: () => this.drained(),
      closed: (error) => this.closed(error),
    });
    this.alarm.noLaterThan(this.handshakeBy);
  }

  /** Whether new streams may still be opened or taken. */
  get isOpen(): boolean {
    return this.end === undefined && !this.draining;
  }

  /** Whether frames still come and go. */
  get isAlive(): boolean {
    return this.end === undefined;
  }

  /** Makes sure that the role is asked for what is due at `at`. */
  wakeAt(at: number): void {
    this.alarm.noLaterThan(at);
  }

  /**
   * Announces that no new streams are taken, lets those that run finish, then closes. A server still takes what crosses its
   * announcement, for `farewellMs` at the most and not after `endFarewell`.
   */
  drain(message: string): void {
    if (this.end !== undefined || this.farewell !== undefined) return;
    if (this.outbox.isWriting) return this.outbox.whenWritten(() => this.drain(message));
    const now = this.clock.now();
    const isIdle = this.role.openStreams === 0 && now - this.readAt >= quietMs;
    if (this.side === "client" || this.draining || this.peerHello === undefined || isIdle) {
      return this.takeNoMore(message);
    }
    this.farewell = new Farewell(message, now);
    this.sayGoaway("no-error", message, streamIdMax);
    this.sendPing(FrameType.ping, this.farewell.question);
    this.alarm.noLaterThan(this.farewell.until);
  }

  /** Takes no new streams from now on, where `drain` still does. */
  endFarewell(): void {
    if (this.farewell === undefined || this.end !== undefined) return;
    if (this.outbox.isWriting) return this.outbox.whenWritten(() => this.endFarewell());
    const { message } = this.farewell;
    this.farewell = undefined;
    this.takeNoMore(message);
  }

  private takeNoMore(message: string): void {
    if (!this.draining) {
      this.draining = true;
      if (this.side === "server") this.announceDrain(message);
    }
    this.closeIfIdle();
  }

  // A client that is still introducing itself may have its first calls on the way, and learns that nobody saw them.
  private announceDrain(message: string): void {
    if (!this.prefaceReader.isDone) this.outbox.raw(preface);
    this.sayGoaway("no-error", message);
    if (this.peerHello === undefined) this.close("closed");
  }

  /** Closes a draining connection once nothing runs on it any more. */
  closeIfIdle(): void {
    if (!this.draining || this.end !== undefined || this.role.openStreams > 0) return;
    if (this.outbox.isWriting) return this.outbox.whenWritten(() => this.closeIfIdle());
    this.outbox.flush();
    // What is still queued may take as long as the drain does; `drained` asks again.
    if (this.outbox.isEmpty) this.close("closed");
  }

  /** Ends the connection because of the other side, telling it why. */
  fail(code: CloseCode, message: string, cause?: unknown): void {
    if (this.end !== undefined) return;
    this.counters.connectionsFailed++;
    // Whatever is no TLS tells a client that speaks TLS what is wrong.
    if (this.prefaceReader.isTls && this.side === "server") this.outbox.raw(preface);
    else if (this.side === "client" || this.prefaceReader.isDone) this.sayGoaway(code, message);
    this.finish({ code, reason: message, cause: cause instanceof Error ? cause : undefined });
  }

  /** Ends the connection now; what has been written may still leave within `lingerMs`. */
  close(reason: string): void {
    this.finish({ code: "no-error", reason, cause: undefined });
  }

  /** Ends the connection at once, without a word. */
  destroy(reason: string): void {
    this.close(reason);
    this.transport.destroy();
  }

  private introduce(): void {
    this.outbox.raw(preface);
    const p = this.outbox.open(FrameType.hello, 0, 0, 0);
    this.outbox.close(encodeHello(this.outbox.writer, this.ownHello, p));
  }

  private sayGoaway(code: CloseCode, message: string, lastStream = this.role.lastStream): void {
    this.outbox.rollback();
    const goaway: Goaway = { code, lastStream, message: plainText(message) };
    const p = this.outbox.open(FrameType.goaway, 0, 0, 0);
    this.outbox.close(encodeGoaway(this.outbox.writer, goaway, p));
  }

  private bytes(chunk: Uint8Array): void {
    if (this.end !== undefined) return;
    this.readAt = this.clock.now();
    this.keepalive.heard(this.readAt);
    try {
      let from = 0;
      if (!this.prefaceReader.isDone) {
        from = this.prefaceReader.push(chunk, this.side === "server" ? "client" : "server");
        if (!this.prefaceReader.isDone) return;
        this.greet(this.prefaceReader.version);
      }
      this.joiner.push(chunk, from);
    } catch (error) {
      if (error instanceof FrameError) this.fail(error.code, error.message);
      else this.fail("internal", "reading a frame failed", error);
    }
    this.afterRead();
  }

  private greet(version: number): void {
    if (this.side === "server") this.introduce();
    if (version === protocolVersion) return;
    throw new FrameError(
      "version",
      `the ${this.side} speaks protocol version ${protocolVersion}, the ${this.side === "server" ? "client" : "server"} version ${version}`,
    );
  }

  private afterRead(): void {
    if (this.end !== undefined) return;
    if (!this.joiner.isPartial) this.frameBy = Infinity;
    else if (this.frameBy === Infinity) this.expectRestOfFrame();
    // A peer that does not read its answers may not ask for more of them. What has only not been handed over yet is
    // not its fault, and no transport would say when that is gone.
    if (this.side === "client" || this.isPaused || !this.outbox.isFull) return;
    this.outbox.flush();
    if (this.outbox.isFull) {
      this.isPaused = true;
      this.transport.pause();
    }
  }

  private expectRestOfFrame(): void {
    this.frameBy = this.clock.now() + this.limits.frameReadTimeoutMs;
    this.alarm.noLaterThan(this.frameBy);
  }

  private take(frame: FrameView): void {
    // Whatever is cut off at the end of the chunk is another frame, with time of its own.
    this.frameBy = Infinity;
    const row = this.allowed[frame.type];
    const isOfCall = frame.stream > 0;
    if (row === undefined || (frame.flags & ~row.flags) !== 0 || (row.on === "stream") !== isOfCall) this.forbid(frame);
    if (this.peerHello === undefined) this.checkFirst(frame);
    if (isOfCall || frame.type === bindType) this.role.frame(frame);
    else this.control(frame);
  }

  private forbid({ type, flags, stream }: FrameView): never {
    const row = this.allowed[type];
    const isOdd = row === undefined || (flags & ~row.flags) !== 0;
    const what = isOdd
      ? `${frameName(type)} with flags ${flags} is not allowed here`
      : `${row.name} may not have stream id ${stream}`;
    throw new FrameError("protocol-error", what);
  }

  private checkFirst({ type }: FrameView): void {
    if (type === FrameType.hello || type === FrameType.goaway) return;
    throw new FrameError("protocol-error", `${frameName(type)} came before HELLO`);
  }

  private control(frame: FrameView): void {
    const { reader } = this;
    reader.reset(frame.buffer, frame.start, frame.end);
    switch (frame.type) {
      case FrameType.hello:
        this.hello(decodeHello(reader, frame.end));
        return;
      case FrameType.goaway:
        this.heardGoaway(decodeGoaway(reader, frame.end));
        return;
      case FrameType.ping:
        this.answerPing(frame);
        return;
      default:
        if (this.farewell?.isAnsweredBy(frame) === true) this.endFarewell();
        else this.floods.spendIdleFrame();
    }
  }

  private hello(hello: Hello): void {
    if (this.peerHello !== undefined) throw new FrameError("protocol-error", "a second HELLO");
    const codec =
      this.side === "client" ? agreeOnCodec(this.codecs, hello.codecs) : agreeOnCodec(hello.codecs, this.codecs);
    this.peerHello = hello;
    this.smallBytes = Math.min(chunkBytes, hello.messageBytesMax);
    this.role.ready(hello, codec);
    const due = this.keepalive.next();
    if (due !== Infinity) this.alarm.noLaterThan(due);
  }

  private heardGoaway(goaway: Goaway): void {
    const message = plainText(goaway.message);
    if (goaway.code === "no-error") {
      this.draining = true;
      this.role.goaway(goaway);
      this.closeIfIdle();
    } else {
      const { code, lastStream } = goaway;
      this.finish({ code, reason: message, cause: undefined, lastStream });
    }
  }

  private answerPing(frame: FrameView): void {
    if (frame.end - frame.start !== 8) throw new FrameError("protocol-error", "a PING carries 8 bytes");
    this.floods.spendPing();
    this.sendPing(FrameType.pong, frame.buffer.subarray(frame.start, frame.end));
  }

  private sendPing(type: FrameType, bytes: Uint8Array): void {
    const p = this.outbox.open(type, 0, 0, 0);
    this.outbox.writer.ensure(p, bytes.length);
    this.outbox.writer.buffer.set(bytes, p);
    this.outbox.close(p + bytes.length);
  }

  private drained(): void {
    this.outbox.flush();
    this.closeIfIdle();
    if (this.isPaused && !this.outbox.isFull && this.end === undefined) {
      this.isPaused = false;
      if (this.frameBy !== Infinity) this.expectRestOfFrame();
      this.transport.resume();
    }
  }

  private ring(): void {
    const now = this.clock.now();
    if (this.end !== undefined) {
      if (now >= this.lingerBy) this.transport.destroy();
      else if (!this.isOver) this.alarm.noLaterThan(this.lingerBy);
      return;
    }
    if (this.peerHello === undefined && now >= this.handshakeBy) {
      this.fail("timeout", `no HELLO within handshakeTimeoutMs = ${this.limits.handshakeTimeoutMs}`);
      return;
    }
    if (now >= this.frameBy && !this.isPaused) {
      this.fail("timeout", `a frame took longer than frameReadTimeoutMs = ${this.limits.frameReadTimeoutMs}`);
      return;
    }
    if (this.farewell !== undefined && now >= this.farewell.until) this.endFarewell();
    if (this.peerHello !== undefined && this.isAlive) this.tickKeepalive(now);
    if (!this.isAlive) return;
    let next = this.role.tick(now);
    if (this.peerHello === undefined) next = Math.min(next, this.handshakeBy);
    next = Math.min(next, this.isPaused ? Infinity : this.frameBy, this.keepalive.next());
    next = Math.min(next, this.farewell?.until ?? Infinity);
    if (next !== Infinity && this.isAlive) this.alarm.noLaterThan(next);
  }

  private tickKeepalive(now: number): void {
    const due = this.keepalive.tick(now, this.role.openStreams > 0);
    if (due === undefined) return;
    if (due === "silent") this.fail("timeout", this.keepalive.sentence());
    else this.sendPing(FrameType.ping, due);
  }

  private finish(end: ConnectionEnd): void {
    if (this.end !== undefined) return;
    this.end = end;
    this.joiner.stop();
    this.outbox.flush();
    this.outbox.stop();
    this.transport.end();
    if (this.isPaused) this.transport.resume();
    // The transport still has last words to deliver, for instance why it is closed: not for ever.
    this.lingerBy = this.clock.now() + this.limits.lingerMs;
    this.alarm.cancel();
    this.alarm.noLaterThan(this.lingerBy);
    this.role.closed(end);
  }

  private closed(error: Error | undefined): void {
    this.isOver = true;
    const middle = this.joiner.isPartial ? " in the middle of a frame" : "";
    const early = this.peerHello === undefined ? " before its HELLO" : "";
    const reason =
      error === undefined ? `closed by the peer${early}${middle}` : `lost (${plainText(error.message, 200)})`;
    this.finish({ code: "no-error", reason, cause: error });
    this.alarm.cancel();
  }
}
