/** Keys stay where they are when members come and leave, for every balancer that goes by keys. */

import { describe, expect, test } from "vitest";
import type { Balancer, Member, Picker } from "./picker.js";
import { call, member, members, tools, unfairness, type TestMember } from "../../test/kit/members.js";
import {
  byField,
  byMetadata,
  bySource,
  createPicker,
  maglev,
  ringHash,
  roundRobin,
  sourceHash,
  subset,
  type HashKey,
} from "../balance.js";

const keys = 20_000;
const key = byField("id");

interface Keyed {
  readonly name: string;
  readonly balancer: Balancer;
  /** Share of the keys of others that may move, too. */
  readonly disturbed: number;
}

const keyed: readonly Keyed[] = [
  { name: "ring hash", balancer: ringHash({ key }), disturbed: 0.02 },
  { name: "Maglev", balancer: maglev({ key }), disturbed: 0.03 },
];

function owners<M extends Member>(picker: Picker<M>): readonly (M | undefined)[] {
  return Array.from({ length: keys }, (_, i) => picker.pick(call({ request: { id: `user-${i}` } })));
}

describe.each(keyed)("$name", ({ balancer, disturbed }) => {
  test.each([5, 10, 50])("gives the keys of one of %i that leaves to all others, and takes them back", (size) => {
    const list = members(size);
    const before = createPicker(balancer, list, tools(1));
    const first = owners(before);
    const [gone, ...rest] = list;
    const after = createPicker(balancer, rest, tools(2), before);
    const second = owners(after);
    const moved = first.filter((owner, i) => owner !== second[i]).length / keys;
    const lost = first.filter((owner) => owner === gone).length / keys;
    expect(Math.abs(lost * size - 1)).toBeLessThan(0.15);
    expect(moved).toBeGreaterThanOrEqual(lost);
    expect(moved - lost).toBeLessThanOrEqual(disturbed);
    const heirs = new Set(second.filter((_, i) => first[i] === gone));
    expect(heirs.size).toBe(size - 1);
    expect(owners(createPicker(balancer, list, tools(3), after))).toEqual(first);
  });

  test("moves as many keys to a member as its weight has grown", () => {
    const list = members(10);
    const first = owners(createPicker(balancer, list, tools(1)));
    const heavier = list.map((one, i) => (i === 4 ? member("10.0.0.4", 200) : one));
    const second = owners(createPicker(balancer, heavier, tools(1)));
    const movedTo = new Map<string, number>();
    for (const [i, owner] of second.entries()) {
      const address = owner?.endpoint.address ?? "";
      if (address !== first[i]?.endpoint.address) movedTo.set(address, (movedTo.get(address) ?? 0) + 1 / keys);
    }
    expect(Math.abs((movedTo.get("rpc://10.0.0.4:1") ?? 0) - (2 / 11 - 1 / 10))).toBeLessThan(0.02);
    movedTo.delete("rpc://10.0.0.4:1");
    expect([...movedTo.values()].reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(disturbed);
  });

  test("does not depend on the order of the list, or on the client", () => {
    const list = members(8);
    const one = owners(createPicker(balancer, list, tools(1)));
    expect(owners(createPicker(balancer, list.toReversed(), tools(99)))).toEqual(one);
  });

  test("builds its table once for a list, and not again for one that is the same", () => {
    let reads = 0;
    const watched = members(20).map(({ endpoint, ...figures }) => ({
      ...figures,
      get endpoint() {
        reads++;
        return endpoint;
      },
    }));
    let picker = balancer.create(watched, tools(1), undefined);
    owners(picker);
    reads = 0;
    owners(picker);
    expect(reads).toBe(0);
    picker = balancer.create(watched, tools(1), picker);
    owners(picker);
    // Only to see that nothing has changed: a table asks for far more.
    expect(reads).toBeLessThan(20 * 20);
  });

  test("leads attempts away from the member of the key, and other calls not", () => {
    const list = members(4);
    const picker = createPicker(balancer, list, tools(1));
    const request = { id: "user-1" };
    const home = picker.pick(call({ request }));
    const trail = { tried: [] as string[] };
    expect(picker.pick(call({ request, trail }))).toBe(home);
    expect(picker.pick(call({ request, trail }))).not.toBe(home);
    expect(picker.pick(call({ request }))).toBe(home);
  });
});

test("the shares of a ring and of a table are what weights say", () => {
  const many = 300_000;
  const cases = [
    { balancer: ringHash({ key }), within: 0.02 },
    { balancer: ringHash({ key, points: 10_000 }), within: 0.02 },
    { balancer: maglev({ key }), within: 0.02 },
  ];
  for (const { balancer, within } of cases) {
    const list = members(10, (i) => (i % 2 === 0 ? 100 : 200));
    const picker = createPicker(balancer, list, tools(1));
    const counts = new Map<TestMember, number>();
    for (let i = 0; i < many; i++) {
      const chosen = picker.pick(call({ request: { id: i } }));
      if (chosen !== undefined) counts.set(chosen, (counts.get(chosen) ?? 0) + 1);
    }
    expect(unfairness(list, counts)).toBeLessThan(within);
  }
});

test("large rings and great weights are bounded", () => {
  const picker = createPicker(
    ringHash({ key, points: 10_000 }),
    members(300, () => 65_535),
    tools(1),
  );
  expect(new Set(owners(picker)).size).toBe(300);
});

describe("keys", () => {
  const metadata = { "user-id": "u7", tenant: "t1" };
  const request = { id: 7n, customer: { id: "c1", region: { name: "eu" } }, list: ["x"], on: true };
  const shown: readonly (readonly [string, HashKey, unknown])[] = [
    ["metadata", byMetadata("User-Id"), "u7"],
    ["metadata that is not there", byMetadata("other"), undefined],
    ["a field", byField("id"), 7n],
    ["a field of a field", byField("customer.region.name"), "eu"],
    ["a field that is not there", byField("customer.nothing.name"), undefined],
    ["a message", byField("customer"), undefined],
    ["what every object has", byField("constructor.name"), undefined],
    ["a function's", bySource(() => "mine"), "mine"],
  ];
  test.each(shown)("by %s", (_, hashKey, expected) => {
    expect(hashKey(call({ metadata, request }))).toBe(expected);
  });

  test("that are the same number in other clothes are the same key", () => {
    const picker = createPicker(maglev({ key }), members(50), tools(1));
    for (let i = 0; i < 50; i++) {
      const chosen = [i, BigInt(i), String(i)].map((id) => picker.pick(call({ request: { id } })));
      expect(new Set(chosen).size).toBe(1);
    }
  });

  test("that cannot be made are no keys", () => {
    const thrower = bySource(() => {
      throw new Error("no key");
    });
    const list = members(5);
    const picker = createPicker(maglev({ key: thrower }), list, tools(1));
    expect(new Set(Array.from({ length: 200 }, () => picker.pick(call()))).size).toBe(5);
  });
});

describe("source hash", () => {
  const clients = 20_000;
  const chosenBy = (list: readonly TestMember[]) =>
    Array.from({ length: clients }, (_, i) =>
      createPicker(sourceHash({ source: `host-${i}` }), list, tools(i)).pick(call()),
    );

  test("spreads clients by weight, and moves only those of a member that leaves", () => {
    const list = members(5, (i) => 100 * (i + 1));
    const first = chosenBy(list);
    const counts = new Map<TestMember, number>();
    for (const one of first) if (one !== undefined) counts.set(one, (counts.get(one) ?? 0) + 1);
    expect(unfairness(list, counts)).toBeLessThan(0.08);
    const [, , gone] = list;
    const second = chosenBy(list.filter((one) => one !== gone));
    for (const [i, one] of second.entries()) if (first[i] !== gone) expect(one).toBe(first[i]);
  });
});

describe("subset", () => {
  const usedBy = (list: readonly TestMember[], client: number | string, size: number) =>
    createPicker(subset(roundRobin(), { client, size }), list, tools(1)).members ?? [];

  test("uses as many members as it should, the same in every run", () => {
    const list = members(100);
    const used = usedBy(list, 5, 20);
    expect(new Set(used).size).toBe(20);
    expect(usedBy(list.toReversed(), 5, 20)).toEqual(used);
    expect(usedBy(members(7), 5, 20)).toHaveLength(7);
  });

  test.each([10, 37, 100, 1000])("spreads %i clients evenly over members", (clients) => {
    const list = members(100);
    const counts = new Map<TestMember, number>(list.map((one) => [one, 0]));
    for (let i = 0; i < clients; i++)
      for (const one of usedBy(list, i, 20)) counts.set(one, (counts.get(one) ?? 0) + 1);
    const mean = clients / 5;
    expect(Math.min(...counts.values())).toBeGreaterThanOrEqual(mean - 3);
    expect(Math.max(...counts.values())).toBeLessThanOrEqual(mean + 3);
  });

  test("changes by two members at most when one leaves", () => {
    const list = members(100);
    for (let client = 0; client < 50; client++) {
      const before = usedBy(list, client, 20);
      const after = usedBy(
        list.filter((_, i) => i !== client),
        client,
        20,
      );
      expect(after.filter((one) => !before.includes(one)).length).toBeLessThanOrEqual(2);
    }
  });
});
