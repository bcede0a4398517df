/** The messages that a client streams in, as the handler iterates over them. */

import type { RpcError } from "../error/rpc-error.js";
import { MessageQueue } from "../stream/message-queue.js";

interface Waiter<In> {
  resolve(result: IteratorResult<In, undefined>): void;
  reject(error: RpcError): void;
}

/** Can be iterated once: the messages are gone afterwards. */
export class RequestStream<In> implements AsyncIterableIterator<In, undefined> {
  private readonly queue = new MessageQueue<In>();
  private readonly waiters: Waiter<In>[] = [];
  private readonly consumed: (cost: number) => void;
  private isEnded = false;
  private failure: RpcError | undefined;

  /** `consumed` is called with what a message cost, when the handler takes it. */
  constructor(consumed: (cost: number) => void) {
    this.consumed = consumed;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<In, undefined>> {
    if (this.queue.size > 0) {
      const cost = this.queue.firstCost;
      const value = this.queue.shift();
      this.consumed(cost);
      return Promise.resolve({ value, done: false });
    }
    if (this.failure !== undefined) return Promise.reject(this.failure);
    if (this.isEnded) return Promise.resolve({ value: undefined, done: true });
    return new Promise((resolve, reject) => this.waiters.push({ resolve, reject }));
  }

  /** The handler wants no more: what still comes is dropped, and the client gets no further credit. */
  return(): Promise<IteratorResult<In, undefined>> {
    this.end();
    this.queue.clear();
    return Promise.resolve({ value: undefined, done: true });
  }

  push(message: In, cost: number): void {
    if (this.isEnded) return;
    const waiter = this.waiters.shift();
    if (waiter === undefined) this.queue.push(message, cost);
    else {
      this.consumed(cost);
      waiter.resolve({ value: message, done: false });
    }
  }

  end(): void {
    this.isEnded = true;
    for (const waiter of this.waiters.splice(0)) waiter.resolve({ value: undefined, done: true });
  }

  /** The call is over before the client has ended its stream: the handler's next read fails. */
  fail(error: RpcError): void {
    if (this.isEnded) return;
    this.isEnded = true;
    this.failure = error;
    this.queue.clear();
    for (const waiter of this.waiters.splice(0)) waiter.reject(error);
  }
}
