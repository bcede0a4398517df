/** The guard gathers changes, remembers what was good, and does not believe a registry that loses everybody. */

import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { VirtualClock } from "../testing/virtual-clock.js";
import { RpcError } from "../error/rpc-error.js";
import type { RuntimeEvent } from "../events.js";
import type { Endpoint } from "./endpoint.js";
import { guardResolver } from "./guard.js";
import { resolveTools, type GuardOptions } from "./registry-options.js";
import type { FinderSink, Resolver, Watch } from "./registry.js";
import { snapshotFolder } from "./snapshot-file.js";
import type { SnapshotStore } from "./snapshot.js";

interface Guarded {
  readonly clock: VirtualClock;
  readonly events: RuntimeEvent[];
  readonly lists: string[];
  readonly failures: RpcError[];
  readonly resolver: Resolver;
  readonly watch: Watch;
  /** The registry answers with these servers. */
  answer(...names: readonly string[]): void;
  raw(entries: readonly unknown[]): void;
  fail(): void;
  kinds(): readonly string[];
}

function guard(options: GuardOptions = {}): Guarded {
  const clock = new VirtualClock();
  const events: RuntimeEvent[] = [];
  const lists: string[] = [];
  const failures: RpcError[] = [];
  let sink: FinderSink | undefined;
  const finder = {
    watch: (_service: string, to: FinderSink): Watch => {
      sink = to;
      return { refresh: () => {}, close: () => {} };
    },
    close: async () => {},
  };
  const tools = resolveTools({ clock, guard: options, observe: (event) => events.push(event) });
  const resolver = guardResolver(finder, "test://", tools);
  const watch = resolver.watch("a.A", {
    update: (endpoints) => lists.push(endpoints.map(nameOf).join(" ")),
    failed: (error) => failures.push(error),
  });
  return {
    clock,
    events,
    lists,
    failures,
    resolver,
    watch,
    answer: (...names) => sink?.update(names.map((name) => ({ address: `rpc://${name}:1` }))),
    raw: (entries) => sink?.update(entries),
    fail: () => sink?.failed(new RpcError("unavailable", "it is down")),
    kinds: () => events.map(({ kind }) => kind),
  };
}

function nameOf({ address, weight }: Endpoint): string {
  const name = address.slice("rpc://".length, -":1".length);
  return weight === 100 ? name : `${name}*${weight}`;
}

const names = (count: number, from: number = 0): string[] => Array.from({ length: count }, (_, i) => `s${from + i}`);

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

test("the first answer is told at once, further changes when it has become quiet, and nothing where nothing changed", async () => {
  const { clock, answer, raw, lists } = guard();
  answer("a", "b");
  expect(lists).toEqual([]);
  await clock.settle();
  expect(lists).toEqual(["a b"]);
  answer("b", "a");
  await clock.advance(1000);
  expect(lists).toEqual(["a b"]);
  answer("a", "b", "c");
  await clock.advance(60);
  answer("a", "b", "c", "d");
  await clock.advance(60);
  expect(lists).toEqual(["a b"]);
  await clock.advance(40);
  expect(lists).toEqual(["a b", "a b c d"]);
  raw([...["a", "b", "c"].map((name) => ({ address: `rpc://${name}:1` })), { address: "rpc://d:1", weight: 5 }]);
  await clock.advance(100);
  expect(lists.at(-1)).toBe("a b c d*5");
});

test("changes without end are told once a second all the same", async () => {
  const { clock, answer, lists } = guard();
  answer("a");
  await clock.settle();
  for (let i = 0; i < 60; i++) {
    answer("a", `x${i}`);
    await clock.advance(50);
  }
  expect(lists.length).toBeGreaterThanOrEqual(3);
  expect(lists.length).toBeLessThanOrEqual(5);
});

test("a change that is taken back before it was told is none", async () => {
  const { clock, answer, lists } = guard();
  answer("a", "b");
  await clock.settle();
  answer("a");
  await clock.advance(50);
  answer("a", "b");
  await clock.advance(5000);
  expect(lists).toEqual(["a b"]);
});

test("servers that come after an empty list do not wait", async () => {
  const { clock, answer, lists } = guard();
  answer();
  await clock.settle();
  answer("a");
  await clock.settle();
  expect(lists).toEqual(["", "a"]);
});

test("an empty answer is believed only after the hold", async () => {
  const { clock, answer, lists, events } = guard();
  answer("a", "b");
  await clock.settle();
  answer();
  await clock.advance(119_000);
  expect(lists).toEqual(["a b"]);
  expect(events).toEqual([{ kind: "endpoints-held", registry: "test://", service: "a.A", count: 2, holdMs: 120_000 }]);
  await clock.advance(2000);
  expect(lists).toEqual(["a b", ""]);
  answer("c");
  await clock.settle();
  expect(lists).toEqual(["a b", "", "c"]);
  expect(clock.timers).toBe(0);
});

test("with an endless hold an empty answer is never believed, and with none at once", async () => {
  const forever = guard({ holdMs: Infinity });
  const never = guard({ holdMs: 0 });
  for (const { clock, answer } of [forever, never]) {
    answer("a");
    await clock.settle();
    answer();
    await clock.advance(1e9);
  }
  expect(forever.lists).toEqual(["a"]);
  expect(never.lists).toEqual(["a", ""]);
});

test("an outage of the registry does not end the use of servers, however long it is", async () => {
  const { clock, answer, fail, lists, failures } = guard();
  answer("a", "b");
  await clock.settle();
  for (let i = 0; i < 100; i++) {
    fail();
    await clock.advance(20_000);
  }
  expect(lists).toEqual(["a b"]);
  expect(failures).toHaveLength(100);
});

test("a registry that lost its data fills up again without a server being lost", async () => {
  const { clock, answer, lists } = guard();
  answer(...names(10));
  await clock.settle();
  for (const count of [0, 1, 4, 8, 9]) {
    answer(...names(count));
    await clock.advance(1000);
  }
  // Nine of ten are believed again: the tenth has probably really gone.
  expect(lists.map((list) => list.split(" ").length)).toEqual([10, 9]);
});

test("after an outage, a third that is missing has probably only not come back yet; without one it has left", async () => {
  const { clock, lists, answer, fail } = guard({ debounceMs: 0, holdMs: 10_000 });
  answer("a", "b", "c");
  await clock.advance(1);
  fail();
  answer("a", "b");
  await clock.advance(1000);
  expect(lists).toEqual(["a b c"]);
  answer("a", "b", "c");
  await clock.advance(1000);
  answer("a", "b");
  await clock.advance(1000);
  expect(lists).toEqual(["a b c", "a b"]);
});

test("leases that run out one after the other are one loss", async () => {
  const { clock, answer, lists, kinds } = guard();
  answer(...names(100));
  await clock.settle();
  for (let left = 99; left >= 0; left--) {
    answer(...names(left));
    await clock.advance(500);
  }
  // Half of them were believed to be gone before there was doubt; they are taken back.
  expect(lists.some((list) => list.split(" ").length === 50)).toBe(true);
  expect(new Set(lists.at(-1)?.split(" "))).toEqual(new Set(names(100)));
  expect(kinds().filter((kind) => kind === "endpoints-held")).toHaveLength(1);
  await clock.advance(120_000);
  expect(lists.at(-1)).toBe("");
});

test("a fleet that shrinks slowly, or is exchanged for another, is believed", async () => {
  const slow = guard();
  slow.answer(...names(16));
  await slow.clock.settle();
  for (const left of [9, 5, 3, 2, 1]) {
    slow.answer(...names(left));
    await slow.clock.advance(130_000);
    expect(slow.lists.at(-1)).toBe(names(left).join(" "));
  }
  const exchanged = guard();
  exchanged.answer(...names(4));
  await exchanged.clock.settle();
  exchanged.answer(...names(4, 10));
  await exchanged.clock.advance(1000);
  expect(exchanged.lists.at(-1)).toBe("s10 s11 s12 s13");
  expect([...slow.kinds(), ...exchanged.kinds()]).toEqual([]);
});

test("what changes while others are held is told, and the new ones with it", async () => {
  const { clock, answer, raw, lists } = guard();
  answer("a", "b", "c");
  await clock.settle();
  answer("a");
  await clock.advance(1000);
  expect(lists).toEqual(["a b c"]);
  raw([{ address: "rpc://a:1", weight: 7 }]);
  await clock.advance(1000);
  expect(lists.at(-1)).toBe("a*7 b c");
  await clock.advance(120_000);
  expect(lists.at(-1)).toBe("a*7");
});

test("garbage keeps the list, and is told as a failure; bad entries among good ones are left out and told once", async () => {
  const { clock, answer, raw, lists, failures, events } = guard();
  answer("a", "b");
  await clock.settle();
  raw([1, null, { address: "rpc://127.0.0.1;rm:1" }]);
  await clock.advance(1000);
  expect(lists).toEqual(["a b"]);
  expect(failures[0]?.message).toContain("test://: none of 3 entries of a.A is of use: an endpoint is an object");
  events.length = 0;
  for (let i = 0; i < 3; i++) raw([{ address: "rpc://a:1" }, { address: "rpc://b:1", weight: -1 }]);
  await clock.advance(1000);
  expect(lists.at(-1)).toBe("a");
  expect(events).toEqual([
    {
      kind: "endpoints-dropped",
      registry: "test://",
      service: "a.A",
      count: 1,
      reasons: ["weight -1 of rpc://b:1 is not a whole number from 0 to 65535"],
    },
  ]);
});

test("a closed watch hears nothing, and leaves no timer", async () => {
  const { clock, answer, fail, lists, failures, watch, resolver } = guard();
  answer("a");
  await clock.settle();
  answer("a", "b");
  fail();
  watch.close();
  answer("c");
  await clock.advance(1e6);
  expect([lists, failures]).toEqual([["a"], []]);
  expect(clock.timers).toBe(0);
  await resolver.close();
});

test.each([{ debounceMs: -1 }, { holdMs: NaN }, { endpointsMax: -5 }])(
  "options that make no sense are refused: %j",
  (options) => {
    expect(() => guard(options)).toThrow(/guard\.\w+ must be at least 0/);
  },
);

function storeOf(saved: readonly unknown[] | Error | undefined): SnapshotStore & { readonly written: string[] } {
  const written: string[] = [];
  return {
    written,
    read: async () => {
      if (saved instanceof Error) throw saved;
      return saved;
    },
    write: async (_service, endpoints) => void written.push(endpoints.map(nameOf).join(" ")),
  };
}

test("a registry that is down at the start leaves the snapshot of the last run", async () => {
  const store = storeOf([{ address: "rpc://a:1", weight: 3 }, { address: "garbage" }]);
  const { clock, answer, fail, lists, kinds } = guard({ snapshot: store });
  fail();
  await clock.settle();
  expect(lists).toEqual(["a*3"]);
  expect(kinds()).toEqual(["registry-failed", "snapshot-used"]);
  answer("b");
  await clock.advance(1000);
  expect(lists).toEqual(["a*3", "b"]);
  expect(store.written).toEqual(["b"]);
});

test("a registry that is silent at the start leaves the snapshot after a second, and one that answers does not", async () => {
  const silent = guard({ snapshot: storeOf([{ address: "rpc://a:1" }]) });
  await silent.clock.advance(999);
  expect(silent.lists).toEqual([]);
  await silent.clock.advance(1);
  expect(silent.lists).toEqual(["a"]);
  const quick = guard({ snapshot: storeOf([{ address: "rpc://a:1" }]) });
  quick.answer("b");
  await quick.clock.advance(5000);
  expect(quick.lists).toEqual(["b"]);
});

test("a registry that starts empty together with its client does not empty the snapshot", async () => {
  const { clock, answer, lists } = guard({ snapshot: storeOf([{ address: "rpc://a:1" }]) });
  answer();
  await clock.advance(60_000);
  expect(lists).toEqual(["a"]);
  await clock.advance(61_000);
  expect(lists).toEqual(["a", ""]);
});

test("a snapshot that cannot be read is told, and nothing else", async () => {
  const { clock, answer, lists, kinds } = guard({ snapshot: storeOf(new Error("the disk is gone")) });
  answer("a");
  await clock.settle();
  expect(lists).toEqual(["a"]);
  expect(kinds()).toEqual(["snapshot-failed"]);
});

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "snapshot-"));
  closing.push(() => rm(path, { recursive: true, force: true }));
  return path;
}

const endpoint: Endpoint = {
  address: "rpc://a:1",
  weight: 7,
  zone: "z",
  health: "unhealthy",
  metadata: new Map([["k", "v"]]),
};

test("snapshots in a folder are files of their own that are replaced as a whole", async () => {
  const path = join(await folder(), "made", "by itself");
  const store = snapshotFolder(path, "etcd://h:1/");
  expect(await store.read("a/../../etc.A")).toBeUndefined();
  await store.write("a/../../etc.A", [endpoint]);
  await store.write("a/../../etc.A", [endpoint, { ...endpoint, address: "rpc://b:1" }]);
  await store.write("b.B", []);
  expect(await store.read("a/../../etc.A")).toEqual([
    { ...endpoint, metadata: { k: "v" } },
    { ...endpoint, address: "rpc://b:1", metadata: { k: "v" } },
  ]);
  expect(await snapshotFolder(path, "etcd://other:1/").read("b.B")).toBeUndefined();
  const files = await readdir(path);
  expect(files).toHaveLength(2);
  expect(files.every((name) => /^[\w.-]+\.[0-9a-f]{16}\.json$/.test(name))).toBe(true);
});

test.each(["", "{", '{"format":"other","endpoints":[]}', "null", '{"format":"rpcgen-endpoints/1","endpoints":7}'])(
  "a snapshot that holds %j is told by its path",
  async (text) => {
    const path = await folder();
    const store = snapshotFolder(path, "r");
    await store.write("a.A", [endpoint]);
    const [name = ""] = await readdir(path);
    expect(await readFile(join(path, name), "utf8")).toContain("rpc://a:1");
    await writeFile(join(path, name), text);
    await expect(store.read("a.A")).rejects.toThrow(join(path, name));
  },
);

test("a folder that cannot be written is told, and lists go on", async () => {
  const path = join(await folder(), "file");
  await writeFile(path, "");
  const { clock, answer, lists, kinds, resolver } = guard({ snapshot: path });
  for (let i = 0; i < 200 && lists.length === 0; i++) {
    if (i === 0) answer("a");
    await clock.settle();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect(lists).toEqual(["a"]);
  await resolver.close();
  expect(new Set(kinds())).toEqual(new Set(["snapshot-failed"]));
});
