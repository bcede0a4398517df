/** Balancers by their names: all of them are there, and what makes no sense is refused in words. */

import { describe, expect, test } from "vitest";
import { call, members, tools } from "../../test/kit/members.js";
import { balancerByName, balancerNames, createPicker, type BalancerOptions } from "../balance.js";

const needed: Readonly<Record<string, BalancerOptions>> = {
  "ring-hash": { key: { metadata: "user-id" }, points: 100 },
  maglev: { key: { field: "user.id" } },
  "source-hash": { source: "host-1" },
  "zone-preference": { zone: "a", inner: { name: "subset", client: "host-1", size: 2, inner: "round-robin" } },
  subset: { client: 1, size: 2 },
  "pick-first": { shuffle: true },
  "least-load": { cpuFull: 2 },
};

test.each(balancerNames)("%s", (name) => {
  const balancer = balancerByName(name, needed[name]);
  expect(balancer.name).toBe(name);
  const list = members(3);
  expect(list).toContain(createPicker(balancer, list, tools(1)).pick(call()));
});

describe("refuses", () => {
  const nested = (depth: number): unknown =>
    depth === 0 ? "p2c" : { name: "subset", client: 1, inner: nested(depth - 1) };
  const around: Record<string, unknown> = { name: "subset", client: 1 };
  around["inner"] = around;
  const wrong: readonly (readonly [string, BalancerOptions, string])[] = [
    ["roundrobin", {}, 'there is no balancer "roundrobin"; there are pick-first, round-robin, random'],
    ["constructor", {}, "there is no balancer"],
    ["round-robin", { weights: true }, "the balancer round-robin has no option `weights`; it takes none"],
    ["ring-hash", {}, "`key` of a balancer is { "],
    ["ring-hash", { key: { metadata: "a", field: "b" } }, "`key` of a balancer is { "],
    ["ring-hash", { key: { metadata: "" } }, "`metadata` of a balancer is a text that is not empty"],
    [
      "ring-hash",
      { key: { field: "a" }, points: 0 },
      "`points` of a balancer is a whole number from 1 to 10000, and not 0",
    ],
    ["source-hash", { source: 7 }, "`source` of a balancer is a text, and not 7"],
    ["subset", { client: -1, size: 3 }, "`client` of a balancer is a whole number from 0 on, and not -1"],
    ["subset", { client: 1, size: 1.5 }, "`size` of a balancer is a whole number from 1 on, and not 1.5"],
    ["subset", { client: NaN, size: 1 }, "`client` of a balancer is a whole number"],
    ["zone-preference", { zone: "a", inFlightMax: 0 }, "`inFlightMax` of a balancer is a number from 1 on, and not 0"],
    ["zone-preference", { zone: "a", inner: 7 }, "`inner` of a balancer is the name of a balancer"],
    ["pick-first", { shuffle: "yes" }, '`shuffle` of a balancer is true or false, and not "yes"'],
    ["least-load", { cpuFull: -1 }, "`cpuFull` of a balancer is a number above 0, and not -1"],
    ["subset", { client: 1, inner: nested(6) }, "balancers are nested at most 4 deep"],
    ["subset", around, "the balancer subset has no option `name`"],
    ["subset", { client: 1, inner: around }, "balancers are nested at most 4 deep"],
  ];
  test.each(wrong)("%s with %o", (name, options, message) => {
    expect(() => balancerByName(name, options)).toThrowError(
      expect.objectContaining({ code: "invalid-argument", message: expect.stringContaining(message) }),
    );
  });
});
