/** A service that a test tells what to answer, and asks afterwards what it was asked. */

import type { Mount, ServerCall } from "../../call/server-call.js";
import { systemClock, type Clock } from "../../clock.js";
import { RpcError } from "../../error/rpc-error.js";
import type { MethodInfo } from "../../method/method.js";
import { shown } from "./differences.js";
import { type MockCall, type MockExpectation, requestOf } from "./expectation.js";
import { MockMethod } from "./mock-method.js";

/** The mock's side of one service, whatever its methods are. */
export class MockService {
  readonly mount: Mount;
  readonly methods: ReadonlyMap<string, MockMethod>;
  readonly calls: MockCall[] = [];
  private readonly expectations: MockExpectation[] = [];
  private readonly unexpected: string[] = [];
  private readonly inOrder: boolean;
  readonly clock: Clock;

  constructor(
    serve: (handler: never) => Mount,
    options: { readonly clock?: Clock | undefined; readonly inOrder?: boolean | undefined },
  ) {
    this.clock = options.clock ?? systemClock;
    this.inOrder = options.inOrder === true;
    const bare = serve({} as never);
    const infos = bare.service.methods;
    this.methods = new Map(infos.map((info) => [info.name, new MockMethod(info, this)]));
    const handler = Object.fromEntries(infos.map((info) => [info.name, this.handlerOf(info)]));
    this.mount = { ...bare, handler };
  }

  expect(expectation: MockExpectation): void {
    this.expectations.push(expectation);
  }

  forget(): void {
    this.expectations.length = 0;
    this.unexpected.length = 0;
    this.calls.length = 0;
  }

  /** What went otherwise than it was expected, a paragraph each. */
  complaints(): readonly string[] {
    const missing = this.expectations.filter(({ isMissing }) => isMissing);
    return [
      ...this.unexpected,
      ...missing.map((each) => `${this.mount.service.name} expected ${String(each)}; it came ${times(each.taken)}`),
    ];
  }

  private handlerOf(info: MethodInfo): (...args: readonly unknown[]) => unknown {
    const { shape } = info;
    const takesStream = shape === "clientStream" || shape === "bidiStream";
    return (...all) => {
      const call = all[info.parameters?.length ?? 1] as ServerCall;
      const args = all.slice(0, -1);
      if (!takesStream) return this.answer(info, args, args, call);
      const [requests, list] = noted(args[0] as AsyncIterable<unknown>);
      if (shape === "bidiStream") return this.answer(info, [list], [requests], call);
      return collected(requests).then(() => this.answer(info, [list], [list], call));
    };
  }

  /** `seen` is what is compared and kept, `args` what the answer is made from. */
  private answer(info: MethodInfo, seen: readonly unknown[], args: readonly unknown[], call: ServerCall): unknown {
    this.calls.push({ method: info, args: seen, call });
    const candidates = this.inOrder
      ? this.nextInOrder(info)
      : this.expectations.filter(({ method }) => method === info);
    const found = candidates.find((each) => !each.isSpent && each.differencesFrom(seen).length === 0);
    if (found !== undefined) return found.respond(args, call);
    const text = this.complaint(info, seen, candidates);
    this.unexpected.push(text);
    throw new RpcError("unimplemented", text, { method: `/${call.service.name}/${info.wireName}` });
  }

  // In order, an expectation without a count may be passed over; one with a count has to be through first.
  private nextInOrder(info: MethodInfo): readonly MockExpectation[] {
    const open = this.expectations.filter(({ isSpent }) => !isSpent);
    const stop = open.findIndex(({ isMissing }) => isMissing);
    const within = stop === -1 ? open : open.slice(0, stop + 1);
    return within.filter(({ method }) => method === info);
  }

  private complaint(info: MethodInfo, seen: readonly unknown[], candidates: readonly MockExpectation[]): string {
    const request = shown(requestOf(info, seen), info.secrets?.request);
    const head = `${this.mount.service.name} did not expect ${info.name}(${request})`;
    const others = candidates.map((each) => {
      const why = each.isSpent
        ? ["  it has come as often as that"]
        : each.differencesFrom(seen).map((text) => `  ${text}`);
      return [`expected ${String(each)}`, ...why].join("\n");
    });
    if (others.length > 0) return [head, ...others].join("\n");
    const first = this.inOrder ? this.expectations.find(({ isMissing }) => isMissing) : undefined;
    return `${head}\n${first === undefined ? "nothing is expected of this method" : `next is ${String(first)}`}`;
  }
}

/** A stream, and the list that grows with what is read from it. */
function noted(messages: AsyncIterable<unknown>): [AsyncIterable<unknown>, readonly unknown[]] {
  const list: unknown[] = [];
  const passing = async function* (): AsyncGenerator<unknown, void, undefined> {
    for await (const message of messages) {
      list.push(message);
      yield message;
    }
  };
  return [passing(), list];
}

async function collected(messages: AsyncIterable<unknown>): Promise<void> {
  for await (const message of messages) void message;
}

function times(count: number): string {
  return count === 0 ? "never" : count === 1 ? "once" : `${count} times`;
}
