/** What a server does with clients that flood it, stall it, or ask for what is not there. */

import { expect, it } from "vitest";
import { EncodeError, RpcError, type RuntimeEvent } from "../src/index.js";
import { EchoService, TooMany } from "./kit/echo-service.js";
import { boundServerUnderTest, never, serverUnderTest } from "./kit/harness.js";
import { bindFrame } from "./kit/raw-peer.js";

it("closes a connection whose handshake stalls, and one that sends half a preface", async () => {
  const { client, another, clock } = await serverUnderTest();
  const half = another();
  await half.send("RAW e752");
  await clock.advance(4999);
  expect([client.isClosed, half.isClosed]).toEqual([false, false]);
  await clock.advance(2);
  expect([client.isClosed, half.isClosed]).toEqual([true, true]);
});

it("closes a connection that sends one byte of a frame every ten seconds", async () => {
  const { client, clock } = await boundServerUnderTest();
  for (let i = 0; i < 3; i++) {
    await client.send("RAW 00");
    await clock.advance(10_000);
  }
  expect(client.take()).toEqual(['GOAWAY timeout last=0 "a frame took longer than frameReadTimeoutMs = 30000"']);
  expect(client.isClosed).toBe(true);
});

it("keeps an idle connection open", async () => {
  const { client, clock } = await boundServerUnderTest();
  await clock.advance(3_600_000);
  expect(client.isClosed).toBe(false);
});

it("pings clients that have been silent for hours, and gives up those that do not answer", async () => {
  const { client, clock } = await boundServerUnderTest(
    {},
    { keepalive: { intervalMs: 60_000, timeoutMs: 5000, whileIdle: true } },
  );
  await clock.advance(60_000);
  expect(client.take()).toEqual(["PING 0000000000000001"]);
  await clock.advance(5000);
  expect(client.take()).toEqual(['GOAWAY timeout last=0 "no answer to a ping within 5000 ms"']);
});

it("turns connections away above the limit, and takes them again when others have gone", async () => {
  const { client, another, clock, server } = await serverUnderTest({}, { limits: { connectionsMax: 1 } });
  await client.send("PREFACE", "HELLO");
  const refused = another();
  await clock.settle();
  expect(refused.take()).toEqual([expect.stringContaining("GOAWAY limit-exceeded last=0")]);
  expect(refused.isClosed).toBe(true);
  client.transport.end();
  await clock.settle();
  const taken = another();
  await taken.send("PREFACE", "HELLO");
  expect(taken.take()).toEqual(["HELLO"]);
  expect(server.counters).toMatchObject({ connectionsRefused: 1, connectionsOpen: 1 });
});

it("closes the connection on a flood of pings", async () => {
  const { client } = await boundServerUnderTest();
  await client.send(...Array.from({ length: 31 }, () => "PING 0000000000000000"));
  const lines = client.take();
  expect(lines.filter((line) => line.startsWith("PONG"))).toHaveLength(30);
  expect(lines.at(-1)).toBe('GOAWAY enhance-your-calm last=0 "more than pingsMax = 30 pings in 30 s"');
});

it("takes pings at a civil pace for ever", async () => {
  const { client, clock } = await boundServerUnderTest();
  for (let i = 0; i < 60; i++) {
    await client.send("PING 0000000000000000");
    await clock.advance(1000);
  }
  expect(client.isClosed).toBe(false);
});

it("closes the connection on calls that are opened and cancelled at once, and starts few of their handlers", async () => {
  let started = 0;
  const { client } = await boundServerUnderTest(
    { echo: () => (started++, never()) },
    { limits: { concurrentCallsMax: 100_000, cancelsMax: 200 } },
  );
  const lines: string[] = [];
  for (let id = 1; id <= 1000; id++) lines.push(`REQUEST #${id} m0`, `CANCEL #${id}`);
  await client.send(...lines);
  expect(client.take()).toEqual([
    'GOAWAY enhance-your-calm last=201 "more than cancelsMax = 200 cancelled calls in 30 s"',
  ]);
  expect(started).toBe(201);
});

it.each([
  ["CREDIT frames", "REQUEST #1 m0", "CREDIT #1 +1"],
  ["frames for calls that are over", "REQUEST #1 m1", "CANCEL #1"],
  ["parts of one byte", "REQUEST #1 m0 more 00010000", "DATA #1 more 00"],
  ["parts without a byte", "REQUEST #1 m0 more 00010000", "DATA #1 more"],
  ["answers to pings that nobody sent", "REQUEST #1 m0", "PONG 0000000000000000"],
])("closes the connection on a flood of %s", async (_, first, line) => {
  const { client } = await boundServerUnderTest({ echo: never }, { limits: { idleFramesMax: 1000 } });
  await client.send(first, ...Array.from({ length: 1001 }, () => line));
  expect(client.take().at(-1)).toContain(
    'GOAWAY enhance-your-calm last=1 "more than idleFramesMax = 1000 idle frames in 30 s"',
  );
});

it("limits how many methods a connection binds", async () => {
  const { client } = await serverUnderTest({}, { limits: { boundMethodsMax: 12 } });
  await client.send(
    "PREFACE",
    "HELLO",
    bindFrame(EchoService, 0),
    bindFrame(EchoService, 5),
    bindFrame(EchoService, 10),
  );
  expect(client.take().at(-1)).toContain(
    'GOAWAY limit-exceeded last=0 "the number of bound methods (15) is over the limit boundMethodsMax = 12',
  );
});

it("closes the connection on a BIND that leaves a gap", async () => {
  const { client } = await serverUnderTest();
  await client.send("PREFACE", "HELLO", bindFrame(EchoService, 3));
  expect(client.take().at(-1)).toContain("BIND starts at index 3, the next one is 0");
});

it.each(["no.such.Service", "TEST.V1.ECHO", "test.v1.Echo\0", "../test.v1.Echo", "", "__proto__", "x".repeat(100_000)])(
  "answers calls to a service that is not there with UNIMPLEMENTED and plain text",
  async (name) => {
    const { client } = await serverUnderTest();
    await client.send("PREFACE", "HELLO", bindFrame({ ...EchoService, name }), "REQUEST #1 m0", "REQUEST #2 m4 oneway");
    const [, answer, ...rest] = client.take();
    expect(answer).toContain('ERROR #1 unimplemented "the server does not offer ');
    expect([...(answer ?? "")].every((unit) => unit >= " " || unit === "\n")).toBe(true);
    expect(answer?.length).toBeLessThan(500);
    expect(rest).toEqual([]);
  },
);

it("explains which method is missing when the client was generated from another schema", async () => {
  const { client, clock, server } = await serverUnderTest();
  const echo = EchoService.methods[0];
  if (echo === undefined) throw new Error("no method");
  const service = {
    ...EchoService,
    fingerprint: "5f2c9a0000000000",
    source: "rpc/echo.rpc",
    methods: [{ ...echo, wireName: "Refund" }, ...EchoService.methods.slice(1, 2), { ...echo, wireName: "Sum" }, echo],
  };
  await client.send(
    "PREFACE",
    "HELLO",
    bindFrame(service),
    "REQUEST #1 m0",
    "REQUEST #2 m1 1001",
    "REQUEST #3 m2",
    "REQUEST #4 m3 1005",
  );
  await clock.settle();
  const both = `this client was generated from echo.rpc 5f2c9a (4 methods); the server at ${server.address} serves 012345 (5 methods`;
  const lines = client.take().slice(1);
  expect(lines).toContain(
    `ERROR #1 unimplemented "the server does not offer test.v1.Echo/Refund\n  ${both}, without refund)"`,
  );
  expect(lines).toContain(
    `ERROR #3 unimplemented "test.v1.Echo/Sum is clientStream at the server and unary at the client\n  ${both})"`,
  );
  expect(lines).toContain("RESPONSE #4 1005");
  expect(lines).toContain("END #2");
});

const cyclic: Record<string, unknown> = {};
cyclic["self"] = cyclic;
const revoked = Proxy.revocable({}, {});
revoked.revoke();
const branded = { [Symbol.for("@rpcgen/runtime.RpcError")]: true };

it.each<[string, unknown]>([
  ["null", null],
  ["undefined", undefined],
  ["a string with control characters", "\u001b[31mred\r\nInjected: 1"],
  ["an error with a secret and a stack", new Error("password=hunter2")],
  ["an enormous error", new Error("x".repeat(10_000_000))],
  ["a cycle", cyclic],
  ["a revoked proxy", revoked.proxy],
  ["a symbol", Symbol("s")],
  ["an error whose message throws", Object.defineProperty(new Error("x"), "message", { get: () => { throw new Error("trap"); } })], // prettier-ignore
  ["something that pretends to be an RpcError", branded],
  ["a function", () => {}],
])("a handler that throws %s fails its own call and says nothing of the value", async (_, thrown) => {
  const seen: unknown[] = [];
  const throwing = (): never => {
    throw thrown;
  };
  const { client } = await boundServerUnderTest(
    { echo: throwing, count: throwing, sum: async () => throwing(), log: throwing },
    { onError: (error) => seen.push(error) },
  );
  await client.send(
    "REQUEST #1 m0",
    "REQUEST #2 m1",
    "REQUEST #3 m2 noBody",
    "REQUEST #4 m4 oneway",
    "REQUEST #5 m3 noBody",
    "END #5",
  );
  expect(client.take().sort()).toEqual([
    "END #5",
    ...[1, 2, 3].map((id) => `ERROR #${id} internal "the handler failed"`),
  ]);
  expect(seen).toHaveLength(4);
  expect(seen.every((value) => value === thrown)).toBe(true);
});

it("shows the text of unforeseen errors, made harmless, where the server is told to", async () => {
  const { client } = await boundServerUnderTest(
    { echo: () => { throw new Error(`\u001b[31m${"y".repeat(5000)}`); } }, // prettier-ignore
    { exposeErrors: true },
  );
  await client.send("REQUEST #1 m0");
  const [line] = client.take();
  expect(line).toMatch(/^ERROR #1 internal "\ufffd\[31my+…"$/);
  expect(line?.length).toBeLessThan(1100);
});

it("an RpcError keeps its code and text, and nothing of where it came from", async () => {
  const { client } = await boundServerUnderTest({
    echo: () => {
      throw new RpcError("not-found", "no such note", { peer: "10.0.0.9:1", neverProcessed: true });
    },
  });
  await client.send("REQUEST #1 m0");
  expect(client.take()).toEqual(['ERROR #1 not-found "no such note"']);
});

it("a declared error whose detail cannot be encoded fails as internal", async () => {
  const { client } = await boundServerUnderTest({
    echo: () => {
      throw new TooMany({ text: "a", count: -1 });
    },
  });
  await client.send("REQUEST #1 m0", "REQUEST #2 m1");
  expect(client.take()).toEqual([expect.stringContaining('ERROR #1 internal "too many'), "END #2"]);
});

it.each<[string, unknown]>([
  ["undefined", undefined],
  ["null", null],
  ["a string", "note"],
  ["a message of wrong types", { text: 5, count: 0 }],
  ["a thenable that never comes", { then: 1 }],
])("a handler that answers with %s fails as internal, and onError is told what is wrong with it", async (_, answer) => {
  const seen: unknown[] = [];
  const { client } = await boundServerUnderTest(
    {
      echo: () => answer as never,
      sum: () => Promise.resolve(answer as never),
      count: () => [answer as never],
    },
    { onError: (thrown) => void seen.push(thrown) },
  );
  await client.send("REQUEST #1 m0", "REQUEST #2 m2 noBody", "END #2", "REQUEST #3 m1");
  const refused = expect.stringMatching(
    /^ERROR #\d internal "the handler's answer cannot be sent: cannot encode test.v1.Note: /,
  );
  expect(client.take()).toEqual([refused, refused, refused]);
  for (const thrown of seen) expect(thrown).toBeInstanceOf(EncodeError);
  expect(seen).toHaveLength(3);
});

it("a handler that streams something that is no iterable fails as internal", async () => {
  const { client } = await boundServerUnderTest({ count: () => 7 as never });
  await client.send("REQUEST #1 m1");
  expect(client.take()).toEqual(['ERROR #1 internal "the handler failed"']);
});

it("an answer over the client's limit fails as resource-exhausted", async () => {
  const { client } = await boundServerUnderTest({ echo: () => ({ text: "x".repeat(5_000_000), count: 0 }) });
  await client.send("REQUEST #1 m0");
  expect(client.take()).toEqual([
    expect.stringContaining('ERROR #1 resource-exhausted "the answer (5000005) is over the limit messageBytesMax'),
  ]);
});

it.each([
  ["a value with CR LF", "0a0161 1203 610d0a", "invalid-argument"],
  ["a value that is not ASCII", "0a0161 1202 c3a4", "invalid-argument"],
  ["an empty key", "0a00 1200", "invalid-argument"],
  ["a reserved key", "0a057270632d61 1200", "invalid-argument"],
  ["bad base64", "0a05612d62696e 120161", "invalid-argument"],
])("refuses metadata with %s", async (_, entries, code) => {
  const { client } = await boundServerUnderTest();
  const hex = entries.replaceAll(" ", "");
  await client.send(`REQUEST #1 m0 metadata +${hex.length / 2} ${hex}`);
  expect(client.take()).toEqual([expect.stringContaining(`ERROR #1 ${code} "`)]);
});

it("refuses metadata over the limits by their names, and keeps order, doubles and __proto__", async () => {
  const seen: unknown[] = [];
  const { client } = await boundServerUnderTest({ echo: (note, call) => (seen.push(...call.metadata), note) });
  const entry = (key: string, value: string): string =>
    [`0a${(key.length).toString(16).padStart(2, "0")}`, Buffer.from(key).toString("hex"), `12${value.length.toString(16).padStart(2, "0")}`, Buffer.from(value).toString("hex")].join(""); // prettier-ignore
  const send = (id: number, hex: string) => client.send(`REQUEST #${id} m0 metadata +${hex.length / 2} ${hex}`);
  await send(1, entry("b", "1") + entry("A", "2") + entry("b", "3") + entry("__proto__", "4"));
  await send(2, entry("k", "v").repeat(65));
  await send(3, entry("k", "v".repeat(127)).repeat(64));
  await send(4, entry("k", "v".repeat(127)).repeat(63) + entry("l", "v".repeat(127)));
  const lines = client.take();
  expect(seen).toEqual([["b", "1"], ["a", "2"], ["b", "3"], ["__proto__", "4"], ...seen.slice(4)]);
  expect(lines[0]).toBe("RESPONSE #1");
  expect(lines[1]).toContain("metadataEntriesMax = 64");
  expect(lines[2]).toBe("RESPONSE #3");
  expect(({} as { readonly polluted?: unknown }).polluted).toBeUndefined();
});

it("tells observers what happens to connections", async () => {
  const events: RuntimeEvent[] = [];
  const { client, clock } = await boundServerUnderTest({}, { observe: (event) => { events.push(event); throw new Error("observer"); } }); // prettier-ignore
  await client.send("77");
  await clock.settle();
  expect(events.map((event) => event.kind)).toEqual(["connection-opened", "connection-closed"]);
});

it("answers nothing to a oneway call, however its handler ends", async () => {
  const { client } = await boundServerUnderTest({
    log: (note) => {
      if (note.count === 1) return Promise.resolve();
      if (note.count === 2) return Promise.reject(new Error("late"));
      return undefined;
    },
  });
  await client.send(...[0, 1, 2].map((count) => `REQUEST #${count + 1} m4 oneway 100${count}`));
  await client.send(
    "REQUEST #4 m4 oneway,deadline 00000000",
    "REQUEST #5 m4 oneway 0a",
    "REQUEST #6 m4 oneway,metadata +4 0a001200",
  );
  expect(client.take()).toEqual([]);
});

it("counts a stream of answers that hangs after its call is over, until it lets go", async () => {
  let go: (() => void) | undefined;
  const { client, clock, server } = await boundServerUnderTest(
    {
      async *count() {
        await new Promise<void>((resolve) => (go = resolve));
        yield { text: "", count: 1 };
      },
    },
    { limits: { concurrentCallsMax: 1 } },
  );
  await client.send("REQUEST #1 m1", "CANCEL #1", "REQUEST #2 m0");
  expect(client.take()).toEqual([expect.stringContaining("ERROR #2 unavailable never-processed")]);
  expect(server.counters.handlersOutlived).toBe(1);
  go?.();
  await clock.settle();
  await client.send("REQUEST #3 m0");
  expect(client.take()).toEqual(["RESPONSE #3"]);
});
