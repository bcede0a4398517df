/** One connection to one ZooKeeper server: the handshake, requests answered in order, pings, and events. */

import { Alarm, type Clock } from "../../clock.js";
import { RpcError } from "../../error/rpc-error.js";
import { FrameSplitter } from "./frame-splitter.js";
import { JuteReader } from "./jute.js";
import {
  authFrame,
  authXid,
  closeSession,
  eventXid,
  failureOf,
  helloFrame,
  pingFrame,
  pingXid,
  readEventPath,
  readReplyHeader,
  readWelcome,
  requestFrame,
  type Hello,
  type Operation,
  type Welcome,
} from "./records.js";
import type { OpenSocket, Socket } from "./socket.js";

/** Where a server is. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
}

/** Receives what happens on a connection. `closed` comes exactly once and last. */
export interface ConnectionSink {
  /** The handshake is through; `welcome.timeoutMs` of 0 or less says that the session is over. */
  welcomed(welcome: Welcome): void;
  /** A watched node has come, gone or changed, or its children have. */
  changed(path: string): void;
  closed(error: RpcError): void;
}

/** What a connection needs to know. */
export interface ConnectionOptions {
  readonly clock: Clock;
  readonly openSocket: OpenSocket;
  readonly connectTimeoutMs: number;
  readonly frameBytesMax: number;
  /** `user:password`; "" for none. */
  readonly credentials: string;
}

interface Waiting {
  readonly xid: number;
  readonly text: string;
  readonly deadline: number;
  answer(reader: JuteReader): void;
  failed(error: RpcError): void;
}

type State = "greeting" | "open" | "closed";

// What a server may make of the pace of pings and of the patience with requests, whatever it says that sessions live: a ping
// ten times a second, or every twenty seconds.
const paceMsMin = 300;
const paceMsMax = 60_000;

export class Connection {
  readonly peer: string;
  /** The youngest change that the server has told of; a server that is behind it is not to be asked. */
  lastZxid: bigint;
  private readonly options: ConnectionOptions;
  private readonly sink: ConnectionSink;
  private readonly splitter: FrameSplitter;
  private readonly socket: Socket;
  private readonly alarm: Alarm;
  private readonly waiting: Waiting[] = [];
  private state: State = "greeting";
  private failure: RpcError | undefined;
  private xid = 0;
  private timeoutMs: number;
  private sentAt = 0;
  /** When the first ping was sent since the server last said anything; Infinity where there is none. */
  private askedAt = Infinity;
  private isDoubtful = false;

  constructor(server: ServerAddress, hello: Hello, options: ConnectionOptions, sink: ConnectionSink) {
    this.peer = server.host.includes(":") ? `[${server.host}]:${server.port}` : `${server.host}:${server.port}`;
    this.lastZxid = hello.lastZxid;
    this.options = options;
    this.sink = sink;
    this.splitter = new FrameSplitter(options.frameBytesMax);
    this.timeoutMs = options.connectTimeoutMs;
    this.alarm = new Alarm(options.clock, () => this.look());
    this.socket = options.openSocket(server.host, server.port, {
      opened: () => this.write(helloFrame(hello)),
      bytes: (chunk) => this.read(chunk),
      closed: (error) => this.closed(error),
    });
    this.alarm.noLaterThan(options.clock.now() + this.timeoutMs);
  }

  /** Sends a request; fails with what the server answers, or with `unavailable` where the connection ends before. */
  send<T>(operation: Operation<T>): Promise<T> {
    if (this.state !== "open") return Promise.reject(this.failure ?? this.lost("the connection is not open"));
    return new Promise((resolve, reject) => {
      // Numbers of requests are positive: what is below zero has meanings of its own.
      this.xid = this.xid === 0x7fff_ffff ? 1 : this.xid + 1;
      const deadline = this.options.clock.now() + this.timeoutMs;
      const answer = (reader: JuteReader): void => resolve(operation.read(reader));
      const failed = (error: RpcError): void => reject(error);
      this.waiting.push({ xid: this.xid, text: operation.text, deadline, answer, failed });
      this.write(requestFrame(this.xid, operation));
      this.alarm.noLaterThan(deadline);
    });
  }

  /** Ends the session at the server. Settles when it has answered or gone. */
  async endSession(): Promise<void> {
    await this.send(closeSession).catch(() => {});
  }

  /** Cuts the connection; the reason is what requests in flight fail with. */
  destroy(why: string): void {
    this.fail(this.lost(why));
  }

  private write(bytes: Uint8Array): void {
    if (this.state === "closed") return;
    this.sentAt = this.options.clock.now();
    this.socket.write(bytes);
  }

  private read(chunk: Uint8Array): void {
    if (this.failure !== undefined) return;
    this.askedAt = Infinity;
    this.isDoubtful = false;
    try {
      this.splitter.push(chunk, (frame) => {
        if (this.failure === undefined) this.take(new JuteReader(frame));
      });
    } catch (thrown) {
      const why = thrown instanceof Error ? thrown.message : String(thrown);
      this.fail(
        new RpcError("unavailable", `${this.peer} does not speak ZooKeeper's protocol: ${why}`, { peer: this.peer }),
      );
    }
  }

  private take(reader: JuteReader): void {
    if (this.state === "greeting") return this.greet(readWelcome(reader));
    const { xid, zxid, error } = readReplyHeader(reader);
    if (xid === eventXid) return this.sink.changed(readEventPath(reader));
    if (xid === pingXid) return;
    if (xid === authXid) {
      if (error !== 0) this.fail(failureOf(error, "prove to ZooKeeper who this is", this.peer));
      return;
    }
    const [first] = this.waiting;
    if (first === undefined || first.xid !== xid) throw new RangeError(`an answer to request ${xid} out of order`);
    this.waiting.shift();
    if (zxid > this.lastZxid) this.lastZxid = zxid;
    if (error !== 0) return first.failed(failureOf(error, first.text, this.peer));
    try {
      first.answer(reader);
    } catch (thrown) {
      first.failed(this.lost("the answer cannot be read"));
      throw thrown;
    }
  }

  private greet(welcome: Welcome): void {
    this.state = "open";
    if (welcome.timeoutMs > 0) {
      this.timeoutMs = Math.min(paceMsMax, Math.max(paceMsMin, welcome.timeoutMs));
      this.alarm.cancel();
      if (this.options.credentials !== "") this.write(authFrame("digest", this.options.credentials));
      this.look();
    }
    this.sink.welcomed(welcome);
  }

  // Wakes up for whatever is due first: a ping, a server that says nothing, a request that is not answered.
  private look(): void {
    if (this.failure !== undefined) return;
    const { clock } = this.options;
    const now = clock.now();
    if (this.state === "greeting") {
      return this.fail(this.unreachable(`no answer within connectTimeoutMs = ${this.options.connectTimeoutMs}`));
    }
    // A ping after a third of the time, another server after two: so a third is left to find one.
    const thirdMs = this.timeoutMs / 3;
    const unanswered = this.waiting[0];
    const isSilent = now - this.askedAt >= thirdMs;
    if (isSilent || (unanswered !== undefined && now >= unanswered.deadline)) {
      if (this.isDoubtful) {
        const why = isSilent ? "it says nothing any more" : "a request was not answered in time";
        return this.fail(this.lost(why));
      }
      // Where this process itself stood still, the answers lie in the socket: they are read before anybody is blamed.
      this.isDoubtful = true;
      return clock.nextTurn(() => this.look());
    }
    if (now - this.sentAt >= thirdMs) {
      this.write(pingFrame());
      this.askedAt = Math.min(this.askedAt, now);
    }
    this.alarm.noLaterThan(Math.min(this.sentAt + thirdMs, this.askedAt + thirdMs, unanswered?.deadline ?? Infinity));
  }

  private lost(why: string): RpcError {
    return new RpcError("unavailable", `the connection to ZooKeeper at ${this.peer} is lost: ${why}`, {
      peer: this.peer,
    });
  }

  private unreachable(why: string): RpcError {
    return new RpcError("unavailable", `cannot connect to ZooKeeper at ${this.peer}: ${why}`, { peer: this.peer });
  }

  private fail(error: RpcError): void {
    if (this.failure !== undefined) return;
    this.failure = error;
    this.alarm.cancel();
    this.socket.destroy();
  }

  private closed(error: Error | undefined): void {
    const before = this.state;
    this.state = "closed";
    this.alarm.cancel();
    if (before === "greeting") this.failure ??= this.unreachable(error?.message ?? "it hangs up before it answers");
    this.failure ??= this.lost(error?.message ?? "closed by the server");
    const waiting = this.waiting.splice(0);
    for (const request of waiting) request.failed(this.failure);
    this.sink.closed(this.failure);
  }
}
