/** Faults of registries that others have made, and of name servers. */

import { connect } from "@rpcgen/runtime";
import { dnsResolver } from "@rpcgen/runtime/registry/dns";
import { openResolver } from "@rpcgen/runtime/registry";
import { HttpFront } from "../http-front.mjs";
import { lacksEtcd, lacksZookeeper, loadKit } from "../load-kit.mjs";
import { connectedFleet, foundBy, isAllOf, service, unlucky } from "../registry-fleet.mjs";

const watchersCount = 30;

/** A real etcd where there is one, and a fake elsewhere. */
async function someEtcd(stage) {
  const { EtcdServer, FakeEtcd } = await loadKit();
  if (lacksEtcd() === undefined) {
    const server = await EtcdServer.start();
    stage.onEnd(() => server.close());
    return { place: server.place, kind: "etcd" };
  }
  const fake = new FakeEtcd();
  await fake.http.start();
  stage.onEnd(() => fake.end());
  return { place: fake.http.place, kind: "a fake of etcd" };
}

/** Many watches of one service, each as a process of its own would have it. */
function watchers(stage, place) {
  return Array.from({ length: watchersCount }, () => {
    const { resolver } = openResolver(`etcd://${place}/${service}`);
    stage.onEnd(() => resolver.close());
    const watcher = { addresses: [], least: Infinity };
    const update = (endpoints) => {
      watcher.addresses = endpoints.map(({ address }) => address);
      watcher.least = Math.min(watcher.least, endpoints.length);
    };
    resolver.watch(service, { update, failed: () => {} });
    return watcher;
  });
}

/** The most that came within 100 ms in the second half of a time. */
function densest(times, from, to) {
  const late = times.filter((at) => at >= (from + to) / 2 && at < to);
  return late.reduce((most, at) => Math.max(most, late.filter((other) => other >= at && other < at + 100).length), 0);
}

async function slowAndRefusing(stage) {
  const { place, kind } = await someEtcd(stage);
  const front = await new HttpFront(place).start();
  stage.onEnd(() => front.close());
  const { servers, load, removed } = await connectedFleet(stage, `etcd://${front.place}`);
  const all = watchers(stage, front.place);
  const doAllKnow = (count) => all.every(({ addresses }) => addresses.length === count);
  await stage.until(() => doAllKnow(3), 5000);
  load.start();
  const phaseMs = Math.max(3000, stage.seconds * 400);
  const told = [];
  const trouble = async (name, begin, limit) => {
    const from = performance.now();
    begin();
    front.cut();
    await stage.wait(phaseMs);
    const to = performance.now();
    Object.assign(front, { delayMs: 0, refusal: undefined });
    const times = front.asked.filter((at) => at >= from && at < to);
    const most = densest(times, from, to);
    const each = times.length / (watchersCount + 5);
    stage.check(`${name}: waits grow`, each <= limit, `${each.toFixed(1)} requests of each`);
    stage.check(`${name}: no herd`, most <= (watchersCount + 5) / 2, `${most} of ${watchersCount + 5} within 100 ms`);
    told.push(`${name} ${each.toFixed(1)} requests of each in ${phaseMs} ms, at most ${most} in 100 ms`);
    // Everyone is back before the next trouble, which then meets all at once.
    await stage.wait(Math.max(2500, phaseMs * 0.8));
  };
  // Waits of 100 ms that grow by 60 %: so many fit, and some for what was under way.
  const attempts = 2 + Math.log(1 + (phaseMs / 100) * 0.6) / Math.log(1.6);
  await trouble("500", () => (front.refusal = { status: 500 }), attempts);
  await trouble("429", () => (front.refusal = { status: 429, headers: { "retry-after": "1" } }), 2 + phaseMs / 1000);
  await trouble("slow", () => (front.delayMs = 5000), attempts);
  const late = await stage.server({ name: "d", slowMs: 5, register: { registry: `etcd://${front.place}` } });
  const limitMs = 12_000;
  const seenMs = await stage.until(
    () => doAllKnow(4) && load.clients.every((one) => isAllOf(one, [...servers, late])),
    limitMs,
  );
  stage.check("all hear of a new server afterwards", seenMs <= limitMs, `${seenMs} ms`);
  const summary = await load.stop();
  stage.checkSound(summary);
  stage.check("no call fails", summary.failed === 0, unlucky(load));
  stage.check("no client loses a server", removed.length === 0, removed.join(" "));
  stage.figure(
    `${kind}, ${watchersCount} watches: ${told.join("; ")}; a new server seen after ${seenMs.toFixed(0)} ms`,
  );
}

/** The member that all others follow, once there is one. */
async function leaderOf(stage, members) {
  let leader;
  await stage.until(async () => {
    const standings = await Promise.all(members.map((member) => member.standing().catch(() => undefined)));
    leader = members.find((_, i) => standings.every((one) => one !== undefined && one.leader === standings[i]?.id));
    return leader !== undefined;
  }, 10_000);
  if (leader === undefined) throw new Error("etcd's members do not agree on a leader");
  return leader;
}

async function leaderChanges(stage) {
  const missing = lacksEtcd();
  if (missing !== undefined) stage.lacks(missing);
  const { EtcdServer } = await loadKit();
  const members = await EtcdServer.startCluster(3);
  stage.onEnd(() => Promise.all(members.map((member) => member.close())));
  const registry = `etcd://${members.map(({ place }) => place).join(",")}`;
  const { servers, load, removed } = await connectedFleet(stage, registry);
  const all = watchers(stage, members.map(({ place }) => place).join(","));
  const known = [...servers];
  const areKnown = () =>
    all.every(({ addresses }) => addresses.length === known.length) && load.clients.every((one) => isAllOf(one, known));
  await stage.until(areKnown, 5000);
  load.start();
  const told = [];
  const limitMs = 12_000;
  for (const [turn, name] of ["d", "e"].entries()) {
    const leader = await leaderOf(stage, members);
    await leader.kill();
    const killedAt = performance.now();
    // It enters itself while there may be no leader, and all watches have to hear of it.
    known.push(await stage.server({ name, slowMs: 5, register: { registry } }));
    const seenMs = await stage.until(areKnown, limitMs);
    stage.check(`all hear of a server that came at leader change ${turn + 1}`, seenMs <= limitMs, `${seenMs} ms`);
    told.push((performance.now() - killedAt).toFixed(0));
    await leader.start();
    await stage.wait(stage.seconds * 100);
  }
  // Leaders change without a death, too, when somebody wants it.
  const leader = await leaderOf(stage, members);
  const { id: targetID } = await members.find((member) => member !== leader).standing();
  await leader.ask("/v3/maintenance/transfer-leadership", { targetID });
  const leaving = known.pop();
  await leaving.drain();
  const goneMs = await stage.until(areKnown, limitMs);
  stage.check("all hear of one that leaves at a change without a death", goneMs <= limitMs, `${goneMs} ms`);
  const summary = await load.stop();
  stage.checkSound(summary);
  stage.check("no call fails", summary.failed === 0, unlucky(load));
  const lost = removed.filter((address) => address !== leaving.address);
  stage.check("no client loses a server", lost.length === 0, lost.join(" "));
  const fewest = Math.min(...all.map(({ least }) => least));
  stage.check("and no watch", fewest >= servers.length, `${fewest} servers known at the least`);
  stage.figure(
    `three members, ${watchersCount} watches: a new server known to all ${told.join(" and ")} ms after the leader was killed, a leaving one after ${goneMs.toFixed(0)} ms`,
  );
}

const base64 = (text) => Buffer.from(text).toString("base64");

async function entriesOf(etcd) {
  const range = { key: base64(`/rpcgen/${service}/`), range_end: base64(`/rpcgen/${service}0`) };
  return Number((await etcd.ask("/v3/kv/range", range)).count ?? 0);
}

async function etcdForgets(stage) {
  const missing = lacksEtcd();
  if (missing !== undefined) stage.lacks(missing);
  const { EtcdServer } = await loadKit();
  const etcd = await EtcdServer.start();
  stage.onEnd(() => etcd.close());
  const registry = `etcd://${etcd.place}`;
  const { servers, load, removed } = await connectedFleet(stage, registry);
  load.start();
  await stage.wait(stage.seconds * 100);

  // What happens while nobody watches is compacted away before anybody can ask for it.
  await etcd.kill();
  await etcd.start();
  const { header } = await etcd.ask("/v3/kv/put", { key: base64("/other"), value: base64("x") });
  await etcd.ask("/v3/kv/compaction", { revision: header.revision, physical: true });
  const late = await stage.server({ name: "d", slowMs: 5, register: { registry } });
  const all = [...servers, late];
  const foundMs = await foundBy(stage, load, all);

  await etcd.kill();
  etcd.wipe();
  await stage.wait(stage.seconds * 100);
  await etcd.start();
  // Entries are renewed every 5 s, and a renewal tells that the entry is gone.
  const limitMs = 10_000;
  const againMs = await stage.until(async () => (await entriesOf(etcd)) === all.length, limitMs);
  stage.check("servers enter themselves again after all data were lost", againMs <= limitMs, `${againMs} ms`);
  stage.check("no client loses a server", removed.length === 0, removed.join(" "));
  await stage.wait(1000);
  await late.drain();
  const goneMs = await stage.until(() => load.clients.every((client) => isAllOf(client, servers)), limitMs);
  stage.check("a server that leaves is noticed afterwards", goneMs <= limitMs, `${goneMs} ms`);
  const summary = await load.stop();
  stage.checkSound(summary);
  stage.check("no call fails", summary.failed === 0, unlucky(load));
  stage.figure(
    `a new server found ${foundMs.toFixed(0)} ms after a compaction; all entered again ${againMs.toFixed(0)} ms after the loss of all data`,
  );
}

async function sessionExpires(stage) {
  const missing = lacksZookeeper();
  if (missing !== undefined) stage.lacks(missing);
  const { ZookeeperServer } = await loadKit();
  const zookeeper = await ZookeeperServer.start();
  stage.onEnd(() => zookeeper.close());
  const way = await stage.proxy({ address: `rpc://${zookeeper.address}` });
  const direct = `zookeeper://${zookeeper.address}`;
  const { servers, load, removed } = await connectedFleet(stage, direct);
  // Only this one's way to ZooKeeper is cut, and that for longer than its session can live.
  const apart = await stage.server({
    name: "d",
    slowMs: 5,
    register: { registry: `zookeeper://127.0.0.1:${way.port}` },
  });
  const all = [...servers, apart];
  await foundBy(stage, load, all);
  load.start();
  way.set({ flow: "held" });
  const goneMs = await stage.until(() => load.clients.every((client) => isAllOf(client, servers)), 12_000);
  stage.check("the entry ends with the session", goneMs <= 12_000, `${goneMs} ms`);
  await stage.wait(stage.seconds * 100);
  const backSince = performance.now();
  way.heal();
  const limitMs = 10_000;
  const againMs = await stage.until(() => load.clients.every((client) => isAllOf(client, all)), limitMs);
  stage.check("a new session enters it again", againMs <= limitMs, `${againMs} ms`);
  await stage.wait(Math.max(6000, stage.seconds * 200));
  const flaps = removed.filter((address) => address === apart.address).length / load.clients.length;
  stage.check(
    "it goes once, and nobody else does",
    flaps === 1 && removed.length === load.clients.length,
    removed.join(" "),
  );
  const summary = await load.stop();
  stage.checkSound(summary);
  stage.check("no call fails", summary.failed === 0, unlucky(load));
  const used = load.records.filter(({ server, startedAt }) => server === "d" && startedAt > backSince + againMs).length;
  stage.check("it gets calls again", used > 0, used);
  stage.figure(
    `the session ended after ${goneMs.toFixed(0)} ms, entered again ${againMs.toFixed(0)} ms after the way was free`,
  );
}

const name = "work.test";

async function namesFail(stage) {
  const { createNameLookup, FakeNameServer } = await loadKit();
  const names = new FakeNameServer();
  const lookup = createNameLookup([await names.start()]);
  stage.onEnd(() => names.stop());
  const [first, second, third, fourth] = [1, 2, 3, 4].map((number) => `127.0.0.${number}`);
  const servers = [await stage.server({ name: "a", host: first, slowMs: 5 })];
  const { port } = servers[0].settings;
  for (const [index, host] of [second, third, fourth].entries()) {
    servers.push(await stage.server({ name: "bcd"[index], host, port, slowMs: 5 }));
  }
  const say = (what) => names.names.set(name, what);
  say({ four: [first, second, third], ttl: 1 });
  const removed = [];
  const observe = (event) => void (event.kind === "member-removed" && removed.push(event.address));
  const clients = [1, 2].map(() => {
    const resolver = dnsResolver({ name: { host: name, port }, lookup, minIntervalMs: 200 });
    const client = connect({ resolver, service: name }, { observe });
    stage.onEnd(() => client.close());
    return client;
  });
  const load = stage.loadFrom(clients);
  const [a, b, c, d] = servers;
  await foundBy(stage, load, [a, b, c]);
  load.start();
  const phaseMs = Math.max(2000, stage.seconds * 200);
  const isKept = () => load.clients.every((client) => isAllOf(client, [a, b, c]));
  const keeps = async (title) => {
    await stage.wait(phaseMs);
    stage.check(`${title}: the last good list stays`, isKept() && removed.length === 0, removed.join(" "));
  };
  names.isSilent = true;
  await keeps("no answer");
  names.isSilent = false;
  const askedBefore = names.asked.length;
  say({ code: 2 });
  await keeps("SERVFAIL");
  say({ code: 3 });
  await keeps("no such name");
  say({ four: [], ttl: 0 });
  await keeps("no records");
  const each = (names.asked.length - askedBefore) / load.clients.length;
  stage.check("name servers in trouble are not pressed", each <= (3 * phaseMs) / 100, `${each} questions of each`);
  say({ four: [second], ttl: 0 });
  await keeps("a partial answer");
  const limitMs = 25_000;
  say({ four: [second, third, fourth], ttl: 0, sixCode: 2 });
  const flippedMs = await stage.until(() => load.clients.every((client) => isAllOf(client, [b, c, d])), limitMs);
  stage.check("a changed name is followed", flippedMs <= limitMs, `${flippedMs} ms`);
  await stage.wait(phaseMs);
  const summary = await load.stop();
  stage.checkSound(summary);
  stage.check("no call fails", summary.failed === 0, unlucky(load));
  stage.figure(
    `${each.toFixed(0)} questions of each client in ${3 * phaseMs} ms of trouble; a changed name followed after ${flippedMs.toFixed(0)} ms`,
  );
}

export const cases = [
  { id: "F16a", title: "the registry is slow, answers 500, answers 429", run: slowAndRefusing },
  { id: "F16b", title: "etcd's leader is killed, twice, and changed", run: leaderChanges },
  { id: "F17a", title: "etcd forgets its past (compaction), then all it knew", run: etcdForgets },
  { id: "F17b", title: "a session of ZooKeeper expires", run: sessionExpires },
  { id: "F24", title: "name servers fail, answer in part, change their minds", run: namesFail },
];
