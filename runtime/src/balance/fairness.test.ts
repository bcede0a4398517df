/** Over a million calls every member gets what its weight says. */

import { beforeEach, describe, expect, test } from "vitest";
import type { Balancer } from "./picker.js";
import { call, count, member, members, tools, unfairness, type TestMember } from "../../test/kit/members.js";
import {
  byMetadata,
  bySource,
  createPicker,
  leastConnections,
  leastLoad,
  maglev,
  p2c,
  pickFirst,
  random,
  ringHash,
  roundRobin,
  weightedRandom,
  weightedRoundRobin,
} from "../balance.js";

const picks = 1_000_000;
const plain = call();
let user = 0;
/** A key for every call, without a million calls in memory. */
const key = bySource(() => `user-${user++}`);

beforeEach(() => {
  user = 0;
});

const fair: readonly { readonly name: string; readonly balancer: Balancer; readonly within: number }[] = [
  { name: "round robin", balancer: roundRobin(), within: 0.00001 },
  { name: "random", balancer: random(), within: 0.01 },
  { name: "least connections", balancer: leastConnections(), within: 0.01 },
  { name: "weighted round robin", balancer: weightedRoundRobin(), within: 0.00001 },
  { name: "weighted random", balancer: weightedRandom(), within: 0.01 },
  { name: "p2c", balancer: p2c(), within: 0.01 },
  { name: "least load", balancer: leastLoad(), within: 0.01 },
  { name: "Maglev", balancer: maglev({ key }), within: 0.01 },
  { name: "ring hash", balancer: ringHash({ key }), within: 0.01 },
];

test.each(fair)("$name is fair among five with the same weight", ({ balancer, within }) => {
  const list = members(5);
  for (const one of list) one.latencyMs = 3;
  expect(
    unfairness(
      list,
      count(createPicker(balancer, list, tools(1)), picks, () => plain),
    ),
  ).toBeLessThan(within);
});

test.each(fair.filter(({ name }) => name !== "round robin" && name !== "random"))(
  "$name gives five members what their weights say",
  ({ balancer, within }) => {
    const list = [200, 100, 300, 200, 400].map((weight, i) => member(`10.0.0.${i}`, weight));
    for (const one of list) one.latencyMs = 3;
    expect(
      unfairness(
        list,
        count(createPicker(balancer, list, tools(2)), picks, () => plain),
      ),
    ).toBeLessThan(within);
  },
);

test.each(fair)("$name is fair among those who are left when one of five has gone", ({ balancer, within }) => {
  const list = members(5);
  for (const one of list) one.latencyMs = 3;
  const before = createPicker(balancer, list, tools(12));
  count(before, 1000, () => plain);
  const rest = list.slice(1);
  const counts = count(createPicker(balancer, rest, tools(13), before), picks, () => plain);
  expect(new Set(counts.keys())).toEqual(new Set(rest));
  expect(unfairness(rest, counts)).toBeLessThan(within);
});

describe("with calls that take their time", () => {
  const busy = [leastConnections(), p2c(), leastLoad()];
  test.each(busy.map((balancer) => ({ name: balancer.name, balancer })))(
    "$name has in flight at each member what its weight says, and counts down",
    ({ balancer }) => {
      const list = [100, 100, 300].map((weight, i) => member(`10.0.0.${i}`, weight));
      for (const one of list) one.latencyMs = 3;
      const picker = createPicker(balancer, list, tools(3));
      const running: TestMember[] = [];
      const counts = new Map<TestMember, number>();
      for (let i = 0; i < 200_000; i++) {
        const chosen = picker.pick(plain);
        if (chosen === undefined) throw new Error("nobody was chosen");
        chosen.inFlight++;
        counts.set(chosen, (counts.get(chosen) ?? 0) + 1);
        running.push(chosen);
        // The one that has run longest is answered.
        if (running.length > 50) (running.shift() ?? chosen).inFlight--;
      }
      expect(unfairness(list, counts)).toBeLessThan(0.02);
      for (const one of list) expect(Math.abs(one.inFlight / (one.weight / 10) - 1)).toBeLessThan(0.35);
    },
  );

  test("least connections goes back to a member whose calls were answered", () => {
    const [a, b] = [member("a"), member("b")];
    const picker = createPicker(leastConnections(), [a, b], tools(4));
    a.inFlight = 1000;
    expect(count(picker, 100, () => plain).get(b)).toBe(100);
    a.inFlight = 0;
    b.inFlight = 1;
    expect(count(picker, 100, () => plain).get(a)).toBe(100);
  });
});

test("a slow member gets little from p2c, and one that was not measured is tried with one call at a time", () => {
  const list = members(3);
  const [slow, quick, fresh] = list;
  if (slow === undefined || quick === undefined || fresh === undefined) throw new Error("three members are missing");
  slow.latencyMs = 500;
  quick.latencyMs = 2;
  const picker = createPicker(p2c(), list, tools(5));
  const counts = count(picker, 10_000, () => plain);
  expect(counts.get(fresh)).toBeGreaterThan(6000);
  expect(counts.get(slow) ?? 0).toBe(0);
  fresh.inFlight = 1;
  expect(count(picker, 10_000, () => plain).get(fresh) ?? 0).toBe(0);
});

test("weights differ for least load by what members say of themselves", () => {
  const list = members(4);
  for (const [i, one] of list.entries()) one.load = { cpu: i === 0 ? 0.95 : 0.2, eventLoopDelayMs: 1, inFlight: 10 };
  const counts = count(createPicker(leastLoad(), list, tools(6)), 10_000, () => plain);
  expect(counts.get(list[0] ?? member("none")) ?? 0).toBe(0);
  expect(counts.size).toBe(3);
});

test("weighted round robin spreads a heavy member's turns", () => {
  const list = [member("a", 5), member("b", 1), member("c", 1)];
  const first = { clock: tools(7).clock, random: () => 0 };
  const picker = createPicker(weightedRoundRobin(), list, first);
  const turns = Array.from({ length: 14 }, () => picker.pick(plain)?.endpoint.address.charAt(6));
  expect(turns.join("")).toBe("aabacaaaabacaa");
});

test.each([20, 200])("weighted round robin is exact and evenly spread among %i", (size) => {
  const list = members(size, (i) => 1 + (i % 10) * 10);
  const total = list.reduce((sum, { weight }) => sum + weight, 0);
  const picker = createPicker(weightedRoundRobin(), list, tools(8));
  const heavy = list[9] ?? member("none");
  const gaps: number[] = [];
  const counts = new Map<TestMember, number>();
  for (let i = 0, last = -1; i < 10 * total; i++) {
    const chosen = picker.pick(plain);
    if (chosen === undefined) throw new Error("nobody was chosen");
    counts.set(chosen, (counts.get(chosen) ?? 0) + 1);
    if (chosen !== heavy) continue;
    if (last >= 0) gaps.push(i - last);
    last = i;
  }
  for (const one of list) expect(Math.abs((counts.get(one) ?? 0) - 10 * one.weight)).toBeLessThanOrEqual(1);
  const mean = total / heavy.weight;
  expect(Math.max(...gaps)).toBeLessThan(2 * mean + 1);
});

test.each([5, 60])("weighted round robin does not starve a member of %i whose weight has sunk and risen", (size) => {
  const list = members(size);
  const [changing] = list;
  if (changing === undefined) throw new Error("there are no members");
  const picker = createPicker(weightedRoundRobin(), list, tools(9));
  changing.weight = 65_535;
  count(picker, 100, () => plain);
  changing.weight = 100;
  const counts = count(picker, 100 * size, () => plain);
  expect(counts.get(changing)).toBeGreaterThan(60);
  expect(counts.get(changing)).toBeLessThan(140);
});

test("rotations go on where they were when the list is made anew", () => {
  for (const balancer of [roundRobin(), weightedRoundRobin()]) {
    let list: readonly TestMember[] = members(10);
    const counts = new Map<TestMember, number>();
    let picker = createPicker(balancer, list, tools(10));
    for (let i = 0; i < 1000; i++) {
      const chosen = picker.pick(plain);
      if (chosen !== undefined) counts.set(chosen, (counts.get(chosen) ?? 0) + 1);
      list = [...list];
      picker = createPicker(balancer, list, tools(i), picker);
    }
    expect([...counts.values()]).toEqual(Array.from({ length: 10 }, () => 100));
  }
});

test("clients do not all begin with the same member", () => {
  for (const balancer of [roundRobin(), weightedRoundRobin(), pickFirst({ shuffle: true })]) {
    const list = members(10);
    const firsts = new Set(
      Array.from({ length: 200 }, (_, i) => createPicker(balancer, list, tools(i)).pick(plain)?.endpoint.address),
    );
    expect(firsts.size).toBe(10);
  }
});

test("a call without a key goes anywhere", () => {
  const list = members(5);
  for (const balancer of [ringHash({ key: byMetadata("user-id") }), maglev({ key: byMetadata("user-id") })]) {
    expect(
      unfairness(
        list,
        count(createPicker(balancer, list, tools(11)), picks / 2, () => plain),
      ),
    ).toBeLessThan(0.02);
  }
});
