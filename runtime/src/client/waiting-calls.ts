/** The one queue of a channel: calls that wait for a connection, or for room on one, until their deadlines. */

import { Alarm, type Clock } from "../clock.js";
import type { RpcError } from "../error/rpc-error.js";
import type { Counters } from "../events.js";
import { limitText, type Limits } from "../limits.js";
import type { OpenCall } from "./open-call.js";
import { unsent, type Lack } from "./unsent.js";

/** A call that waits, without its messages' types. */
interface WaitingCall {
  readonly deadlineAt: number;
  /** When it has waited long enough: at its deadline, or, without one, after `waitingTimeoutMs`. */
  readonly waitsUntil: number;
  readonly isOver: boolean;
  readonly path: string;
  giveUp(error: RpcError): void;
  /** False where it has to go on waiting. */
  start(): boolean;
}

/** What the queue needs to know of a call that gives up or is turned away. */
export type FailedCall = Pick<WaitingCall, "path">;

export interface WaitingCallsOptions {
  readonly clock: Clock;
  readonly limits: Limits;
  readonly counters: Counters;
  /** What calls wait for, and why it does not come. */
  readonly lack: Lack;
}

export class WaitingCalls {
  private readonly options: WaitingCallsOptions;
  private readonly alarm: Alarm;
  private calls: WaitingCall[] = [];

  constructor(options: WaitingCallsOptions) {
    this.options = options;
    this.alarm = new Alarm(options.clock, () => this.ring());
  }

  /** Those that have ended meanwhile included. */
  get size(): number {
    return this.calls.length;
  }

  /** Whether any of them has not ended meanwhile. */
  get isWanted(): boolean {
    return this.calls.some((call) => !call.isOver);
  }

  /**
   * Lets a call wait; false where that cannot be, and the call has failed. `start` is for when its turn has come, and
   * says whether the call need not wait any more.
   */
  add<In, Out>(call: OpenCall<In, Out>, start: (call: OpenCall<In, Out>) => boolean): boolean {
    const { limits, clock } = this.options;
    const { deadlineAt } = call;
    const waiting: WaitingCall = {
      deadlineAt,
      waitsUntil: deadlineAt === Infinity ? clock.now() + limits.waitingTimeoutMs : deadlineAt,
      path: call.path,
      get isOver(): boolean {
        return call.isOver;
      },
      giveUp: (error) => call.giveUp(error),
      start: () => start(call),
    };
    if (deadlineAt <= clock.now()) {
      this.expire(waiting);
      return false;
    }
    if (this.calls.length >= limits.waitingCallsMax) {
      const text = limitText("the number of waiting calls", "waitingCallsMax", limits.waitingCallsMax);
      call.giveUp(unsent(call, "resource-exhausted", text));
      return false;
    }
    call.waitsFor(this.options.lack);
    this.calls.push(waiting);
    if (waiting.waitsUntil !== Infinity) this.alarm.noLaterThan(waiting.waitsUntil);
    return true;
  }

  /** Starts them in their order, for as long as there is room; those that have to go on waiting keep their places. */
  startWhile(hasRoom: () => boolean): void {
    let kept = 0;
    while (kept < this.calls.length && hasRoom()) {
      // Taken out one by one, because what a call does when it starts may lead back to here.
      const [call] = this.calls.splice(kept, 1);
      if (call === undefined || call.isOver || call.start()) continue;
      this.calls.splice(kept, 0, call);
      kept++;
    }
  }

  /** Fails all of them. */
  failAll(reason: (call: FailedCall) => RpcError): void {
    for (const call of this.calls.splice(0)) call.giveUp(reason(call));
  }

  /** Fails all of them, and lets go of the timer. */
  close(reason: (call: FailedCall) => RpcError): void {
    this.alarm.cancel();
    this.failAll(reason);
  }

  private ring(): void {
    const now = this.options.clock.now();
    let next = Infinity;
    const due: WaitingCall[] = [];
    this.calls = this.calls.filter((call) => {
      if (call.isOver) return false;
      if (call.waitsUntil > now) {
        next = Math.min(next, call.waitsUntil);
        return true;
      }
      due.push(call);
      return false;
    });
    if (next !== Infinity) this.alarm.noLaterThan(next);
    for (const call of due) this.expire(call);
  }

  private expire(call: WaitingCall): void {
    const { lack, limits, counters } = this.options;
    if (call.deadlineAt === Infinity) {
      return call.giveUp(unsent(call, "unavailable", lack(`within waitingTimeoutMs = ${limits.waitingTimeoutMs}`)));
    }
    counters.deadlinesExceeded++;
    call.giveUp(unsent(call, "deadline-exceeded", lack("until the deadline")));
  }
}
