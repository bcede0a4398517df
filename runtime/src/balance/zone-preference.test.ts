/** Calls stay in the zone while its members can take them. */

import { expect, test } from "vitest";
import { call, count, member, tools } from "../../test/kit/members.js";
import { createPicker, roundRobin, zonePreference } from "../balance.js";

const plain = call();
const zones = () => [member("a1", 100, "a"), member("a2", 100, "a"), member("b1", 100, "b"), member("c1", 100, "c")];
const chosenZones = (list: ReturnType<typeof zones>, options: Partial<Parameters<typeof zonePreference>[1]> = {}) => {
  const picker = createPicker(zonePreference(roundRobin(), { zone: "a", ...options }), list, tools(1));
  return new Set([...count(picker, 100, () => plain).keys()].map(({ endpoint }) => endpoint.zone));
};

test("calls stay in the zone", () => {
  expect(chosenZones(zones())).toEqual(new Set(["a"]));
});

test("calls go everywhere where the zone has too few members, none with weight, or where no zone is known", () => {
  const everywhere = new Set(["a", "b", "c"]);
  expect(chosenZones(zones(), { membersMin: 3 })).toEqual(everywhere);
  expect(chosenZones(zones(), { zone: "" })).toEqual(everywhere);
  expect(chosenZones(zones(), { zone: "elsewhere" })).toEqual(everywhere);
  const weightless = zones();
  for (const one of weightless.slice(0, 2)) one.weight = 0;
  expect(chosenZones(weightless)).toEqual(new Set(["b", "c"]));
});

test("calls spill over where the member in the zone has too much in flight, but not to one that has more", () => {
  const list = zones();
  const [a1, a2, b1, c1] = list;
  if (a1 === undefined || a2 === undefined || b1 === undefined || c1 === undefined)
    throw new Error("a member is missing");
  a1.inFlight = 10;
  a2.inFlight = 10;
  expect(chosenZones(list, { inFlightMax: 11 })).toEqual(new Set(["a"]));
  expect(chosenZones(list, { inFlightMax: 10 })).toEqual(new Set(["b", "c"]));
  b1.inFlight = 12;
  c1.inFlight = 10;
  expect(chosenZones(list, { inFlightMax: 10 })).toEqual(new Set(["a"]));
});

test("a member of the zone that has just lost its weight gets no calls", () => {
  const list = zones().slice(1);
  const picker = createPicker(zonePreference(roundRobin(), { zone: "a" }), list, tools(1));
  expect(picker.pick(plain)?.endpoint.zone).toBe("a");
  const [a2] = list;
  if (a2 !== undefined) a2.weight = 0;
  expect(picker.pick(plain)?.endpoint.zone).not.toBe("a");
});
