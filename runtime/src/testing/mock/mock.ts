/** Mocks of services, typed by what their handlers are. */

import type { Metadata } from "../../call/metadata.js";
import type { Mount, ServerCall } from "../../call/server-call.js";
import type { Clock } from "../../clock.js";
import { RpcError } from "../../error/rpc-error.js";
import type { ExpectedArguments } from "./expected.js";
import { MockService } from "./mock-service.js";

export interface MockOptions {
  /** What `after` waits by: give it the clock that the calls have. The machine's where left out. */
  readonly clock?: Clock | undefined;
  /** Calls have to come in the order in which they are expected, across all methods. Default false. */
  readonly inOrder?: boolean | undefined;
}

/** What a mock can be told and asked, whichever service it stands for. */
export interface MockControls<Handler> {
  /** For `inProcess`, or for `serve` on a real port. */
  readonly mount: Mount;
  /** A method by its name: the way to those whose names are also names of these controls. */
  method<Name extends keyof Handler>(name: Name): MockOf<Handler[Name]>;
  /**
   * Throws an error that tells every call that nobody expected, with how it differs from those that were, and every
   * expectation with a count that has not been met. Secrets are not told.
   */
  verify(): void;
  /** Forgets expectations and calls. */
  reset(): void;
}

/** A mock of a service: its controls, and what can be said about each of its methods. */
export type Mock<Handler> = MockControls<Handler> & {
  readonly [Name in Exclude<keyof Handler, keyof MockControls<Handler>>]: MockOf<Handler[Name]>;
};

/** What can be said about one method, by the type of its handler. */
export type MockOf<Handle> = Handle extends (...args: infer All) => infer Answer
  ? All extends readonly [...infer Arguments, ServerCall]
    ? MockedMethod<Requests<Arguments>, Passed<Arguments>, Answer, Answered<Answer>>
    : never
  : never;

/** Streams of requests are compared, and kept, as lists. */
type Requests<Arguments extends readonly unknown[]> = Arguments extends [AsyncIterable<infer In>]
  ? [readonly In[]]
  : Arguments;

/** What a function that answers gets: the list of requests of a method that answers once, the stream of one that streams, too. */
type Passed<Arguments extends readonly unknown[]> = Arguments;

/** What `returns` takes: the answer, or the stream of them. */
type Answered<Answer> = [Extract<Answer, PromiseLike<unknown>>] extends [never] ? Answer : Awaited<Answer>;

/** The answer of a stream is none that can be waited for. */
type IsStream<Answer> = [Extract<Answer, PromiseLike<unknown>>] extends [never] ? true : false;

/** What a test says calls of one kind are answered with. What is said first and is not used up counts. */
export interface MockedAnswers<Requests extends readonly unknown[], Passed extends readonly unknown[], Answer, Given> {
  /** The answer, or all messages of a stream of them. */
  returns(answer: Given): MockedCount;
  /** For instance a declared error. */
  throws(error: Error): MockedCount;
  /** Answers as a handler would. Gets a stream of requests as a list, unless answers stream, too. */
  answers(
    answer: (...args: [...(IsStream<Answer> extends true ? Passed : Requests), ServerCall]) => Answer | Given,
  ): MockedCount;
  /** Never answers: for deadlines and cancellation. */
  hangs(): MockedCount;
}

export interface MockedMethod<
  Requests extends readonly unknown[],
  Passed extends readonly unknown[],
  Answer,
  Given,
> extends MockedAnswers<Requests, Passed, Answer, Given> {
  /**
   * What is said behind it counts for these calls only: by some fields of the request, by values of parameters, by functions
   * that look at them. A stream of requests is compared, as a list, once it has ended; where answers stream, too, it is empty.
   */
  when(...expected: ExpectedArguments<Requests>): MockedAnswers<Requests, Passed, Answer, Given>;
  /** What it was called with, in order. */
  readonly calls: readonly MockedCall<Requests>[];
}

export interface MockedCall<Requests extends readonly unknown[]> {
  /** What a handler gets in front of the call; a stream as the list of what has come so far. */
  readonly args: Requests;
  /** The request as a message, also where handlers take its fields one by one. */
  readonly request: Requests extends readonly [infer Request] ? Request : Readonly<Record<string, unknown>>;
  readonly metadata: Metadata;
}

/** How often calls are expected, and how late they are answered. Without a word any number is fine, and at once. */
export interface MockedCount {
  once(): MockedCount;
  /** Exactly so often; 0 for never. */
  times(count: number): MockedCount;
  /** Milliseconds until the answer comes, by the mock's clock. */
  after(delayMs: number): MockedCount;
}

/**
 * A mock of the service that a generated function such as `serveOrders` serves:
 * `const orders = mock(serveOrders); orders.place.when({ sku: "apple" }).returns({ id: "A-1" }).once();`.
 * A call that nobody expects fails with `unimplemented`, and `verify` tells of it.
 */
export function mock<Handler>(serve: (handler: Handler) => Mount, options: MockOptions = {}): Mock<Handler> {
  const service = new MockService(serve, options);
  const methodOf = (name: string): unknown => {
    const found = service.methods.get(name);
    if (found === undefined) throw new RpcError("not-found", `${service.mount.service.name} has no method ${name}`);
    return found;
  };
  const controls = {
    mount: service.mount,
    method: methodOf,
    verify: () => verify(service),
    reset: () => service.forget(),
  };
  // The methods are typed by the handler that the generated function takes, which is not there at run time.
  return { ...Object.fromEntries(service.methods), ...controls } as unknown as Mock<Handler>;
}

function verify(service: MockService): void {
  const complaints = service.complaints();
  if (complaints.length > 0) throw new MockError(complaints);
}

/** A mock was not called as it was expected. */
export class MockError extends Error {
  override readonly name = "MockError";
  /** A paragraph for each thing that went otherwise. */
  readonly complaints: readonly string[];

  constructor(complaints: readonly string[]) {
    super(complaints.join("\n\n"));
    this.complaints = complaints;
  }
}
