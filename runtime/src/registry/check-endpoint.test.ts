/** What registries say of servers is checked, and one bad entry never spoils a list. */

import { expect, test } from "vitest";
import { checkEndpoint, checkEndpoints } from "./check-endpoint.js";

test("addresses take one form, and what is left out has defaults", () => {
  expect(checkEndpoint({ address: "rpc://Host.Example:7000/" }, "registry")).toEqual({
    address: "rpc://host.example:7000",
    weight: 100,
    zone: "",
    health: "healthy",
    metadata: new Map(),
  });
  expect(checkEndpoint({ address: "rpcs://[2001:DB8::1]:1" }, "registry").address).toBe("rpcs://[2001:db8::1]:1");
  // Private addresses and this machine are what most registries hold.
  expect(checkEndpoint({ address: "rpc://127.0.0.1:7000", weight: 0 }, "registry").weight).toBe(0);
});

test.each([
  [undefined, "an endpoint is an object"],
  [null, "an endpoint is an object"],
  ["rpc://a:1", "an endpoint is an object"],
  [[{ address: "rpc://a:1" }], "an endpoint is an object"],
  [{}, "the address of an endpoint is a text"],
  [{ address: 7 }, "the address of an endpoint is a text, not 7"],
  [{ address: "rpc://a:0" }, "is not an address"],
  [{ address: "rpc://a:70000" }, "is not an address"],
  [{ address: "rpc://127.0.0.1;rm:7000" }, "is not an address"],
  [{ address: "rpc://$(reboot):7000" }, "is not an address"],
  [{ address: "rpc://user@a:7000" }, "is not an address"],
  [{ address: "rpc://a\u0000b:7000" }, "is not an address"],
  [{ address: `rpc://${"a".repeat(300)}:1` }, "is not an address"],
  [{ address: "etcd://a:1/b" }, "names a registry"],
  [{ address: "unix:/var/run/docker.sock" }, "a place on this machine"],
  [{ address: "memory:orders" }, "a place on this machine"],
  [{ address: "rpc://a:1", weight: NaN }, "weight NaN of rpc://a:1"],
  [{ address: "rpc://a:1", weight: -1 }, "weight -1"],
  [{ address: "rpc://a:1", weight: 1e9 }, "weight 1000000000"],
  [{ address: "rpc://a:1", weight: 1.5 }, "weight 1.5"],
  [{ address: "rpc://a:1", weight: "7" }, 'weight "7"'],
  [{ address: "rpc://a:1", weight: null }, "weight null"],
  [{ address: "rpc://a:1", zone: 1 }, "the zone of rpc://a:1"],
  [{ address: "rpc://a:1", zone: "a\nb" }, "the zone of rpc://a:1"],
  [{ address: "rpc://a:1", zone: "z".repeat(129) }, "the zone of rpc://a:1"],
  [{ address: "rpc://a:1", health: "well" }, 'health "well"'],
  [{ address: "rpc://a:1", metadata: "x" }, "the metadata of rpc://a:1"],
  [{ address: "rpc://a:1", metadata: { "": "x" } }, "metadata"],
  [{ address: "rpc://a:1", metadata: { a: 1 } }, 'metadata "a"'],
  [{ address: "rpc://a:1", metadata: { a: "\u001b[2J" } }, 'metadata "a"'],
  [{ address: "rpc://a:1", metadata: { ["k".repeat(129)]: "" } }, "metadata"],
  [{ address: "rpc://a:1", metadata: { a: "v".repeat(1025) } }, 'metadata "a"'],
  [
    { address: "rpc://a:1", metadata: Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`k${i}`, ""])) },
    "65 entries of metadata of rpc://a:1 are over the limit metadataEntriesMax = 64",
  ],
])("%j is of no use", (value, why) => {
  expect(() => checkEndpoint(value, "registry")).toThrow(why);
});

test("sockets of this machine are for those who run it", () => {
  expect(checkEndpoint({ address: "unix:/run/a.sock" }, "near").address).toBe("unix:/run/a.sock");
});

test("bad entries and repeated ones are left out, counted and told", () => {
  const hostile = {
    get address(): string {
      throw new Error("a getter");
    },
  };
  const checked = checkEndpoints(
    [{ address: "rpc://a:1", weight: 1 }, { address: "rpc://A:1" }, hostile, 5, { address: "rpc://b:2" }],
    "registry",
  );
  expect(checked.endpoints.map(({ address, weight }) => `${address} ${weight}`)).toEqual([
    "rpc://a:1 1",
    "rpc://b:2 100",
  ]);
  expect(checked.dropped).toBe(3);
  expect(checked.reasons).toEqual([
    "rpc://a:1 is there more than once",
    "a getter",
    "an endpoint is an object with an address",
  ]);
});

test("a hundred thousand entries are capped by a limit with a name, good or bad", () => {
  const many = Array.from({ length: 100_000 }, (_, i) => ({ address: `rpc://h${i}:1` }));
  const checked = checkEndpoints(many, "registry");
  expect(checked.endpoints).toHaveLength(10_000);
  expect(checked).toMatchObject({
    dropped: 90_000,
    reasons: ["90000 of 100000 entries are over the limit endpointsMax = 10000"],
  });
  const bad = checkEndpoints(
    many.map(() => ({ address: "x" })),
    "registry",
  );
  expect(bad).toMatchObject({ endpoints: [], dropped: 100_000 });
  expect(bad.reasons).toHaveLength(5);
});
