/** The receiving direction of one stream: checks each frame against the state, the credit and the message limit. */

import type { StatusCode } from "../error/status.js";
import { FrameError } from "../frame/frame-error.js";
import { limitText } from "../limits.js";
import { announcedLength, Assembly, totalBytes, type AssemblyBudget } from "./assembly.js";
import { frameCost, ReceiveCredit, restCost } from "./credit.js";
import { step, type StreamEvent, type StreamState } from "./stream-state.js";

/** What the owner of the stream is told. */
export interface InboundSink {
  /** A whole message; the bytes are valid until the function returns. `consumed(cost)` is due once it is used up. */
  message(buffer: Uint8Array, start: number, end: number, cost: number): void;
  /** The direction is over in good order. */
  ended(): void;
  /** The stream (not the connection) is at fault and has to fail. */
  refuse(code: StatusCode, text: string): void;
  /** A frame that carries next to nothing came. */
  idle(): void;
  /** The other side may send this many bytes more. */
  grant(increment: number): void;
}

// A part of a message below this is suspicious: whoever sends in parts has 128 KiB to put into each.
const tinyPartBytes = 1024;

export class Inbound {
  state: StreamState;
  private readonly sink: InboundSink;
  private readonly budget: AssemblyBudget;
  private readonly messageBytesMax: number;
  private readonly credit = new ReceiveCredit();
  private assembly: Assembly | undefined;

  constructor(state: StreamState, sink: InboundSink, budget: AssemblyBudget, messageBytesMax: number) {
    this.state = state;
    this.sink = sink;
    this.budget = budget;
    this.messageBytesMax = messageBytesMax;
  }

  /** A frame with (a part of) a message from `start` to `end`; `isAnswer` for REQUEST and RESPONSE. */
  take(isAnswer: boolean, isPart: boolean, buffer: Uint8Array, start: number, end: number): void {
    const event: StreamEvent = isAnswer ? (isPart ? "answer-part" : "answer") : isPart ? "data-part" : "data";
    const next = step(this.state, event);
    if (next === "ignore") return;
    if (next === "refuse")
      return this.sink.refuse("internal", `${event} is not allowed while the stream is ${this.state}`);
    this.state = next;
    if (isPart || this.assembly !== undefined) return this.part(isPart, buffer, start, end);
    const cost = this.charge(end - start);
    if (end - start > this.messageBytesMax) return this.tooLong(end - start);
    this.sink.message(buffer, start, end, cost);
  }

  /** The other side ended its direction. */
  end(): void {
    const next = step(this.state, "end");
    if (next === "ignore") return;
    if (next === "refuse") return this.sink.refuse("internal", `end is not allowed while the stream is ${this.state}`);
    this.state = next;
    this.sink.ended();
  }

  /** Gives back what a message cost, now that it has been used. */
  consumed(cost: number): void {
    this.credit.owe(cost);
    const increment = this.credit.give();
    if (increment > 0 && (this.state === "many" || this.state === "many-rest" || this.state === "one-rest")) {
      this.sink.grant(increment);
    }
  }

  /** Where the next part of the message that is under way may be put as it comes, so that it need not be copied there. */
  room(bytes: number): Uint8Array | undefined {
    return this.assembly?.room(bytes);
  }

  /** What the other side may have under way, as frames cost; 0 once its direction is over. */
  get lateBytes(): number {
    return this.state === "ended" || this.state === "done" ? 0 : this.credit.lateBytes;
  }

  /** The call is over: whatever still comes is ignored. */
  finish(): void {
    this.state = "done";
    this.assembly?.release();
    this.assembly = undefined;
  }

  private part(isPart: boolean, buffer: Uint8Array, from: number, end: number): void {
    let start = from;
    let assembly = this.assembly;
    if (assembly === undefined) {
      const total = announcedLength(buffer, start, end);
      if (total === undefined) return this.sink.refuse("internal", "a message in parts does not announce its length");
      if (total > this.messageBytesMax) return this.tooLong(total);
      if (this.state === "one-rest") this.credit.beginWhole();
      assembly = this.assembly = new Assembly(total, this.budget);
      start += totalBytes;
    }
    const size = end - start;
    const cost = this.charge(size);
    if (isPart && size < tinyPartBytes) this.sink.idle();
    const outcome = assembly.add(buffer, start, end, !isPart);
    if (outcome === "over-budget") {
      const text = limitText("what waits for its rest on this connection", "reassemblyBytesMax", this.budget.bytesMax);
      return this.sink.refuse("resource-exhausted", text);
    }
    if (outcome !== "ok") return this.sink.refuse("internal", `a message in parts is ${outcome.replaceAll("-", " ")}`);
    if (isPart) return this.grantRest(assembly, cost);
    this.assembly = undefined;
    const whole = assembly.take();
    this.sink.message(whole, 0, whole.length, cost);
  }

  // The rest of a message may come as fast as it can once there is memory for it, whatever the distance.
  private grantRest(assembly: Assembly, cost: number): void {
    const { credit } = this;
    // Whether or not it is given now: a sender of shorter parts than these may need it in the end.
    credit.owe(cost);
    if (this.state === "one-rest" && credit.covers(restCost(assembly.missing))) return;
    const increment = credit.give() + credit.lend(restCost(assembly.reserved));
    if (increment > 0) this.sink.grant(increment);
  }

  private charge(bytes: number): number {
    const cost = frameCost(bytes);
    if (!this.credit.take(cost))
      throw new FrameError("protocol-error", "a stream was sent more than its credit allows");
    return cost;
  }

  private tooLong(bytes: number): void {
    this.sink.refuse("resource-exhausted", limitText("a message", "messageBytesMax", this.messageBytesMax, bytes));
  }
}
