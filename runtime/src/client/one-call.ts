/** A call with one answer, or, for oneway methods, with none. */

import type { RpcError } from "../error/rpc-error.js";
import type { OutgoingCall } from "../call/outgoing-call.js";
import { OpenCall } from "./open-call.js";

export class OneCall<In, Out> extends OpenCall<In, Out> {
  private readonly resolve: (answer: Out) => void;
  private readonly reject: (error: RpcError) => void;

  constructor(
    call: OutgoingCall<In, Out>,
    resolve: (answer: Out) => void,
    reject: (error: RpcError) => void,
    again?: (call: OpenCall<In, Out>) => boolean,
  ) {
    super(call, again);
    this.resolve = resolve;
    this.reject = reject;
  }

  protected get firstState(): "one" {
    return "one";
  }

  /** Nearly every answer comes whole, in one frame, as the first thing: it needs no bookkeeping at all. */
  override take(isAnswer: boolean, isPart: boolean, buffer: Uint8Array, start: number, end: number): void {
    const max = this.host?.connection.limits.messageBytesMax ?? 0;
    if (isAnswer && !isPart && this.inbound === undefined && end - start <= max) this.message(buffer, start, end);
    else super.take(isAnswer, isPart, buffer, start, end);
  }

  message(buffer: Uint8Array, start: number, end: number): void {
    if (this.isOver) return;
    let answer: Out;
    try {
      answer = this.decode(buffer, start, end);
    } catch (thrown) {
      this.fail(this.answerError(thrown));
      return;
    }
    this.settle();
    this.resolve(answer);
  }

  /** A oneway call has been handed over. */
  handedOver(nothing: Out): void {
    this.settle();
    this.resolve(nothing);
  }

  // The table of states lets no END through while one answer is due.
  ended(): void {
    this.abandon(this.error("internal", "the server ended the call without an answer"));
  }

  protected failed(error: RpcError): void {
    this.reject(error);
  }
}
