/** Faults of what a process has: file descriptors, memory, its event loop, and what piles up over a long time. */

import { spawnSync } from "node:child_process";
import { connect as connectSocket } from "node:net";
import { connect } from "@rpcgen/runtime";
import { textFor, work } from "../work-service.mjs";

const failedOf = (records) => records.filter(({ outcome }) => outcome !== "ok");

async function descriptors(stage) {
  const limit = 64;
  const server = await stage.server({ slowMs: 2 });
  // After the start, which reads more files at once than a server has connections here.
  const lowered = spawnSync("prlimit", ["--pid", String(server.pid), `--nofile=${limit}:${limit}`]);
  if (lowered.status !== 0) stage.lacks("prlimit (of util-linux), which lowers the limit of a process that runs");
  const load = stage.load([server.address]).start();
  await stage.wait(stage.seconds * 200);
  const before = await server.ask();
  const sockets = [];
  for (let i = 0; i < 2 * limit; i++) {
    const socket = connectSocket({ port: server.settings.port, host: "127.0.0.1" });
    socket.on("error", () => {});
    sockets.push(socket);
  }
  const floodMs = Math.min(4000, stage.seconds * 300);
  await stage.wait(floodMs);
  const during = await server.ask();
  for (const socket of sockets) socket.destroy();
  await stage.wait(500);
  const fresh = connect(server.address);
  stage.onEnd(() => fresh.close());
  const answer = await fresh
    .unary(work.look, { id: "fresh", count: 0, text: "", server: "" }, { timeoutMs: 5000 })
    .catch((error) => error);
  await stage.wait(stage.seconds * 200);
  const summary = await load.stop();
  stage.checkSound(summary);
  stage.check("calls on connections that are open go on", summary.failed === 0, failedOf(load.records)[0]?.message);
  stage.check("accepting resumes when descriptors are free", answer.id === "fresh", answer.message);
  const cpuMs = (during.cpu.user + during.cpu.system - before.cpu.user - before.cpu.system) / 1000;
  const share = cpuMs / floodMs;
  stage.check("the server does not spin", share < 0.5, `${(share * 100).toFixed(0)} % of a core`);
  stage.figure(
    `${limit} descriptors, ${2 * limit} connections more, ${server.events.length} failures to accept told, ${(share * 100).toFixed(0)} % of a core`,
  );
}

async function heap(stage) {
  const server = await stage.server({ slowMs: 20 }, { nodeArguments: ["--max-old-space-size=64"] });
  const size = 3_500_000;
  const client = stage.client([server.address]);
  const channel = client;
  const until = performance.now() + stage.seconds * 800;
  const outcomes = {};
  let number = 0;
  const caller = async () => {
    while (performance.now() < until) {
      const id = `big-${++number}`;
      const text = textFor(id, size);
      const answer = await channel
        .unary(work.look, { id, count: 0, text, server: "" }, { timeoutMs: 5000 })
        .catch((error) => error);
      const outcome = answer instanceof Error ? answer.code : answer.text === text && answer.id === id ? "ok" : "wrong";
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      if (outcome === "unavailable") await stage.wait(50);
    }
  };
  await Promise.all(Array.from({ length: 8 }, caller));
  const told = Object.entries(outcomes)
    .map(([code, times]) => `${times} ${code}`)
    .join(", ");
  stage.check("no wrong answer", outcomes.wrong === undefined, outcomes.wrong);
  stage.check("the server lives", server.isRunning, server.complaints.slice(0, 200));
  stage.check("calls succeed", (outcomes.ok ?? 0) > 0, told);
  const strange = Object.keys(outcomes).filter(
    (code) => !["ok", "resource-exhausted", "deadline-exceeded"].includes(code),
  );
  stage.check("what is too much is refused", strange.length === 0, told);
  const { rss } = server.isRunning ? await server.ask() : { rss: 0 };
  stage.figure(
    `8 callers with messages of ${size / 1e6} MB, heap of 64 MB: ${told}, rss ${(rss / 2 ** 20).toFixed(0)} MB`,
  );
}

async function blocked(stage) {
  const servers = await stage.servers(3, { slowMs: 2 });
  const [victim] = servers;
  const load = stage.load(
    servers.map(({ address }) => address),
    { timeoutMs: 4000, connecting: { keepalive: { intervalMs: 2000, timeoutMs: 3000 } } },
  );
  load.start();
  await stage.wait(stage.seconds * 200);
  const channel = stage.client([victim.address], { keepalive: false });
  const blockedAt = performance.now();
  await channel.unary(work.block, { id: "block", count: 2000, text: "", server: "" }, { timeoutMs: 5000 });
  const freeAt = performance.now();
  await stage.wait(stage.seconds * 300);
  const summary = await load.stop();
  const { records } = load;
  stage.checkSound(summary);
  const figures = await victim.ask();
  stage.check("the server knows of its delay", figures.lagMaxMs > 1500, `${figures.lagMaxMs.toFixed(0)} ms`);
  stage.check("a blocked loop is no lost peer: no call fails", summary.failed === 0, failedOf(records)[0]?.message);
  const others = records.filter(
    ({ server, startedAt }) => server !== victim.settings.name && startedAt > blockedAt && startedAt < freeAt,
  );
  const slowest = Math.max(0, ...others.map(({ tookMs }) => tookMs));
  stage.check(
    "other servers answer meanwhile",
    others.length > 0 && slowest < 1000,
    `${others.length} calls, slowest ${slowest.toFixed(0)} ms`,
  );
  const later = records.filter(({ server, startedAt }) => server === victim.settings.name && startedAt > freeAt + 100);
  stage.check("the server goes on afterwards", later.length > 0, later.length);
  stage.figure(
    `blocked for ${(freeAt - blockedAt).toFixed(0)} ms, ${others.length} calls elsewhere meanwhile, the slowest ${slowest.toFixed(0)} ms`,
  );
}

async function soak(stage) {
  const server = await stage.server({}, { nodeArguments: ["--expose-gc"] });
  const proxy = await stage.proxy(server);
  const wantedCalls = stage.isLong ? 10_000_000 : stage.seconds * 10_000;
  const wantedReconnects = stage.isLong ? 1000 : Math.min(1000, stage.seconds * 10);
  const warm = await soakWith(stage, proxy, wantedCalls / 10, 3);
  const before = await server.ask();
  const run = await soakWith(stage, proxy, wantedCalls, wantedReconnects);
  await stage.wait(300);
  const after = await server.ask();
  const grownMb = (after.rss - before.rss) / 2 ** 20;
  const heapMb = (after.heapUsed - before.heapUsed) / 2 ** 20;
  stage.check("no wrong answer", warm.wrong + run.wrong === 0, run.wrong);
  stage.check("the server's heap is back where it was", heapMb < 3, `${heapMb.toFixed(2)} MB more`);
  stage.check(
    "its handles are back where they were",
    after.resources <= before.resources + 1,
    `${before.resources} and ${after.resources}`,
  );
  stage.check(
    "no connection and no call is left over",
    after.counters.connectionsOpen === 0 && after.counters.callsOpen === 0,
    JSON.stringify([after.counters.connectionsOpen, after.counters.callsOpen]),
  );
  stage.check("only calls on cut connections fail", run.failed <= wantedReconnects * run.callers, run.failed);
  stage.figure(
    `${run.calls} calls, ${run.reconnects} reconnects, ${run.failed} failed with their connection, heap ${heapMb.toFixed(2)} MB and rss ${grownMb.toFixed(1)} MB more after warming up`,
  );
}

async function soakWith(stage, proxy, calls, reconnects) {
  const callers = 16;
  const channel = connect(proxy.address, { backoff: { initialMs: 1, maxMs: 5 } });
  const seen = { calls: 0, failed: 0, wrong: 0, reconnects: 0, callers };
  const caller = async () => {
    while (seen.calls < calls) {
      const id = String(++seen.calls);
      try {
        const answer = await channel.unary(work.look, { id, count: 0, text: "", server: "" }, { timeoutMs: 5000 });
        if (answer.id !== id) seen.wrong++;
      } catch {
        seen.failed++;
      }
      if (seen.calls >= ((seen.reconnects + 1) * calls) / (reconnects + 1) && seen.reconnects < reconnects) {
        seen.reconnects++;
        proxy.reset();
      }
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  await channel.close();
  return seen;
}

export const cases = [
  { id: "F21", title: "a server with 64 file descriptors", run: descriptors },
  { id: "F22", title: "a heap of 64 MB and messages of 3.5 MB", run: heap },
  { id: "F23", title: "a handler that blocks the event loop for 2 s", run: blocked },
  { id: "F26", title: "soak: many calls and reconnects", run: soak },
];
