/** The sending direction of one stream: its credit, its large message under way, and when it may go on. */

import { creditMax, initialCredit, wholeCredit } from "../frame/frame.js";
import { FrameError } from "../frame/frame-error.js";
import { frameCost } from "../stream/credit.js";
import type { LargeSender } from "./large-messages.js";
import type { Outbox } from "./outbox.js";

// Receivers grant in larger steps than this, so that nobody's CREDIT need count as idle who takes what is sent.
const dueBytes = initialCredit / 8;

export class SendSide implements LargeSender {
  sendCredit: number = initialCredit;
  private granted = initialCredit;
  /** What had been sent when credit came last. */
  private sentAtGrant = 0;
  /** Whether anything of the stream has been written. */
  hasSent = false;
  private readonly outbox: Outbox;
  private isBusy = false;
  private isStopped = false;
  private wake: (() => void) | undefined;
  private wantsCredit = false;
  /** Called when the last part of a large message has been written. */
  whenLargeSent: (() => void) | undefined;

  constructor(outbox: Outbox) {
    this.outbox = outbox;
  }

  /** Closes the open frame: in place where it is small, in parts where it is not. */
  close(position: number): void {
    this.hasSent = true;
    if (this.outbox.isLarge(position)) {
      this.isBusy = true;
      this.outbox.closeLarge(position, this);
      return;
    }
    this.sendCredit -= frameCost(this.outbox.bodyLength(position));
    this.outbox.close(position);
  }

  /** Settles when the next message may be sent; undefined where that is now. */
  ready(): Promise<void> | undefined {
    return this.isReady(true) ? undefined : this.wait(true);
  }

  /** Settles when all of the last message has been sent; undefined where that is so. */
  quiet(): Promise<void> | undefined {
    return this.isBusy ? this.wait(false) : undefined;
  }

  /** Whether enough has been sent since credit came last for an honest receiver to give more. */
  isGrantDue(): boolean {
    return this.granted - this.sendCredit - this.sentAtGrant >= dueBytes;
  }

  /** A message begins that is one whole with its REQUEST or RESPONSE. */
  beginWhole(): void {
    this.granted += wholeCredit;
    this.sendCredit += wholeCredit;
  }

  /** The other side lets more be sent. */
  grant(increment: number): void {
    if (increment === 0) throw new FrameError("protocol-error", "a CREDIT of zero");
    this.sentAtGrant = this.granted - this.sendCredit;
    this.granted += increment;
    this.sendCredit += increment;
    if (this.sendCredit > creditMax) throw new FrameError("protocol-error", "credit above 2147483647");
    if (this.isBusy) this.outbox.poke(this);
    this.look();
  }

  largeSent(): void {
    this.isBusy = false;
    this.whenLargeSent?.();
    this.look();
  }

  /** The stream is over: nothing more is sent, and whoever waits is let go. */
  stop(): void {
    this.isStopped = true;
    this.outbox.large.drop(this);
    this.look();
  }

  private isReady(wantsCredit: boolean): boolean {
    if (this.isStopped) return true;
    if (this.isBusy) return false;
    return !wantsCredit || (this.sendCredit > 0 && !this.outbox.isFull);
  }

  private wait(wantsCredit: boolean): Promise<void> {
    this.wantsCredit = wantsCredit;
    return new Promise((resolve) => {
      this.wake = resolve;
      this.look();
    });
  }

  private look(): void {
    const { wake } = this;
    if (wake === undefined) return;
    if (this.isReady(this.wantsCredit)) {
      this.wake = undefined;
      wake();
    } else if (!this.isBusy && this.sendCredit > 0) this.outbox.whenRoom(() => this.look());
  }
}
