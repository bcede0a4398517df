/** Connections that speak JSON: how the codec is agreed on, what the frames carry, and what hostile text gets. */

import { expect, it } from "vitest";
import { connect, jsonCodec, RpcError, serve, type RuntimeEvent } from "../src/index.js";
import { mount } from "../src/call/server-call.js";
import { dispatchEcho, EchoJson, EchoService, plainHandler, TooMany, type Note } from "./kit/echo-service.js";
import {
  boundServerUnderTest,
  clientUnderTest,
  failureOf,
  pairUnderTest,
  serverUnderTest,
  watch,
  type ServerSetup,
  type Watched,
} from "./kit/harness.js";
import { numbersFrom, seed, tries } from "./kit/random.js";
import { bindFrame, frameBytes, goawayFrame, helloFrame, toHex } from "./kit/raw-peer.js";
import type { VirtualClock } from "../src/testing/virtual-clock.js";

const utf8 = new TextEncoder();
const hex = (text: string): string => toHex(utf8.encode(text));
const note = { text: "ä", count: 7 };

async function jsonServer(handler = {}, options = {}): Promise<ServerSetup> {
  const setup = await serverUnderTest(handler, options);
  await setup.client.send("PREFACE", helloFrame({ codecs: ["json"] }), bindFrame(EchoService));
  setup.client.take();
  return setup;
}

async function settled(clock: VirtualClock, call: Promise<unknown>): Promise<Watched<unknown>> {
  const watched = watch(call);
  await clock.settle();
  return watched;
}

it("a request and its answer are canonical JSON in the same frames", async () => {
  const { client } = await jsonServer();
  await client.send(`REQUEST #1 m0 ${hex('{"text":"ä","count":7}')}`);
  await client.send(`REQUEST #3 m1 ${hex('{"count":2}')}`);
  expect(client.take()).toEqual([
    `RESPONSE #1 ${hex('{"text":"ä","count":7}')}`,
    `DATA #3 ${hex("{}")}`,
    `DATA #3 ${hex('{"count":1}')}`,
    "END #3",
  ]);
});

it("a client says JSON in its HELLO and in the calls that it sends before any answer", async () => {
  const { clock, peer, echo } = clientUnderTest({ codec: jsonCodec({ services: [EchoJson] }) });
  const call = watch(echo.echo(note));
  const log = watch(echo.log(note));
  await clock.settle();
  expect(peer().take()).toEqual([
    "HELLO",
    "BIND",
    `REQUEST #1 m0 deadline 00007530${hex('{"text":"ä","count":7}')}`,
    `REQUEST #2 m4 deadline,oneway 00007530${hex('{"text":"ä","count":7}')}`,
  ]);
  await peer().send("PREFACE", helloFrame({ codecs: ["protobuf", "json"] }), `RESPONSE #1 ${hex(' {"count" : 8}\n')}`);
  expect(call.value).toEqual({ text: "", count: 8 });
  expect(log.isSettled).toBe(true);
});

it("a call in JSON does not pay for what its turn took before it was made", async () => {
  const { echo, clock, peer } = clientUnderTest({ codec: jsonCodec({ services: [EchoJson] }) });
  watch(echo.log(note));
  await clock.settle();
  await peer().send("PREFACE", helloFrame({ codecs: ["json"] }));
  peer().take();
  watch(echo.echo({ text: "", count: 1 }, { timeoutMs: 500 }));
  clock.block(600);
  const late = watch(echo.echo({ text: "", count: 2 }, { timeoutMs: 500 }));
  await clock.settle();
  expect(peer().take()).toEqual(
    [1, 2].map((count) => `REQUEST #${count + 1} m0 deadline 000001f4${hex(`{"count":${count}}`)}`),
  );
  await clock.advance(499);
  expect(late.isSettled).toBe(false);
});

it("a declared error carries its detail as JSON", async () => {
  const { echo, clock } = await pairUnderTest(
    {
      echo: () => {
        throw new TooMany({ text: "apples", count: 2 }, "only two");
      },
    },
    {},
    { codec: jsonCodec({ services: [EchoJson] }) },
  );
  const { error } = await settled(clock, echo.echo(note));
  expect(error).toBeInstanceOf(TooMany);
  expect(error).toMatchObject({
    message: "only two",
    detail: { text: "apples", count: 2 },
    method: "/test.v1.Echo/Echo",
  });
});

const nested = (levels: number): string => '{"a":'.repeat(levels) + "{}" + "}".repeat(levels);

it.each<[string, string, string]>([
  ["text that is cut off", '{"text":"a"', "expected a comma or }"],
  ["nothing at all", "", "expected a value"],
  ["a list", "[]", "expected an object, got a list"],
  ["null", "null", "expected an object, got null"],
  ["two messages", "{}{}", "expected the end of the text"],
  ["a name twice", '{"count":1,"count":2}', "this name stands twice in one object"],
  ["a name twice, once escaped", '{"count":1,"c\\u006funt":2}', "this name stands twice in one object"],
  ["a name twice in what is skipped", '{"other":{"a":1,"a":2}}', "this name stands twice in one object"],
  ["a number out of range", '{"count":4294967296}', "count: expected an integer from 0 to 4294967295"],
  ["a number that a double cannot hold", '{"count":1e999}', "count: expected an integer"],
  ["a fraction", '{"count":1.5}', "count: expected an integer"],
  ["the wrong type", '{"text":{"a":"secret"}}', "text: expected a string, got an object"],
  ["half a surrogate pair", '{"text":"\\ud800"}', "text: expected a string, got one with half of a surrogate pair"],
  ["a control character", '{"text":"\u0001"}', "expected the end of a string"],
  ["a comment", "{} // secret", "expected the end of the text"],
  ["a byte order mark", "\ufeff{}", "expected a value"],
  ["NaN", '{"count":NaN}', "expected a value"],
])("refuses %s, and the connection goes on", async (_, text, problem) => {
  const { client } = await jsonServer();
  await client.send(`REQUEST #1 m0 ${hex(text)}`);
  const [line = "", ...others] = client.take();
  expect(line).toContain('ERROR #1 invalid-argument "the request cannot be read: cannot decode test.v1.Note: ');
  expect(line).toContain(problem);
  expect(line).not.toContain("secret");
  expect(others).toEqual([]);
  await client.send(`REQUEST #3 m0 ${hex('{"count":1,"__proto__":{"x":1},"newer":[{}]}')}`);
  expect(client.take()).toEqual([`RESPONSE #3 ${hex('{"count":1}')}`]);
});

it("refuses text that is no UTF-8", async () => {
  const { client } = await jsonServer();
  await client.send(`REQUEST #1 m0 ${hex('{"text":"')}c080${hex('"}')}`);
  expect(client.take().join()).toContain("the JSON is not valid UTF-8");
});

it.each<[string, string, string]>([
  ["depth", nested(300), "nested deeper than 256 levels"],
  ["lists and objects", `{"newer":[${"[],".repeat(262_200)}0]}`, "more than 262144 lists and objects"],
])("the limit of %s holds, as it does for Protobuf", async (_, text, problem) => {
  const { client } = await jsonServer({}, { limits: { frameBytesMax: 1_048_576 } });
  await client.send(frameBytes(3, 0, 0, 1, utf8.encode(text)));
  expect(client.take().join()).toMatch(new RegExp(`^ERROR #1 resource-exhausted .*${problem}`));
});

it("the size of a message is limited alike, and a stream ends at its first message that cannot be read", async () => {
  const { client } = await jsonServer({}, { limits: { messageBytesMax: 1024 } });
  await client.send(`REQUEST #1 m0 ${hex(`{"text":"${"x".repeat(1024)}"}`)}`);
  expect(client.take().join()).toContain("messageBytesMax = 1024");
  await client.send("REQUEST #3 m2 noBody", `DATA #3 ${hex('{"count":1}')}`, `DATA #3 ${hex("[]")}`);
  expect(client.take().join()).toContain("ERROR #3 invalid-argument");
});

it("an answer that is no message fails the call on the client with the field", async () => {
  const { clock, peer, echo } = clientUnderTest({ codec: jsonCodec({ services: [EchoJson] }) });
  const call = watch(echo.echo(note));
  await clock.settle();
  await peer().send("PREFACE", helloFrame({ codecs: ["json"] }), `RESPONSE #1 ${hex('{"count":-1}')}`);
  expect(call.error).toMatchObject({
    code: "data-loss",
    message: expect.stringContaining("count: expected an integer"),
  });
});

it.each<[string, unknown, string]>([
  ["null", null, "expected an object, got null"],
  ["a field of the wrong type", { text: 5 }, "text: expected a string"],
  ["a number out of range", { count: -1 }, "count: expected an integer"],
])("a message that cannot be written (%s) is refused on both sides", async (_, wrong, problem) => {
  const observed: RuntimeEvent[] = [];
  const codec = jsonCodec({ services: [EchoJson] });
  const { echo, clock } = await pairUnderTest(
    { echo: () => wrong as Note },
    { observe: (e) => observed.push(e) },
    { codec },
  );
  const sent = await settled(clock, echo.echo(wrong as Note));
  expect(sent.error).toMatchObject({ code: "invalid-argument", message: expect.stringContaining(problem) });
  const answered = await settled(clock, echo.echo(note));
  expect(answered.error).toMatchObject({
    code: "internal",
    message: expect.stringContaining("the handler's answer cannot be"),
  });
  expect(observed.some((event) => event.kind === "handler-failed")).toBe(true);
});

it("a server that does not offer a client's codec says so, and the client does not try for ever", async () => {
  const { client } = await serverUnderTest({}, { codecs: ["protobuf"] });
  await client.send("PREFACE", helloFrame({ codecs: ["json"] }));
  expect(client.take()).toEqual([
    "HELLO",
    'GOAWAY codec last=0 "the client speaks the codec json, the server offers protobuf"',
  ]);
  const codec = jsonCodec({ services: [EchoJson] });
  const { echo, clock } = await pairUnderTest({}, { codecs: ["protobuf"] }, { codec });
  expect((await settled(clock, echo.echo(note))).error).toMatchObject({
    code: "failed-precondition",
    message: expect.stringContaining("the client speaks the codec json, the server offers protobuf"),
  });
});

it("a client hangs up on a server whose HELLO lacks its codec, and believes a GOAWAY that says so", async () => {
  for (const answer of [helloFrame({ codecs: [] }), goawayFrame({ code: "codec", lastStream: 0, message: "no" })]) {
    const { clock, peer, echo } = clientUnderTest();
    const call = watch(echo.echo(note));
    await clock.settle();
    await peer().send("PREFACE", answer);
    expect(call.error).toMatchObject({ code: "failed-precondition" });
  }
});

it.each([[[]], [["\u0007".repeat(9)]], [["x".repeat(5000), "protobuf"]]])(
  "codecs %j in a HELLO end the connection with a short sentence",
  async (codecs) => {
    const { client } = await serverUnderTest();
    await client.send("PREFACE", helloFrame({ codecs }));
    const [, goaway = ""] = client.take();
    expect(goaway).toMatch(/^GOAWAY codec last=0 "the client speaks .{4,60}, the server offers protobuf and json"$/);
    expect(client.isClosed).toBe(true);
  },
);

it("a service without JSON is explained to clients that speak it, and served to all others", async () => {
  const services = [mount(EchoService, plainHandler, dispatchEcho)];
  const { client, another } = await jsonServer({}, { services });
  await client.send(`REQUEST #1 m0 ${hex("{}")}`);
  expect(client.take()).toEqual([
    'ERROR #1 unimplemented "the server offers test.v1.Echo in protobuf only: its mount has no JSON"',
  ]);
  const other = another();
  await other.send("PREFACE", "HELLO", bindFrame(EchoService), "REQUEST #1 m0 0a0161");
  expect(other.take()).toEqual(["HELLO", "RESPONSE #1 0a0161"]);
});

it("both codecs are served at once, each connection in its own", async () => {
  const { client, another } = await boundServerUnderTest();
  const json = another();
  await json.send("PREFACE", helloFrame({ codecs: ["json", "protobuf"] }), bindFrame(EchoService));
  json.take();
  await client.send("REQUEST #1 m0 0a0161");
  await json.send(`REQUEST #1 m0 ${hex('{"text":"a"}')}`);
  expect([client.take(), json.take()]).toEqual([["RESPONSE #1 0a0161"], [`RESPONSE #1 ${hex('{"text":"a"}')}`]]);
});

it("calls of a service whose JSON was not given are rejected, whatever their shape", async () => {
  const { echo } = await pairUnderTest({}, {}, { codec: jsonCodec({ services: [] }) });
  const text = "the JSON of test.v1.Echo was not given to jsonCodec";
  for (const call of [echo.echo(note), echo.sum([]), echo.log(note), echo.count(note)[Symbol.asyncIterator]]) {
    const made = typeof call === "function" ? (async (): Promise<unknown> => call().next())() : call;
    const error = await failureOf(made);
    expect(RpcError.is(error) && error.code).toBe("invalid-argument");
    expect((error as RpcError).message).toContain(text);
  }
});

it("codecs that do not exist are refused when the server is made", async () => {
  for (const codecs of [[], ["xml"]]) {
    const error = await failureOf(serve({ memory: "no-codec", services: [], codecs: codecs as never }));
    expect(error).toMatchObject({ code: "invalid-argument", message: "codecs wants one or more of protobuf and json" });
  }
  expect(() => connect("memory:x", { codec: jsonCodec({ services: [EchoJson] }) })).not.toThrow();
});

it(`damaged JSON is read or refused, and never an accident (SEED=${seed})`, async () => {
  const mistakes: RuntimeEvent[] = [];
  const { client } = await jsonServer({}, { observe: (event: RuntimeEvent) => mistakes.push(event) });
  mistakes.length = 0;
  const random = numbersFrom(seed);
  const healthy = utf8.encode('{"text":"ä\\u00e4\\n","count":12,"other":[{"a":null,"b":[true,-1.5e3]},""]}');
  const pieces = ["{", "}", "[", "]", '"', "\\", ",", ":", "e", "-", "0", "\u0000", "count", "null", "\ufeff"].map(
    (piece) => utf8.encode(piece),
  );
  for (let id = 1; id <= tries(500); id++) {
    let bytes = Uint8Array.from(healthy);
    for (let i = 1 + random(3); i > 0; i--) {
      const at = random(bytes.length + 1);
      const piece = random(2) === 0 ? Uint8Array.of(random(256)) : (pieces[random(pieces.length)] ?? healthy);
      const rest = bytes.subarray(at + random(3));
      bytes = Uint8Array.from([...bytes.subarray(0, at), ...piece, ...rest]);
    }
    await client.send(frameBytes(3, 0, 0, id, bytes));
    expect(client.take().join()).toMatch(new RegExp(`^(RESPONSE #${id} 7b|ERROR #${id} invalid-argument )`));
  }
  expect(mistakes).toEqual([]);
  expect(client.isClosed).toBe(false);
});
