/** Faults of registries, while servers are entered there and clients watch. */

import { join } from "node:path";
import { hubRegistry } from "@rpcgen/runtime/hub";
import { ask, connectedFleet, enteredIn, isAllOf, service, unlucky } from "../registry-fleet.mjs";
import { cases as foreign } from "./foreign-registries.mjs";

const leaseMs = 2000;

async function downAtStart(stage) {
  const hub = await stage.hub({ leaseMs });
  const [registry, target] = [hub.address, `${hub.address}/${service}`];
  const servers = await stage.servers(3, { slowMs: 5, register: { registry } });
  const remembering = { registry: { guard: { snapshot: join(stage.folder, "snapshots") } } };
  const before = stage.client(target, remembering);
  await enteredIn(stage, hub, servers);
  await ask(before, 2000);
  await stage.until(() => isAllOf(before, servers), 5000);
  await before.close();
  await hub.kill();

  const blank = stage.client(target);
  const askedAt = performance.now();
  const error = await ask(blank, 1000);
  const toldMs = performance.now() - askedAt;
  const isTold = ["unavailable", "deadline-exceeded"].includes(error.code) && /the registry fails/.test(error.message);
  stage.check("who knows nobody is told that it is the registry", isTold, error.message);
  stage.check("by the call's deadline", toldMs <= 1100, `${toldMs.toFixed(0)} ms`);
  const late = await stage.server({ name: "d", slowMs: 5, register: { registry } });
  const summary = await stage.load(target, { connecting: remembering }).runFor(stage.seconds * 300);
  stage.checkSound(summary);
  stage.check("no call fails with the last good list", summary.failed === 0, JSON.stringify(summary.outcomes));

  await hub.start();
  const all = [...servers, late];
  const limitMs = 6000;
  const enteredMs = await enteredIn(stage, hub, all, limitMs);
  stage.check("servers that started without it enter themselves", enteredMs <= limitMs, `${enteredMs} ms`);
  const foundMs = await stage.until(() => isAllOf(blank, all), limitMs);
  stage.check("the client that knew nobody finds all of them", foundMs <= limitMs, `${foundMs} ms`);
  const after = await stage.loadFrom([blank]).runFor(stage.seconds * 200);
  stage.check("and its calls succeed", after.failed === 0, JSON.stringify(after.outcomes));
  stage.figure(
    `told "${error.code}" after ${toldMs.toFixed(0)} ms, all entered ${enteredMs.toFixed(0)} ms after its start, found after ${foundMs.toFixed(0)} ms more`,
  );
}

async function killedAndEmpty(stage) {
  // For so long a hub that is back says that it is gathering.
  const gatheringMs = 6000;
  const hub = await stage.hub({ leaseMs: gatheringMs });
  const { servers, load, removed } = await connectedFleet(stage, hub.address);
  await enteredIn(stage, hub, servers);
  load.start();
  await stage.wait(stage.seconds * 200);
  await hub.kill();
  const downMs = stage.isLong ? 60_000 : stage.seconds * 400;
  await stage.wait(downMs);
  await hub.start();
  const limitMs = gatheringMs;
  const backMs = await enteredIn(stage, hub, servers, limitMs);
  stage.check("all servers enter themselves again while the hub gathers", backMs <= limitMs, `${backMs} ms`);
  await stage.wait(gatheringMs + 1000);
  stage.check("no client loses a server", removed.length === 0, removed.join(" "));
  const late = await stage.server({ name: "d", slowMs: 5, register: { registry: hub.address } });
  const seenMs = await stage.until(() => load.clients.every((client) => isAllOf(client, [...servers, late])), limitMs);
  stage.check("clients hear of a new server afterwards", seenMs <= limitMs, `${seenMs} ms`);
  await stage.wait(stage.seconds * 100);
  const summary = await load.stop();
  stage.checkSound(summary);
  stage.check("no call fails", summary.failed === 0, unlucky(load));
  stage.figure(
    `away for ${downMs} ms, entered again ${backMs.toFixed(0)} ms after its return, a new server seen after ${seenMs.toFixed(0)} ms`,
  );
}

/** Writes down how often each address comes to a hub and goes from it. */
function watchHub(stage, address) {
  const registry = hubRegistry({ address, guard: { holdMs: 0, debounceMs: 0 } });
  stage.onEnd(() => registry.close());
  const seen = new Map();
  let known = [];
  const update = (endpoints) => {
    const now = endpoints.map((endpoint) => endpoint.address);
    const counted = (one) => seen.get(one) ?? seen.set(one, { came: 0, gone: 0 }).get(one);
    for (const one of now.filter((other) => !known.includes(other))) counted(one).came++;
    for (const one of known.filter((other) => !now.includes(other))) counted(one).gone++;
    known = now;
  };
  registry.watch(service, { update, failed: () => {} });
  return (servers) => servers.map((server) => seen.get(server.address) ?? { came: 0, gone: 0 });
}

async function partitioned(stage) {
  const hub = await stage.hub({ leaseMs });
  const way = { address: hub.address.replace("hub:", "rpc:") };
  const [forServers, forClients] = [await stage.proxy(way), await stage.proxy(way)];
  const registry = forServers.address.replace("rpc:", "hub:");
  const fleet = { target: forClients.address.replace("rpc:", "hub:") };
  const { servers, load, removed } = await connectedFleet(stage, registry, fleet);
  const comings = watchHub(stage, way.address);
  await enteredIn(stage, hub, servers);
  load.start();
  await stage.wait(stage.seconds * 100);

  // Nothing of what servers say arrives before it heals, as where packets are sent again and again.
  forServers.set({ flow: "held" });
  const emptyMs = await stage.until(() => isEmpty(hub), leaseMs + 2000);
  stage.check("leases of servers that are cut off expire", emptyMs <= leaseMs + 1000, `${emptyMs} ms`);
  // A first lease that ends before the others looks like a server that has died, until the others follow.
  const wholeMs = await stage.until(() => load.clients.every((client) => isAllOf(client, servers)), 1500);
  stage.check("all clients know all servers again once all leases have ended", wholeMs <= 1500, `${wholeMs} ms`);
  const isLittle = removed.length <= load.clients.length;
  stage.check("no client has let go of more than one", isLittle, removed.join(" "));
  const removedBefore = removed.length;
  await stage.wait(stage.seconds * 150);
  forServers.heal();
  const backMs = await enteredIn(stage, hub, servers, leaseMs + 2000);
  stage.check("they are entered again after it heals", backMs <= leaseMs + 2000, `${backMs} ms`);
  await stage.wait(2 * leaseMs);
  const counts = comings(servers);
  const isOnce = counts.every(({ came, gone }) => came === 2 && gone === 1);
  stage.check("each lease expires once, and nothing flaps", isOnce, JSON.stringify(counts));
  const isSteady = removed.length === removedBefore && load.clients.every((client) => isAllOf(client, servers));
  stage.check("clients know all of them throughout", isSteady, removed.slice(removedBefore).join(" "));

  forClients.set({ flow: "held" });
  const [, , victim] = servers;
  const diedAt = performance.now();
  await victim.kill();
  const late = await stage.server({ name: "d", slowMs: 5, register: { registry } });
  const living = [servers[0], servers[1], late];
  await enteredIn(stage, hub, living, leaseMs + 2000);
  await stage.wait(stage.seconds * 150);
  const isKept = load.clients.every((client) => isAllOf(client, servers));
  stage.check("clients that are cut off keep their list", isKept);
  // What was on its way is lost with the connections, as where the network has forgotten them.
  forClients.heal();
  forClients.reset();
  const limitMs = leaseMs + 2000;
  const togetherMs = await stage.until(() => load.clients.every((client) => isAllOf(client, living)), limitMs);
  stage.check("clients agree with the hub within a lease and 2 s", togetherMs <= limitMs, `${togetherMs} ms`);
  await stage.wait(stage.seconds * 100);
  const summary = await load.stop();
  stage.checkSound(summary);
  const failed = load.records.filter(({ outcome }) => outcome !== "ok");
  const isOfDeath = (call) => isInFlight(call, diedAt) && call.peer?.endsWith(`:${victim.settings.port}`) === true;
  stage.check("no call fails but where a server is killed", failed.every(isOfDeath), unlucky(load));
  stage.figure(
    `leases ended after ${emptyMs.toFixed(0)} ms and came back ${backMs.toFixed(0)} ms after the end; clients agreed ${togetherMs.toFixed(0)} ms after theirs`,
  );
}

/** Whether a call failed that was on its way when a server died; the moment is known to a few milliseconds. */
const isInFlight = ({ outcome, startedAt, tookMs }, at) =>
  outcome === "unavailable" && startedAt <= at + 100 && startedAt + tookMs >= at;

const isEmpty = async (hub) => (await hub.ask()).entries.length === 0;

export const cases = [
  { id: "F13", title: "the registry is down at the start", run: downAtStart },
  { id: "F14", title: "the registry is killed, and comes back empty", run: killedAndEmpty },
  { id: "F15", title: "the registry is cut off from servers, then from clients", run: partitioned },
  ...foreign,
];
