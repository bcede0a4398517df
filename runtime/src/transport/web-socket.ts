/** A WebSocket as a transport: the platform's own or one of the package `ws`, at either end. */

import { plainText } from "../error/plain-text.js";
import type { Clock, Timer } from "../clock.js";
import type { TlsPeer } from "../identity.js";
import type { Transport, TransportSink } from "./transport.js";

/** What both ends name when they open a WebSocket. */
export const webSocketProtocol = "rpcgen.v1";

/** The longest message that is sent, and the longest that a server takes, in bytes. */
export const webSocketMessageBytes = 262_144;

/** What a browser's WebSocket and one of `ws` have in common, and what only the latter has. */
export interface WebSocketLink {
  binaryType: string;
  readonly bufferedAmount: number;
  readonly readyState: number;
  readonly protocol: string;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  onerror: ((event: { readonly error?: unknown; readonly message?: unknown }) => void) | null;
  onclose: ((event: { readonly code: number; readonly reason: string }) => void) | null;
  /** Platforms ignore `written`, and say in no other way either when the bytes are gone. */
  send(data: Uint8Array, written?: () => void): void;
  close(code?: number, reason?: string): void;
  pause?(): void;
  resume?(): void;
  /** Cuts the link; platforms can only close. */
  terminate?(): void;
}

/** What is known of a WebSocket when it becomes a transport. */
export interface WebSocketFacts {
  readonly peer: string;
  readonly peerHost?: string | undefined;
  readonly local: string;
  readonly tls?: TlsPeer | undefined;
  readonly clock: Clock;
  /** How long a WebSocket that has broken the rules may take to close. */
  readonly lingerMs: number;
  /** Writes are copied before they leave: by whoever masks them, that is every client. */
  readonly isCopying: boolean;
}

const openState = 1;
const closedState = 3;
const [normal, goingAway, noCode, abnormal, unsupportedData] = [1000, 1001, 1005, 1006, 1003];
// Platforms let nobody say the codes of the protocol itself.
const pagesUnsupportedData = 4003;
// How often a platform's WebSocket is asked whether its queue is empty.
const pollMs = 4;

export class WebSocketTransport implements Transport {
  readonly peer: string;
  readonly peerHost: string | undefined;
  readonly local: string;
  readonly tls: TlsPeer | undefined;
  private readonly link: WebSocketLink;
  private readonly clock: Clock;
  private readonly lingerMs: number;
  private readonly isCopying: boolean;
  private sink: TransportSink | undefined;
  /** What has come while nobody takes it. */
  private held: Uint8Array[] = [];
  private isPaused = false;
  private isQueued = false;
  /** Whatever comes now is of no interest any more. */
  private isDeaf = false;
  private isClosed = false;
  private isTold = false;
  private failure: Error | undefined;
  private poll: Timer | undefined;
  private cut: Timer | undefined;
  private readonly written = (): void => {
    if (!this.isQueued || this.link.bufferedAmount > 0) return;
    this.isQueued = false;
    if (!this.isClosed) this.sink?.drained();
  };

  constructor(link: WebSocketLink, facts: WebSocketFacts) {
    this.link = link;
    this.peer = facts.peer;
    this.peerHost = facts.peerHost;
    this.local = facts.local;
    this.tls = facts.tls;
    this.clock = facts.clock;
    this.lingerMs = facts.lingerMs;
    this.isCopying = facts.isCopying;
    link.onmessage = ({ data }) => this.receive(data);
    // A `ws` tells why; a platform only that.
    link.onerror = ({ error }) => this.broke(error instanceof Error ? error : new Error("the WebSocket failed"));
    link.onclose = ({ code, reason }) => this.closed(code, reason);
  }

  get queuedBytes(): number {
    return this.isQueued ? this.link.bufferedAmount : 0;
  }

  start(sink: TransportSink): void {
    this.sink = sink;
    this.clock.nextTurn(() => this.deliver());
  }

  write(bytes: Uint8Array): boolean {
    return this.send(bytes) && this.isThrough();
  }

  writeAll(buffers: readonly Uint8Array[]): boolean {
    for (const bytes of buffers) this.send(bytes);
    return this.isThrough();
  }

  pause(): void {
    this.isPaused = true;
    this.link.pause?.();
  }

  resume(): void {
    this.isPaused = false;
    this.link.resume?.();
    if (this.held.length > 0) this.clock.nextTurn(() => this.deliver());
  }

  end(): void {
    if (this.link.readyState === openState) this.link.close(normal);
  }

  destroy(): void {
    this.isDeaf = true;
    if (this.link.terminate !== undefined) return this.link.terminate();
    if (this.isClosed) return;
    if (this.link.readyState < closedState) this.link.close(normal);
    // Closing may take as long as the other side likes, and nobody waits for it here.
    this.isClosed = true;
    this.clock.nextTurn(() => this.tell());
  }

  private send(bytes: Uint8Array): true {
    if (this.isClosed || this.link.readyState !== openState) return true;
    for (let at = 0; at < bytes.length; at += webSocketMessageBytes) {
      const isWhole = at === 0 && bytes.length <= webSocketMessageBytes;
      this.link.send(isWhole ? bytes : bytes.subarray(at, at + webSocketMessageBytes), this.written);
    }
    return true;
  }

  private isThrough(): boolean {
    if (this.isClosed || this.link.bufferedAmount === 0) return true;
    this.isQueued = true;
    if (this.link.terminate === undefined) this.askAgain();
    return this.isCopying;
  }

  private askAgain(): void {
    this.poll ??= this.clock.timer(pollMs, () => {
      this.poll = undefined;
      this.written();
      if (this.isQueued && !this.isClosed) this.askAgain();
    });
  }

  private receive(data: unknown): void {
    if (this.isDeaf) return;
    if (typeof data === "string") return this.refuseText();
    const bytes = bytesOf(data);
    if (bytes === undefined || bytes.length === 0) return;
    if (this.sink === undefined || this.isPaused || this.held.length > 0) this.held.push(bytes);
    else this.sink.bytes(bytes);
  }

  private deliver(): void {
    if (this.sink === undefined) return;
    while (this.held.length > 0 && !this.isPaused && !this.isDeaf) {
      const chunk = this.held.shift();
      if (chunk !== undefined) this.sink.bytes(chunk);
    }
    if (this.isClosed) this.tell();
  }

  private refuseText(): void {
    this.isDeaf = true;
    this.failure = new Error("the other side sent text over WebSocket, and only bytes are taken");
    const code = this.link.terminate === undefined ? pagesUnsupportedData : unsupportedData;
    this.link.close(code, "only binary messages are taken");
    this.cutLater();
  }

  private broke(error: Error): void {
    this.failure ??= error;
    this.cutLater();
  }

  // Whoever broke the rules may not keep the link open by not answering.
  private cutLater(): void {
    this.cut ??= this.clock.timer(this.lingerMs, () => this.destroy());
  }

  private closed(code: number, reason: string): void {
    if (this.isClosed) return;
    this.isClosed = true;
    const isOrderly = this.isDeaf || code === normal || code === goingAway || code === noCode;
    if (!isOrderly) this.failure ??= new Error(closeText(code, reason));
    // What came before is shown first.
    if (this.sink !== undefined && (this.held.length === 0 || this.isPaused)) this.tell();
    else if (this.sink !== undefined) this.clock.nextTurn(() => this.deliver());
  }

  private tell(): void {
    this.poll?.cancel();
    this.cut?.cancel();
    if (this.isTold) return;
    this.isTold = true;
    this.held = [];
    this.sink?.closed(this.failure);
  }
}

function closeText(code: number, reason: string): string {
  if (code === abnormal) return "the WebSocket broke without a word";
  const why = reason === "" ? "" : `: ${plainText(reason, 123)}`;
  return `the WebSocket was closed with code ${code}${why}`;
}

function bytesOf(data: unknown): Uint8Array | undefined {
  if (data instanceof Uint8Array) return data;
  return data instanceof ArrayBuffer ? new Uint8Array(data) : undefined;
}
