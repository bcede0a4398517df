/** One direction of a connection through a fault proxy: takes what one socket reads, and gives it to the other with its faults. */

import type { Socket } from "node:net";
import { Alarm, type Clock } from "../clock.js";
import type { ProxyFaults } from "./proxy-faults.js";

// What may wait in the proxy before the sender is held up, and how long a merge waits for more.
const waitingBytesMax = 262_144;
const mergeMs = 5;

/** What a pipe asks of its proxy. */
export interface PipeWorld {
  readonly clock: Clock;
  readonly random: () => number;
  faults(): ProxyFaults;
  count(what: "bytes" | "corrupted" | "duplicated" | "truncated" | "stalled", by: number): void;
}

export class FaultProxyPipe {
  private readonly from: Socket;
  private readonly to: Socket;
  private readonly world: PipeWorld;
  private waitingBytes = 0;
  private wayIsFreeAt = -Infinity;
  private lastArrivalAt = -Infinity;
  private merging: Uint8Array[] = [];
  private readonly travelling: { readonly at: number; readonly run: () => void }[] = [];
  private readonly alarm: Alarm;
  /** The other side has ended, and the news of it was lost. */
  private isEndLost = false;

  constructor(from: Socket, to: Socket, world: PipeWorld) {
    this.from = from;
    this.to = to;
    this.world = world;
    this.alarm = new Alarm(world.clock, () => this.arrive());
    from.on("data", (chunk: Uint8Array) => this.take(chunk));
    from.on("end", () => this.ended());
    to.on("drain", () => this.look());
    this.look();
  }

  /** Looks whether the sender may go on, after faults have changed or something has left. */
  look(): void {
    const { flow } = this.world.faults();
    // Whatever is sent from now on meets nobody, and the answer to it is a reset.
    if (this.isEndLost && flow === "normal") this.to.resetAndDestroy();
    if (flow === "held" || this.waitingBytes > waitingBytesMax || this.to.writableNeedDrain) this.from.pause();
    else this.from.resume();
  }

  private ended(): void {
    if (this.world.faults().flow === "lost") this.isEndLost = true;
    else this.later(0, () => this.to.end());
  }

  private take(chunk: Uint8Array): void {
    const faults = this.world.faults();
    this.world.count("bytes", chunk.length);
    if (faults.flow === "lost") return;
    if (faults.chunks === "merge") this.merge(chunk);
    else this.pass(chunk);
  }

  private merge(chunk: Uint8Array): void {
    this.merging.push(chunk);
    if (this.merging.length > 1) return;
    this.world.clock.timer(mergeMs, () => this.flush());
  }

  private flush(): void {
    const chunks = this.merging.splice(0);
    if (chunks.length > 0) this.pass(Buffer.concat(chunks));
  }

  private pass(chunk: Uint8Array): void {
    const faults = this.world.faults();
    const bytes = this.damaged(chunk, faults);
    if (this.happens(faults.stall)) {
      this.world.count("stalled", 1);
      this.wayIsFreeAt = Math.max(this.world.clock.now(), this.wayIsFreeAt) + faults.stallMs;
    }
    for (const piece of faults.chunks === "split" ? this.split(bytes) : [bytes]) {
      this.waitingBytes += piece.length;
      this.later(piece.length, () => {
        this.waitingBytes -= piece.length;
        if (this.to.writable) this.to.write(piece);
        this.look();
      });
    }
    this.look();
  }

  private damaged(chunk: Uint8Array, faults: ProxyFaults): Uint8Array {
    let bytes = chunk;
    const { random } = this.world;
    if (this.happens(faults.corrupt)) {
      this.world.count("corrupted", 1);
      bytes = Uint8Array.from(chunk);
      const at = Math.floor(random() * bytes.length);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(random() * 8));
    }
    if (this.happens(faults.truncate)) {
      this.world.count("truncated", 1);
      bytes = bytes.subarray(0, Math.floor(random() * bytes.length));
    }
    if (this.happens(faults.duplicate)) {
      this.world.count("duplicated", 1);
      bytes = Buffer.concat([bytes, bytes]);
    }
    return bytes;
  }

  private happens(chance: number): boolean {
    return chance > 0 && this.world.random() < chance;
  }

  private *split(bytes: Uint8Array): Iterable<Uint8Array> {
    let at = 0;
    while (at < bytes.length) {
      const { random } = this.world;
      const size = 1 + Math.floor(random() * (random() < 0.5 ? 16 : bytes.length - at));
      yield bytes.subarray(at, at + size);
      at += size;
    }
  }

  /** Does something when bytes that come now have come through, in the order of coming. */
  private later(bytes: number, run: () => void): void {
    if (bytes === 0 && this.merging.length > 0) this.flush();
    const { clock, random } = this.world;
    const { bytesPerSecond, delayMs, jitterMs } = this.world.faults();
    const now = clock.now();
    const takesMs = bytesPerSecond === Infinity ? 0 : (bytes / bytesPerSecond) * 1000;
    this.wayIsFreeAt = Math.max(now, this.wayIsFreeAt) + takesMs;
    const at = Math.max(this.lastArrivalAt, this.wayIsFreeAt + delayMs + (jitterMs > 0 ? jitterMs * random() : 0));
    if (at <= now && this.travelling.length === 0) return run();
    this.lastArrivalAt = at;
    this.travelling.push({ at, run });
    this.alarm.noLaterThan(at);
  }

  /** One queue and one alarm: timers of their own could overtake each other. */
  private arrive(): void {
    const now = this.world.clock.now();
    while ((this.travelling[0]?.at ?? Infinity) <= now) this.travelling.shift()?.run();
    const [next] = this.travelling;
    if (next !== undefined) this.alarm.noLaterThan(next.at);
  }
}
