/** Follows calls on their way out, from when they start to their one end, whatever their shape. */

import type { Interceptor, OutgoingCall } from "../call/outgoing-call.js";
import { asRpcError } from "../error/plain-text.js";
import { RpcError } from "../error/rpc-error.js";
import type { Method } from "../method/method.js";

/** What is known of a call before its messages. */
export type StartedCall = Pick<
  OutgoingCall<unknown, unknown>,
  "method" | "metadata" | "place" | "identity" | "trace" | "request" | "requests"
>;

/** Follows one call, or one attempt of it. What its functions throw is swallowed: no call fails because of who watches it. */
export interface OutgoingRecord {
  /** The call as it goes on; as it was where left out. */
  readonly metadata?: OutgoingCall<unknown, unknown>["metadata"];
  /** The server that it is started on, perhaps one after another. */
  onServer?(address: string): void;
  /** A message was written, of so many bytes. */
  sent?(bytes: number): void;
  /** A message was read. */
  received?(bytes: number): void;
  /** An answer, as its caller gets it. */
  answered?(answer: unknown): void;
  /** Told once. Whoever stops reading a stream has cancelled it. */
  over(error: RpcError | undefined): void;
}

/** An interceptor that asks `began` about each call; undefined where nobody wants to know more of it. */
export function follow(began: (call: StartedCall) => OutgoingRecord | undefined): Interceptor {
  return {
    async one<In, Out>(call: OutgoingCall<In, Out>, next: (call: OutgoingCall<In, Out>) => Promise<Out>): Promise<Out> {
      const record = quietly(() => began(seen(call)));
      if (record === undefined) return next(call);
      let answer: Out;
      try {
        answer = await next(recorded(call, record));
      } catch (thrown) {
        quietly(() => record.over(failureOf(thrown)));
        throw thrown;
      }
      quietly(() => record.answered?.(answer));
      quietly(() => record.over(undefined));
      return answer;
    },
    many: (call, next) => ({ [Symbol.asyncIterator]: () => new FollowedStream(call, next, began) }),
  };
}

class FollowedStream<In, Out> implements AsyncIterator<Out, undefined> {
  private readonly call: OutgoingCall<In, Out>;
  private readonly launch: (call: OutgoingCall<In, Out>) => AsyncIterable<Out>;
  private readonly began: (call: StartedCall) => OutgoingRecord | undefined;
  private inner: AsyncIterator<Out> | undefined;
  private record: OutgoingRecord | undefined;

  constructor(
    call: OutgoingCall<In, Out>,
    launch: (call: OutgoingCall<In, Out>) => AsyncIterable<Out>,
    began: (call: StartedCall) => OutgoingRecord | undefined,
  ) {
    this.call = call;
    this.launch = launch;
    this.began = began;
  }

  async next(): Promise<IteratorResult<Out, undefined>> {
    try {
      const result = await this.start().next();
      if (result.done !== true) {
        quietly(() => this.record?.answered?.(result.value));
        return result;
      }
    } catch (thrown) {
      this.end(failureOf(thrown));
      throw thrown;
    }
    this.end(undefined);
    return { value: undefined, done: true };
  }

  async return(): Promise<IteratorResult<Out, undefined>> {
    this.end(new RpcError("cancelled", "the reader stopped before the end"));
    // A stream that was never started has nothing to end, and must not start after this.
    this.inner ??= empty;
    await this.inner.return?.();
    return { value: undefined, done: true };
  }

  private start(): AsyncIterator<Out> {
    if (this.inner === undefined) {
      this.record = quietly(() => this.began(seen(this.call)));
      const call = this.record === undefined ? this.call : recorded(this.call, this.record);
      this.inner = this.launch(call)[Symbol.asyncIterator]();
    }
    return this.inner;
  }

  private end(error: RpcError | undefined): void {
    const { record } = this;
    this.record = undefined;
    quietly(() => record?.over(error));
  }
}

/** What `run` gives; undefined where it throws, which has nowhere better to go. */
export function quietly<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}

const empty: AsyncIterator<never, undefined> = { next: async () => ({ value: undefined, done: true }) };

// Messages are no matter of whoever follows a call, so their types are not either.
function seen<In, Out>(call: OutgoingCall<In, Out>): StartedCall {
  return call as unknown as StartedCall;
}

function failureOf(thrown: unknown): RpcError {
  return asRpcError(thrown) ?? new RpcError("unknown", "an interceptor failed", { cause: thrown });
}

function recorded<In, Out>(call: OutgoingCall<In, Out>, record: OutgoingRecord): OutgoingCall<In, Out> {
  const { method, onServer } = call;
  const isMeasured = record.sent !== undefined || record.received !== undefined;
  return {
    ...call,
    method: isMeasured ? measured(method, record) : method,
    metadata: record.metadata ?? call.metadata,
    onServer:
      record.onServer === undefined
        ? onServer
        : (address) => {
            onServer?.(address);
            quietly(() => record.onServer?.(address));
          },
  };
}

// Its encoder and decoder know best how long messages are, in whichever codec.
function measured<In, Out>(method: Method<In, Out>, record: OutgoingRecord): Method<In, Out> {
  return {
    ...method,
    encode: (writer, message, position) => {
      const end = method.encode(writer, message, position);
      quietly(() => record.sent?.(end - position));
      return end;
    },
    decode: (reader, end) => {
      quietly(() => record.received?.(end - reader.position));
      return method.decode(reader, end);
    },
  };
}
