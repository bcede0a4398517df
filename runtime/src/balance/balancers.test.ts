/** What every way of balancing owes its callers, whatever it chooses by: one suite for all. */

import { describe, expect, test } from "vitest";
import type { Balancer } from "./picker.js";
import { call, count, member, members, tools, type TestMember } from "../../test/kit/members.js";
import { numbersFrom, seed, tries } from "../../test/kit/random.js";
import {
  byField,
  createPicker,
  leastConnections,
  leastLoad,
  maglev,
  p2c,
  pickFirst,
  random,
  ringHash,
  roundRobin,
  sourceHash,
  subset,
  weightedRandom,
  weightedRoundRobin,
  zonePreference,
} from "../balance.js";

const key = byField("id");
const balancers: readonly Balancer[] = [
  pickFirst(),
  pickFirst({ shuffle: true }),
  roundRobin(),
  random(),
  leastConnections(),
  weightedRoundRobin(),
  weightedRandom(),
  p2c(),
  ringHash({ key }),
  maglev({ key }),
  sourceHash({ source: "client-7" }),
  zonePreference(roundRobin(), { zone: "a" }),
  zonePreference(p2c(), { zone: "a", membersMin: 2, inFlightMax: 2 }),
  subset(roundRobin(), { client: 3, size: 2 }),
  subset(p2c(), { client: "client-7", size: 3 }),
  leastLoad(),
];
/** Those that give every member its calls. */
const spreading = new Set(["round-robin", "random", "least-connections", "weighted-round-robin"]).add(
  "weighted-random",
);
for (const name of ["p2c", "ring-hash", "maglev", "least-load"]) spreading.add(name);

/** Those for which weights are shares. */
const heeding = new Set(["least-connections", "weighted-round-robin", "weighted-random", "p2c", "ring-hash", "maglev"]);
heeding.add("least-load");

const keyed = (index: number) => call({ request: { id: `user-${index}` } });

const named = balancers.map((balancer) => ({ name: balancer.name, balancer }));

describe.each(named)("$name", ({ balancer }) => {
  test("chooses nobody where there is nobody, and the only one where there is one", () => {
    expect(createPicker(balancer, [], tools(1)).pick(call())).toBeUndefined();
    const alone = member("alone");
    for (const weight of [100, 0, 65_535]) {
      alone.weight = weight;
      expect(createPicker(balancer, [alone], tools(1)).pick(call())).toBe(alone);
    }
  });

  test.each([2, 3, 31, 33, 300])("chooses members of the list only, of %i", (size) => {
    const list = members(size, (i) => (i % 4) * 50);
    const counts = count(createPicker(balancer, list, tools(2)), 2000, keyed);
    expect([...counts.values()].reduce((sum, one) => sum + one, 0)).toBe(2000);
    for (const chosen of counts.keys()) {
      expect(list).toContain(chosen);
      expect(chosen.weight).toBeGreaterThan(0);
    }
  });

  test("gives calls to members without weight only where no member has any", () => {
    const list = members(40, () => 0);
    const picker = createPicker(balancer, list, tools(3));
    const counts = count(picker, 4000, keyed);
    if (spreading.has(balancer.name)) expect(counts.size).toBe(40);
    expect([...counts.values()].reduce((sum, one) => sum + one, 0)).toBe(4000);
  });

  test("copes with weights at both ends", () => {
    const list = [member("a", 65_535), member("b", 1), member("c", 65_535), member("d", 0), member("e", 0.001)];
    const counts = count(createPicker(balancer, list, tools(4)), 3000, keyed);
    expect(counts.get(list[3] ?? member("none"))).toBeUndefined();
    expect([...counts.values()].reduce((sum, one) => sum + one, 0)).toBe(3000);
    if (!heeding.has(balancer.name)) return;
    for (const light of [1, 4]) expect(counts.get(list[light] ?? member("none")) ?? 0).toBeLessThan(10);
  });

  test("sees weights that change while it is at work", () => {
    const list = members(5);
    const picker = createPicker(balancer, list, tools(5));
    count(picker, 50, keyed);
    for (let round = 0; round < 200; round++) {
      for (const one of list) one.weight = 1 + ((round * 37) % 100);
      expect(list).toContain(picker.pick(keyed(round)));
    }
  });
});

describe.each(named)("$name, as time goes on,", ({ balancer }) => {
  test("is the same for the same seed", () => {
    const run = () => {
      const list = members(7, (i) => 50 + i);
      const picker = createPicker(balancer, list, tools(6));
      return Array.from({ length: 300 }, (_, i) => picker.pick(keyed(i))?.endpoint.address);
    };
    expect(run()).toEqual(run());
  });

  test("goes on when members come and leave", () => {
    let list = members(6);
    let picker = createPicker(balancer, list, tools(7));
    for (let round = 0; round < 60; round++) {
      for (let i = 0; i < 10; i++) expect(list).toContain(picker.pick(keyed(i)));
      list =
        round % 3 === 2 ? [...list, member(`new-${round}`)] : list.filter((_, i) => list.length < 2 || i !== round % 5);
      picker = createPicker(balancer, list, tools(7 + round), picker);
    }
    picker = createPicker(balancer, [], tools(7), picker);
    expect(picker.pick(call())).toBeUndefined();
    const back = members(3);
    expect(back).toContain(createPicker(balancer, back, tools(7), picker).pick(call()));
  });

  test("goes on after another way of balancing", () => {
    const list = members(4);
    let picker = createPicker(random(), list, tools(8));
    for (const other of balancers) {
      picker = createPicker(other, list, tools(8), picker);
      picker = createPicker(balancer, list, tools(8), picker);
      expect(list).toContain(picker.pick(call()));
    }
  });

  test("leads the attempts of a call to different servers while there are any", () => {
    const list = members(5);
    const picker = createPicker(balancer, list, tools(9));
    const trail = { tried: [] as string[] };
    const attempts = Array.from({ length: 5 }, () => picker.pick(call({ request: { id: "x" }, trail })));
    expect(new Set(attempts).size).toBe(5);
    expect(trail.tried).toEqual(attempts.map((one) => one?.endpoint.address));
    expect(list).toContain(picker.pick(call({ request: { id: "x" }, trail })));
    expect(trail.tried).toHaveLength(6);
  });

  test(`never throws, whatever the members' figures are (seed ${seed})`, () => {
    const number = numbersFrom(seed);
    const figure = () => [0, 1, 1e9, Number.MAX_VALUE, Infinity, 5e-324][number(6)] ?? 0;
    for (let round = 0; round < tries(50); round++) {
      const list = members(1 + number(40), () => number(3) * number(40_000));
      const picker = createPicker(balancer, list, tools(round));
      for (let i = 0; i < 20; i++) {
        const changed = list[number(list.length)] ?? member("none");
        changed.inFlight = number(1000);
        changed.latencyMs = figure();
        changed.load = [undefined, report(figure(), figure(), figure()), report(NaN, -1, NaN)][number(3)];
        const chosen = picker.pick(number(4) === 0 ? call() : keyed(i));
        expect(list).toContain(chosen);
      }
    }
    // Large rings are built over and over.
  }, 60_000);
});

function report(cpu: number, eventLoopDelayMs: number, inFlight: number): NonNullable<TestMember["load"]> {
  return { cpu, eventLoopDelayMs, inFlight };
}
