/** The first eight bytes of either side: are we talking to one of ours, and which version does it speak? */

import { plainText } from "../error/plain-text.js";
import { prefaceBytes, prefaceStart, protocolVersion } from "../frame/frame.js";
import { FrameError } from "../frame/frame-error.js";

/** What this side starts with. */
export const preface: Uint8Array = Uint8Array.of(...prefaceStart, protocolVersion);

/** Reads the preface, however it is cut; fails at the first byte that is wrong. */
export class PrefaceReader {
  private seen = 0;
  /** The other side's version; 0 until the preface is whole. */
  version = 0;
  /** Whether the other side has started with a record of TLS. */
  isTls = false;

  get isDone(): boolean {
    return this.seen === prefaceBytes;
  }

  /** Takes bytes of the named side and returns the position behind those that belong to the preface. */
  push(chunk: Uint8Array, from: "client" | "server"): number {
    let at = 0;
    while (this.seen < prefaceBytes && at < chunk.length) {
      const byte = chunk[at] as number;
      if (this.seen < prefaceStart.length && byte !== prefaceStart[this.seen]) {
        this.isTls = this.seen === 0 && startsTls(chunk);
        const why = this.isTls ? tlsHint[from] : this.seen === 0 ? guess(chunk) : "";
        throw new FrameError("protocol-error", `the ${from} does not speak rpcgen${why}`);
      }
      this.version = byte;
      this.seen++;
      at++;
    }
    return at;
  }
}

const tlsHint = {
  client: ": it speaks TLS, and this port does not (it would with serve({ tls }))",
  server: ": it speaks TLS; connect to rpcs://",
} as const;

function startsTls(chunk: Uint8Array): boolean {
  const first = chunk[0] as number;
  return first >= 0x14 && first <= 0x17 && (chunk.length === 1 || chunk[1] === 3);
}

function guess(chunk: Uint8Array): string {
  const first = chunk[0] as number;
  if (first < 0x20 || first > 0x7e) return "";
  let text = "";
  for (let i = 0; i < Math.min(24, chunk.length); i++) text += String.fromCharCode((chunk[i] as number) & 0x7f);
  if (/^(GET|POST|PUT|HEAD|OPTIONS|DELETE|PATCH|HTTP\/1|PRI \* HTTP\/2)/.test(text)) return ": it speaks HTTP";
  return `: it starts with ${JSON.stringify(plainText(text.split("\n")[0] ?? "", 24))}`;
}
