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

  get isDone(): boolean {
    return this.seen === prefaceBytes;
  }

  /** Takes bytes of the named side and returns the position behind those that belong to the preface. */
  push(chunk: Uint8Array, from: "client" | "server"): number {
    let at = 0;
    while (this.seen < prefaceBytes && at < chunk.length) {
      const byte = chunk[at] as number;
      if (this.seen < prefaceStart.length && byte !== prefaceStart[this.seen]) {
        throw new FrameError(
          "protocol-error",
          `the ${from} does not speak rpcgen${this.seen === 0 ? guess(chunk) : ""}`,
        );
      }
      this.version = byte;
      this.seen++;
      at++;
    }
    return at;
  }
}

function guess(chunk: Uint8Array): string {
  const first = chunk[0] as number;
  if (first >= 0x14 && first <= 0x17 && chunk[1] === 3) return ": it speaks TLS";
  if (first < 0x20 || first > 0x7e) return "";
  let text = "";
  for (let i = 0; i < Math.min(24, chunk.length); i++) text += String.fromCharCode((chunk[i] as number) & 0x7f);
  if (/^(GET|POST|PUT|HEAD|OPTIONS|DELETE|PATCH|HTTP\/1|PRI \* HTTP\/2)/.test(text)) return ": it speaks HTTP";
  return `: it starts with ${JSON.stringify(plainText(text.split("\n")[0] ?? "", 24))}`;
}
