/** Shares are what weights say, for any weights; rings made of rings before are as those made anew; a change of the list is cheap. */

import { describe, expect, test } from "vitest";
import type { Balancer } from "./picker.js";
import { byField, maglev, ringHash } from "../balance.js";
import { call, member, members, tools, type TestMember } from "../../test/kit/members.js";
import { randomFrom } from "../testing/seeded-random.js";
import { EvenTable, seatOf } from "./even-table.js";
import { mixBits } from "./hash-text.js";
import { KeyRing } from "./key-ring.js";
import type { KeyTable, Share } from "./keyed-picker.js";

const key = byField("id");
const balancers: readonly { readonly name: string; readonly balancer: Balancer }[] = [
  { name: "ring hash", balancer: ringHash({ key }) },
  { name: "a ring with few points", balancer: ringHash({ key, points: 20 }) },
  { name: "Maglev", balancer: maglev({ key }) },
];

const random = randomFrom(11);
const between = (least: number, most: number) => least + Math.floor(random() * (most - least + 1));
const fleets: readonly { readonly name: string; readonly list: readonly TestMember[] }[] = [
  { name: "a thousand with weights from 50 to 400", list: members(1000, () => between(50, 400)) },
  { name: "a thousand with the same weight", list: members(1000) },
  { name: "two hundred with weights of 1", list: members(200, () => 1) },
  { name: "five with weights from 1 to 10,000", list: members(5, (i) => 10 ** i) },
  { name: "a giant among a hundred", list: members(100, (i) => (i === 7 ? 65_535 : 100)) },
  { name: "two", list: [member("a", 30), member("b", 70)] },
];

function pickCounts(balancer: Balancer, list: readonly TestMember[], picks: number): Float64Array {
  const places = new Map(list.map((one, place) => [one, place]));
  const counts = new Float64Array(list.length);
  const picker = balancer.create(list, tools(1), undefined);
  const shared = { id: 0 };
  const asked = call({ request: shared });
  for (let i = 0; i < picks; i++) {
    shared.id = i;
    const chosen = picker.pick(asked);
    const place = chosen === undefined ? -1 : (places.get(chosen) ?? -1);
    counts[place] = (counts[place] ?? 0) + 1;
  }
  return counts;
}

describe.each(balancers)("$name", ({ balancer }) => {
  test.each(fleets)("gives $name what their weights say", ({ list }) => {
    const picks = 1_000_000;
    const counts = pickCounts(balancer, list, picks);
    const total = list.reduce((sum, { weight }) => sum + weight, 0);
    let squares = 0;
    for (const [place, { weight }] of list.entries()) {
      const expected = (picks * weight) / total;
      const off = (counts[place] ?? 0) - expected;
      squares += off ** 2 / expected;
      // What is more than a fifth of a per cent is chance, of which five sigma.
      expect(Math.abs(off)).toBeLessThan(0.002 * expected + 5 * Math.sqrt(expected) + 3);
    }
    // Chi-square; with a thousand members shares that are 2 % off come to 1.4.
    const freedom = list.length - 1;
    expect(squares / freedom).toBeLessThan(1.05 + 5 * Math.sqrt(2 / freedom));
  });
});

test("millions of hashes fall by weight: what a table gives three hundred members is within 1 %", () => {
  const list = members(300, () => between(50, 400)).map(({ endpoint: { address, weight } }) => ({ address, weight }));
  const table = tableOf(list);
  const counts = new Float64Array(list.length);
  const samples = 2 ** 23;
  for (let i = 0; i < samples; i++) {
    const owner = table.find(mixBits(i));
    counts[owner] = (counts[owner] ?? 0) + 1;
  }
  const total = list.reduce((sum, { weight }) => sum + weight, 0);
  for (const [owner, { weight }] of list.entries()) {
    const expected = (samples * weight) / total;
    expect(Math.abs((counts[owner] ?? 0) / expected - 1)).toBeLessThan(0.002 + 4.5 / Math.sqrt(expected));
  }
});

function tableOf(list: readonly Share[], before?: KeyRing): EvenTable {
  return new EvenTable(
    new KeyRing(
      list.map(({ address, weight }) => seatOf(address, weight, 0)),
      before,
    ),
    list,
  );
}

const sample = (table: KeyTable) => Array.from({ length: 20_000 }, (_, i) => table.find(mixBits(i)));

test("a ring made of the one before is as one made anew, after every kind of change", () => {
  const pool = members(60)
    .map(({ endpoint }) => endpoint.address)
    .toSorted();
  let list: readonly Share[] = pool.slice(10, 50).map((address) => ({ address, weight: between(50, 400) }));
  let ring = new KeyRing(list.map(({ address, weight }) => seatOf(address, weight, 0)));
  for (let turn = 0; turn < 80; turn++) {
    const changed = new Map(list.map(({ address, weight }) => [address, weight]));
    for (let changes = between(1, turn % 20 === 0 ? 40 : 3); changes > 0; changes--) {
      const address = pool[between(0, pool.length - 1)] ?? "";
      if (random() < 0.4 && changed.size > 2) changed.delete(address);
      else changed.set(address, between(1, 400));
    }
    list = [...changed].map(([address, weight]) => ({ address, weight }));
    list = list.toSorted((a, b) => (a.address < b.address ? -1 : 1));
    const seats = list.map(({ address, weight }) => seatOf(address, weight, 0));
    const anew = new KeyRing(seats);
    ring = new KeyRing(seats, ring);
    expect(ring.shares()).toEqual(anew.shares());
    expect(sample(ring)).toEqual(sample(anew));
  }
});

test("points at the same place belong to the same member whatever was before", () => {
  // Four members with the same two hashes: every point of theirs is at one place.
  const seat = (address: string, points: number) => ({ address, start: 1, step: 2, points });
  const seats = [seat("a", 3), seat("b", 3), seat("c", 2), seat("d", 40)];
  for (const left of seats) {
    const rest = seats.filter((one) => one !== left);
    const followed = new KeyRing(seats, new KeyRing(rest));
    expect(followed.shares()).toEqual(new KeyRing(seats).shares());
    expect(sample(followed)).toEqual(sample(new KeyRing(seats)));
    expect(sample(new KeyRing(rest, followed))).toEqual(sample(new KeyRing(rest)));
  }
});

describe.each(balancers)("$name among a thousand", ({ name, balancer }) => {
  const keys = 50_000;
  const list = members(1000, () => between(50, 400));
  const owners = (of: readonly TestMember[]) => {
    const picker = balancer.create(of, tools(1), undefined);
    return Array.from({ length: keys }, (_, i) => picker.pick(call({ request: { id: i } }))?.endpoint.address);
  };
  const first = owners(list);
  // Few points make uneven rings, and more has to be passed on.
  const disturbed = name === "a ring with few points" ? 0.03 : 0.012;

  test("a member that leaves takes hardly any keys of others along", () => {
    const [gone, ...rest] = list;
    const second = owners(rest);
    const others = first.map((owner, i) => owner !== gone?.endpoint.address && owner !== second[i]);
    expect(others.filter(Boolean).length / keys).toBeLessThan(disturbed);
  });

  test("a weight that doubles moves its keys and hardly any others", () => {
    const [one, ...rest] = list;
    const heavier = member("10.0.0.0", 2 * (one?.weight ?? 0));
    const second = owners([heavier, ...rest]);
    const others = first.map((owner, i) => owner !== second[i] && second[i] !== heavier.endpoint.address);
    expect(others.filter(Boolean).length / keys).toBeLessThan(disturbed);
  });
});
