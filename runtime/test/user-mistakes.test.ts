/** What users get wrong, and the sentence that they get for it; nothing of it may surface anywhere else. */

import { expect, it, onTestFinished } from "vitest";
import { roundRobin } from "../src/balance.js";
import { connect, RpcError, serve } from "../src/index.js";
import { collect, createEchoClient, mountEcho } from "./kit/echo-service.js";
import { boundServerUnderTest, failureOf, freshName, itInNode, never, pairUnderTest, watch } from "./kit/harness.js";

const note = { text: "a", count: 1 };

function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (thrown) {
    return thrown;
  }
  throw new Error("nothing was thrown");
}

it.each([
  ["127.0.0.1:7000", "; did you mean rpc://127.0.0.1:7000?"],
  ["http://127.0.0.1:7000/", "; did you mean rpc://127.0.0.1:7000?"],
  ["rpc:/orders:7000", "; did you mean rpc://orders:7000?"],
  ["rpc://orders", "memory:name"],
  ["ectd://127.0.0.1:2379/a.A", "(registries are dns:, srv:, file:, etcd:"],
  [7000 as never, "7000 is not an address"],
  [undefined as never, "undefined is not an address"],
])("connect(%j) says what an address looks like", (address, text) => {
  const error = thrownBy(() => connect(address));
  expect(error).toMatchObject({ code: "invalid-argument", message: expect.stringContaining(text) });
});

it.each([
  ["hub://127.0.0.1:7700", {}, "hub://127.0.0.1:7700/: it names no service; write hub://host:7700/SERVICE"],
  [["memory:nobody"], { balance: roundRobin as never }, "a function that makes one is to be called: `roundRobin()`"],
  [["memory:nobody"], { balance: {} as never }, "balance is the name of a balancer, or a balancer"],
])("calls through connect(%j, %o) say what is wrong", async (target, options, text) => {
  const channel = connect(target, options);
  const error = await failureOf(createEchoClient(channel).echo(note));
  expect(error).toMatchObject({ code: "invalid-argument", message: expect.stringContaining(text) });
  await channel.close();
});

it.each([
  [{ memory: "x" }, "serve wants services"],
  [{ memory: "x", services: [{}] }, "serve wants services"],
  [{ port: "7000", services: [] }, "port must be a whole number from 0 to 65535, not string 7000"],
])("serve(%j) says what is missing", async (options, text) => {
  const error = await failureOf(serve(options as never));
  expect(error).toMatchObject({ code: "invalid-argument", message: expect.stringContaining(text) });
});

class Half {
  sum = "no function";
  // What is inherited counts.
  echo(): void {}
  count(): void {}
}
class Most extends Half {
  chat(): void {}
}

it.each<[string, unknown, string]>([
  ["an empty object", {}, "the handler of test.v1.Echo has no function for echo, count, sum, chat, log: it wants"],
  ["a class that lacks some", new Most(), "the handler of test.v1.Echo has no function for sum, log: it wants"],
  ["null", null, "the handler of test.v1.Echo is no object with a function for each method"],
  ["a string", "handler", "the handler of test.v1.Echo is no object with a function for each method"],
])("a handler that is %s is refused before anything is opened", async (_, handler, text) => {
  const memory = freshName();
  const error = await failureOf(serve({ memory, services: [{ ...mountEcho(), handler: handler as never }] }));
  expect(error).toMatchObject({ code: "invalid-argument", message: expect.stringContaining(text) });
  // A table that is written by hand may need no handler.
  const byHand = { ...mountEcho(), handler: {}, json: undefined };
  await (await serve({ memory, services: [byHand] })).close();
});

it("a timeout that is no number is refused", async () => {
  const { echo } = await pairUnderTest();
  const error = await failureOf(echo.echo(note, { timeoutMs: "50" as never }));
  expect(error).toMatchObject({ message: "timeoutMs must be a number from 0 on, not string 50" });
});

const hostileThrow = new Proxy(
  {},
  {
    get: () => {
      throw new Error("get");
    },
    has: () => {
      throw new Error("has");
    },
    getPrototypeOf: () => {
      throw new Error("getPrototypeOf");
    },
  },
);

it.each<[string, unknown, string]>([
  ["an Error", new Error("mine"), "mine"],
  ["a string", "mine", "mine"],
  ["undefined", undefined, "the stream of requests threw undefined"],
  ["an object", {}, "the stream of requests threw a value that carries no message"],
  ["a value that cannot be looked at", hostileThrow, "the stream of requests threw a value that cannot be read"],
])("a stream of requests that throws %s fails its call with a sentence", async (_, thrown, message) => {
  const { echo, clock } = await pairUnderTest();
  function* requests(): Generator<typeof note> {
    yield note;
    throw thrown;
  }
  const call = watch(echo.sum(requests()));
  const stream = watch(collect(echo.chat(requests())));
  await clock.settle();
  for (const { error } of [call, stream]) {
    expect(error instanceof RpcError && [error.code, error.message, error.method?.slice(0, 14)]).toEqual([
      "invalid-argument",
      message,
      "/test.v1.Echo/",
    ]);
  }
});

it("errors of messages that are too long name the method", async () => {
  const { echo, clock } = await pairUnderTest();
  const first = watch(echo.echo(note));
  await clock.settle();
  expect(first.isSettled).toBe(true);
  const error = await failureOf(echo.echo({ text: "x".repeat(5_000_000), count: 0 }));
  expect(error).toMatchObject({ code: "resource-exhausted", method: "/test.v1.Echo/Echo" });
});

itInNode("one signal serves any number of calls without a warning, and is let go afterwards", async () => {
  const warnings: unknown[] = [];
  const onWarning = (warning: unknown): void => void warnings.push(warning);
  process.on("warning", onWarning);
  onTestFinished(() => void process.off("warning", onWarning));
  const { echo, clock } = await pairUnderTest({ sum: never });
  const abort = new AbortController();
  let listeners = 0;
  const { signal } = abort;
  const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)];
  signal.addEventListener = (...args: Parameters<typeof add>) => (listeners++, add(...args));
  signal.removeEventListener = (...args: Parameters<typeof remove>) => (listeners--, remove(...args));
  const calls = Array.from({ length: 100 }, () => watch(echo.echo(note, { signal })));
  await clock.settle();
  expect(calls.every((call) => call.value?.count === 1)).toBe(true);
  expect([listeners, warnings]).toEqual([0, []]);
  const hanging = Array.from({ length: 50 }, () => watch(echo.sum([note], { signal })));
  await clock.settle();
  expect(listeners).toBe(1);
  abort.abort(new Error("enough"));
  await clock.settle();
  for (const { error } of hanging) expect(error).toMatchObject({ code: "cancelled", cause: new Error("enough") });
});

it("AbortSignal.timeout is a deadline: the call says so, and names it as its cause", async () => {
  const server = await serve({ memory: freshName(), services: [mountEcho({ echo: never })] });
  const channel = connect(server.address);
  onTestFinished(async () => {
    await channel.close();
    await server.close({ graceMs: 0 });
  });
  const error = await failureOf(createEchoClient(channel).echo(note, { signal: AbortSignal.timeout(5) }));
  expect(error).toMatchObject({ code: "deadline-exceeded", cause: { name: "TimeoutError" } });
});

it("a result that is iterated twice is two calls, and one that is never iterated is none", async () => {
  let started = 0;
  const { echo, clock } = await pairUnderTest({
    *count() {
      started++;
      yield note;
    },
  });
  const result = echo.count(note);
  echo.count(note);
  const twice = watch(Promise.all([collect(result), collect(result)]));
  await clock.settle();
  expect([twice.value, started]).toEqual([[[note], [note]], 2]);
});

it("async generators of requests that are never asked are never started, and those left behind are closed", async () => {
  const seen: string[] = [];
  const { echo, clock } = await pairUnderTest({ chat: async function* (requests) { for await (const one of requests) yield one; } }); // prettier-ignore
  async function* requests(name: string): AsyncGenerator<typeof note> {
    seen.push(`${name} started`);
    try {
      for (;;) yield note;
    } finally {
      seen.push(`${name} closed`);
    }
  }
  echo.chat(requests("idle"));
  const read = async (): Promise<void> => {
    for await (const _ of echo.chat(requests("left"))) break;
  };
  const reading = watch(read());
  await clock.settle();
  expect(reading).toMatchObject({ isSettled: true, error: undefined });
  expect(seen).toEqual(["left started", "left closed"]);
});

it("handlers that throw or reject with anything leave no rejection behind", async () => {
  const rejections: unknown[] = [];
  const onRejection = (reason: unknown): void => void rejections.push(reason);
  process.on("unhandledRejection", onRejection);
  onTestFinished(() => void process.off("unhandledRejection", onRejection));
  const [anything, text]: unknown[] = [hostileThrow, "a string"];
  const { client, clock } = await boundServerUnderTest({
    async echo() {
      throw anything;
    },
    async *count() {
      yield note;
      throw anything;
    },
    async sum() {
      throw text;
    },
    chat: () => ({
      [Symbol.asyncIterator]: () => ({
        next: never,
        return: () => Promise.reject(new Error("return")),
      }),
    }),
    log: () => Promise.reject(new Error("log")),
  });
  await client.send("REQUEST #1 m0", "REQUEST #2 m1", "REQUEST #3 m2 noBody", "REQUEST #4 m3 noBody", "REQUEST #5 m4 oneway"); // prettier-ignore
  await client.send("CANCEL #4");
  await clock.settle();
  expect(client.take().filter((line) => line.startsWith("ERROR"))).toHaveLength(3);
  expect(rejections).toEqual([]);
});
