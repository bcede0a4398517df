/** Callers that answer as a test says, and methods with policies, on a clock that the test moves. */

import { createChannel } from "../../src/call/channel.js";
import type { Caller, Channel, OutgoingCall } from "../../src/call/outgoing-call.js";
import { RpcError, type RpcErrorFacts } from "../../src/error/rpc-error.js";
import type { StatusCode } from "../../src/error/status.js";
import type { MethodPolicy } from "../../src/method/method-policy.js";
import { method, type Method, type MethodInfo, type ServiceInfo } from "../../src/method/method.js";
import { openClientStack, type ClientStack, type StackOptions } from "../../src/resilience/client-stack.js";
import { decodeNote, encodeNote, TooManyError, type Note } from "../kit/echo-service.js";
import { watch } from "../kit/harness.js";
import type { PolicyDocument } from "../../src/resilience/policies.js";
import type { PolicySource } from "../../src/resilience/policy-source.js";
import { VirtualClock } from "../../src/testing/virtual-clock.js";

/** A note method named `test.v1.Shop/NAME`, or of another service. */
export function noteMethod(
  name: string,
  info: Partial<MethodInfo> = {},
  serviceName = "test.v1.Shop",
): Method<Note, Note> {
  const whole: MethodInfo = {
    name: name.charAt(0).toLowerCase() + name.slice(1),
    wireName: name,
    shape: "unary",
    throws: [TooManyError],
    timeoutMs: undefined,
    isIdempotent: false,
    ...info,
  };
  const service: ServiceInfo = {
    name: serviceName,
    fingerprint: "0".repeat(16),
    source: "test/shop.rpc",
    methods: [whole],
  };
  return method(service, 0, encodeNote, decodeNote);
}

export const Place = noteMethod("Place");
export const Get = noteMethod("Get", { isIdempotent: true });
export const Watch = noteMethod("Watch", { shape: "serverStream", isIdempotent: true });
export const Upload = noteMethod("Upload", { shape: "clientStream", isIdempotent: true });
export const annotated = (policy: MethodPolicy, info: Partial<MethodInfo> = {}): Method<Note, Note> =>
  noteMethod("Annotated", { policy, ...info });

export const note = (text = "", count = 0): Note => ({ text, count });

export function failure(code: StatusCode = "unavailable", facts: RpcErrorFacts = {}): RpcError {
  return new RpcError(code, `failed with ${code}`, facts);
}

/** Policies that the test changes. */
export class ChangingPolicies implements PolicySource {
  current: PolicyDocument;
  private readonly listeners = new Set<() => void>();

  constructor(current: PolicyDocument) {
    this.current = current;
  }

  change(current: PolicyDocument): void {
    this.current = current;
    for (const listener of this.listeners) listener();
  }

  subscribe(changed: () => void): () => void {
    this.listeners.add(changed);
    return () => this.listeners.delete(changed);
  }

  get isWatched(): boolean {
    return this.listeners.size > 0;
  }

  close(): void {}
}

type Answer = (call: OutgoingCall<Note, Note>, nth: number) => Note | Promise<Note>;
type Answers = (call: OutgoingCall<Note, Note>, nth: number) => AsyncIterable<Note>;

/** Plays the servers; `calls` are the attempts that came through, `nth` counts them from 1. */
export class PlayedCaller implements Caller {
  readonly calls: OutgoingCall<Note, Note>[] = [];
  private readonly answer: Answer;
  private readonly answers: Answers;

  constructor(answer: Answer, answers: Answers = () => emptyStream()) {
    this.answer = answer;
    this.answers = answers;
  }

  one<In, Out>(call: OutgoingCall<In, Out>): Promise<Out> {
    const mine = call as unknown as OutgoingCall<Note, Note>;
    this.calls.push(mine);
    return Promise.resolve()
      .then(() => this.answer(mine, this.calls.length))
      .then((answer) => answer as Out);
  }

  many<In, Out>(call: OutgoingCall<In, Out>): AsyncIterable<Out> {
    const mine = call as unknown as OutgoingCall<Note, Note>;
    this.calls.push(mine);
    return this.answers(mine, this.calls.length) as unknown as AsyncIterable<Out>;
  }

  async close(): Promise<void> {}
}

async function* emptyStream(): AsyncIterable<Note> {}

export interface StackSetup {
  readonly clock: VirtualClock;
  readonly stack: ClientStack;
  readonly channel: Channel;
  readonly played: PlayedCaller;
}

/** The client's layers over a played server. */
export function stackUnderTest(answer: Answer, options: Partial<StackOptions> = {}, answers?: Answers): StackSetup {
  const clock = (options.clock as VirtualClock | undefined) ?? new VirtualClock();
  const played = new PlayedCaller(answer, answers);
  let keys = 0;
  const stack = openClientStack(played, {
    clock,
    random: () => 0.5,
    policies: undefined,
    source: undefined,
    newKey: () => `key-${++keys}`,
    ...options,
  });
  return { clock, stack, played, channel: createChannel(stack, { clock, defaultTimeoutMs: 30_000 }) };
}

/** A promise that a test settles, or that the call's signal rejects. */
export function untilAborted(call: OutgoingCall<Note, Note>): Promise<Note> {
  return new Promise((_, reject) => {
    const abort = (): void => reject(new RpcError("cancelled", "the caller aborted the call"));
    if (call.signal?.aborted === true) abort();
    call.signal?.addEventListener("abort", abort, { once: true });
  });
}

/** A promise's value on a clock that stands still: fails where it is not settled without time passing. */
export async function now<T>(clock: VirtualClock, promise: Promise<T>): Promise<T> {
  const seen = watch(promise);
  for (let i = 0; i < 20 && !seen.isSettled; i++) await clock.settle();
  if (!seen.isSettled) throw new Error("not settled without time passing");
  return promise;
}
