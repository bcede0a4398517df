/** Calls that come twice with one key: the handler runs once, whatever becomes of connections, and the table stays small. */

import { expect, it } from "vitest";
import { Metadata } from "../../src/call/metadata.js";
import type { ServerCall } from "../../src/call/server-call.js";
import { connect, serve } from "../../src/index.js";
import { Deduplication } from "../../src/resilience/deduplicate.js";
import type { ClientPolicies, ServerPolicies } from "../../src/resilience/policies.js";
import { fingerprintOf } from "../../src/resilience/weigh.js";
import { createTestNetwork } from "../../src/testing/test-network.js";
import { createEchoClient, EchoService, mountEcho, TooMany, type EchoHandler, type Note } from "../kit/echo-service.js";
import { failureOf, pairUnderTest, watch, type PairSetup, type Watched } from "../kit/harness.js";
import { VirtualClock } from "../../src/testing/virtual-clock.js";
import { failure, note, now } from "./kit.js";

const remembering = (handler: Partial<EchoHandler>): Promise<PairSetup> =>
  pairUnderTest(handler, { policies: { methods: { "test.v1.Echo/*": { deduplicate: { forMs: 1000 } } } } });

const key = (value: string): { metadata: Record<string, string> } => ({ metadata: { "idempotency-key": value } });

it("answers the second call with what the first one got, metadata included", async () => {
  let runs = 0;
  const { clock, echo } = await remembering({
    echo: (request, call) => {
      call.responseMetadata.append("run", String(++runs));
      return note(request.text, runs);
    },
  });
  const told: (string | undefined)[] = [];
  const ask = (value: string): Promise<Note> =>
    now(clock, echo.echo(note("a"), { ...key(value), onMetadata: (metadata) => told.push(metadata.get("run")) }));
  expect(await ask("k")).toEqual(note("a", 1));
  expect(await ask("k")).toEqual(note("a", 1));
  expect(await ask("other")).toEqual(note("a", 2));
  expect(told).toEqual(["1", "1", "2"]);
  await clock.advance(1000);
  expect(await ask("k")).toEqual(note("a", 3));
  expect(await now(clock, echo.echo(note("a")))).toEqual(note("a", 4));
});

it("lets the second call wait for the first, also when the client of the first has gone", async () => {
  const running: (() => void)[] = [];
  const { clock, echo } = await remembering({
    echo: (request) => new Promise<Note>((resolve) => running.push(() => resolve(request))),
  });
  const abort = new AbortController();
  const first = watch(echo.echo(note("a"), { ...key("k"), signal: abort.signal }));
  await clock.settle();
  abort.abort();
  const second = watch(echo.echo(note("a"), key("k")));
  await clock.settle();
  expect(first.error).toMatchObject({ code: "cancelled" });
  expect([running.length, second.isSettled]).toEqual([1, false]);
  running[0]?.();
  await clock.settle();
  expect(second.value).toEqual(note("a"));
});

it("refuses another request under the same key with a sentence, and keeps what it has", async () => {
  const { clock, echo } = await remembering({});
  expect(await now(clock, echo.echo(note("a"), key("k")))).toEqual(note("a"));
  expect(await failureOf(now(clock, echo.echo(note("b"), key("k"))))).toMatchObject({
    code: "invalid-argument",
    message: "the idempotency key k belongs to another request; a new request wants a new key",
  });
  expect(await now(clock, echo.echo(note("a"), key("k")))).toEqual(note("a"));
  expect(await failureOf(now(clock, echo.echo(note(), key("x".repeat(300)))))).toMatchObject({
    code: "invalid-argument",
  });
});

it("remembers failures that are outcomes, and forgets those that ask to be called again", async () => {
  let runs = 0;
  let thrown: unknown;
  const { clock, echo } = await remembering({
    echo: () => {
      runs++;
      throw thrown;
    },
  });
  const remembered = [
    failure("not-found"),
    failure("failed-precondition"),
    new TooMany(note("declared")),
    new Error("unforeseen"),
  ];
  const forgotten = [failure("unavailable"), failure("aborted"), failure("resource-exhausted"), failure("cancelled")];
  for (const error of [...remembered, ...forgotten]) {
    thrown = error;
    runs = 0;
    const value = key(`k${String(error)}`);
    await failureOf(now(clock, echo.echo(note(), value)));
    await failureOf(now(clock, echo.echo(note(), value)));
    expect([String(error), runs]).toEqual([String(error), remembered.includes(error) ? 1 : 2]);
  }
});

it("lets the one that waits run the handler itself when the first has come to nothing", async () => {
  let runs = 0;
  const { clock, echo } = await remembering({
    echo: async (request) => {
      const run = ++runs;
      await new Promise<void>((resolve) => void clock.timer(50, resolve));
      if (run === 1) throw failure("unavailable");
      return note(request.text, run);
    },
  });
  const calls = [1, 2, 3].map(() => watch(echo.echo(note("a"), key("k"))));
  await clock.advance(200);
  expect(calls[0]?.error).toMatchObject({ code: "unavailable" });
  expect(calls.slice(1).map(({ value }) => value)).toEqual([note("a", 2), note("a", 2)]);
});

it("runs a oneway call once, and answers none of them", async () => {
  let runs = 0;
  const { clock, echo, channel } = await remembering({ log: () => void runs++ });
  await now(clock, echo.log(note("a"), key("k")));
  await now(clock, echo.log(note("a"), key("k")));
  await clock.settle();
  expect(runs).toBe(1);
  expect(channel.counters.framesIgnored).toBe(0);
});

it("keeps methods and clients apart, and asks the server whose key it is where it has something to say", async () => {
  let runs = 0;
  const { clock, echo } = await pairUnderTest(
    { echo: (request) => note(request.text, ++runs), log: () => void runs++ },
    {
      policies: { methods: { "*": { deduplicate: {} } } },
      identify: (call) => call.metadata.get("tenant") ?? "",
    },
  );
  const as = (tenant: string): { metadata: Record<string, string> } => ({
    metadata: { "idempotency-key": "k", tenant },
  });
  expect(await now(clock, echo.echo(note(), as("anna")))).toEqual(note("", 1));
  expect(await now(clock, echo.echo(note(), as("bert")))).toEqual(note("", 2));
  await now(clock, echo.log(note(), as("anna")));
  await clock.settle();
  expect(runs).toBe(3);
  expect(await now(clock, echo.echo(note(), as("anna")))).toEqual(note("", 1));
});

/** A call as a deduplication sees it. */
function callWith(value: string, address = "10.0.0.1:5000", subject?: string): ServerCall {
  const info = EchoService.methods[0];
  if (info === undefined) throw new Error("the service has methods");
  const names = { dns: [], ip: [], uri: [], email: [] };
  const tls = {
    authorised: true as const,
    version: "TLSv1.3",
    subject: subject ?? "",
    names,
    fingerprint256: "",
    expiresAt: new Date(),
  };
  return {
    signal: new AbortController().signal,
    remainingMs: Infinity,
    deadline: undefined,
    metadata: Metadata.from({ "idempotency-key": value }),
    responseMetadata: new Metadata(),
    peer: subject === undefined ? { address } : { address, tls },
    service: EchoService,
    method: info,
  };
}

const settings = { forMs: 1000, entriesMax: 10, bytesMax: 1_000_000 };

it("knows a client again on another connection: by its certificate, or else by its host", async () => {
  let runs = 0;
  const table = new Deduplication(settings, new VirtualClock());
  const ask = (call: ServerCall): Promise<unknown> => table.answer(call, note(), () => ++runs);
  expect(await ask(callWith("k", "10.0.0.1:5000"))).toBe(1);
  expect(await ask(callWith("k", "10.0.0.1:6000"))).toBe(1);
  expect(await ask(callWith("k", "10.0.0.2:5000"))).toBe(2);
  expect(await ask(callWith("k", "[::1]:5000"))).toBe(3);
  expect(await ask(callWith("k", "[::1]:6000"))).toBe(3);
  expect(await ask(callWith("k", "10.0.0.1:5000", "CN=billing"))).toBe(4);
  expect(await ask(callWith("k", "10.9.9.9:5000", "CN=billing"))).toBe(4);
});

it("stays bounded: the oldest answered go first, running ones never, and more than fit are refused", async () => {
  const clock = new VirtualClock();
  const table = new Deduplication(settings, clock);
  for (let i = 0; i < 1000; i++) await table.answer(callWith(`k${i}`), note(), () => i);
  expect(table.size).toBe(10);
  expect(await table.answer(callWith("k999"), note(), () => -1)).toBe(999);
  expect(await table.answer(callWith("k0"), note(), () => -1)).toBe(-1);
  const ends: ((value: unknown) => void)[] = [];
  const hang = (): Promise<unknown> => new Promise((resolve) => ends.push(resolve));
  const hanging: Watched<unknown>[] = [];
  for (let i = 0; i < 10; i++) hanging.push(watch(table.answer(callWith(`h${i}`), note(), hang)));
  expect(await failureOf(table.answer(callWith("one more"), note(), hang))).toMatchObject({
    code: "resource-exhausted",
    message: "10 calls with idempotency keys are running (policy deduplicate, entriesMax)",
  });
  for (const end of ends) end("answer");
  await clock.settle();
  expect(hanging.every(({ value }) => value === "answer")).toBe(true);
  await clock.advance(1000);
  await table.answer(callWith("new"), note(), () => 1);
  expect(table.size).toBe(1);
  const narrow = new Deduplication({ ...settings, bytesMax: 5000 }, clock);
  for (let i = 0; i < 10; i++) await narrow.answer(callWith(`k${i}`), note(), () => "x".repeat(1000));
  expect(narrow.size).toBeLessThanOrEqual(2);
});

it("tells requests apart by all that is in them", () => {
  const requests: unknown[] = [
    {},
    [],
    { a: 1 },
    { a: "1" },
    { a: 1n },
    { b: 1 },
    { a: { b: 1 } },
    { a: [1] },
    { a: [1, 2] },
    { a: [12] },
    { a: new Map([["x", 1]]) },
    { a: new Uint8Array([1]) },
    { a: new Date(1) },
    { a: true },
    { a: null },
    { a: 0 },
    { a: -0 },
    { a: NaN },
  ];
  expect(new Set(requests.map(fingerprintOf)).size).toBe(requests.length);
  expect(fingerprintOf({ a: 1, b: undefined })).toBe(fingerprintOf({ a: 1 }));
  expect(fingerprintOf(JSON.parse('{"__proto__":1}'))).not.toBe(fingerprintOf({}));
});

/** A call whose connection is cut when the server has started on it. */
async function lostAfterSending(policies: ClientPolicies): Promise<{ runs: number; call: Watched<Note> }> {
  let runs = 0;
  const network = createTestNetwork({ seed: 7 });
  const { clock } = network;
  const service = mountEcho({
    echo: async (request) => {
      runs++;
      await new Promise<void>((resolve) => void clock.timer(100, resolve));
      return request;
    },
  });
  const remember: ServerPolicies = { methods: { "*": { deduplicate: {} } } };
  const server = await serve({ network: network.host("server"), port: 7000, services: [service], policies: remember });
  const channel = connect("rpc://server:7000", { network: network.host("client"), policies });
  const call = watch(createEchoClient(channel).echo(note("pay")));
  await clock.advance(50);
  expect(runs).toBe(1);
  network.between("client", "server").cut();
  await clock.advance(5000);
  await clock.run(Promise.all([channel.close(), server.close({ graceMs: 0 })]));
  return { runs, call };
}

it("lets a lost answer be asked for again without doing anything twice", async () => {
  const policies: ClientPolicies = { methods: { "*": { idempotencyKey: true, retry: { attempts: 3 } } } };
  const { runs, call } = await lostAfterSending(policies);
  expect(call.value).toEqual(note("pay"));
  expect(runs).toBe(1);
});

it("never sends a call again that was lost after it was sent and has neither key nor leave", async () => {
  const { runs, call } = await lostAfterSending({
    methods: { "*": { retry: { attempts: 5 }, hedge: { delayMs: 1 } } },
  });
  expect(call.error).toMatchObject({ code: "unavailable", neverProcessed: false });
  expect(runs).toBe(1);
});
