/** Names as a registry: asked again in time and not too often, and whatever goes wrong keeps the last good list. */

import { expect, onTestFinished, test } from "vitest";
import { RpcError } from "../src/error/rpc-error.js";
import { createNameLookup, type AddressRecord, type NameLookup, type SrvRecord } from "../src/registry/dns-lookup.js";
import { dnsResolver, type DnsOptions } from "../src/registry/dns.js";
import { openResolver } from "../src/registry/open-registry.js";
import type { Watch } from "../src/registry/registry.js";
import { FakeNameServer } from "./kit/fake-name-server.js";
import { eventually, Heard } from "./kit/registry-stage.js";
import { VirtualClock } from "../src/testing/virtual-clock.js";

interface Asking {
  readonly clock: VirtualClock;
  readonly heard: Heard;
  readonly watch: Watch;
  /** When questions were asked, in seconds from the first. */
  readonly at: readonly number[];
}

type Answers<T> = (question: number) => readonly T[];

function ask(
  answers: Partial<{ host: Answers<AddressRecord>; srv: Answers<SrvRecord> }>,
  options: Partial<DnsOptions> = {},
): Asking {
  const clock = new VirtualClock();
  const began = clock.now();
  const heard = new Heard();
  const at: number[] = [];
  const take = <T>(from: Answers<T> | undefined): readonly T[] => {
    at.push((clock.now() - began) / 1000);
    return from?.(at.length - 1) ?? [];
  };
  const lookup: NameLookup = {
    addresses: async () => take(answers.host),
    services: async () => take(answers.srv),
  };
  const name = answers.srv === undefined ? { host: "orders.test", port: 7000 } : { srv: "_orders._tcp.test" };
  const resolver = dnsResolver({ clock, random: () => 0, lookup, name, guard: { debounceMs: 0 }, ...options });
  onTestFinished(() => resolver.close());
  return { clock, heard, watch: resolver.watch("", heard), at };
}

const host = (seconds: number, ...addresses: readonly string[]): readonly AddressRecord[] =>
  addresses.map((address) => ({ address, ttlMs: seconds * 1000 }));

function down(): never {
  throw new RpcError("unavailable", "orders.test: the name server cannot answer (ESERVFAIL)");
}

test("asks again when the records have ended", async () => {
  const { clock, heard, at } = ask({ host: (i) => host(20, i < 2 ? "10.0.0.1" : "10.0.0.2") });
  await clock.advance(100_000);
  expect(at).toEqual([0, 20, 40, 60, 80, 100]);
  expect(heard.lists.map((list) => list.map(({ address }) => address))).toEqual([
    ["rpc://10.0.0.1:7000"],
    ["rpc://10.0.0.2:7000"],
  ]);
});

test.each([
  ["records that may not be kept", 0, 5],
  ["records that may be kept for a week", 604_800, 60],
])("%s are asked for at an interval that has bounds", async (_name, ttl, interval) => {
  const { clock, at } = ask({ host: () => host(ttl, "10.0.0.1") });
  await clock.advance(3 * interval * 1000);
  expect(at).toEqual([0, interval, 2 * interval, 3 * interval]);
});

test("a wish to ask sooner is granted, but not more often than the least interval", async () => {
  const { clock, watch, at } = ask({ host: () => host(60, "10.0.0.1") });
  await clock.advance(1000);
  for (let i = 0; i < 1000; i++) {
    watch.refresh();
    await clock.advance(20);
  }
  expect(at).toEqual([0, 5, 10, 15, 20]);
});

test("failures keep the list, are waited for longer and longer, and end", async () => {
  const { clock, heard, at } = ask({
    host: (i) => (i > 0 && i < 20 ? down() : host(60, "10.0.0.1", i === 0 ? "10.0.0.2" : "10.0.0.3")),
  });
  await clock.advance(150_000);
  expect(heard.failures.length).toBeGreaterThan(8);
  expect(heard.lists).toHaveLength(1);
  const gaps = at.slice(1).map((time, i) => time - (at[i] ?? 0));
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(5);
  await clock.advance(250_000);
  expect(heard.addresses).toEqual(["rpc://10.0.0.1:7000", "rpc://10.0.0.3:7000"]);
});

test("an answer with most addresses missing is doubted", async () => {
  const all = Array.from({ length: 10 }, (_, i) => `10.0.0.${i}`);
  const { clock, heard } = ask({ host: (i) => host(10, ...(i === 1 ? all.slice(0, 2) : all)) });
  await clock.advance(60_000);
  expect(heard.lists.map((list) => list.length)).toEqual([10]);
});

test("a thousand addresses, versions 4 and 6, each once", async () => {
  const many = Array.from({ length: 1000 }, (_, i) => `10.0.${i >> 8}.${i & 255}`);
  const { clock, heard } = ask({ host: () => host(60, ...many, "10.0.0.7", "2001:db8::7") }, { tls: true });
  await clock.advance(10);
  expect(heard.last).toHaveLength(1001);
  expect(heard.last?.at(-1)?.address).toBe("rpcs://[2001:db8::7]:7000");
});

const srv = (priority: number, weight: number, target: string, port: number = 7000): SrvRecord => ({
  ...{ priority, weight, target, port },
  ttlMs: 30_000,
});

test("of SRV records those of the first priority count, with their weights", async () => {
  const { clock, heard } = ask({
    srv: () => [srv(10, 5, "b.test", 1), srv(1, 60, "a.test.", 2), srv(1, 0, "c.test"), srv(1, 20, "a.test", 3)],
  });
  await clock.advance(10);
  expect(heard.last?.map(({ address, weight }) => `${address} ${weight}`)).toEqual([
    "rpc://a.test:2 60",
    "rpc://c.test:7000 1",
    "rpc://a.test:3 20",
  ]);
});

test("SRV records that all have weight 0 are equals, a target may change, and `.` is nobody", async () => {
  const answers = [
    [srv(0, 0, "a.test"), srv(0, 0, "b.test")],
    [srv(0, 0, "a.test"), srv(0, 0, "c.test"), srv(0, 0, "x;y")],
    [srv(0, 0, ".", 0)],
  ];
  const { clock, heard } = ask({ srv: (i) => answers[i] ?? [] }, { guard: { debounceMs: 0, holdMs: 20_000 } });
  await clock.advance(70_000);
  expect(heard.lists.map((list) => list.map(({ address, weight }) => `${address} ${weight}`))).toEqual([
    ["rpc://a.test:7000 100", "rpc://b.test:7000 100"],
    ["rpc://a.test:7000 100", "rpc://c.test:7000 100"],
  ]);
  await clock.advance(20_000);
  expect(heard.last).toEqual([]);
});

async function nameServer(): Promise<{ readonly names: FakeNameServer; readonly lookup: NameLookup }> {
  const names = new FakeNameServer();
  const place = await names.start();
  onTestFinished(() => names.stop());
  return { names, lookup: createNameLookup([place]) };
}

const signal = new AbortController().signal;

test("a name server is asked for both versions, and one of them may fail", async () => {
  const { names, lookup } = await nameServer();
  names.names.set("both.test", { ttl: 7, four: ["10.0.0.1"], six: ["2001:db8::1"] });
  names.names.set("six.test", { six: ["2001:db8::2"], ttl: 0 });
  names.names.set("four.test", { four: ["10.0.0.3"], sixCode: 2 });
  expect(await lookup.addresses("both.test", signal)).toEqual([
    { address: "10.0.0.1", ttlMs: 7000 },
    { address: "2001:db8::1", ttlMs: 7000 },
  ]);
  expect(await lookup.addresses("six.test", signal)).toEqual([{ address: "2001:db8::2", ttlMs: 0 }]);
  expect(await lookup.addresses("four.test", signal)).toEqual([{ address: "10.0.0.3", ttlMs: 60_000 }]);
  expect(await lookup.addresses("10.9.9.9", signal)).toEqual([{ address: "10.9.9.9", ttlMs: Infinity }]);
});

test("what a name server does not know is said in words", async () => {
  const { names, lookup } = await nameServer();
  names.names.set("broken.test", { code: 2 });
  names.names.set("empty.test", {});
  const code = "unavailable";
  await expect(lookup.addresses("none.test", signal)).rejects.toMatchObject({
    code,
    message: "none.test: there is no such name (ENOTFOUND)",
  });
  await expect(lookup.addresses("empty.test", signal)).rejects.toThrow("the name has no such records (ENODATA)");
  await expect(lookup.addresses("broken.test", signal)).rejects.toThrow("the name server cannot answer (ESERVFAIL)");
  await expect(lookup.services("none.test", signal)).rejects.toThrow("there is no such name (ENOTFOUND)");
});

test("SRV records from a name server, followed while they change, through an outage", async () => {
  const { names, lookup } = await nameServer();
  const name = "_orders._tcp.test";
  names.names.set(name, { srv: [[1, 10, 7001, "a.test"]] });
  const heard = new Heard();
  const options = {
    minIntervalMs: 20,
    maxIntervalMs: 20,
    backoff: { initialMs: 10, maxMs: 50 },
    guard: { debounceMs: 0 },
  };
  const resolver = dnsResolver({ ...options, name: { srv: name }, lookup });
  onTestFinished(() => resolver.close());
  resolver.watch("", heard);
  await eventually(() => expect(heard.addresses).toEqual(["rpc://a.test:7001"]));
  names.names.set(name, { code: 2 });
  await eventually(() => expect(heard.failures.length).toBeGreaterThan(2));
  names.names.set(name, {
    srv: [
      [1, 10, 7001, "a.test"],
      [1, 30, 7002, "b.test"],
    ],
  });
  await eventually(() => expect(heard.addresses).toEqual(["rpc://a.test:7001", "rpc://b.test:7002"]));
  expect(heard.lists).toHaveLength(2);
});

test("closing ends a question that nobody answers", async () => {
  const { names, lookup } = await nameServer();
  names.isSilent = true;
  const resolver = dnsResolver({ name: { host: "orders.test", port: 1 }, lookup });
  const heard = new Heard();
  resolver.watch("", heard);
  await eventually(() => expect(names.asked.length).toBeGreaterThan(0));
  await resolver.close();
  expect(heard).toMatchObject({ lists: [], failures: [] });
});

test("addresses open it, and names of the machine are known", async () => {
  const { resolver, service } = openResolver("dns://localhost:7000?tls=true");
  onTestFinished(() => resolver.close());
  const heard = new Heard();
  resolver.watch(service, heard);
  await eventually(() => expect(heard.last?.length).toBeGreaterThan(0));
  expect(["rpcs://127.0.0.1:7000", "rpcs://[::1]:7000"]).toEqual(expect.arrayContaining([...(heard.addresses ?? [])]));
  const two = openResolver("dns://a:1,b:2");
  onTestFinished(() => two.resolver.close());
  const refused = new Heard();
  two.resolver.watch("", refused);
  await eventually(() => expect(refused.failures[0]?.message).toContain("write one host and its port"));
});

test.each([{ minIntervalMs: 0 }, { minIntervalMs: 10, maxIntervalMs: 5 }, { maxIntervalMs: NaN }])(
  "intervals that make no sense are refused: %j",
  (options) => {
    expect(() => dnsResolver({ name: { srv: "a" }, ...options })).toThrow(RpcError);
  },
);
