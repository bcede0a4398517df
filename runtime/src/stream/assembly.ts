/** Puts a message together that came in parts, without believing its announced length before it has come. */

import { settle } from "../bytes/settled.js";
import { allocate } from "../bytes/utf8.js";
import { readU32 } from "../frame/frame.js";

/** Counts what waits for its rest over all streams of a connection. */
export class AssemblyBudget {
  private held = 0;
  readonly bytesMax: number;

  constructor(bytesMax: number) {
    this.bytesMax = bytesMax;
  }

  take(bytes: number): boolean {
    if (this.held + bytes > this.bytesMax) return false;
    this.held += bytes;
    return true;
  }

  give(bytes: number): void {
    this.held -= bytes;
  }
}

/** What adding a part leads to. */
export type AssemblyOutcome = "ok" | "over-budget" | "longer-than-announced" | "shorter-than-announced";

/** Bytes of the section that announces the whole length; stands where the message starts in the first frame. */
export const totalBytes = 4;

/** The announced length of a message whose first part starts at `at`; undefined where the frame is too short for it. */
export function announcedLength(buffer: Uint8Array, at: number, end: number): number | undefined {
  return end - at < totalBytes ? undefined : readU32(buffer, at);
}

const nothing = new Uint8Array(0);
// Memory is reserved for this many times what has arrived: a mebibyte at once, more in steps that make copies rare.
const trust = 16;

/** One message under way. */
export class Assembly {
  readonly total: number;
  private readonly budget: AssemblyBudget;
  private bytes: Uint8Array = nothing;
  private filled = 0;
  /** What `room` has lent last. */
  private lent: Uint8Array = nothing;

  /** `total` is the announced length, already checked against the limit. */
  constructor(total: number, budget: AssemblyBudget) {
    this.total = total;
    this.budget = budget;
  }

  /** Bytes that have not arrived yet. */
  get missing(): number {
    return this.total - this.filled;
  }

  /** Of those, bytes for which memory is reserved. */
  get reserved(): number {
    return this.bytes.length - this.filled;
  }

  /** A place for the next `size` bytes, which `add` then need not copy; undefined where there is none. */
  room(size: number): Uint8Array | undefined {
    const end = this.filled + size;
    if (end > this.total || !this.grow(end, this.filled)) return undefined;
    return (this.lent = this.bytes.subarray(this.filled, end));
  }

  /** Adds the bytes of one frame; `isLast` where the frame came without MORE. */
  add(buffer: Uint8Array, start: number, end: number, isLast: boolean): AssemblyOutcome {
    const size = end - start;
    if (this.filled + size > this.total) return "longer-than-announced";
    if (isLast && this.filled + size < this.total) return "shorter-than-announced";
    if (buffer !== this.lent) {
      if (!this.grow(this.filled + size, this.filled + size)) return "over-budget";
      this.bytes.set(buffer.subarray(start, end), this.filled);
    }
    this.lent = nothing;
    this.filled += size;
    return "ok";
  }

  /** The whole message, in memory that is nobody else's; afterwards the assembly is empty. */
  take(): Uint8Array {
    const whole = this.bytes;
    this.release();
    settle(whole);
    return whole;
  }

  /** Gives the memory back to the budget. */
  release(): void {
    this.budget.give(this.bytes.length);
    this.bytes = nothing;
    this.lent = nothing;
  }

  // Where the budget is tight a message gets what it needs, and only fails where it does not get that.
  private grow(needed: number, arrived: number): boolean {
    if (needed <= this.bytes.length) return true;
    const wanted = Math.min(this.total, Math.max(needed, arrived * trust));
    return this.growTo(wanted) || this.growTo(Math.min(this.total, needed * 2)) || this.growTo(needed);
  }

  private growTo(size: number): boolean {
    if (!this.budget.take(size - this.bytes.length)) return false;
    const grown = allocate(size);
    grown.set(this.bytes.subarray(0, this.filled));
    this.bytes = grown;
    return true;
  }
}
