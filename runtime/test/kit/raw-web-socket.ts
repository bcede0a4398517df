/** A client of WebSocket that is played by hand, byte by byte, so that it can break every rule. */

import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { onTestFinished } from "vitest";

/** Lines of an upgrade that is in order; `changes` replaces headers by name, and leaves those out that are undefined. */
export function upgradeText(
  changes: Readonly<Record<string, string | undefined>> = {},
  line: string = "GET /rpc HTTP/1.1",
): string {
  const headers = {
    Host: "127.0.0.1",
    Connection: "Upgrade",
    Upgrade: "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
    "Sec-WebSocket-Protocol": "rpcgen.v1",
    ...changes,
  };
  const lines = Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}`]));
  return `${[line, ...lines].join("\r\n")}\r\n\r\n`;
}

/** Kinds of WebSocket frames. */
export const opcode = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** A frame as a client sends it: masked, whole; `first` replaces its first byte and `isMasked: false` breaks the rule. */
export function messageFrame(code: number, payload: Uint8Array, { first = 0x80 | code, isMasked = true } = {}): Buffer {
  const { length } = payload;
  const bit = isMasked ? 0x80 : 0;
  const head =
    length < 126
      ? Buffer.from([first, bit | length])
      : length < 65_536
        ? Buffer.from([first, bit | 126, length >> 8, length & 255])
        : Buffer.from([first, bit | 127, 0, 0, 0, 0, ...[24, 16, 8, 0].map((shift) => (length >>> shift) & 255)]);
  const mask = isMasked ? Buffer.from([1, 2, 3, 4]) : Buffer.alloc(0);
  const body = isMasked ? payload.map((byte, i) => byte ^ ((i % 4) + 1)) : payload;
  return Buffer.concat([head, mask, body]);
}

/** What a server has sent behind its answer: kinds of frames with their payloads. */
export interface SeenFrame {
  readonly code: number;
  readonly payload: Buffer;
}

/** One socket to a port of this machine. */
export class RawWebSocket {
  readonly socket: Socket;
  received: Buffer = Buffer.alloc(0);

  constructor(port: number) {
    this.socket = connect({ port, host: "127.0.0.1" });
    this.socket.on("error", () => {});
    this.socket.on("data", (chunk) => (this.received = Buffer.concat([this.received, chunk])));
    onTestFinished(() => void this.socket.destroy());
  }

  /** The status line, and what follows the headers: a sentence, or frames. */
  get answer(): { readonly status: string; readonly headers: string; readonly body: Buffer } {
    const end = this.received.indexOf("\r\n\r\n");
    const head = this.received.subarray(0, end).toString("latin1");
    const [status = "", ...headers] = head.split("\r\n");
    return { status, headers: headers.join("\n"), body: this.received.subarray(end + 4) };
  }

  get frames(): SeenFrame[] {
    const frames: SeenFrame[] = [];
    for (let { body } = this.answer; body.length >= 2;) {
      const short = (body[1] ?? 0) & 127;
      const [from, length] =
        short < 126 ? [2, short] : short === 126 ? [4, body.readUInt16BE(2)] : [10, Number(body.readBigUInt64BE(2))];
      if (body.length < from + length) break;
      frames.push({ code: (body[0] ?? 0) & 15, payload: body.subarray(from, from + length) });
      body = body.subarray(from + length);
    }
    return frames;
  }

  /** The code with which the server has closed; undefined where it has not said any. */
  get closeCode(): number | undefined {
    return this.frames.find(({ code }) => code === opcode.close)?.payload.readUInt16BE(0);
  }

  /** What binary messages have carried, together. */
  get bytes(): Buffer {
    return Buffer.concat(this.frames.filter(({ code }) => code === opcode.binary).map(({ payload }) => payload));
  }

  write(...parts: readonly (string | Uint8Array)[]): void {
    this.socket.write(Buffer.concat(parts.map((part) => Buffer.from(part as Uint8Array))));
  }

  /** Waits until what has come is enough. */
  async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await once(this.socket, "data");
  }

  /** Also where it ends by a reset: a server that cuts with bytes unread makes one of it. */
  async closed(): Promise<void> {
    if (!this.socket.closed) await new Promise((resolve) => this.socket.once("close", resolve));
  }
}
