/** Serving on several processes, with real ones: rolling restarts under load, crashes, and every way to end. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it, onTestFinished } from "vitest";
import type { Decode } from "../src/codec/codec.js";
import { encodeNothing } from "../src/codec/nothing.js";
import { connect, type ClientChannel } from "../src/index.js";
import { authority } from "./kit/certificates.mjs";
import { Program } from "./kit/program.js";
import { method, type MethodInfo, type ServiceInfo } from "../src/method/method.js";

const entry = fileURLToPath(new URL("./kit/cluster-entry.mjs", import.meta.url));

const info = (name: string, wireName: string): MethodInfo => {
  return { name, wireName, shape: "unary", throws: [], timeoutMs: 10_000, isIdempotent: false };
};
const PidService: ServiceInfo = {
  name: "test.v1.Pids",
  fingerprint: "fedcba9876543210",
  source: "test/pids.rpc",
  methods: [info("ask", "Ask"), info("wait", "Wait")],
};
const decodePid: Decode<number> = (reader) => (reader.tag(), reader.uint32());
const ask = method(PidService, 0, encodeNothing, decodePid);
const wait = method(PidService, 1, encodeNothing, decodePid);

function channelTo(address: string | undefined): ClientChannel {
  const isTls = address?.startsWith("rpcs:") === true;
  const channel = connect(address ?? "", isTls ? { tls: { ca: trusted.certificate } } : {});
  onTestFinished(() => channel.close());
  return channel;
}

/** Calls from several channels at once until `enough` settles; every call has to be answered. */
async function load(
  channels: readonly ClientChannel[],
  enough: Promise<unknown>,
): Promise<ReadonlyMap<number, number>> {
  const answers = new Map<number, number>();
  let isEnough = false;
  void enough.finally(() => (isEnough = true));
  const caller = async (channel: ClientChannel, index: number): Promise<void> => {
    while (!isEnough) {
      const pid = await channel.unary(index % 2 === 0 ? ask : wait, {});
      answers.set(pid, (answers.get(pid) ?? 0) + 1);
    }
  };
  await Promise.all(channels.flatMap((channel) => Array.from({ length: 8 }, (_, index) => caller(channel, index))));
  return answers;
}

const trusted = authority();

/** A folder with the files that the program under test serves TLS with. */
function certificateFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "rpcgen-cluster-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const { certificate, key } = trusted.issue({ names: ["IP:127.0.0.1"] });
  writeFileSync(join(folder, "cert.pem"), certificate);
  writeFileSync(join(folder, "key.pem"), key);
  return folder;
}

const places: readonly (readonly [string, string])[] = [
  ["a port", "0"],
  ["a port with TLS", "0"],
  ["a Unix socket", join(tmpdir(), `rpcgen-cluster-${process.pid}.sock`)],
];

it("no call fails while a program that has changed is replaced", async () => {
  const folder = mkdtempSync(join(tmpdir(), "rpcgen-cluster-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const program = new Program(entry, "watch", "0", "1", folder);
  const { address } = await program.hears("address");
  await program.hears("ready");
  const first = program.all("worker-serving")[0]?.pid ?? 0;
  const restarted = program.hears("restarted");
  const loaded = load([channelTo(address)], restarted);
  writeFileSync(join(folder, "handler.d.ts"), "");
  writeFileSync(join(folder, "handler.js"), "export {};");
  const answers = await loaded;
  expect([...answers.keys()].includes(first)).toBe(true);
  const [second] = program.all("worker-serving").slice(1);
  expect(second?.pid).not.toBe(first);
  expect(program.all("worker-left")).toMatchObject([{ pid: first, how: "exit code 0" }]);
  program.process.kill("SIGTERM");
  expect(await program.exit).toBe(0);
});

it.each(places)(
  "no call fails while all workers at %s are restarted, and SIGTERM ends it well",
  async (name, place) => {
    const program = new Program(entry, "serve", place, "2", ...(name.endsWith("TLS") ? [certificateFolder()] : []));
    const { address } = await program.hears("address");
    await program.hears("ready");
    const channels = Array.from({ length: 4 }, () => channelTo(address));
    const first = new Set(program.all("worker-serving").map(({ pid }) => pid ?? 0));
    program.process.kill("SIGHUP");
    const answers = await load(channels, program.hears("restarted"));
    const second = new Set(program.all("worker-left").map(({ pid }) => pid ?? 0));
    expect(first.size).toBe(2);
    expect(second).toEqual(first);
    const after = await Promise.all(channels.map((channel) => channel.unary(ask, {})));
    expect(after.filter((pid) => first.has(pid))).toEqual([]);
    expect([...answers.keys()].some((pid) => first.has(pid))).toBe(true);
    program.process.kill("SIGTERM");
    expect(await program.exit).toBe(0);
    expect(program.errors).toBe("");
  },
);

it("a worker that is killed is replaced, and calls go on", async () => {
  const program = new Program(entry, "serve");
  const { address } = await program.hears("address");
  await program.hears("ready");
  const channel = channelTo(address);
  const pid = await channel.unary(ask, {});
  process.kill(pid, "SIGKILL");
  await program.hears("worker-crashed");
  await program.hears("worker-serving", 3);
  expect(await channel.unary(ask, {})).not.toBe(pid);
  program.process.kill("SIGINT");
  expect(await program.exit).toBe(0);
});

it("workers that crash in a loop end the program with a sentence and an exit code", async () => {
  const program = new Program(entry, "crash");
  expect(await program.exit).toBe(1);
  expect(program.all("gave-up")).toHaveLength(1);
});

it("a program that cannot start says why and ends", async () => {
  const program = new Program(entry, "refuse");
  expect(await program.exit).toBe(1);
  expect(program.errors).toContain("no database");
});

it("workers do not outlive a primary that was killed", async () => {
  const program = new Program(entry, "serve");
  await program.hears("ready");
  program.process.kill("SIGKILL");
  // Its output closes when the last process that holds it has ended.
  expect(await program.exit).toBe("SIGKILL");
});
