/** Addresses of servers are read, and those of registries are told from them. */

import { expect, test } from "vitest";
import { formatHostPort, parseAddress, parseHostPort, registrySchemeOf, shownAddress } from "./address.js";

test("where the address of one server is wanted, one of a registry is told as such", () => {
  const why = "etcd://a:1/b: etcd: names a registry, and here the address of one server is wanted";
  expect(() => parseAddress("etcd://a:1/b")).toThrow(why);
  expect(["etcd://a:1/b", "etc://a:1", "rpc://a:1", "etcd"].map(registrySchemeOf)).toEqual([
    "etcd",
    undefined,
    undefined,
    undefined,
  ]);
});

test.each(["127.0.0.1;rm:1", "$(x):1", "a b:1", "a:0", "a:65536", "a", "[::1:1", "::1:1", `${"a".repeat(254)}:1`])(
  "%s is no host and port",
  (text) => {
    expect(parseHostPort(text)).toBeUndefined();
  },
);

test.each(["bücher.example:1", "[fe80::1%eth0]:65535", "_a-b.c:7"])("%s is one", (text) => {
  const place = parseHostPort(text);
  expect(place && formatHostPort(place.host, place.port)).toBe(text);
});

test.each(["etcd://user:p@ss/w?o#rd@a:1/b", "rpc://user:p@ss@a:1", "ws://user:pass@a/b"])(
  "%s shows no password",
  (text) => {
    expect(shownAddress(text)).toMatch(/^\w+:\/\/a/);
    expect(() => parseAddress(text)).toThrow(/^\w+:\/\/…@a/);
  },
);

test.each([
  ["ws://a:1/rpc?token=s3cret", "ws://a:1/rpc", "ws://a:1/rpc?…"],
  ["ws://a:1/rpc?mail=s3cret@b.c", "ws://a:1/rpc", "ws://a:1/rpc?…"],
  ["wss://a?token=s3cret", "wss://a", "wss://a?…"],
  ["wss://user:s3cret?x@a/rpc?token=s3cret", "wss://a/rpc", "wss://…@a/rpc?…"],
  ["wss://user:s3//cret@a/rpc", "wss://a/rpc", "wss://…@a/rpc"],
  ["user:s3cret@a:1", "a:1", "…@a:1"],
  ["rpc:user:s3cret@a:1", "a:1", "…@a:1"],
  ["a:1/rpc?token=s3cret", "a:1/rpc", "a:1/rpc?…"],
  ["consul://a:1/b?token=s3cret", "consul://a:1/b", "consul://a:1/b?…"],
])("%s shows no secret", (text, shown, signed) => {
  expect(shownAddress(text)).toBe(shown);
  expect(shownAddress(text, "…")).toBe(signed);
});

test("what is no address is told without its query and its user", () => {
  expect(() => parseAddress("ws://a:1/rpc?token=s3cret word")).toThrow(/^ws:\/\/a:1\/rpc\?… is not an address/);
  expect(() => parseAddress("https://me:s3cret@a/rpc?token=s3cret")).toThrow(
    /^https:\/\/…@a\/rpc\?… is not an address/,
  );
});

test.each(["file:///etc/a@b?.json", "unix:/a@b?c", "memory:a@b?c"])("%s is shown as it is", (text) => {
  expect(shownAddress(text)).toBe(text);
});
