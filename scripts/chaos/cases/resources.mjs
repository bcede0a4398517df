/** Faults of what a process has: file descriptors, memory, its event loop, and what piles up over a long time. */

import { spawnSync } from "node:child_process";
import { connect as connectSocket } from "node:net";
import { connect } from "@rpcgen/runtime";
import { textFor, work } from "../work-service.mjs";

const failedOf = (records) => records.filter(({ outcome }) => outcome !== "ok");

const descriptorsMax = 64;

function lowerLimit(stage, { pid }) {
  const lowered = spawnSync("prlimit", ["--pid", String(pid), `--nofile=${descriptorsMax}:${descriptorsMax}`]);
  if (lowered.status !== 0) stage.lacks("prlimit (of util-linux), which lowers the limit of a process that runs");
}

const shareOfCore = (before, after, ms) => (after.user + after.system - before.user - before.system) / 1000 / ms;

async function descriptors(stage) {
  const server = await stage.server({ slowMs: 2 });
  // After the start, which reads more files at once than a server has connections here.
  lowerLimit(stage, server);
  const load = stage.load([server.address]).start();
  await stage.wait(stage.seconds * 200);
  const before = await server.ask();
  const sockets = [];
  let turnedAway = 0;
  for (let i = 0; i < 2 * descriptorsMax; i++) {
    const socket = connectSocket({ port: server.settings.port, host: "127.0.0.1" });
    socket.on("error", () => {}).on("close", () => turnedAway++);
    sockets.push(socket.resume());
  }
  const toldMs = await stage.until(() => server.events.length > 0, 3000);
  stage.check("descriptors really run out, and it is told", toldMs < Infinity, server.events.length);
  const lost = turnedAway;
  stage.check("what comes then is closed", lost > 0, lost);
  const floodMs = Math.min(4000, stage.seconds * 300);
  const floodedAt = performance.now();
  await stage.wait(floodMs);
  const during = await server.ask();
  const share = shareOfCore(before.cpu, during.cpu, performance.now() - floodedAt);
  stage.check("the server does not spin", share < 0.5, `${(share * 100).toFixed(0)} % of a core`);
  const fresh = stage.client([server.address]);
  const request = { id: "fresh", count: 0, text: "", server: "" };
  const answering = fresh.unary(work.look, request, { timeoutMs: 5000 }).catch((error) => error);
  for (const socket of sockets) socket.destroy();
  const answer = await answering;
  stage.check("accepting resumes when descriptors are free", answer.id === "fresh", answer.message);
  await stage.wait(stage.seconds * 100);
  const summary = await load.stop();
  stage.checkSound(summary);
  stage.check("calls on connections that are open go on", summary.failed === 0, failedOf(load.records)[0]?.message);
  stage.check("it is told once, and not for each connection", server.events.length === 1, server.events.length);
  stage.figure(
    `${descriptorsMax} descriptors, ${sockets.length} connections more, ${lost} of them closed, told after ${toldMs.toFixed(0)} ms, ${(share * 100).toFixed(0)} % of a core`,
  );
  await withoutDescriptors(stage);
}

/** The same of a client: it cannot connect, and says why; what it has open goes on. */
async function withoutDescriptors(stage) {
  const server = await stage.server({ name: "b", slowMs: 2 });
  const client = await stage.process("client-entry.mjs", { name: "client", target: server.address });
  lowerLimit(stage, client);
  await stage.wait(500);
  const taken = await client.ask({ kind: "take" });
  stage.check("a client's descriptors really run out", taken.code === "EMFILE", JSON.stringify(taken));
  const before = await client.ask();
  const takenAt = performance.now();
  await client.ask({ kind: "ask-anew" });
  await stage.wait(Math.min(2000, stage.seconds * 200));
  const during = await client.ask();
  const share = shareOfCore(before.cpu, during.cpu, performance.now() - takenAt);
  const [why = "nothing was told"] = during.connectFailures;
  stage.check("it tells that it cannot connect for want of them", /EMFILE/.test(why), why);
  const attempts = during.connectFailures.length;
  stage.check("tries again, with growing waits", attempts > 1 && attempts < 30, attempts);
  stage.check("does not spin", share < 0.5, `${(share * 100).toFixed(0)} % of a core`);
  await client.ask({ kind: "give-back" });
  const answer = await client.ask({ kind: "answer" });
  stage.check("and connects when there are descriptors again", answer === "anew", answer);
  const after = await client.ask();
  stage.check("its calls on the open connection go on", after.failed === 0 && after.ok > before.ok, after.lastFailure);
  stage.figure(
    `a client without descriptors: ${after.ok} calls went on, ${attempts} attempts to connect told as EMFILE`,
  );
}

async function heap(stage) {
  // Four requests and answers of 4 MiB are what a heap of 64 MB has room for; what is more is refused.
  const policies = { total: { concurrency: { max: 4 } } };
  const server = await stage.server({ slowMs: 20, policies }, { nodeArguments: ["--max-old-space-size=64"] });
  const size = 4 * 2 ** 20 - 64;
  const [connections, callers] = [4, 12];
  const clients = Array.from({ length: connections }, () => stage.client([server.address]));
  const outcomes = {};
  const strange = [];
  const until = performance.now() + stage.seconds * 800;
  const caller = async (client, name) => {
    for (let number = 0; performance.now() < until; number++) {
      const outcome = await bigCall(client, `big-${name}-${number}`, size);
      outcomes[outcome.code] = (outcomes[outcome.code] ?? 0) + 1;
      if (outcome.code === "ok") continue;
      if (outcome.code !== "resource-exhausted" || outcome.neverProcessed !== true) strange.push(outcome);
      await stage.wait(100);
    }
  };
  const calling = clients.flatMap((client, i) =>
    Array.from({ length: callers }, (_, j) => caller(client, `${i}-${j}`)),
  );
  await Promise.all(calling);
  const told = Object.entries(outcomes)
    .map(([code, times]) => `${times} ${code}`)
    .join(", ");
  stage.check("no wrong answer", outcomes.wrong === undefined, outcomes.wrong);
  stage.check("the server lives", server.isRunning, server.complaints.slice(0, 200));
  stage.check("calls succeed", (outcomes.ok ?? 0) >= 8, told);
  stage.check("calls are refused", (outcomes["resource-exhausted"] ?? 0) >= 8, told);
  stage.check(
    "and surely not processed; nothing else happens to any",
    strange.length === 0,
    strange[0]?.message ?? told,
  );
  const calm = await bigCall(clients[0], "after", size);
  stage.check("a call succeeds when the others are through", calm.code === "ok", calm.message);
  const { rssMax } = server.isRunning ? await server.ask() : { rssMax: Infinity };
  stage.check("it never holds more than its messages and its heap", rssMax < 400 * 2 ** 20, `${rssMax / 2 ** 20} MB`);
  stage.figure(
    `${connections * callers} callers with messages of 4 MiB, heap of 64 MB: ${told}, rss ${(rssMax / 2 ** 20).toFixed(0)} MB at most`,
  );
}

/** A call with as large a message as there may be; answers the error, or what it would look like. */
async function bigCall(client, id, size) {
  const text = textFor(id, size - id.length);
  try {
    const answer = await client.unary(work.look, { id, count: 0, text, server: "" }, { timeoutMs: 10_000 });
    return { code: answer.text === text && answer.id === id ? "ok" : "wrong" };
  } catch (error) {
    return error;
  }
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
  { id: "F21", title: "64 file descriptors, of a server and of a client", run: descriptors },
  { id: "F22", title: "a heap of 64 MB and messages of 4 MiB", run: heap },
  { id: "F23", title: "a handler that blocks the event loop for 2 s", run: blocked },
  { id: "F26", title: "soak: many calls and reconnects", run: soak },
];
