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
  const limitMs = keepalive.intervalMs + keepalive.timeoutMs + 250;
  const { servers, proxies, addresses } = await fleetBehindProxies(stage, { slowMs: 5, keepalive });
  const [silent] = proxies;
  const closings = [];
  const observe = (event) => {
    if (event.kind !== "connection-closed" || !event.peer.endsWith(`:${silent.port}`)) return;
    closings.push({ at: performance.now(), why: event.error?.message ?? "" });
  };
  const load = stage.load(addresses, { connecting: { keepalive, observe }, timeoutMs: 3000 }).start();
  // One sends as much as it may to the server that falls silent.
  const pushing = stage.client([silent.address], { keepalive, observe });
  const openOn = async () => (await servers[0].ask()).counters.connectionsOpen;
  for (const flow of ["lost", "held"]) {
    const push = pushOn(pushing);
    await stage.until(async () => (await openOn()) === 3 && push.sent > 20, 5000);
    stage.check(`three connections are established before all is ${flow}`, (await openOn()) === 3, await openOn());
    closings.length = 0;
    silent.set({ flow });
    const silentAt = performance.now();
    await stage.wait(300);
    const early = push.sent;
    await stage.until(() => closings.length >= 3, limitMs + 2000);
    const late = push.sent;
    const noticed = closings.map(({ at }) => at - silentAt);
    const slowest = noticed.length < 3 ? Infinity : Math.max(...noticed.slice(0, 3));
    const isKept = closings.length >= 3 && closings.slice(0, 3).every(({ why }) => /no answer to a ping/.test(why));
    stage.check(
      `all clients notice that it is ${flow}, within interval and timeout`,
      slowest <= limitMs,
      `${slowest.toFixed(0)} ms`,
    );
    stage.check(
      "and not before the timeout",
      Math.min(...noticed) >= keepalive.timeoutMs - 50,
      `${Math.min(...noticed).toFixed(0)} ms`,
    );
    stage.check("by keepalive", isKept, closings[0]?.why);
    const serverMs = await stage.until(
      async () => (await openOn()) === 0,
      Math.max(0, silentAt + limitMs + 250 - performance.now()),
    );
    stage.check("the server lets go of them, too", serverMs < Infinity, await openOn());
    const written = (push.sent * pushBytes) / 2 ** 20;
    if (flow === "held")
      stage.check(
        "what is written does not grow meanwhile",
        late === early && written < 32,
        `${early} and ${late} messages, ${written.toFixed(1)} MB`,
      );
    const error = await push.ending;
    stage.check("the stream ends as unavailable", error?.code === "unavailable", error?.message);
    silent.heal();
    const healedAt = performance.now();
    await stage.wait(stage.seconds * 300);
    const later = failedOf(load.records.filter(({ startedAt }) => startedAt >= healedAt + 1500));
    stage.check("calls succeed again afterwards", later.length === 0, later[0]?.message);
    stage.figure(`${flow}: noticed after ${noticed.map((ms) => ms.toFixed(0)).join(", ")} ms`);
  }
  const summary = await load.stop();
  stage.checkSound(summary);
  const strange = failedOf(load.records).filter(({ outcome }) => outcome !== "unavailable");
  stage.check("errors are unavailable only", strange.length === 0, strange[0]?.message);
}

const pushBytes = 65_536;

/** Sends messages without end, as fast as it may. */
function pushOn(channel) {
  const push = { sent: 0, ending: undefined };
  const text = "x".repeat(pushBytes);
  async function* requests() {
    for (;;) {
      yield { id: "push", count: 0, text, server: "" };
      push.sent++;
      // As it is with what is read from elsewhere: others get their turn.
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }
  push.ending = channel.clientStream(work.upload, requests(), { timeoutMs: Infinity }).catch((error) => error);
  return push;
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
  await hedging(stage, { servers, proxies, addresses });
}

/** Hedges hide a slow server, and stay within their budget: a fifth of the calls of ten seconds, and ten a second. */
async function hedging(stage, { servers, proxies, addresses }) {
  for (const proxy of proxies) proxy.set({ delayMs: 100, jitterMs: 50 });
  const handled = async () => {
    const figures = await Promise.all(servers.map((server) => server.ask()));
    return figures.reduce((sum, figure) => sum + figure.counts.handled, 0);
  };
  const before = await handled();
  const policies = { methods: { "*": { hedge: { attempts: 3, delayMs: 20 } } } };
  const load = stage.load(addresses, { connecting: { policies }, mix: { look: 1 } });
  const seconds = stage.seconds * 0.3;
  const summary = await load.runFor(seconds * 1000);
  stage.checkSound(summary);
  stage.check("no hedged call fails", summary.failed === 0, JSON.stringify(summary.outcomes));
  // All three are slow, and so every call asks for two hedges.
  const added = (await handled()) - before - summary.calls;
  const most = 0.2 * summary.calls + 10 * load.clients.length * (seconds + 2);
  stage.check("hedges are made", added > 0, added);
  stage.check("hedges are bounded", added <= most, `${added} of at most ${most.toFixed(0)}`);
  stage.figure(`${added} hedges of ${summary.calls} calls that all wanted two`);
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
  stage.check("the heap stays flat", grownMb < 24, `${grownMb.toFixed(1)} MB more`);
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
  const [server, other] = await stage.servers(2, { slowMs: 0 });
  const [reader, compared] = [stage.client([server.address]), stage.client([other.address])];
  const text = "x".repeat(10_000);
  const options = { timeoutMs: Infinity };
  const stream = reader.serverStream(work.count, { id: "slow", count: 1_000_000, text, server: "" }, options);
  const iterator = stream[Symbol.asyncIterator]();
  await iterator.next();
  const before = await server.ask();
  const forMs = stage.isLong ? 600_000 : stage.seconds * 900;
  // The same load at the same time where nothing is left unread: whatever else the machine does, it does to both.
  const loadOn = (client) => stage.loadFrom([client], { perSecond: 60, mix: { count: 1 } });
  const [busy, calm] = await Promise.all([loadOn(reader).runFor(forMs), loadOn(compared).runFor(forMs)]);
  const figures = await server.ask();
  const grownMb = (figures.heapUsed - before.heapUsed) / 2 ** 20;
  await iterator.return?.();
  stage.checkSound(busy);
  stage.check("no other stream fails", busy.failed === 0, JSON.stringify(busy.outcomes));
  stage.check("the server holds no more than its limits", grownMb < 16, `${grownMb.toFixed(1)} MB more`);
  const most = calm.p99 * 1.5 + 0.5;
  stage.check(
    "the p99 of other streams is at most 1.5 times what it is without",
    busy.p99 <= most,
    `${calm.p99.toFixed(2)} and ${busy.p99.toFixed(2)} ms`,
  );
  stage.figure(
    `one stream unread for ${(forMs / 1000).toFixed(0)} s: server heap ${grownMb.toFixed(1)} MB more, p99 of others ${busy.p99.toFixed(1)} ms, and ${calm.p99.toFixed(1)} ms on a server without`,
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
