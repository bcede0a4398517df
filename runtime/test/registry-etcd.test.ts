/** The registry of etcd, on a fake that speaks as etcd's gateway does. The real one is in the suites of services. */

import { expect, onTestFinished, test } from "vitest";
import { VirtualClock } from "../src/testing/virtual-clock.js";
import { etcdRegistry, type EtcdOptions } from "../src/registry/etcd.js";
import { openRegistry, openResolver } from "../src/registry/open-registry.js";
import type { Registry } from "../src/registry/registry.js";
import { FakeEtcd } from "./kit/fake-etcd.js";
import { describeRegistry } from "./kit/registry-contract.js";
import { eventually, Heard } from "./kit/registry-stage.js";

const service = "shop.orders.v1.Orders";

async function fake(): Promise<FakeEtcd> {
  const etcd = new FakeEtcd();
  await etcd.http.start();
  onTestFinished(() => etcd.end());
  return etcd;
}

function registry(etcd: FakeEtcd | readonly FakeEtcd[], options: Partial<EtcdOptions> = {}): Registry {
  const members = etcd instanceof FakeEtcd ? [etcd] : etcd;
  const made = etcdRegistry({
    servers: members.map(({ http }) => `http://${http.place}`),
    backoff: { initialMs: 10, maxMs: 100 },
    guard: { debounceMs: 0, holdMs: 60_000 },
    leaseMs: 2000,
    ...options,
  });
  onTestFinished(() => made.close());
  return made;
}

describeRegistry({
  name: "etcd (fake)",
  async start() {
    const etcd = new FakeEtcd();
    await etcd.http.start();
    return {
      open(options) {
        const made = etcdRegistry({ ...options, servers: [`http://${etcd.http.place}`], leaseMs: 1000 });
        return { resolver: made, registrar: made };
      },
      stop: () => etcd.http.stop(),
      restart(empty) {
        if (empty) etcd.clear();
        return etcd.http.start();
      },
      loseLeases: async () => etcd.loseLeases(),
      putGarbage: async (of) => {
        etcd.put(`/rpcgen/${of}/x`, "no JSON");
        etcd.put(`/rpcgen/${of}/y`, JSON.stringify({ address: "rpc://127.0.0.1;rm:1" }));
      },
      end: () => etcd.end(),
    };
  },
});

test("compaction under a watch leads to a fresh look, and no server is lost or kept", async () => {
  const etcd = await fake();
  const entered = registry(etcd);
  const [first] = await Promise.all(
    ["rpc://a:1", "rpc://b:1", "rpc://c:1"].map((address) => entered.register(service, { address })),
  );
  const heard = new Heard();
  registry(etcd).watch(service, heard);
  await eventually(() => expect(heard.last).toHaveLength(3));
  await eventually(() => expect(etcd.watching).toBe(1));
  etcd.compact();
  await eventually(() => expect(etcd.http.asked.filter((line) => line === "POST /v3/kv/range")).toHaveLength(2));
  await first?.close();
  await eventually(() => expect(heard.addresses).toEqual(["rpc://b:1", "rpc://c:1"]));
  expect(heard.failures).toEqual([]);
});

test("revisions beyond what a number holds are told apart to their last digit", async () => {
  const etcd = await fake();
  for (const name of ["a", "b", "c"])
    etcd.put(`/rpcgen/${service}/${name}`, JSON.stringify({ address: `rpc://${name}:1` }));
  const heard = new Heard();
  registry(etcd).watch(service, heard);
  await eventually(() => expect(heard.last).toHaveLength(3));
  // The first revision is 1, and there were three changes.
  await eventually(() => expect(etcd.watchedFrom).toBe(5));
  etcd.put(`/rpcgen/${service}/d`, JSON.stringify({ address: "rpc://a:1", weight: 7 }));
  await eventually(() => expect(heard.last?.find(({ address }) => address === "rpc://a:1")?.weight).toBe(7));
  expect(heard.last).toHaveLength(3);
});

test("changes that come again, or out of their order, are told and change nothing", async () => {
  const etcd = await fake();
  const key = `/rpcgen/${service}/a`;
  etcd.put(key, JSON.stringify({ address: "rpc://a:1", weight: 1 }));
  const heard = new Heard();
  registry(etcd).watch(service, heard);
  await eventually(() => expect(etcd.watching).toBe(1));
  etcd.put(key, JSON.stringify({ address: "rpc://a:1", weight: 2 }));
  await eventually(() => expect(heard.last?.[0]?.weight).toBe(2));
  const { length } = heard.lists;
  etcd.replay();
  await eventually(() => expect(heard.failures[0]?.message).toContain("out of their order"));
  etcd.put(key, JSON.stringify({ address: "rpc://a:1", weight: 3 }));
  await eventually(() => expect(heard.last?.[0]?.weight).toBe(3));
  expect(heard.lists.slice(length).map((list) => list[0]?.weight)).toEqual([3]);
});

test("a member that is gone, says no, or is silent makes room for the next", async () => {
  const members = [await fake(), await fake()];
  const [first, second] = members as [FakeEtcd, FakeEtcd];
  // Both are one cluster as far as the keys go, which are entered into each.
  for (const etcd of members) etcd.put(`/rpcgen/${service}/x`, JSON.stringify({ address: "rpc://a:1" }));
  const heard = new Heard();
  registry(members, { random: () => 0 }).watch(service, heard);
  await eventually(() => expect(heard.addresses).toEqual(["rpc://a:1"]));
  expect(second.http.asked).toEqual([]);
  await first.http.stop();
  await eventually(() => expect(second.http.asked).toContain("POST /v3/watch"));
  await first.http.start();
  first.http.status = 503;
  await second.http.stop();
  await eventually(() => expect(heard.failures.at(-1)?.message).toContain("status 503"));
  first.http.status = undefined;
  first.put(`/rpcgen/${service}/y`, JSON.stringify({ address: "rpc://b:1" }));
  await eventually(() => expect(heard.addresses).toEqual(["rpc://a:1", "rpc://b:1"]));
  await second.http.start();
  second.http.isFrozen = true;
  const other = new Heard();
  registry(members, { random: () => 0.9, timeoutMs: 50 }).watch(service, other);
  await eventually(() => expect(other.addresses).toEqual(["rpc://a:1", "rpc://b:1"]));
});

test("a member that stands still is found out by whoever asks for more", async () => {
  const members = [await fake(), await fake()];
  const [first, second] = members as [FakeEtcd, FakeEtcd];
  for (const etcd of members) etcd.put(`/rpcgen/${service}/x`, JSON.stringify({ address: "rpc://a:1" }));
  const clock = new VirtualClock();
  const heard = new Heard();
  const watch = registry(members, { clock, random: () => 0, timeoutMs: 1000 }).watch(service, heard);
  await eventually(() => expect(first.watching).toBe(1));
  first.http.isFrozen = true;
  second.put(`/rpcgen/${service}/y`, JSON.stringify({ address: "rpc://b:1" }));
  watch.refresh();
  expect(second.http.asked).toEqual([]);
  await clock.advance(6000);
  watch.refresh();
  await clock.settle();
  // It is asked, and does not answer.
  await clock.advance(1000);
  await eventually(async () => {
    await clock.advance(5);
    expect(heard.addresses).toEqual(["rpc://a:1", "rpc://b:1"]);
  });
  expect(heard.failures).toEqual([]);
});

test.each([429, 500, 503])("status %i means waits that grow, and the list stays", async (status) => {
  const etcd = await fake();
  await registry(etcd).register(service, { address: "rpc://a:1" });
  const heard = new Heard();
  registry(etcd, { backoff: { initialMs: 20, factor: 2, maxMs: 10_000, jitter: 0 } }).watch(service, heard);
  await eventually(() => expect(heard.addresses).toEqual(["rpc://a:1"]));
  etcd.http.status = status;
  await etcd.http.stop();
  await etcd.http.start();
  await new Promise((resolve) => setTimeout(resolve, 400));
  // 20, 40, 80 and 160 ms: five attempts, give or take one for the machine.
  expect(heard.failures.length).toBeGreaterThan(1);
  expect(heard.failures.length).toBeLessThan(8);
  expect(heard.lists).toHaveLength(1);
});

test("users log in, tokens that have ended are fetched again, and a wrong password is told at once", async () => {
  const etcd = await fake();
  etcd.login = { name: "orders", password: "s3cret:/@" };
  const login = { user: "orders", password: "s3cret:/@" };
  const entered = registry(etcd, login);
  const registration = await entered.register(service, { address: "rpc://a:1" });
  const heard = new Heard();
  registry(etcd, login).watch(service, heard);
  await eventually(() => expect(heard.addresses).toEqual(["rpc://a:1"]));
  etcd.loseTokens();
  await registration.update({ weight: 3 });
  await eventually(() => expect(heard.last?.[0]?.weight).toBe(3));
  for (const wrong of [{ user: "orders", password: "other" }, {}]) {
    const refused = registry(etcd, wrong).register(service, { address: "rpc://b:1" });
    await expect(refused).rejects.toMatchObject({ code: "unauthenticated" });
    await expect(refused).rejects.not.toThrow(/s3cret|other/);
  }
});

test("a password that nobody asked for does no harm", async () => {
  const etcd = await fake();
  await registry(etcd, { user: "orders", password: "x" }).register(service, { address: "rpc://a:1" });
});

test("addresses open it", async () => {
  const etcd = await fake();
  const options = { guard: { debounceMs: 0, holdMs: 0 } };
  const entered = await openRegistry(`etcd://${etcd.http.place}?namespace=/test/`, options);
  onTestFinished(() => entered.close());
  await entered.register(service, { address: "rpc://a:1" });
  const opened = openResolver(`etcd://orders:secret@${etcd.http.place}/${service}?namespace=%2Ftest%2F`, options);
  onTestFinished(() => opened.resolver.close());
  const heard = new Heard();
  opened.resolver.watch(opened.service, heard);
  await eventually(() => expect(heard.addresses).toEqual(["rpc://a:1"]));
  const place = etcd.http.place;
  await expect(openRegistry(`etcd://${place}?namspace=x`)).rejects.toThrow("did you mean namespace?");
  await expect(openRegistry(`etcd://${place}?tls=maybe`)).rejects.toThrow("tls is true or false, not maybe");
  await expect(entered.register("", { address: "rpc://a:1" })).rejects.toThrow("which service?");
});

test.each([
  ["the server is no etcd", "<html>", "answered with text that is no JSON"],
  ["revisions are garbage", '{"header":{"revision":"x"}}', "a revision is no number"],
  ["there is no header", "{}", "an answer is no object"],
  ["keys are garbage", '{"header":{},"kvs":{}}', "the keys are no list"],
  ["a key is garbage", '{"header":{},"kvs":[7]}', "an answer is no object"],
])("garbage is told, and asked again: %s", async (_name, text, why) => {
  const etcd = await fake();
  etcd.http.override = text;
  const heard = new Heard();
  registry(etcd).watch(service, heard);
  await eventually(() => expect(heard.failures.length).toBeGreaterThan(1));
  expect(heard.failures[0]).toMatchObject({ code: "internal", message: expect.stringContaining(why) });
  etcd.http.override = undefined;
  await eventually(() => expect(heard.last).toEqual([]));
});
