/** Etcd itself: the suite of all registries, leases that run out, compaction, elections, and machines that die with their data. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { etcdRegistry, type EtcdOptions } from "../../src/registry/etcd.js";
import { openRegistry, openResolver } from "../../src/registry/open-registry.js";
import type { Registry } from "../../src/registry/registry.js";
import { describeRegistry } from "../kit/registry-contract.js";
import { eventually, Heard, service } from "../kit/registry-stage.js";
import { trusted } from "../kit/tls.js";
import { EtcdServer } from "./etcd-server.js";

const [a, b, c] = ["rpc://10.0.0.1:7001", "rpc://10.0.0.2:7002", "rpc://10.0.0.3:7003"] as const;

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}

async function started(): Promise<EtcdServer> {
  const server = await EtcdServer.start();
  onTestFinished(() => server.close());
  return server;
}

async function startedCluster(): Promise<readonly EtcdServer[]> {
  const members = await EtcdServer.startCluster(3);
  onTestFinished(async () => void (await Promise.all(members.map((member) => member.close()))));
  return members;
}

function registry(servers: readonly EtcdServer[], options: Partial<EtcdOptions> = {}): Registry {
  const made = etcdRegistry({
    servers: servers.map(({ url }) => url),
    backoff: { initialMs: 20, maxMs: 250 },
    guard: { debounceMs: 5, holdMs: 60_000 },
    leaseMs: 2000,
    ...options,
  });
  onTestFinished(() => made.close());
  return made;
}

function watched(servers: readonly EtcdServer[], options: Partial<EtcdOptions> = {}): Heard {
  const heard = new Heard();
  registry(servers, options).watch(service, heard);
  return heard;
}

function weightOf(heard: Heard, of: string): number | undefined {
  return heard.last?.find(({ address }) => address === of)?.weight;
}

/** How many servers there were in the lists, each number once. */
function sizesOf(heard: Heard): readonly number[] {
  return [...new Set(heard.lists.map((list) => list.length))];
}

async function addressesIn(server: EtcdServer): Promise<readonly string[]> {
  const range = { key: base64(`/rpcgen/${service}/`), range_end: base64(`/rpcgen/${service}0`) };
  const { kvs = [] } = await server.ask("/v3/kv/range", range);
  const texts = (kvs as readonly { value: string }[]).map(({ value }) => Buffer.from(value, "base64").toString());
  return texts.map((text) => (JSON.parse(text) as { address: string }).address).sort();
}

/** Takes away all that was until now. */
async function compact(server: EtcdServer): Promise<void> {
  const { header } = await server.ask("/v3/kv/put", { key: base64("/other"), value: base64("x") });
  await server.ask("/v3/kv/compaction", { revision: (header as { revision: string }).revision, physical: true });
}

describeRegistry({
  name: "etcd (its own server)",
  async start() {
    const server = await EtcdServer.start();
    return {
      open(options) {
        const made = etcdRegistry({ ...options, servers: [server.url], leaseMs: 2000 });
        return { resolver: made, registrar: made };
      },
      stop: () => server.kill(),
      restart(empty) {
        if (empty) server.wipe();
        return server.start();
      },
      async loseLeases() {
        const { leases = [] } = await server.ask("/v3/lease/leases", {});
        for (const { ID } of leases as readonly { ID: string }[]) await server.ask("/v3/lease/revoke", { ID });
      },
      async putGarbage(of) {
        const entries = ["no JSON", JSON.stringify({ address: "rpc://127.0.0.1;rm:1" })];
        for (const [index, text] of entries.entries()) {
          await server.ask("/v3/kv/put", { key: base64(`/rpcgen/${of}/${index}`), value: base64(text) });
        }
      },
      end: () => server.close(),
    };
  },
});

test("a server that dies is forgotten when its lease runs out, once", async () => {
  const server = await started();
  await registry([server]).register(service, { address: a });
  const { ID } = await server.ask("/v3/lease/grant", { TTL: 2 });
  const value = base64(JSON.stringify({ address: b }));
  await server.ask("/v3/kv/put", { key: base64(`/rpcgen/${service}/dead`), value, lease: ID });
  const heard = watched([server]);
  await eventually(() => expect(heard.addresses).toEqual([a, b]));
  await eventually(() => expect(heard.addresses).toEqual([a]));
  // Longer than the lease of the one that lives.
  await pause(3000);
  expect(heard.lists.map((list) => list.length)).toEqual([2, 1]);
});

test("what is compacted away while the watch is broken is read anew", async () => {
  const server = await started();
  const entered = registry([server]);
  const [first] = await Promise.all([a, b, c].map((address) => entered.register(service, { address })));
  const heard = watched([server]);
  await eventually(() => expect(heard.addresses).toEqual([a, b, c]));
  await server.kill();
  await server.start();
  await eventually(() => first?.update({ weight: 7 }));
  await compact(server);
  await eventually(() => expect(weightOf(heard, a)).toBe(7));
  await first?.update({ weight: 8 });
  await eventually(() => expect(weightOf(heard, a)).toBe(8));
  expect(heard.addresses).toEqual([a, b, c]);
});

test("compaction under watches that are being begun loses nobody", async () => {
  const server = await started();
  const entered = registry([server]);
  for (let i = 0; i < 20; i++) {
    const address = `rpc://10.0.1.${i}:1`;
    const heard = watched([server]);
    // One after the other meets the moment between the first look and the watch.
    await pause(i);
    await Promise.all([entered.register(service, { address }), compact(server)]);
    await compact(server);
    await eventually(() => expect(heard.addresses).toContain(address));
    expect(heard.failures).toEqual([]);
  }
});

test("kill -9 for longer than the leases, then back and empty: nobody is lost, nobody flaps", async () => {
  const server = await started();
  await Promise.all([a, b, c].map((address) => registry([server]).register(service, { address })));
  const heard = watched([server]);
  await eventually(() => expect(heard.addresses).toEqual([a, b, c]));
  await server.kill();
  await pause(4000);
  server.wipe();
  await server.start();
  await eventually(async () => expect(await addressesIn(server)).toEqual([a, b, c]));
  await registry([server]).register(service, { address: "rpc://10.0.0.4:7004" });
  await eventually(() => expect(heard.last).toHaveLength(4));
  expect(heard.lists.map((list) => list.length)).toEqual([3, 4]);
});

test("an etcd that stands still for longer than the leases takes nobody out", async () => {
  const server = await started();
  // Leases that run out together are revoked one after the other, which is gathered.
  const options = { timeoutMs: 1000, guard: { debounceMs: 100 } };
  await Promise.all([a, b, c].map((address) => registry([server], options).register(service, { address })));
  const heard = watched([server], options);
  await eventually(() => expect(heard.addresses).toEqual([a, b, c]));
  server.signal("SIGSTOP");
  await pause(5000);
  server.signal("SIGCONT");
  await pause(2500);
  await eventually(async () => expect(await addressesIn(server)).toEqual([a, b, c]));
  expect(sizesOf(heard)).toEqual([3]);
}, 40_000);

test("a cluster of which every member dies once goes on, its leader's death included", async () => {
  const members = await startedCluster();
  const options = { leaseMs: 4000, timeoutMs: 1000 };
  const registration = await registry(members, options).register(service, { address: a });
  await registry(members, options).register(service, { address: b });
  const heard = watched(members, options);
  await eventually(() => expect(heard.addresses).toEqual([a, b]));
  for (const [index, member] of members.entries()) {
    await member.kill();
    await eventually(() => registration.update({ weight: 20 + index }));
    await eventually(() => expect(weightOf(heard, a)).toBe(20 + index));
    await member.start();
  }
  expect(sizesOf(heard)).toEqual([2]);
}, 60_000);

test("a member without a quorum is told as a failure, and the list stays", async () => {
  const members = await startedCluster();
  await registry(members).register(service, { address: a });
  const heard = watched(members, { timeoutMs: 500 });
  await eventually(() => expect(heard.addresses).toEqual([a]));
  const others = members.slice(1);
  await Promise.all(others.map((member) => member.kill()));
  await eventually(() => expect(heard.failures.length).toBeGreaterThan(0));
  await Promise.all(others.map((member) => member.start()));
  await registry(members).register(service, { address: b });
  await eventually(() => expect(heard.addresses).toEqual([a, b]));
  expect(heard.lists.every((list) => list.length > 0)).toBe(true);
}, 60_000);

test("users and passwords, and tokens that end when etcd starts again", async () => {
  const server = await started();
  await server.ask("/v3/auth/user/add", { name: "root", password: "s3cret/@:" });
  await server.ask("/v3/auth/role/add", { name: "root" });
  await server.ask("/v3/auth/user/grant", { user: "root", role: "root" });
  await server.ask("/v3/auth/enable", {});
  const options = { guard: { debounceMs: 5 }, backoff: { maxMs: 250 } };
  const address = `etcd://root:${encodeURIComponent("s3cret/@:")}@${server.place}/${service}`;
  const entered = await openRegistry(address, options);
  const { resolver, service: named } = openResolver(address, options);
  onTestFinished(async () => void (await Promise.all([entered.close(), resolver.close()])));
  const registration = await entered.register(service, { address: a });
  const heard = new Heard();
  resolver.watch(named, heard);
  await eventually(() => expect(heard.addresses).toEqual([a]));
  await server.kill();
  await server.start();
  await eventually(() => registration.update({ weight: 3 }));
  await eventually(() => expect(weightOf(heard, a)).toBe(3));
  for (const login of [{ user: "root", password: "wrong" }, {}]) {
    const refused = registry([server], login).register(service, { address: b });
    await expect(refused).rejects.toMatchObject({ code: "unauthenticated" });
  }
}, 40_000);

test("TLS both ways", async () => {
  const folder = mkdtempSync(join(tmpdir(), "rpcgen-etcd-tls-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const write = (name: string, pem: string): string => {
    writeFileSync(join(folder, name), pem);
    return join(folder, name);
  };
  const own = trusted.issue({ commonName: "etcd", names: ["IP:127.0.0.1"] });
  const client = trusted.issue({ commonName: "client", names: ["DNS:client.test"] });
  const ca = write("ca.pem", trusted.certificate);
  const certificate = write("etcd.pem", own.certificate);
  const server = await EtcdServer.start({ certificate, key: write("etcd.key", own.key), clientCa: ca });
  onTestFinished(() => server.close());
  const tls = { ca: { file: ca }, certificate: client.certificate, key: client.key };
  await registry([server], { tls }).register(service, { address: a });
  const heard = watched([server], { tls });
  await eventually(() => expect(heard.addresses).toEqual([a]));
  const stranger = registry([server], { tls: { ca: { file: ca } }, registerTimeoutMs: 500 });
  await expect(stranger.register(service, { address: b })).rejects.toMatchObject({ code: "unavailable" });
});
