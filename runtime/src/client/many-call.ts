/** A call with a stream of answers: an async iterator that starts the call when it is first asked. */

import type { OutgoingCall } from "../call/outgoing-call.js";
import type { RpcError } from "../error/rpc-error.js";
import { MessageQueue } from "../stream/message-queue.js";
import { OpenCall } from "./open-call.js";

interface Waiter<Out> {
  resolve(result: IteratorResult<Out, undefined>): void;
  reject(error: RpcError): void;
}

// Answers and failures go to whoever iterates.
const nothing = (): void => {};

export class ManyCall<In, Out> extends OpenCall<In, Out> implements AsyncIterator<Out, undefined> {
  private readonly launch: (call: ManyCall<In, Out>) => void;
  private readonly queue = new MessageQueue<Out>();
  private readonly waiters: Waiter<Out>[] = [];
  private isLaunched = false;
  private isEnded = false;
  private failure: RpcError | undefined;

  constructor(
    call: OutgoingCall<In, Out>,
    launch: (call: ManyCall<In, Out>) => void,
    again?: (call: OpenCall<In, Out>) => boolean,
  ) {
    super(call, nothing, nothing, again);
    this.launch = launch;
  }

  protected override get firstState(): "many" {
    return "many";
  }

  override take(isAnswer: boolean, isPart: boolean, buffer: Uint8Array, start: number, end: number): void {
    this.receive(isAnswer, isPart, buffer, start, end);
  }

  next(): Promise<IteratorResult<Out, undefined>> {
    if (!this.isLaunched && !this.isEnded) {
      this.isLaunched = true;
      this.launch(this);
    }
    if (this.queue.size > 0) {
      const cost = this.queue.firstCost;
      const value = this.queue.shift();
      this.inbound?.consumed(cost);
      return Promise.resolve({ value, done: false });
    }
    if (this.isEnded) return this.last();
    return new Promise((resolve, reject) => this.waiters.push({ resolve, reject }));
  }

  /** The user stopped reading (`break`, `return` or a throw in a `for await`): the server is told. */
  return(): Promise<IteratorResult<Out, undefined>> {
    this.isEnded = true;
    this.queue.clear();
    if (!this.isOver) this.abandon(this.error("cancelled", "the reader stopped before the end"));
    this.failure = undefined;
    return Promise.resolve({ value: undefined, done: true });
  }

  override message(buffer: Uint8Array, start: number, end: number, cost: number): void {
    let value: Out;
    try {
      value = this.decode(buffer, start, end);
    } catch (thrown) {
      this.abandon(this.answerError(thrown));
      return;
    }
    const waiter = this.waiters.shift();
    if (waiter === undefined) this.queue.push(value, cost);
    else {
      this.inbound?.consumed(cost);
      waiter.resolve({ value, done: false });
    }
  }

  override ended(): void {
    this.settle();
    this.isEnded = true;
    for (const waiter of this.waiters.splice(0)) waiter.resolve({ value: undefined, done: true });
  }

  // Messages that came before the failure are still handed out; then the failure, once.
  protected override failed(error: RpcError): void {
    this.isEnded = true;
    const [first, ...others] = this.waiters.splice(0);
    if (first === undefined) this.failure = error;
    else first.reject(error);
    for (const waiter of others) waiter.resolve({ value: undefined, done: true });
  }

  private last(): Promise<IteratorResult<Out, undefined>> {
    const error = this.failure;
    this.failure = undefined;
    return error === undefined ? Promise.resolve({ value: undefined, done: true }) : Promise.reject(error);
  }
}
