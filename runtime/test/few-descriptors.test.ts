/** Processes that run out of file descriptors, or of ports: it is told, what is open goes on, and connecting succeeds later. */

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { connect as connectSocket, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { encodeNothing } from "../src/codec/nothing.js";
import { connect, type ClientChannel } from "../src/index.js";
import { method, type MethodInfo, type ServiceInfo } from "../src/method/method.js";
import { DescriptorWatch } from "../src/transport/descriptor-watch.js";
import { Program } from "./kit/program.js";

const entry = fileURLToPath(new URL("./kit/few-descriptors-entry.mjs", import.meta.url));
const info: MethodInfo = {
  name: "ask",
  wireName: "Ask",
  shape: "unary",
  throws: [],
  timeoutMs: 20_000,
  isIdempotent: false,
};
const PidService: ServiceInfo = {
  name: "test.v1.Pids",
  fingerprint: "fedcba9876543210",
  source: "test/pids.rpc",
  methods: [info],
};
const ask = method(PidService, 0, encodeNothing, (reader) => (reader.tag(), reader.uint32()));

function channelTo(address: string): ClientChannel {
  const channel = connect(address, { backoff: { initialMs: 5, maxMs: 50 } });
  onTestFinished(() => channel.close());
  return channel;
}

const hasPrlimit = spawnSync("prlimit", ["--version"]).status === 0;

test.skipIf(!hasPrlimit)(
  "a server without descriptors says so, serves on, and takes connections when some are free",
  async () => {
    const program = new Program(entry, "48");
    const { address = "" } = await program.hears("address");
    const staying = channelTo(address);
    const pid = await staying.unary(ask, undefined);
    const sockets = await flood(Number(address.split(":").at(-1)), 64);
    const told = await program.hears("accept-failed");
    expect(told.message).toMatch(/no file descriptors left \(EMFILE\)/);
    expect(await staying.unary(ask, undefined)).toBe(pid);
    const late = askUntilAnswered(channelTo(address));
    for (const socket of sockets) socket.destroy();
    expect(await late).toBe(pid);
    expect(program.all("accept-failed")).toHaveLength(1);
    expect(program.errors).toBe("");
  },
);

/** Asks again when the connection was closed under the call, which nobody but the caller may do. */
async function askUntilAnswered(channel: ClientChannel): Promise<number> {
  for (;;) {
    try {
      return await channel.unary(ask, undefined);
    } catch (error) {
      expect(error).toMatchObject({ code: "unavailable" });
    }
  }
}

/** Opens so many sockets, and waits until each is connected. */
async function flood(port: number, count: number): Promise<readonly Socket[]> {
  const sockets = Array.from({ length: count }, () => connectSocket({ port, host: "127.0.0.1" }).on("error", () => {}));
  onTestFinished(() => sockets.forEach((socket) => socket.destroy()));
  await Promise.all(sockets.map((socket) => once(socket, "connect")));
  return sockets;
}

// A network of its own, whose ports are few.
const hasOwnNetwork = spawnSync("unshare", ["--net", "ip", "link", "set", "lo", "up"]).status === 0;
const portsEntry = fileURLToPath(new URL("./kit/few-ports-entry.mjs", import.meta.url));

test.skipIf(!hasOwnNetwork)(
  "a client without free ports says so, and connects when there is one",
  async () => {
    const child = spawn("unshare", ["--net", process.execPath, portsEntry], { stdio: ["ignore", "pipe", "inherit"] });
    onTestFinished(() => void child.kill("SIGKILL"));
    const said = (await text(child.stdout)).trim().split("\n");
    const answer = { kind: "answer", answer: 7 };
    const [first, second, third, fourth, refused, late, open] = said.map((line): unknown => JSON.parse(line));
    expect([first, second, third, fourth, open]).toEqual(Array.from({ length: 5 }, () => answer));
    const message = expect.stringContaining("no free port to connect from (EADDRNOTAVAIL)");
    expect(refused).toEqual({ kind: "error", code: "unavailable", message });
    expect(late).toEqual({ ...answer, failures: expect.any(Number) });
    // A second or so passes until the system gives the port away again: waits have to grow meanwhile.
    expect((late as { readonly failures: number }).failures).toBeLessThan(60);
  },
  40_000,
);

test("running out is told once each time, and looked at when it matters", async () => {
  const told: string[] = [];
  const answers: (string | undefined)[] = [];
  let looks = 0;
  let looked = (): void => {};
  const watch = new DescriptorWatch(
    (error) => told.push(error.message),
    async () => {
      looks++;
      queueMicrotask(looked);
      return answers.shift();
    },
  );
  onTestFinished(() => watch.stop());
  const look = (): Promise<void> => new Promise((resolve) => (looked = resolve));
  const turn = async (...answer: readonly (string | undefined)[]): Promise<void> => {
    answers.push(...answer);
    const seen = look();
    watch.opened();
    await seen;
    await new Promise((resolve) => setImmediate(resolve));
  };
  watch.opened();
  await turn(undefined);
  expect(looks).toBe(1);
  // As many as before tell nothing new.
  watch.closed();
  watch.opened();
  await turn("EMFILE");
  expect([looks, told.length]).toEqual([2, 1]);
  await turn("EMFILE");
  await turn(undefined);
  await turn("ENFILE");
  expect(told).toHaveLength(2);
  expect(told[1]).toContain("ENFILE");
  watch.stop();
  watch.opened();
  expect(looks).toBe(5);
});
