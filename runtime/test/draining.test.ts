/** Servers that are asked to end, with real processes and signals: nothing is lost, and nothing is waited for without end. */

import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { createHealthClient } from "../src/builtin/gen/grpc/health/v1/health.client.js";
import type { Decode } from "../src/codec/codec.js";
import { encodeNothing } from "../src/codec/nothing.js";
import { connect, type ClientChannel } from "../src/index.js";
import { method, type Method, type MethodInfo, type ServiceInfo } from "../src/method/method.js";
import { failureOf, watch } from "./kit/harness.js";
import { Program } from "./kit/program.js";

const entry = fileURLToPath(new URL("./kit/drain-entry.mjs", import.meta.url));

const info = (name: string, wireName: string, shape: MethodInfo["shape"] = "unary"): MethodInfo => {
  return { name, wireName, shape, throws: [], timeoutMs: 10_000, isIdempotent: false };
};
const PidService: ServiceInfo = {
  name: "test.v1.Pids",
  fingerprint: "fedcba9876543210",
  source: "test/pids.rpc",
  methods: [info("ask", "Ask"), info("wait", "Wait"), info("tick", "Tick", "serverStream"), info("block", "Block")],
};
const decodePid: Decode<number> = (reader) => (reader.tag(), reader.uint32());
type Pid = Method<undefined, number>;
const [ask, wait, tick, block] = [0, 1, 2, 3].map((index) =>
  method(PidService, index, encodeNothing, decodePid),
) as unknown as readonly [Pid, Pid, Pid, Pid];

async function start(options: Readonly<Record<string, unknown>> = {}) {
  const program = new Program(entry, JSON.stringify(options));
  const { address = "" } = await program.hears("address");
  return { program, address };
}

function channelTo(address: string): ClientChannel {
  const channel = connect(address, { backoff: { initialMs: 20, maxMs: 100 } });
  onTestFinished(() => channel.close());
  return channel;
}

/** A stream that never ends by itself; settles with the first message. */
async function endlessStream(channel: ClientChannel) {
  const messages = channel.serverStream(tick, undefined)[Symbol.asyncIterator]();
  await messages.next();
  const drained = (async () => {
    for (;;) if ((await messages.next()).done === true) return;
  })();
  return watch(drained);
}

test("a signal ends a server that has nothing to do, at once and with exit code 0", async () => {
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    const { program, address } = await start({ graceMs: 60_000 });
    expect(await channelTo(address).unary(ask, undefined)).toBe(program.process.pid);
    program.process.kill(signal);
    expect(await program.exit).toBe(0);
    expect(program.errors).toBe("");
  }
});

test("a signal lets running calls finish, and a client is told before", async () => {
  const { program, address } = await start();
  const channel = channelTo(address);
  const statuses: string[] = [];
  const watching = (async () => {
    for await (const { status } of createHealthClient(channel).watch({})) statuses.push(status);
  })();
  await expect.poll(() => statuses).toEqual(["SERVING"]);
  const calls = Array.from({ length: 50 }, () => channel.unary(wait, undefined));
  await new Promise((resolve) => setTimeout(resolve, 10));
  program.process.kill("SIGTERM");
  expect(new Set(await Promise.all(calls))).toEqual(new Set([program.process.pid]));
  await watching;
  expect(statuses).toEqual(["SERVING", "NOT_SERVING"]);
  expect(await program.exit).toBe(0);
});

test("a stream without end is ended with a status when the grace is over, and the program with it", async () => {
  const { program, address } = await start({ graceMs: 300 });
  const stream = await endlessStream(channelTo(address));
  program.process.kill("SIGTERM");
  expect(await program.exit).toBe(0);
  await expect.poll(() => stream.isSettled).toBe(true);
  expect(stream.error).toMatchObject({ code: "unavailable", message: "the server closed before the call was over" });
});

test("a second signal cuts what still runs, tells its clients, and is what the program ended by", async () => {
  const { program, address } = await start({ graceMs: 60_000 });
  const channel = channelTo(address);
  const statuses: string[] = [];
  void (async () => {
    for await (const { status } of createHealthClient(channel).watch({})) statuses.push(status);
  })();
  const stream = await endlessStream(channel);
  program.process.kill("SIGTERM");
  await expect.poll(() => statuses.at(-1)).toBe("NOT_SERVING");
  expect(program.process.exitCode).toBe(null);
  program.process.kill("SIGTERM");
  expect(await program.exit).toBe("SIGTERM");
  await expect.poll(() => stream.isSettled).toBe(true);
  expect(stream.error).toMatchObject({ code: "unavailable" });
});

test("a server that says that it leaves goes on for unreadyMs, and a second signal does not wait for it", async () => {
  const { program, address } = await start({ unreadyMs: 60_000 });
  const channel = channelTo(address);
  program.process.kill("SIGTERM");
  const health = createHealthClient(channel);
  await expect.poll(async () => (await health.check({})).status).toBe("NOT_SERVING");
  expect(await channel.unary(ask, undefined)).toBe(program.process.pid);
  program.process.kill("SIGTERM");
  expect(await program.exit).toBe("SIGTERM");
});

test("a program that something else holds is ended a while after its server has closed", async () => {
  const { program } = await start({ hold: true });
  program.process.kill("SIGTERM");
  expect(await program.exit).toBe(0);
  expect(program.all("exit")).toHaveLength(1);
});

test("a loop that is blocked fails no call, and the server says what it was like", async () => {
  const { address } = await start({ health: { loopDelayMsMax: 500 } });
  const channel = channelTo(address);
  const statuses: string[] = [];
  const controller = new AbortController();
  const watching = (async () => {
    for await (const { status } of createHealthClient(channel).watch({}, { signal: controller.signal })) {
      statuses.push(status);
    }
  })();
  const stream = await endlessStream(channel);
  const calls = [channel.unary(block, undefined), channel.unary(ask, undefined)];
  await Promise.all(calls);
  await expect.poll(() => statuses, { timeout: 5000 }).toEqual(["SERVING", "NOT_SERVING", "SERVING"]);
  expect(stream.isSettled).toBe(false);
  expect(channel.counters).toMatchObject({ connectionsOpened: 1, callsFailed: 0 });
  controller.abort();
  await failureOf(watching);
});

/** Calls without a pause until `enough` settles; every call has to be answered. */
async function load(channel: ClientChannel, enough: Promise<unknown>): Promise<ReadonlyMap<number, number>> {
  const answers = new Map<number, number>();
  let isOver = false;
  void enough.finally(() => (isOver = true));
  const caller = async (): Promise<void> => {
    while (!isOver) {
      const pid = await channel.unary(wait, undefined);
      answers.set(pid, (answers.get(pid) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: 20 }, caller));
  return answers;
}

test("a server that ends under load fails no call of a client that has another one", async () => {
  const both = await Promise.all([start(), start()]);
  const channel = connect(both.map(({ address }) => address));
  onTestFinished(() => channel.close());
  const used = await channel.unary(ask, undefined);
  const leaving = both.find(({ program }) => program.process.pid === used);
  const enough = (async () => {
    await new Promise((resolve) => setTimeout(resolve, 300));
    leaving?.program.process.kill("SIGTERM");
    expect(await leaving?.program.exit).toBe(0);
    await new Promise((resolve) => setTimeout(resolve, 200));
  })();
  const answers = await load(channel, enough);
  expect([...answers.keys()].sort()).toEqual(both.map(({ program }) => program.process.pid).sort());
});

test("all servers of a hub are replaced one by one under load, five times over, and no call fails", async () => {
  const { serveHub } = await import("../src/hub.js");
  const hub = await serveHub({ port: 0 });
  const channel = connect(`${hub.address}/${PidService.name}`);
  onTestFinished(async () => {
    await channel.close();
    await hub.close();
  });
  const register = { registry: hub.address };
  const known = async (count: number): Promise<void> =>
    expect.poll(() => hub.entries().get(PidService.name)?.length, { timeout: 10_000 }).toBe(count);
  let running = [await start({ register }), await start({ register })];
  await known(2);
  const enough = (async () => {
    for (let round = 0; round < 5; round++) {
      for (const old of running) {
        const next = await start({ register });
        await known(3);
        old.program.process.kill("SIGTERM");
        expect(await old.program.exit).toBe(0);
        await known(2);
        running = [...running.filter((one) => one !== old), next];
      }
    }
  })();
  const answers = await load(channel, enough);
  expect(answers.size).toBeGreaterThanOrEqual(6);
}, 60_000);
