/** Moves messages from an iterable into a stream, no faster than the other side and the socket take them. */

/** Where the messages go. */
export interface PumpTarget<Message> {
  /** Settles when a message may be sent; at once (undefined) where it may be sent now. */
  ready(): Promise<void> | undefined;
  /** Writes one message; throws where it cannot be encoded. */
  send(message: Message): void;
  /** The iterable is through. */
  end(): void;
  /** A stopped pump's iterable has at last answered what it had been asked. */
  released(): void;
  /** The iterable threw, or a message could not be sent. */
  fail(thrown: unknown): void;
}

interface Source<Message> {
  next(): Promise<IteratorResult<Message, unknown>> | IteratorResult<Message, unknown>;
  return?(): unknown;
}

export class MessagePump<Message> {
  private readonly source: Source<Message>;
  private readonly target: PumpTarget<Message>;
  private isStopped = false;
  private isAsking = false;

  /** Throws where `messages` cannot be iterated. */
  constructor(messages: AsyncIterable<Message> | Iterable<Message>, target: PumpTarget<Message>) {
    this.source = openSource(messages);
    this.target = target;
    void this.run();
  }

  /**
   * Takes no further message and tells the iterable so; nothing is sent any more. True where the iterable still owes
   * an answer: `released` is called when it has given it.
   */
  stop(): boolean {
    if (this.isStopped) return false;
    this.isStopped = true;
    this.closeSource();
    return this.isAsking;
  }

  private async run(): Promise<void> {
    const { source, target } = this;
    try {
      for (;;) {
        const ready = target.ready();
        if (ready !== undefined) await ready;
        if (this.isStopped) return;
        this.isAsking = true;
        const step = source.next();
        // Sync sources need no turn of the queue for each message.
        const { done, value } = isPromiseLike(step) ? await step : step;
        this.isAsking = false;
        if (this.isStopped) return target.released();
        if (done === true) break;
        target.send(value);
      }
      this.isStopped = true;
      target.end();
    } catch (thrown) {
      if (this.isStopped && this.isAsking) target.released();
      if (this.isStopped) return;
      this.isStopped = true;
      this.closeSource();
      target.fail(thrown);
    }
  }

  // Whatever a source's `return` does, it can neither hold up nor break the call that is over.
  private closeSource(): void {
    try {
      const closing = this.source.return?.();
      if (closing instanceof Promise) closing.catch(() => {});
    } catch {
      // See above.
    }
  }
}

function isPromiseLike<Value>(step: Value | PromiseLike<Value>): step is PromiseLike<Value> {
  return typeof (step as { readonly then?: unknown } | undefined)?.then === "function";
}

function openSource<Message>(messages: AsyncIterable<Message> | Iterable<Message>): Source<Message> {
  const isObject = typeof messages === "object" && messages !== null;
  if (isObject && Symbol.asyncIterator in messages) return messages[Symbol.asyncIterator]();
  if (isObject && Symbol.iterator in messages) return messages[Symbol.iterator]();
  throw new TypeError("a stream of messages must be an iterable or an async iterable");
}
