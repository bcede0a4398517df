/** Faults of whole server processes: killed, told to end, restarted one after the other, stopped and resumed. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { work } from "../work-service.mjs";

const between = (records, from, to) => records.filter(({ startedAt }) => startedAt >= from && startedAt < to);
const failedOf = (records) => records.filter(({ outcome }) => outcome !== "ok");

/** Whether a call was on its way to the servers at a moment. */
const inFlightAt = (records, at) =>
  records.filter(({ startedAt, tookMs }) => startedAt <= at && startedAt + tookMs >= at);

async function killed(stage) {
  const seen = join(stage.folder, "a.seen");
  const servers = await stage.servers(3, { slowMs: 40 });
  const [victim] = servers;
  // Started anew, so that it alone writes down what comes to it: what was there when it died is known from that.
  await victim.kill();
  victim.settings.seen = seen;
  await victim.start();
  const load = stage.load(servers.map(({ address }) => address)).start();
  await stage.wait(stage.seconds * 400);
  const killedAt = performance.now();
  victim.signal("SIGKILL");
  await victim.ended;
  const goneAt = performance.now();
  const reached = new Set(readFileSync(seen, "utf8").split("\n"));
  await stage.wait(stage.seconds * 300);
  const backAt = performance.now();
  await victim.start();
  await stage.wait(stage.seconds * 300);
  const summary = await load.stop();
  const { records } = load;
  stage.checkSound(summary);
  const onVictim = records.filter(
    ({ id, startedAt, tookMs }) => reached.has(id) && startedAt + tookMs >= killedAt && startedAt <= goneAt,
  );
  checkKilled(stage, { load, victim, onVictim, killedAt, goneAt });
  const moved = records.filter(
    ({ startedAt, outcome }) => startedAt > goneAt + 1000 && startedAt < backAt && outcome !== "ok",
  );
  stage.check("traffic has moved within 1 s", moved.length === 0, moved.length);
  const back = between(records, backAt + 1000, Infinity).filter(({ server }) => server === victim.settings.name);
  stage.check("the server gets calls again once it is back", back.length > 0, back.length);
  stage.figure(`${back.length} calls on it after its return`);
}

/** What has become of the calls that were on a server when it died, and of all others. */
function checkKilled(stage, { load, victim, onVictim, killedAt, goneAt }) {
  const { records } = load;
  const failed = failedOf(records);
  const looks = onVictim.filter(({ shape }) => shape === "look");
  stage.check("idempotent calls were on it", looks.length > 0, looks.length);
  const lost = failed.filter(({ shape }) => shape === "look");
  stage.check("every idempotent call succeeds, on another server", lost.length === 0, lost[0]?.message);
  const elsewhere = looks.filter(({ server }) => server !== victim.settings.name).length;
  stage.check("those that were on it by another attempt", elsewhere > 0, elsewhere);
  const isExplained = ({ outcome, peer, startedAt, tookMs }) =>
    outcome === "unavailable" &&
    peer?.endsWith(`:${victim.settings.port}`) === true &&
    startedAt <= goneAt + 20 &&
    startedAt + tookMs >= killedAt;
  const strange = failed.filter((call) => !isExplained(call));
  stage.check(
    "all that fails was in flight on the server that died, and is unavailable",
    strange.length === 0,
    told(strange),
  );
  const others = strange.filter(({ peer }) => peer?.endsWith(`:${victim.settings.port}`) !== true).length;
  stage.check("no error on other servers", others === 0, others);
  stage.figure(
    `${onVictim.length} calls on it when it died, ${elsewhere} idempotent ones answered by others, ${failed.length} lost`,
  );
}

const told = (calls) =>
  calls
    .slice(0, 2)
    .map(({ shape, outcome, message }) => `${shape} ${outcome}: ${message}`)
    .join("; ");

async function drained(stage) {
  const servers = await stage.servers(3, { slowMs: 5 });
  const [leaving] = servers;
  const load = stage.load(servers.map(({ address }) => address)).start();
  await stage.wait(stage.seconds * 500);
  const { exit, tookMs } = await leaving.drain();
  await stage.wait(stage.seconds * 300);
  const summary = await load.stop();
  stage.checkSound(summary);
  const lost = failedOf(load.records);
  stage.check(
    "no call fails",
    lost.length === 0,
    lost
      .map(({ shape, message }) => `${shape}: ${message}`)
      .slice(0, 2)
      .join("; "),
  );
  stage.check("the server finishes within 10 s", tookMs <= 10_000, `${tookMs.toFixed(0)} ms`);
  stage.check("and exits with 0", exit === 0, exit);
  const forced = await stage.server({ name: "forced", graceMs: 60_000 });
  await holdStream(stage, forced);
  forced.signal("SIGTERM");
  await stage.wait(100);
  const again = performance.now();
  forced.signal("SIGTERM");
  const how = await forced.ended;
  const took = performance.now() - again;
  stage.check("a second SIGTERM forces", how === 0 && took < 3000, `${how} after ${took.toFixed(0)} ms`);
  stage.figure(`drained in ${tookMs.toFixed(0)} ms, forced in ${took.toFixed(0)} ms`);
}

/** Opens a stream that never ends by itself; answers what becomes of it. */
async function holdStream(stage, server) {
  const client = stage.client([server.address]);
  const channel = client;
  const stream = channel.serverStream(
    work.stay,
    { id: "held", count: 0, text: "", server: "" },
    { timeoutMs: Infinity },
  );
  const iterator = stream[Symbol.asyncIterator]();
  await iterator.next();
  const ending = (async () => {
    for (;;) if ((await iterator.next()).done === true) return undefined;
  })().catch((error) => error);
  return { ending };
}

async function neverEnding(stage) {
  const graceMs = 1500;
  const server = await stage.server({ graceMs });
  const { ending } = await holdStream(stage, server);
  const { exit, tookMs } = await server.drain();
  const error = await ending;
  stage.check("the stream ends with a status", error?.code === "unavailable", error?.message);
  stage.check("the server exits with 0", exit === 0, exit);
  stage.check(
    "within a second of its limit",
    tookMs >= graceMs - 50 && tookMs <= graceMs + 1000,
    `${tookMs.toFixed(0)} ms`,
  );
  stage.figure(`graceMs ${graceMs}, exit after ${tookMs.toFixed(0)} ms`);
}

async function rolling(stage) {
  const servers = await stage.servers(3, { slowMs: 5 });
  const load = stage
    .load(
      servers.map(({ address }) => address),
      { connecting: { failFast: false }, repeats: true },
    )
    .start();
  const rounds = 5;
  const until = performance.now() + stage.seconds * 1000;
  let restarts = 0;
  for (let round = 0; round < rounds; round++) {
    for (const server of servers) {
      await server.drain();
      await server.start();
      restarts++;
    }
  }
  await stage.wait(Math.max(0, until - performance.now()));
  const summary = await load.stop();
  stage.checkSound(summary);
  stage.check(
    "no call fails",
    summary.failed === 0,
    failedOf(load.records)
      .map(({ shape, message }) => `${shape}: ${message}`)
      .slice(0, 2)
      .join("; "),
  );
  stage.figure(`${restarts} restarts, ${load.repeated} calls made again that nobody had looked at`);
}

async function stopped(stage) {
  const servers = await stage.servers(3, { slowMs: 5 });
  const [victim] = servers;
  const keepalive = { intervalMs: 500, timeoutMs: 500, whileIdle: true };
  const load = stage
    .load(
      servers.map(({ address }) => address),
      { connecting: { keepalive }, timeoutMs: 3000 },
    )
    .start();
  await stage.wait(stage.seconds * 200);
  victim.signal("SIGSTOP");
  const stoppedAt = performance.now();
  await stage.wait(Math.min(5000, stage.seconds * 500));
  victim.signal("SIGCONT");
  const wentOnAt = performance.now();
  // Connections that were made meanwhile, and ejections, take their time to end.
  await stage.wait(Math.max(5000, stage.seconds * 300));
  const summary = await load.stop();
  const { records } = load;
  stage.checkSound(summary);
  const hung = inFlightAt(records, stoppedAt + 50).filter(({ outcome }) => outcome === "unavailable");
  const detection = hung.map(({ startedAt, tookMs }) => startedAt + tookMs - stoppedAt);
  const slowest = Math.max(0, ...detection);
  const limit = keepalive.intervalMs + keepalive.timeoutMs + 250;
  stage.check("keepalive notices within its interval and timeout", slowest <= limit, `${slowest.toFixed(0)} ms`);
  const later = between(records, wentOnAt + 1500, Infinity);
  stage.check("calls succeed again afterwards", failedOf(later).length === 0, failedOf(later).length);
  stage.check(
    "also on the server that was stopped",
    later.some(({ server }) => server === victim.settings.name),
  );
  stage.figure(`stopped for ${(wentOnAt - stoppedAt).toFixed(0)} ms, noticed after at most ${slowest.toFixed(0)} ms`);
}

export const cases = [
  { id: "F01", title: "kill -9 of one server in flight", run: killed },
  { id: "F02", title: "SIGTERM under load (drain)", run: drained },
  { id: "F03", title: "SIGTERM with a stream that never ends", run: neverEnding },
  { id: "F04", title: "rolling restart of all servers, five times", run: rolling },
  { id: "F05", title: "SIGSTOP and SIGCONT (a hung server)", run: stopped },
];
