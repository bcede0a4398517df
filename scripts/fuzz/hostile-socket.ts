/** WebSockets that lead to a server of the fuzzer's: it opens, sends, reads and closes as it is told, and checks what the client sends. */

import { FrameJoiner, type FrameView } from "../../runtime/src/frame/frame-joiner.js";
import { FrameType, initialCredit, prefaceBytes, readU32 } from "../../runtime/src/frame/frame.js";
import { frameCost } from "../../runtime/src/stream/credit.js";
import { prefaceHex, toHex } from "../../runtime/test/kit/raw-peer.js";
import type { WebSocketLike } from "../../runtime/src/web/web-socket.js";

type Handler = ((event: never) => void) | null;

/** Frames that a client may send. */
const fromClients: readonly number[] = [
  FrameType.hello,
  FrameType.bind,
  FrameType.request,
  FrameType.data,
  FrameType.end,
  FrameType.cancel,
  FrameType.credit,
  FrameType.ping,
  FrameType.pong,
  FrameType.goaway,
];

export class HostileSocket implements WebSocketLike {
  binaryType = "blob";
  bufferedAmount = 0;
  onopen: Handler = null;
  onmessage: Handler = null;
  onclose: Handler = null;
  onerror: Handler = null;
  /** The streams that the client has opened. */
  readonly requests: number[] = [];
  /** The most that the client has had waiting in the socket. */
  bufferedMax = 0;
  /** What the client did that no client may do; noted, because the client would catch what is thrown. */
  readonly complaints: string[] = [];
  private state: "connecting" | "open" | "closed" = "connecting";
  private isDeaf = false;
  private isClosing = false;
  private seen = "";
  private told = 0;
  private readonly credits = new Map<number, number>();
  /** What the server has sent since it was opened, by stream, as credit counts it. */
  private readonly sent = new Map<number, number>();
  private readonly own = new FrameJoiner(2 ** 31, (frame) => this.account(frame));
  private readonly joiner = new FrameJoiner(2 ** 31, (frame) => this.check(frame));

  /** Whether the client waits for it to open. */
  get isConnecting(): boolean {
    return this.state === "connecting" && !this.isClosing;
  }

  send(bytes: ArrayBuffer): void {
    if (this.state === "connecting") throw new Error("the WebSocket is not open");
    if (this.isDeaf || this.isClosing || this.state === "closed") this.bufferedAmount += bytes.byteLength;
    this.bufferedMax = Math.max(this.bufferedMax, this.bufferedAmount);
    const chunk = new Uint8Array(bytes);
    const at = Math.min(chunk.length, prefaceBytes - this.seen.length / 2);
    this.seen += toHex(chunk.subarray(0, at));
    if (!prefaceHex.startsWith(this.seen)) this.complaints.push(`the client's preface is ${this.seen}`);
    this.joiner.push(chunk, at);
  }

  close(): void {
    this.isClosing = true;
  }

  open(): void {
    if (this.state !== "connecting" || this.isClosing) return;
    this.state = "open";
    this.tell(this.onopen, {});
  }

  /** A message: bytes, or something else that a browser may bring. */
  message(data: unknown): void {
    if (this.state !== "open") return;
    if (data instanceof Uint8Array) this.note(data);
    this.tell(this.onmessage, { data: data instanceof Uint8Array ? new Uint8Array(data).buffer : data });
  }

  fail(message: unknown): void {
    if (this.state !== "closed") this.tell(this.onerror, { message });
  }

  end(code: unknown, reason: unknown): void {
    if (this.state === "closed") return;
    this.state = "closed";
    this.tell(this.onclose, { code, reason });
  }

  /** Leaves lying what the client sends from now on. */
  ignore(): void {
    this.isDeaf = true;
  }

  /** Reads what lies there, and goes on reading. */
  drain(): void {
    this.isDeaf = false;
    if (this.state === "open" && !this.isClosing) this.bufferedAmount = 0;
  }

  /** Notes what the server sends, to hold the client's CREDIT against it. */
  private note(bytes: Uint8Array): void {
    try {
      const at = Math.min(bytes.length, Math.max(0, prefaceBytes - this.told));
      this.told += bytes.length;
      this.own.push(bytes, at);
    } catch {
      // What is no frame is nothing to account for.
    }
  }

  private account({ stream, start, end }: FrameView): void {
    this.sent.set(stream, (this.sent.get(stream) ?? 0) + frameCost(end - start));
  }

  private check({ type, stream, buffer, start, end }: FrameView): void {
    if (!fromClients.includes(type)) this.complaints.push(`the client sends a frame of type ${type}`);
    if (type === FrameType.request) {
      if (stream <= (this.requests.at(-1) ?? 0))
        this.complaints.push(`stream ${stream} comes after ${this.requests.at(-1)}`);
      this.requests.push(stream);
    }
    if (type !== FrameType.credit) return;
    const granted = (this.credits.get(stream) ?? 0) + readU32(buffer, start);
    this.credits.set(stream, granted);
    const most = (this.sent.get(stream) ?? 0) + initialCredit;
    if (end - start !== 4 || granted > most)
      this.complaints.push(`${granted} bytes of credit after ${most - initialCredit} bytes`);
  }

  private tell(handler: Handler, event: object): void {
    (handler as ((event: object) => void) | null)?.(event);
  }
}
