/** Faults of the way between clients and servers, made by proxies: silence, resets, stalls, delay, little bandwidth, damage, slow readers. */

import { authority } from "../../../runtime/test/kit/certificates.mjs";
import { work } from "../work-service.mjs";

const failedOf = (records) => records.filter(({ outcome }) => outcome !== "ok");
const after = (records, at) => records.filter(({ startedAt }) => startedAt >= at);

/** Three servers, each behind a proxy of its own. */
async function fleetBehindProxies(stage, settings = { slowMs: 5 }) {
  const servers = await stage.servers(3, settings);
  const proxies = await Promise.all(servers.map((server, index) => stage.proxy(server, { seed: stage.seed + index })));
  return { servers, proxies, addresses: proxies.map(({ address }) => address) };
}

async function halfOpen(stage) {
  const keepalive = { intervalMs: 500, timeoutMs: 500, whileIdle: true };
  const { servers, proxies, addresses } = await fleetBehindProxies(stage, { slowMs: 5, keepalive });
  const load = stage.load(addresses, { connecting: { keepalive }, timeoutMs: 3000 }).start();
  await stage.wait(stage.seconds * 200);
  proxies[0].set({ flow: "lost" });
  const lostAt = performance.now();
  await stage.wait(Math.min(5000, stage.seconds * 500));
  const { value: open } = { value: (await servers[0].ask()).counters.connectionsOpen };
  proxies[0].heal();
  const healedAt = performance.now();
  await stage.wait(stage.seconds * 300);
  const summary = await load.stop();
  stage.checkSound(summary);
  const hung = load.records.filter(
    ({ startedAt, tookMs, outcome }) =>
      startedAt <= lostAt + 50 && startedAt + tookMs > lostAt + 50 && outcome === "unavailable",
  );
  const slowest = Math.max(0, ...hung.map(({ startedAt, tookMs }) => startedAt + tookMs - lostAt));
  stage.check("clients notice within keepalive's interval and timeout", slowest <= 1250, `${slowest.toFixed(0)} ms`);
  stage.check("the server has let go of connections that went silent", open === 0, open);
  stage.check(
    "calls succeed again afterwards",
    failedOf(after(load.records, healedAt + 1500)).length === 0,
    failedOf(after(load.records, healedAt + 1500))[0]?.message,
  );
  const heap = process.memoryUsage().heapUsed / 2 ** 20;
  stage.figure(`${hung.length} calls hung, noticed after at most ${slowest.toFixed(0)} ms, ${heap.toFixed(0)} MB heap`);
}

async function resets(stage) {
  const { proxies, addresses } = await fleetBehindProxies(stage);
  const load = stage.load(addresses).start();
  const until = performance.now() + stage.seconds * 1000;
  const cuts = [];
  for (let turn = 0; performance.now() + 1000 < until; turn++) {
    await stage.wait(1000);
    const proxy = proxies[turn % 3];
    cuts.push({ at: performance.now(), address: proxy.address, connections: proxy.reset() });
  }
  await stage.wait(1000);
  const summary = await load.stop();
  stage.checkSound(summary);
  const failed = failedOf(load.records);
  stage.check(
    "errors are unavailable only",
    failed.every(({ outcome }) => outcome === "unavailable"),
    JSON.stringify(summary.outcomes),
  );
  const explained = ({ startedAt, tookMs }) =>
    cuts.some((cut) => startedAt <= cut.at + 150 && startedAt + tookMs >= cut.at - 50);
  const strange = failed.filter((call) => !explained(call));
  stage.check("only what was in flight on a cut connection fails", strange.length === 0, strange[0]?.message);
  const connections = proxies.reduce((sum, { counters }) => sum + counters.connections, 0);
  stage.check("one connection is made for each that was cut", connections <= 6 + 2 * cuts.length + 2, connections);
  stage.figure(`${cuts.length} resets, ${connections} connections`);
}

async function loss(stage) {
  const figures = [];
  for (const percent of [1, 5, 30]) {
    const { proxies, addresses } = await fleetBehindProxies(stage);
    for (const proxy of proxies) proxy.set({ stall: percent / 100, stallMs: 200, chunks: "split" });
    const load = stage.load(addresses, { timeoutMs: 1000, perSecond: 60 });
    const summary = await load.runFor(stage.seconds * 333);
    stage.checkSound(summary);
    const strange = failedOf(load.records).filter(
      ({ outcome }) => !["deadline-exceeded", "unavailable"].includes(outcome),
    );
    stage.check(`only deadlines pass at ${percent} %`, strange.length === 0, strange[0]?.message);
    const stalls = proxies.reduce((sum, { counters }) => sum + counters.stalled, 0);
    figures.push(`${percent} %: ${stalls} stalls of 200 ms`);
  }
  stage.figure(figures.join(", "));
}

async function latency(stage) {
  const { servers, proxies, addresses } = await fleetBehindProxies(stage, { slowMs: 0 });
  for (const proxy of proxies.slice(0, 1)) proxy.set({ delayMs: 100, jitterMs: 50 });
  const load = stage.load(addresses, { connecting: { keepalive: { intervalMs: 3000, timeoutMs: 3000 } } }).start();
  await stage.wait(stage.seconds * 600);
  proxies[0].set({ delayMs: 2000, jitterMs: 0 });
  await stage.wait(300);
  proxies[0].heal();
  await stage.wait(stage.seconds * 300);
  const summary = await load.stop();
  stage.checkSound(summary);
  const shares = servers.map(
    ({ settings }) => load.records.filter(({ server }) => server === settings.name).length / load.records.length,
  );
  stage.check("the slow server gets less than a sixth of the calls", shares[0] < 1 / 6, shares[0].toFixed(3));
  stage.check(
    "a spike of 2 s fails nothing but by deadline",
    failedOf(load.records).every(({ outcome }) => outcome === "deadline-exceeded"),
    JSON.stringify(summary.outcomes),
  );
  stage.figure(`shares ${shares.map((share) => share.toFixed(2)).join(" / ")}, the first one slow`);
}

async function bandwidth(stage) {
  const { proxies, addresses } = await fleetBehindProxies(stage);
  for (const proxy of proxies) proxy.set({ bytesPerSecond: 125_000 });
  proxies[0].set({ bytesPerSecond: 1000 });
  globalThis.gc?.();
  const heapBefore = process.memoryUsage().heapUsed;
  const load = stage.load(addresses, { size: 2000, perSecond: 40, timeoutMs: 1500 });
  const summary = await load.runFor(stage.seconds * 1000);
  stage.checkSound(summary);
  const grownMb = (process.memoryUsage().heapUsed - heapBefore) / 2 ** 20;
  stage.check("the heap stays flat", grownMb < 64, `${grownMb.toFixed(1)} MB more`);
  const strange = failedOf(load.records).filter(
    ({ outcome }) => !["deadline-exceeded", "resource-exhausted", "unavailable"].includes(outcome),
  );
  stage.check(
    "what does not get through ends by its deadline or is refused",
    strange.length === 0,
    strange[0]?.message,
  );
  stage.figure(`two links of 1 Mbit/s and one of 1 kB/s, heap ${grownMb.toFixed(1)} MB more`);
}

async function corruption(stage) {
  const issuer = authority();
  const { certificate, key } = issuer.issue({ names: ["IP:127.0.0.1"] });
  const secured = await fleetBehindProxies(stage, { slowMs: 0, tls: { certificate, key } });
  const damage = { corrupt: 0.02, duplicate: 0.02, truncate: 0.02, chunks: "split" };
  for (const proxy of secured.proxies) proxy.set(damage);
  const load = stage.load(secured.addresses, {
    connecting: { tls: { ca: issuer.certificate } },
    perSecond: 60,
    timeoutMs: 1000,
  });
  const summary = await load.runFor(stage.seconds * 400);
  stage.checkSound(summary);
  for (const proxy of secured.proxies) proxy.heal();
  const plain = await fleetBehindProxies(stage, { slowMs: 0 });
  for (const proxy of plain.proxies) proxy.set({ chunks: "split" });
  const split = await stage.load(plain.addresses, { perSecond: 60 }).runFor(stage.seconds * 200);
  stage.checkSound(split);
  stage.check("splitting alone fails nothing", split.failed === 0, JSON.stringify(split.outcomes));
  for (const proxy of plain.proxies) proxy.set({ chunks: "merge" });
  const merged = await stage.load(plain.addresses, { perSecond: 60 }).runFor(stage.seconds * 100);
  stage.check("merging alone fails nothing", merged.failed === 0, JSON.stringify(merged.outcomes));
  for (const proxy of plain.proxies) proxy.set(damage);
  const bare = await stage.load(plain.addresses, { perSecond: 60, timeoutMs: 1000 }).runFor(stage.seconds * 300);
  stage.check("without TLS every call ends, too", bare.isOnTime, `${bare.lateMs.toFixed(0)} ms late`);
  for (const proxy of plain.proxies) {
    proxy.heal();
    proxy.reset();
  }
  await stage.wait(1200);
  const healed = await stage.load([...plain.addresses, ...[]], { perSecond: 30 }).runFor(1000);
  stage.check("all is well without damage", healed.failed === 0, JSON.stringify(healed.outcomes));
  const done = secured.proxies.reduce(
    (sum, { counters }) => sum + counters.corrupted + counters.duplicated + counters.truncated,
    0,
  );
  stage.figure(
    `${done} chunks damaged under TLS: 0 wrong answers wanted, ${summary.wrong} seen; plain rpc:// has no checksum: ${bare.wrong} of ${bare.calls} answers wrong`,
  );
}

async function slowReader(stage) {
  const server = await stage.server({ slowMs: 0 });
  const reader = stage.client([server.address]);
  const channel = reader;
  const text = "x".repeat(10_000);
  const options = { timeoutMs: Infinity };
  const calm = await stage.loadFrom([reader], { perSecond: 60, mix: { count: 1 } }).runFor(stage.seconds * 300);
  const stream = channel.serverStream(work.count, { id: "slow", count: 1_000_000, text, server: "" }, options);
  const iterator = stream[Symbol.asyncIterator]();
  await iterator.next();
  const before = await server.ask();
  const forMs = stage.isLong ? 600_000 : stage.seconds * 600;
  const load = stage.loadFrom([reader], { perSecond: 60, mix: { count: 1 } });
  const busy = await load.runFor(forMs);
  const figures = await server.ask();
  const grownMb = (figures.heapUsed - before.heapUsed) / 2 ** 20;
  await iterator.return?.();
  stage.checkSound(busy);
  stage.check("no other stream fails", busy.failed === 0, JSON.stringify(busy.outcomes));
  stage.check("the server holds no more than its limits", grownMb < 16, `${grownMb.toFixed(1)} MB more`);
  // Half a millisecond is what other work on the machine costs, whatever the reader does.
  const most = calm.p99 * 1.5 + 0.5;
  stage.check(
    "the p99 of other streams is at most 1.5 times as long",
    busy.p99 <= most,
    `${calm.p99.toFixed(2)} and ${busy.p99.toFixed(2)} ms`,
  );
  stage.figure(
    `one stream unread for ${(forMs / 1000).toFixed(0)} s: server heap ${grownMb.toFixed(1)} MB more, p99 of others ${calm.p99.toFixed(1)} before and ${busy.p99.toFixed(1)} ms meanwhile`,
  );
}

export const cases = [
  { id: "F06", title: "half-open connections (a proxy swallows everything)", run: halfOpen },
  { id: "F07", title: "a reset every second", run: resets },
  { id: "F08", title: "loss of 1, 5 and 30 % (a proxy stalls like a retransmission)", run: loss },
  { id: "F09", title: "latency of 100 ms and a spike of 2 s on one server", run: latency },
  { id: "F10", title: "little bandwidth: 1 Mbit/s and 1 kB/s", run: bandwidth },
  { id: "F11", title: "corrupted, duplicated, truncated, split and merged bytes", run: corruption },
  { id: "F12", title: "a stream that nobody reads", run: slowReader },
];
