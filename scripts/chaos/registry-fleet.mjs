/** Servers that are entered in a registry, and clients that find them there. */

import { work } from "./work-service.mjs";

export const service = "chaos.v1.Work";

const listOf = (servers) => JSON.stringify(servers.map(({ address }) => address).sort());

/** Whether a client knows these servers and no others. */
export const isAllOf = (client, servers) => listOf(client.members()) === listOf(servers);

/** One call; answers the error where it fails. */
export const ask = (client, timeoutMs) =>
  client.unary(work.look, { id: "asked", count: 0, text: "", server: "" }, { timeoutMs }).catch((error) => error);

/** Waits until a hub knows these servers and no others; answers how long that took, Infinity for too long. */
export function enteredIn(stage, hub, servers, limitMs = 10_000) {
  const wanted = listOf(servers);
  return stage.until(async () => JSON.stringify((await hub.ask()).entries) === wanted, limitMs);
}

/** Three servers in a registry, and two clients that have found them; the load is not started. `target` is the registry as clients know it. */
export async function connectedFleet(stage, registry, { target = registry, settings = {}, options = {} } = {}) {
  const servers = await stage.servers(3, { slowMs: 5, register: { registry }, ...settings }, options);
  const removed = [];
  const observe = (event) => void (event.kind === "member-removed" && removed.push(event.address));
  const load = stage.load(`${target}/${service}`, { connecting: { observe } });
  await foundBy(stage, load, servers);
  return { servers, load, removed };
}

/** Waits until all clients of a load know these servers. */
export async function foundBy(stage, load, servers, limitMs = 20_000) {
  // Channels look for servers from their first call on.
  await Promise.all(load.clients.map((client) => ask(client, limitMs)));
  const tookMs = await stage.until(() => load.clients.every((client) => isAllOf(client, servers)), limitMs);
  if (tookMs > limitMs) throw new Error(`clients have not found ${listOf(servers)} within ${limitMs} ms`);
  return tookMs;
}

/** What the first calls say that failed. */
export function unlucky(load) {
  const failed = load.records.filter(({ outcome }) => outcome !== "ok");
  const first = failed.slice(0, 2).map(({ shape, message }) => `${shape}: ${message}`);
  return `${failed.length}: ${first.join("; ")}`;
}
