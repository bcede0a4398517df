/** A stream of answers that another one will give, which is asked for when the first answer is. */

/** What an iterator says at its end. */
export const done: IteratorResult<never, undefined> = { value: undefined, done: true };

export class LateStream<Out> implements AsyncIterator<Out, undefined> {
  private readonly open: () => Promise<AsyncIterable<Out>>;
  private inner: Promise<AsyncIterator<Out>> | undefined;
  private isLeft = false;

  constructor(open: () => Promise<AsyncIterable<Out>>) {
    this.open = open;
  }

  async next(): Promise<IteratorResult<Out, undefined>> {
    if (this.isLeft) return done;
    this.inner ??= this.open().then((answers) => answers[Symbol.asyncIterator]());
    const inner = await this.inner;
    // The reader may have left while it was loaded.
    if (this.isLeft) return done;
    const result = await inner.next();
    return result.done === true ? done : result;
  }

  async return(): Promise<IteratorResult<Out, undefined>> {
    this.isLeft = true;
    // What could not be opened has been told to whoever asked for an answer.
    const inner = await this.inner?.catch(() => undefined);
    await inner?.return?.();
    return done;
  }
}
