/** Finds out that the other side has gone without saying so: asks after silence, and gives up without an answer. */

import { RpcError } from "../error/rpc-error.js";

export interface KeepaliveOptions {
  /** Asks after this much silence. */
  readonly intervalMs: number;
  /** Gives up this long after having asked. */
  readonly timeoutMs: number;
  /** Asks even while no call is open. */
  readonly whileIdle?: boolean | undefined;
}

/** One connection's keepalive; without options it never asks. */
export class Keepalive {
  private readonly options: KeepaliveOptions | undefined;
  private heardAt: number;
  private askedAt = -1;
  private readonly bytes = new Uint8Array(8);

  constructor(options: KeepaliveOptions | undefined, now: number) {
    this.options = options;
    this.heardAt = now;
  }

  /** Bytes came at `now`. Whatever they are, a PONG or not, they are a sign of life. */
  heard(now: number): void {
    this.heardAt = now;
    this.askedAt = -1;
  }

  /** Bytes to ask with, "silent" where the other side is to be given up, undefined where nothing is due. */
  tick(now: number, hasCalls: boolean): Uint8Array | "silent" | undefined {
    const { options } = this;
    if (options === undefined) return undefined;
    if (this.askedAt >= 0) return now >= this.askedAt + options.timeoutMs ? "silent" : undefined;
    if (now < this.heardAt + options.intervalMs) return undefined;
    if (!hasCalls && options.whileIdle !== true) {
      this.heardAt = now;
      return undefined;
    }
    this.askedAt = now;
    this.bytes[7] = ((this.bytes[7] as number) + 1) & 0xff;
    return this.bytes;
  }

  /** When the next tick is due; Infinity without options. */
  next(): number {
    if (this.options === undefined) return Infinity;
    return this.askedAt >= 0 ? this.askedAt + this.options.timeoutMs : this.heardAt + this.options.intervalMs;
  }

  /** What a silent peer is told, and the caller too. */
  sentence(): string {
    return `no answer to a ping within ${this.options?.timeoutMs ?? 0} ms`;
  }
}

/** Options with a default, or none at all for `false`; throws `invalid-argument` for times that make no sense. */
export function resolveKeepalive(
  options: KeepaliveOptions | false | undefined,
  otherwise: KeepaliveOptions,
): KeepaliveOptions | undefined {
  if (options === false) return undefined;
  const { intervalMs, timeoutMs } = options ?? otherwise;
  if (!(intervalMs > 0 && timeoutMs > 0)) {
    throw new RpcError("invalid-argument", "keepalive wants intervalMs and timeoutMs above 0");
  }
  return options ?? otherwise;
}
