/** One thing that a test expects of a method: which calls it is about, how many there may be, and what they are answered with. */

import type { ServerCall } from "../../call/server-call.js";
import type { Clock } from "../../clock.js";
import { RpcError } from "../../error/rpc-error.js";
import type { MethodInfo } from "../../method/method.js";
import { differences, shown } from "./differences.js";

/** Answers a call: `args` are what a handler of the method gets in front of the call. */
export type Answer = (args: readonly unknown[], call: ServerCall) => unknown;

/** One call that a mock got. */
export interface MockCall {
  readonly method: MethodInfo;
  /** What a handler gets in front of the call. A stream of requests is a list of those that have come so far. */
  readonly args: readonly unknown[];
  readonly call: ServerCall;
}

export class MockExpectation {
  readonly method: MethodInfo;
  readonly expected: readonly unknown[] | undefined;
  /** How many calls it takes; undefined for any number, and none. */
  count: number | undefined;
  taken = 0;
  delayMs = 0;
  private readonly answer: Answer;
  private readonly clock: Clock;

  constructor(method: MethodInfo, expected: readonly unknown[] | undefined, answer: Answer, clock: Clock) {
    this.method = method;
    this.expected = expected;
    this.answer = answer;
    this.clock = clock;
  }

  get isSpent(): boolean {
    return this.count !== undefined && this.taken >= this.count;
  }

  get isMissing(): boolean {
    return this.count !== undefined && this.taken < this.count;
  }

  /** What keeps a call from being the one that is expected; nothing where it is. */
  differencesFrom(args: readonly unknown[]): readonly string[] {
    const { expected, method } = this;
    if (expected === undefined) return [];
    const { parameters } = method;
    if (parameters === undefined) return differences(expected[0], args[0], method.secrets?.request);
    const given = expected.flatMap((value, index) =>
      value === undefined ? [] : [[parameters[index] ?? "", value] as const],
    );
    return differences(Object.fromEntries(given), requestOf(method, args), method.secrets?.request);
  }

  respond(args: readonly unknown[], call: ServerCall): unknown {
    this.taken++;
    const isMany = call.method.shape === "serverStream" || call.method.shape === "bidiStream";
    if (this.delayMs === 0) return this.answer(args, call);
    return isMany ? this.lateStream(args, call) : this.late(args, call);
  }

  private async late(args: readonly unknown[], call: ServerCall): Promise<unknown> {
    await pause(this.delayMs, this.clock, call.signal);
    return this.answer(args, call);
  }

  private async *lateStream(args: readonly unknown[], call: ServerCall): AsyncGenerator<unknown, void, undefined> {
    await pause(this.delayMs, this.clock, call.signal);
    yield* this.answer(args, call) as AsyncIterable<unknown>;
  }

  /** For people, for instance `place({"sku":"apple"}), once`. */
  toString(): string {
    const { expected, method, count } = this;
    const secrets = method.secrets?.request;
    const said = expected === undefined ? "anything" : shown(expectedMessage(method, expected), secrets);
    const often = count === undefined ? "any number of times" : count === 1 ? "once" : `${count} times`;
    return `${method.name}(${said}), ${often}`;
  }
}

/** The request as a message, also where the method takes its fields one by one. */
export function requestOf({ parameters }: MethodInfo, args: readonly unknown[]): unknown {
  if (parameters === undefined) return args[0];
  return Object.fromEntries(parameters.map((name, index) => [name, args[index]]));
}

function expectedMessage(method: MethodInfo, expected: readonly unknown[]): unknown {
  const message = requestOf(method, expected);
  return typeof message === "function" ? "what a function accepts" : message;
}

/** Settles after a while, or rejects when the call is over before. */
export function pause(delayMs: number, clock: Clock, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = clock.timer(delayMs, resolve);
    const stop = (): void => {
      timer.cancel();
      reject(new RpcError("cancelled", "the call was over before its answer was due"));
    };
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
}
