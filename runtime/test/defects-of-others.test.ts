/**
 * Defects that other frameworks have had, each as a case that would show it here: answers that are mixed up, errors that become
 * timeouts, state that is shared by accident, limits that do not limit. Those that a unit's own tests show are not told again.
 */

import { expect, it, onTestFinished, vi } from "vitest";
import { mount } from "../src/call/server-call.js";
import { connect, jsonCodec, serve, type ServerInterceptor } from "../src/index.js";
import type { MethodInfo, ServiceInfo } from "../src/method/method.js";
import { method } from "../src/method/method.js";
import { random } from "../src/balance/random-pick.js";
import { roundRobin } from "../src/balance/round-robin.js";
import { openRegistry } from "../src/registry/open-registry.js";
import { simulate } from "../src/testing/simulate.js";
import {
  collect,
  createEchoClient,
  decodeNote,
  EchoJson,
  EchoService,
  encodeNote,
  mountEcho,
  TooMany,
  type Note,
} from "./kit/echo-service.js";
import {
  boundServerUnderTest,
  clientUnderTest,
  failureOf,
  freshName,
  never,
  pairUnderTest,
  serverUnderTest,
  watch,
} from "./kit/harness.js";
import { call, count, members, tools } from "./kit/members.js";
import { seed } from "./kit/random.js";
import { bindFrame, frameBytes, helloFrame, toHex } from "./kit/raw-peer.js";
import { VirtualClock } from "../src/testing/virtual-clock.js";

const note: Note = { text: "a", count: 1 };
const json = jsonCodec({ services: [EchoJson] });

it.each([
  ["", {}],
  [" in JSON", { codec: json }],
])("answers that overtake each other on one connection%s are not given to each other's callers", async (_, options) => {
  const waiting: (() => void)[] = [];
  const echo = (request: Note): Promise<Note> =>
    new Promise((resolve) => waiting.push(() => resolve({ text: `to ${request.text}`, count: request.count })));
  const { clock, echo: client, server } = await pairUnderTest({ echo }, {}, options);
  const calls = Array.from({ length: 300 }, (_, i) => watch(client.echo({ text: `call ${i}`, count: i })));
  await clock.settle();
  expect(waiting).toHaveLength(300);
  for (const answer of waiting.reverse()) {
    answer();
    if (waiting.indexOf(answer) % 7 === 0) await clock.settle();
  }
  await clock.settle();
  expect(calls.map(({ value }) => value)).toEqual(calls.map((_, i) => ({ text: `to call ${i}`, count: i })));
  expect(server.counters.connectionsOpened).toBe(1);
});

const throwing: ServerInterceptor = {
  one: () => {
    throw new TooMany(note, "thrown by an interceptor");
  },
};

it.each([
  ["a handler", { echo: () => Promise.reject(new TooMany(note, "from a handler")) }, {}, "from a handler"],
  ["an interceptor", {}, { interceptors: [throwing] }, "thrown by an interceptor"],
  [
    "a limit",
    { echo: never },
    { policies: { total: { concurrency: { max: 1 } } } },
    "the server takes 1 calls at once",
  ],
])("what %s throws reaches the caller at once with its code, and does not become a timeout", async (...row) => {
  const [, handler, options, text] = row;
  const { clock, echo } = await pairUnderTest(handler, options);
  watch(echo.echo(note));
  const calls = [watch(echo.echo(note)), watch(echo.sum([note, note]))];
  // No time passes.
  await clock.settle();
  expect(calls[0]?.error).toMatchObject({ code: "resource-exhausted" });
  expect(String(calls[0]?.error)).toContain(text);
});

it(`JSON that arrives in pieces and in lumps is put together (SEED=${seed})`, () =>
  simulate({ seed }, async (network) => {
    const server = await serve({ network: network.host("server"), port: 7000, services: [mountEcho()] });
    const channel = connect("rpc://server:7000", { network: network.host("client"), codec: json });
    const echo = createEchoClient(channel);
    network.between("client", "server").set({ chunks: "random", delayMs: 1, jitterMs: 3 });
    const texts = Array.from({ length: 50 }, (_, i) => `"{}[]\\ ${"ä😀".repeat(i * 20)}`);
    const answers = await Promise.all(texts.map((text, i) => echo.echo({ text, count: i })));
    expect(answers).toEqual(texts.map((text, i) => ({ text, count: i })));
    const stream = await collect(echo.chat(texts.map((text, i) => ({ text, count: i }))));
    expect(stream.map(({ text }) => text)).toEqual(texts);
    await channel.close();
    await server.close();
  }));

it("a rotation keeps no count that grows until it overflows", () => {
  const list = members(7);
  const picker = roundRobin().create(list, tools(seed), undefined);
  const picks = 70_000;
  const counts = count(picker, picks, () => call());
  expect(list.map((member) => counts.get(member))).toEqual(list.map(() => picks / 7));
  for (const value of Object.values(picker)) {
    if (typeof value === "number") expect(Math.abs(value)).toBeLessThanOrEqual(list.length);
  }
});

it(`a draw at random reaches every one of a thousand servers, and none more than another (SEED=${seed})`, () => {
  const one = call();
  const counts = [...count(random().create(members(1000), tools(seed), undefined), 1_000_000, () => one).values()];
  expect(counts).toHaveLength(1000);
  // A thousand picks each; six standard deviations are 190.
  expect(Math.min(...counts)).toBeGreaterThan(810);
  expect(Math.max(...counts)).toBeLessThan(1190);
});

const info = (name: string): MethodInfo => ({
  ...{ name, wireName: name.charAt(0).toUpperCase() + name.slice(1), shape: "unary", throws: [] },
  ...{ timeoutMs: undefined, isIdempotent: false },
});

it("two servers in one process do not mix up their methods, though these stand at the same numbers", async () => {
  const clock = new VirtualClock();
  const calls = ["first", "second"].flatMap((who) => {
    const order = who === "first" ? ["alpha", "beta"] : ["beta", "alpha"];
    const service: ServiceInfo = {
      ...{ name: "test.v1.Greek", fingerprint: who, source: "test/greek.rpc", methods: order.map(info) },
    };
    const memory = freshName();
    const started = serve({
      ...{ memory, clock },
      services: [
        mount(service, {}, (_handler, index, call) => {
          decodeNote(call.reader, call.end);
          const answer = { text: `${who} ${order[index]}`, count: index };
          call.reply(encodeNote(call.writer, answer, call.begin()));
        }),
      ],
    });
    onTestFinished(async () => {
      const closing = (await started).close({ graceMs: 0 });
      await clock.advance(10_000);
      await closing;
    });
    const channel = connect(`memory:${memory}`, { clock });
    onTestFinished(async () => {
      const closing = channel.close();
      await clock.advance(10_000);
      await closing;
    });
    return ["alpha", "beta"].map(async (name) => {
      await started;
      const found = method(service, order.indexOf(name), encodeNote, decodeNote);
      return (await channel.unary(found, note)).text;
    });
  });
  const answers = watch(Promise.all(calls));
  await clock.settle();
  expect(answers.value).toEqual(["first alpha", "first beta", "second alpha", "second beta"]);
});

it("calls that nobody answers leave nothing behind when their time is over, and late answers reach nobody", async () => {
  const { clock, echo, channel, peer } = clientUnderTest();
  const calls = Array.from({ length: 500 }, () => watch(echo.echo(note, { timeoutMs: 1000 })));
  await clock.settle();
  await peer().send("PREFACE", "HELLO");
  expect(channel.counters.callsOpen).toBe(500);
  await clock.advance(1000);
  expect(calls.every(({ error }) => (error as { code?: string }).code === "deadline-exceeded")).toBe(true);
  expect(channel.counters).toMatchObject({ callsOpen: 0, deadlinesExceeded: 500 });
  const before = channel.counters.framesIgnored;
  await peer().send("RESPONSE #1 0a0161", "RESPONSE #3 0a0161");
  expect(channel.counters.framesIgnored).toBe(before + 2);
  expect(peer().isClosed).toBe(false);
});

it("limits of one channel, and of one method, are no matter of another's", async () => {
  const policies = { methods: { "*": { rateLimit: { perSecond: 0.001, burst: 2 }, concurrency: { max: 1 } } } };
  const one = await pairUnderTest({}, {}, { policies });
  const other = await pairUnderTest({}, {}, { policies });
  const made = async (call: Promise<unknown>): Promise<unknown> => {
    const watched = watch(call);
    while (!watched.isSettled) await Promise.all([one.clock.settle(), other.clock.settle()]);
    return watched.error ?? "made";
  };
  expect([await made(one.echo.echo(note)), await made(one.echo.echo(note))]).toEqual(["made", "made"]);
  expect(await made(one.echo.echo(note))).toMatchObject({ code: "resource-exhausted" });
  expect(await made(one.echo.sum([note]))).toBe("made");
  expect(await made(other.echo.echo(note))).toBe("made");
});

it.each(["v8", "java", "node:child_process", "../../evil.js", "constructor", "data:text/javascript,1"])(
  "a peer cannot name what is loaded to read its messages: %s",
  async (name) => {
    const { client } = await serverUnderTest();
    await client.send("PREFACE", helloFrame({ codecs: [name] }));
    expect(client.take().at(-1)).toContain(
      `GOAWAY codec last=0 "the client speaks the codec ${name}, the server offers protobuf and json"`,
    );
    expect(client.isClosed).toBe(true);
  },
);

it("a peer cannot name what is made of its messages", async () => {
  let seen: unknown;
  const echo = (request: Note): Note => {
    seen = request;
    return request;
  };
  const { client } = await serverUnderTest({ echo });
  await client.send("PREFACE", helloFrame({ codecs: ["json"] }), bindFrame(EchoService));
  client.take();
  const names = ["@type", "@class", "$type", "__proto__", "constructor", "prototype", "__type"];
  const text = `{"text":"a",${names.map((name) => `"${name}":{"name":"Function","polluted":1}`).join()}}`;
  await client.send(frameBytes(3, 0, 0, 1, new TextEncoder().encode(text)));
  expect(client.take().at(-1)).toMatch(/^RESPONSE #1 /);
  expect(seen).toEqual({ text: "a", count: 0 });
  expect(Object.getPrototypeOf(seen)).toBe(Object.prototype);
  expect("polluted" in {}).toBe(false);
});

it.each(["constructor://host/a", "__proto__://host/a", "toString://host/a", "data:text/javascript,1", "node:fs"])(
  "an address cannot name what is loaded to read it: %s",
  async (address) => {
    expect(await failureOf(openRegistry(address))).toMatchObject({ name: "RpcError" });
  },
);

it.each(["json0", "0json", "00json00", "json ", "JSON"])(
  "names of codecs are as long as they are, and nothing is taken out of them: %j",
  async (name) => {
    const { client } = await serverUnderTest();
    await client.send("PREFACE", helloFrame({ codecs: [name] }));
    expect(client.take().at(-1)).toContain(`the client speaks the codec ${name}, `);
  },
);

it("texts made of what others use for padding arrive as they are", async () => {
  const texts = ["0", "000", "a0", "\0", "\0\0a\0", " ", "  a  ", "\n", ""];
  const received: (string | undefined)[] = [];
  const { clock, echo } = await pairUnderTest({
    echo: (request, { metadata }) => {
      received.push(metadata.get("x-00"));
      return request;
    },
  });
  const answers = watch(
    Promise.all(texts.map((text) => echo.echo({ text, count: 0 }, { metadata: { "x-00": "0010" } }))),
  );
  await clock.settle();
  expect(answers.value?.map(({ text }) => text)).toEqual(texts);
  expect(new Set(received)).toEqual(new Set(["0010"]));
});

it("a header that promises more than is allowed costs its connection, and no memory", async () => {
  const { client, server } = await boundServerUnderTest();
  const before = process.memoryUsage().arrayBuffers;
  const header = frameBytes(3, 0, 0, 1, "");
  new DataView(header.buffer).setUint32(0, 0xffffff00);
  await client.send(`RAW ${toHex(header)}`);
  expect(client.isClosed).toBe(true);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * 1024 * 1024);
  expect(server.counters.connectionsFailed).toBe(1);
});

it("calls print nothing, and nobody turns their messages into text to look at them", async () => {
  const printed: unknown[] = [];
  const print = (...words: unknown[]): boolean => printed.push(words) > 0;
  const spies = [
    vi.spyOn(process.stdout, "write").mockImplementation(print),
    vi.spyOn(process.stderr, "write").mockImplementation(print),
    ...(["log", "info", "warn", "error", "debug", "trace"] as const).map((name) =>
      vi.spyOn(console, name).mockImplementation((...words) => void print(words)),
    ),
  ];
  const texts: string[] = [];
  const look = (what: string) => (): string => {
    texts.push(what);
    return "";
  };
  const guarded = {
    text: "secret",
    count: 2,
    toJSON: look("toJSON"),
    toString: look("toString"),
    inspect: look("inspect"),
  };
  try {
    const { clock, echo } = await pairUnderTest({
      echo: (request) => (request.count === 2 ? request : Promise.reject(new TooMany(note))),
    });
    const calls = [echo.echo(guarded), echo.log(guarded), echo.sum([guarded]), echo.echo(note)].map((call) =>
      watch<unknown>(call),
    );
    calls.push(watch(collect(echo.count(guarded))));
    await clock.settle();
    expect(calls.every(({ isSettled }) => isSettled)).toBe(true);
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  expect(printed).toEqual([]);
  expect(texts).toEqual([]);
});
