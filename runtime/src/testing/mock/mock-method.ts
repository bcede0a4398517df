/** One method of a mock: what a test says about it becomes expectations. */

import type { ServerCall } from "../../call/server-call.js";
import type { Clock } from "../../clock.js";
import { RpcError } from "../../error/rpc-error.js";
import type { MethodInfo } from "../../method/method.js";
import { type Answer, type MockCall, MockExpectation, pause, requestOf } from "./expectation.js";

/** What a method asks of the mock that it belongs to. */
interface Owner {
  readonly clock: Clock;
  readonly calls: readonly MockCall[];
  expect(expectation: MockExpectation): void;
}

export class MockMethod {
  private readonly info: MethodInfo;
  private readonly owner: Owner;

  constructor(info: MethodInfo, owner: Owner) {
    this.info = info;
    this.owner = owner;
  }

  get calls(): readonly object[] {
    const own = this.owner.calls.filter(({ method }) => method === this.info);
    return own.map(({ method, args, call }) => ({ request: requestOf(method, args), args, metadata: call.metadata }));
  }

  when(...expected: readonly unknown[]): MockAnswers {
    return new MockAnswers(this.info, this.owner, expected);
  }

  returns(answer?: unknown): MockCount {
    return this.any().returns(answer);
  }

  throws(error: Error): MockCount {
    return this.any().throws(error);
  }

  answers(answer: (...args: readonly unknown[]) => unknown): MockCount {
    return this.any().answers(answer);
  }

  hangs(): MockCount {
    return this.any().hangs();
  }

  private any(): MockAnswers {
    return new MockAnswers(this.info, this.owner, undefined);
  }
}

/** Waits for a test to say what calls of one kind are answered with. */
class MockAnswers {
  private readonly info: MethodInfo;
  private readonly owner: Owner;
  private readonly expected: readonly unknown[] | undefined;

  constructor(info: MethodInfo, owner: Owner, expected: readonly unknown[] | undefined) {
    this.info = info;
    this.owner = owner;
    this.expected = expected;
  }

  returns(answer?: unknown): MockCount {
    return this.by(() => answer);
  }

  throws(error: Error): MockCount {
    return this.by(() => {
      throw error;
    });
  }

  answers(answer: (...args: readonly unknown[]) => unknown): MockCount {
    return this.by((args, call) => answer(...args, call));
  }

  hangs(): MockCount {
    const { clock } = this.owner;
    const forever = (call: ServerCall): Promise<void> => pause(Infinity, clock, call.signal);
    const isMany = this.info.shape === "serverStream" || this.info.shape === "bidiStream";
    return this.by((_args, call) => (isMany ? hangingStream(() => forever(call)) : forever(call)));
  }

  private by(answer: Answer): MockCount {
    const expectation = new MockExpectation(this.info, this.expected, answer, this.owner.clock);
    this.owner.expect(expectation);
    return new MockCount(expectation);
  }
}

async function* hangingStream(forever: () => Promise<void>): AsyncGenerator<never, void, undefined> {
  await forever();
}

/** How often, and how late. */
class MockCount {
  private readonly expectation: MockExpectation;

  constructor(expectation: MockExpectation) {
    this.expectation = expectation;
  }

  once(): this {
    return this.times(1);
  }

  times(count: number): this {
    if (!Number.isInteger(count) || count < 0) {
      throw new RpcError("invalid-argument", `times wants a whole number from 0 on, not ${String(count)}`);
    }
    this.expectation.count = count;
    return this;
  }

  after(delayMs: number): this {
    if (typeof delayMs !== "number" || !(delayMs >= 0)) {
      throw new RpcError("invalid-argument", `after wants milliseconds from 0 on, not ${String(delayMs)}`);
    }
    this.expectation.delayMs = delayMs;
    return this;
  }
}
