/** `rpcgen load` against servers on loopback: every shape, what is counted, and servers that fail in every way. */

import { serve, type Server } from "@rpcgen/runtime";
import { serveHub } from "@rpcgen/runtime/hub";
import { spawn, type ChildProcess } from "node:child_process";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { serveOrders } from "../../../generated-fixtures/gen/shop/orders.server.js";
import { OrderNotFound } from "../../../generated-fixtures/gen/shop/orders.types.js";
import { createTemporaryDirectory } from "../support/temporary-directory.js";

// Each test starts commands, which take long to load where many things run at once.
vi.setConfig({ testTimeout: 60_000 });

const root = fileURLToPath(new URL("../../..", import.meta.url));
const seen: string[] = [];
const forever = new Promise<never>(() => {});
const orders = serveOrders({
  check: () => "SERVING",
  async get({ id }, call) {
    seen.push(`${id} ${call.metadata.get("who") ?? ""}`.trim());
    if (id === "B-2") throw new OrderNotFound({ id }, "no such order");
    if (id === "never") await forever;
    return { id, status: "PAID" };
  },
  place: () => ({ id: "A-1" }),
  async *watch({ id }, call) {
    for (let count = 0; id === "endless" ? !call.signal.aborted : count < 3; count++) {
      yield { id };
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  },
  async import(incoming) {
    let imported = 0;
    for await (const { id } of incoming) imported += id.length;
    return { imported };
  },
  async *chat(notes) {
    for await (const { text } of notes) yield { text };
  },
  log(event) {
    seen.push(event.kind ?? "");
  },
  find: (id) => ({ id }),
  count: () => 7,
});

let server: Server;
let silent: Server;

beforeAll(async () => {
  server = await serve({ port: 0, services: [orders], reflection: true });
  silent = await serve({ port: 0, services: [orders] });
});

afterAll(async () => {
  await Promise.all([server.close({ graceMs: 0 }), silent.close({ graceMs: 0 })]);
});

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Settles when so much of a text has been said. */
  said(text: string): Promise<void>;
}

/** Not synchronously: the server that is called runs in this very process. */
function start(args: readonly string[], input: string = ""): Running {
  const child = spawn(process.execPath, ["bin/rpcgen.cjs", "load", ...args, "--no-config"], {
    cwd: root,
    env: { ...process.env, NO_COLOR: "1" },
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const said = { stdout: "", stderr: "" };
  let tell = (): void => {};
  const add = (name: keyof typeof said) => (chunk: Buffer) => {
    said[name] += String(chunk);
    tell();
  };
  child.stdout.on("data", add("stdout"));
  child.stderr.on("data", add("stderr"));
  child.stdin.end(input);
  return {
    child,
    ended: new Promise((resolve) => child.on("close", (code) => resolve({ code, ...said }))),
    said: (text) =>
      new Promise((resolve) => {
        tell = () => void (said.stderr.includes(text) && resolve());
        tell();
      }),
  };
}

function load(args: readonly string[], input?: string): Promise<Ended> {
  return start(args, input).ended;
}

const ownFiles = ["--root", "idl-examples/shop"];

test("requests take turns, and everything about them is counted", async () => {
  const before = seen.length;
  const list = '[{"id":"A-1"},{"id":"A-2"},{"id":"A-3"}]';
  const { code, stdout, stderr } = await load([
    ...[silent.address, "Orders.get", list, "-n", "300", "-c", "10", "--connections", "3"],
    ...["-m", "who: Ada", "--json", ...ownFiles],
  ]);
  expect([code, stderr]).toEqual([0, ""]);
  expect(JSON.parse(stdout)).toMatchObject({
    version: 1,
    command: "load",
    exitCode: 0,
    method: "/shop.orders.v1.Orders/Get",
    shape: "unary",
    wire: "protobuf",
    connections: 3,
    plan: { concurrency: 10, ratePerSecond: null, durationMs: null, requests: 300, warmUpMs: 0, requestKinds: 3 },
    wasInterrupted: false,
    calls: { started: 300, succeeded: 300, failed: 0, cutOff: 0, notStarted: 0 },
    messages: null,
    errors: [],
    latency: { count: 300 },
    startDelay: null,
  });
  const { latency, histogram } = JSON.parse(stdout);
  expect(latency.min).toBeGreaterThan(0);
  expect(latency.max).toBeGreaterThanOrEqual(latency.p999);
  expect(histogram.reduce((sum: number, row: { count: number }) => sum + row.count, 0)).toBe(300);
  const calls = seen.slice(before);
  for (const id of ["A-1", "A-2", "A-3"]) expect(calls.filter((call) => call === `${id} Ada`)).toHaveLength(100);
});

test("what only the server knows is called in JSON, and people read what came out", async () => {
  const { code, stdout, stderr } = await load([server.address, "Orders.get", '{"id":"A-1"}', "-n", "50"]);
  expect(code).toBe(0);
  expect(stderr).toContain(`/shop.orders.v1.Orders/Get at ${server.address}\n`);
  expect(stdout).toMatch(/^ {2}calls {7}50 in /m);
  expect(stdout).toMatch(/^ {2}succeeded {3}50$/m);
  expect(stdout).toMatch(/latency: min \S+ ms, mean \S+ ms, max \S+ ms\n {4}p50 .* p99\.9 /);
  expect(stdout).toMatch(/^ {2}below .* ms .*#$/m);
  expect(stdout).toContain("messages travelled as JSON");
  expect(stdout).not.toContain("failed");
});

test("a rate makes as many calls as it says", async () => {
  const { code, stdout } = await load([
    ...[server.address, "Orders.count", "{}", "--rate", "200/s", "--duration", "1s", "--warm-up", "200ms", "--json"],
  ]);
  const { calls, plan, startDelay, warmUp } = JSON.parse(stdout);
  expect(code).toBe(0);
  expect(calls).toMatchObject({ started: 200, succeeded: 200, notStarted: 0 });
  expect(plan).toMatchObject({ ratePerSecond: 200, durationMs: 1000, concurrency: 10_000, warmUpMs: 200 });
  expect([startDelay.count, warmUp]).toEqual([200, { succeeded: 40, failed: 0 }]);
});

test.each([
  ["streams of answers", "Orders.watch", '{"id":"A"}', [], { calls: { succeeded: 20 }, messages: { count: 60 } }],
  ["streams of requests", "Orders.import", '[{"id":"1"},{"id":"2"}]', [], { calls: { succeeded: 20 }, messages: null }],
  ["streams both ways", "Orders.chat", "-", [], { calls: { succeeded: 20 }, messages: { count: 40 } }],
  ["methods without answers", "Orders.log", '{"cancelled":{}}', ["--rate", "900"], { calls: { succeeded: 20 } }],
])("%s are counted", async (_what, method, request, more, figures) => {
  const lines = '{"text":"a"}\n{"text":"b"}\n';
  const args = [silent.address, method, request, "-c", "4", "-n", "20", "--json", ...more, ...ownFiles];
  const { code, stdout } = await load(args, lines);
  expect([code, JSON.parse(stdout)]).toEqual([0, expect.objectContaining({ exitCode: 0, errors: [] })]);
  expect(JSON.parse(stdout)).toMatchObject(figures);
  if (method === "Orders.log") await expect.poll(() => seen.filter((event) => event === "cancelled").length).toBe(20);
});

test("streams without an end are cut off when the time is over", async () => {
  const times = ["-c", "4", "--duration", "300ms", "--warm-up", "100ms"];
  const { code, stdout } = await load([server.address, "Orders.watch", '{"id":"endless"}', ...times, "--json"]);
  const { calls, errors, messages } = JSON.parse(stdout);
  expect([code, calls.succeeded, calls.failed, errors]).toEqual([0, 0, 0, []]);
  expect(messages.count).toBeGreaterThan(4);
});

test("errors are told by their codes, and end with 4", async () => {
  const requests = createTemporaryDirectory({ "requests.jsonl": '{"id":"A-1"}\n{"id":"B-2"}\n' });
  const args = [server.address, "Orders.get", "-n", "40", "--file", requests.at("requests.jsonl")];
  const [text, json] = await Promise.all([load(args), load([...args, "--format", "json"])]);
  expect([text.code, json.code]).toEqual([4, 4]);
  expect(text.stdout).toMatch(
    /succeeded {3}20\n {2}failed {6}20\n {4}not-found shop\.orders\.v1\.OrderNotFound {2}20 {2}no such/,
  );
  expect(JSON.parse(json.stdout)).toMatchObject({
    exitCode: 4,
    calls: { succeeded: 20, failed: 20 },
    errors: [{ code: "not-found", typeName: "shop.orders.v1.OrderNotFound", count: 20 }],
    failedLatency: { count: 20 },
  });
});

test("a run in which nothing succeeds says so, and makes no figures up", async () => {
  const { code, stdout, stderr } = await load([
    ...[server.address, "Orders.get", '{"id":"B-2"}', "-c", "2", "-d", "1500ms", "--warm-up", "200ms"],
  ]);
  expect(code).toBe(4);
  expect(stdout).toMatch(/^ {2}no call succeeded\n {2}calls .*\n {2}succeeded {3}0\n {2}failed .*\n {4}not-found /);
  expect(stdout).toContain("waited 1 to 100 ms before the next one");
  expect(stdout + stderr).not.toMatch(/p50 0 ms/);
  expect(stderr).toMatch(/ a second {2}all failed/);
});

test("a server that never answers costs each call its time, and nothing hangs", async () => {
  const { code, stdout } = await load([
    ...[server.address, "Orders.get", '{"id":"never"}', "-c", "5", "-n", "10", "--timeout", "100ms", "--json"],
  ]);
  expect(code).toBe(4);
  expect(JSON.parse(stdout)).toMatchObject({ errors: [{ code: "deadline-exceeded", count: 10 }] });
});

test("a rate that the server does not hold says how many calls were never started", async () => {
  const { code, stdout } = await load([
    ...[server.address, "Orders.get", '{"id":"never"}', "--rate", "100", "-c", "5", "-d", "500ms", "--timeout", "2s"],
    "--json",
  ]);
  expect(code).toBe(4);
  expect(JSON.parse(stdout).calls).toMatchObject({ started: 5, failed: 5, notStarted: 45 });
});

test("Ctrl-C ends it early, and what there is is printed", async () => {
  const running = start([server.address, "Orders.get", '{"id":"A-1"}', "-d", "1h"]);
  await running.said("  p50 ");
  running.child.kill("SIGINT");
  const { code, stdout } = await running.ended;
  expect(code).toBe(0);
  expect(stdout).toContain("ended early by Ctrl-C");
  expect(stdout).toMatch(/^ {2}succeeded {3}[1-9]/m);

  const stuck = start([server.address, "Orders.get", '{"id":"never"}', "-d", "1h", "--timeout", "1h"]);
  await stuck.said(" a second  0 failed");
  stuck.child.kill("SIGINT");
  const end = await stuck.ended;
  expect([end.code, end.stdout]).toEqual([4, expect.stringContaining("cut off     50, open when the run ended")]);
});

test("a server that dies in the middle is a count of errors, and one that is not there ends at once", async () => {
  const dying = await serve({ port: 0, services: [orders], reflection: true });
  const running = start([dying.address, "Orders.get", '{"id":"A-1"}', "-c", "8", "-d", "3s", "--json"]);
  await expect.poll(() => dying.counters.callsStarted, { timeout: 20_000 }).toBeGreaterThan(100);
  await dying.close({ graceMs: 0 });
  const { code, stdout } = await running.ended;
  const { calls, errors } = JSON.parse(stdout);
  expect([code, calls.succeeded > 0, errors[0].code]).toEqual([4, true, "unavailable"]);
  // Workers whose calls fail at once wait a little, instead of counting errors as fast as they can.
  expect(calls.failed).toBeLessThan(2000);

  const gone = await load([dying.address, "Orders.get", "{}"]);
  expect([gone.code, gone.stdout, gone.stderr]).toEqual([4, "", expect.stringContaining("nothing listens there")]);
});

test("a port that takes connections and says nothing is given up", async () => {
  const mute = createServer(() => {});
  await new Promise<void>((resolve) => mute.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void mute.close());
  const place = mute.address();
  const port = typeof place === "object" && place !== null ? place.port : 0;
  const { code, stderr } = await load([
    `rpc://127.0.0.1:${port}`,
    "Orders.get",
    "{}",
    "--timeout",
    "300ms",
    ...ownFiles,
  ]);
  expect([code, stderr]).toEqual([4, expect.stringMatching(/^error (deadline-exceeded|unavailable): /)]);
});

test.each([
  ["a misspelt method", ["Orders.gett", "{}"], "did you mean get?"],
  ["a misspelt field", ["Orders.get", '{"idd":"1"}'], "the request has no field `idd`\n  = help: did you mean id?"],
  [
    "a field that is deep inside",
    ["Orders.place", '[{},{"items":[{"skuu":""}]}]'],
    "request 2: `items[0]` of the request",
  ],
  ["a field of another type", ["Orders.get", '{"id":7}'], "the request does not fit: "],
  ["a request that is no JSON", ["Orders.get", '{"id": "hunter2", x}'], "the request is no JSON"],
  ["an empty list", ["Orders.get", "[]"], "there is no request in the list"],
  ["nothing at all in standard input", ["Orders.get", "-"], "there is no request in standard input"],
  ["a file that is not there", ["Orders.get", "--file", "nowhere.jsonl"], "there is no file nowhere.jsonl"],
  ["a file that is a directory", ["Orders.get", "--file", "docs"], "docs is no file"],
  ["two sources of requests", ["Orders.get", "{}", "--file", "x"], "give one of them"],
  ["no concurrency", ["Orders.get", "-c", "0"], "whole number from 1 to 100000"],
  ["a negative concurrency", ["Orders.get", "--concurrency=-1"], "whole number from 1 to 100000"],
  ["a concurrency beyond all measure", ["Orders.get", "-c", "1e9"], "whole number from 1 to 100000"],
  ["a rate of nothing", ["Orders.get", "--rate", "0"], "calls a second"],
  ["a rate that is no number", ["Orders.get", "--rate", "NaN"], "calls a second"],
  ["a rate beyond all measure", ["Orders.get", "--rate", "1e99"], "calls a second"],
  ["a duration of five of what?", ["Orders.get", "-d", "5"], "It wants a unit: 5s are seconds, 5ms milliseconds."],
  ["a timeout without a unit", ["Orders.get", "--timeout", "0.5"], "It wants a unit: 0.5s are seconds"],
  ["a warm-up without a unit", ["Orders.get", "--warm-up", "2"], "It wants a unit: 2s are seconds"],
  ["a duration of nothing", ["Orders.get", "-d", "0s"], "a time above 0"],
  ["a duration without end", ["Orders.get", "-d", "Infinity"], "a time above 0"],
  ["a duration of years", ["Orders.get", "-d", "9999h"], "at most 720h"],
  ["no requests", ["Orders.get", "-n", "0"], "whole number from 1"],
  ["more connections than calls", ["Orders.get", "-c", "2", "--connections", "3"], "leave some without any"],
  ["a oneway method without a rate", ["Orders.log", "{}"], "--rate 1000"],
  ["a balancer that there is not", ["Orders.get", "{}", "--balance", "nonsense"], "It is one of p2c"],
  ["a certificate without TLS", ["Orders.get", "{}", "--ca", "ca.pem"], "rpcs://"],
])("%s is told in words", async (_what, args, text) => {
  const { code, stdout, stderr } = await load([silent.address, ...args, ...ownFiles]);
  expect(stderr).toContain(text);
  expect([code, stdout, stderr.includes("hunter2")]).toEqual([2, "", false]);
});

test("two formats do not go together", async () => {
  const { code, stdout } = await load([silent.address, "Orders.get", "{}", "--json", "--format", "text", ...ownFiles]);
  expect([code, JSON.parse(stdout)]).toMatchObject([
    2,
    { exitCode: 2, error: { message: expect.stringContaining("together") } },
  ]);
});

test("addresses that are none, and several servers in one", async () => {
  const nonsense = await load(["nonsense", "Orders.get", "{}", ...ownFiles]);
  expect([nonsense.code, nonsense.stderr]).toEqual([2, expect.stringContaining("rpc://host:port")]);
  const twice = await load([`${server.address},${server.address}`, "Orders.count", "{}"]);
  expect([twice.code, twice.stderr]).toEqual([2, expect.stringContaining("more than once")]);
  const both = `${server.address},${silent.address}`;
  const { code, stdout } = await load([
    ...[both, "Orders.count", "{}", "-n", "40", "--balance", "round-robin", "--json", ...ownFiles],
  ]);
  expect([code, JSON.parse(stdout).calls.succeeded]).toEqual([0, 40]);
});

test("servers that a registry knows", async () => {
  const hub = await serveHub({ port: 0 });
  const entered = await serve({ port: 0, services: [orders], reflection: true, register: { registry: hub.address } });
  onTestFinished(async () => {
    await entered.close();
    await hub.close();
  });
  const [found, nobody] = await Promise.all([
    load([`${hub.address}/shop.orders.v1.Orders`, "Orders.count", "{}", "-n", "40", "--connections", "2", "--json"]),
    load([`${hub.address}/shop.v1.Nobody`, "Orders.count", "{}"]),
  ]);
  expect([found.code, JSON.parse(found.stdout).calls.succeeded]).toEqual([0, 40]);
  expect([nobody.code, nobody.stderr]).toEqual([4, expect.stringContaining("the registry lists none")]);
});

test("servers over WebSocket", async () => {
  const web = await serve({ port: 0, services: [orders], reflection: true, webSocket: { path: "/rpc" } });
  onTestFinished(() => web.close());
  const address = `${web.address.replace("rpc:", "ws:")}/rpc`;
  const { code, stdout } = await load([address, "Orders.count", "{}", "-n", "40", "--connections", "2", "--json"]);
  expect([code, JSON.parse(stdout).calls.succeeded]).toEqual([0, 40]);
});

test("more requests than fit into memory are refused before the first call", async () => {
  const { code, stderr } = await load([silent.address, "Orders.import", ...ownFiles], "{}".repeat(1_000_001));
  expect([code, stderr]).toEqual([2, expect.stringContaining("standard input has more than 1000000 requests")]);
});

test("a secret in the query of an address is told nowhere", async () => {
  const web = await serve({ port: 0, services: [orders], reflection: true, webSocket: { path: "/rpc" } });
  onTestFinished(() => web.close());
  const at = web.address.replace("rpc:", "ws:");
  const query = "?token=s3cret-marker&mail=s3cret-marker@b.example";
  const run = (address: string, ...more: string[]): Promise<Ended> =>
    load([address, "Orders.count", "{}", "-n", "4", ...more]);
  const [text, json, none, wrong, several] = await Promise.all([
    run(`${at}/rpc${query}`),
    run(`${at}/rpc${query}`, "--json"),
    run(`${at}/other${query}`, "--timeout", "1s", ...ownFiles),
    run(`https:${query}`, ...ownFiles),
    run(`${at}/rpc${query},${silent.address}`, ...ownFiles, "--json"),
  ]);
  expect([text, json, none, wrong, several].map(({ code }) => code)).toEqual([0, 0, 4, 2, 0]);
  expect(text.stderr).toContain(`shop.orders.v1.Orders/Count at ${at}/rpc\n`);
  expect(JSON.parse(json.stdout).address).toBe(`${at}/rpc`);
  expect(none.stderr).toContain(`${at}/other`);
  for (const { stdout, stderr } of [text, json, none, wrong, several]) expect(stdout + stderr).not.toContain("s3cret");
});

test("metadata that cannot be sent is a mistake of the command line", async () => {
  const { code, stderr } = await load([silent.address, "Orders.count", "{}", "-m", "Ä: x", ...ownFiles]);
  expect([code, stderr]).toEqual([2, expect.stringContaining("metadata key")]);
});
