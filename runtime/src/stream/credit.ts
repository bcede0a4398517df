/** Flow control of one direction of one stream, seen from the receiving side. */

import { chunkBytes, headerBytes, initialCredit, wholeCredit } from "../frame/frame.js";

/** What a frame that carries (a part of) a message costs. */
export function frameCost(messageBytes: number): number {
  return headerBytes + messageBytes;
}

/** What `bytes` of a message that goes on in further frames cost. */
export function restCost(bytes: number): number {
  return bytes + Math.ceil(bytes / chunkBytes) * headerBytes;
}

// More is never lent to one message, so that no sum comes near `creditMax`.
const lentMax = 2 ** 30;

// Granting in halves keeps CREDIT frames rare, and leaves a sender whose messages were all taken with room for more.
const grantStep = initialCredit / 2;

/**
 * A sender may send a frame while its credit is above zero, so that it ends at most one frame below: what a receiver
 * holds for a reader that does not read is bounded by the initial credit and one frame.
 */
export class ReceiveCredit {
  private left = initialCredit;
  private owed = 0;
  private lent = 0;

  /** What may be under way while nothing more is granted: the credit that is left, and the frame that overdraws it. */
  get lateBytes(): number {
    return Math.max(0, this.left) + headerBytes + chunkBytes;
  }

  /** Takes the cost of a frame that came; false where the sender had nothing left. */
  take(cost: number): boolean {
    if (this.left <= 0) return false;
    this.left -= cost;
    return true;
  }

  /** The message in parts that a REQUEST or RESPONSE begins has begun. */
  beginWhole(): void {
    this.left += wholeCredit;
  }

  /** Whether the credit that is left suffices for this. */
  covers(cost: number): boolean {
    return this.left >= cost;
  }

  /** Lends what is missing for the rest of a message, which has its memory already; returns the increment to send. */
  lend(cost: number): number {
    const increment = Math.min(cost, lentMax) - this.left;
    if (increment < grantStep) return 0;
    this.left += increment;
    this.lent += increment;
    return increment;
  }

  /** Notes that the cost of what was consumed is to be given back. */
  owe(cost: number): void {
    const returned = Math.min(this.lent, cost);
    this.lent -= returned;
    this.owed += cost - returned;
  }

  /** The increment to send now for what is owed; 0 while it is not worth a frame. */
  give(): number {
    if (this.owed < grantStep) return 0;
    const increment = this.owed;
    this.owed = 0;
    this.left += increment;
    return increment;
  }
}

/** The most that can be under way on one stream, and that can wait for a slow reader of it. */
export const lateBytesMax: number = initialCredit + wholeCredit + headerBytes + chunkBytes;
