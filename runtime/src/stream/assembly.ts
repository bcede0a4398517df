/** Puts a message together that came in parts, without believing its announced length before it has come. */

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

/** One message under way. */
export class Assembly {
  readonly total: number;
  private readonly budget: AssemblyBudget;
  private bytes: Uint8Array;
  private filled = 0;

  /** `total` is the announced length, already checked against the limit. */
  constructor(total: number, budget: AssemblyBudget) {
    this.total = total;
    this.budget = budget;
    this.bytes = new Uint8Array(0);
  }

  /** Adds the bytes of one frame; `isLast` where the frame came without MORE. */
  add(buffer: Uint8Array, start: number, end: number, isLast: boolean): AssemblyOutcome {
    const size = end - start;
    if (this.filled + size > this.total) return "longer-than-announced";
    if (isLast && this.filled + size < this.total) return "shorter-than-announced";
    if (!this.grow(this.filled + size)) return "over-budget";
    this.bytes.set(buffer.subarray(start, end), this.filled);
    this.filled += size;
    return "ok";
  }

  /** The whole message; afterwards the assembly is empty. */
  take(): Uint8Array {
    const whole = this.bytes.subarray(0, this.filled);
    this.release();
    return whole;
  }

  /** Gives the memory back to the budget. */
  release(): void {
    this.budget.give(this.bytes.length);
    this.bytes = new Uint8Array(0);
  }

  // Doubling keeps copying linear; never more than twice of what has arrived is held.
  private grow(needed: number): boolean {
    if (needed <= this.bytes.length) return true;
    const size = Math.min(this.total, Math.max(needed, this.bytes.length * 2));
    if (!this.budget.take(size - this.bytes.length)) return false;
    const grown = new Uint8Array(size);
    grown.set(this.bytes.subarray(0, this.filled));
    this.bytes = grown;
    return true;
  }
}
