/** Which imports are the plug-in's, and which somebody else's. */

import { expect, test } from "vitest";
import { parseRequest, printRequest, rpcFilter } from "./request.js";

test.each([
  ["./orders.rpc", { path: "./orders.rpc", role: "" }],
  ["/a b/ordérs.rpc?rpcgen=client", { path: "/a b/ordérs.rpc", role: "client" }],
  ["C:/rpc/orders.rpc?rpcgen=codec", { path: "C:/rpc/orders.rpc", role: "codec" }],
  ["@acme/idl/orders.rpc", { path: "@acme/idl/orders.rpc", role: "" }],
])("%s is an import of an .rpc file", (id, request) => {
  expect(parseRequest(id)).toEqual(request);
  expect(printRequest(request)).toBe(id);
  expect(rpcFilter.test(id)).toBe(true);
});

test.each([
  "./orders.ts",
  "./orders.rpc.ts",
  "./orders.rpc?raw",
  "./orders.rpc?rpcgen",
  "./orders.rpc?rpcgen=a&raw",
  "\0orders.rpc",
  ".rpc?",
  "",
])("%j is not", (id) => {
  expect(parseRequest(id)).toBeUndefined();
  expect(rpcFilter.test(id)).toBe(false);
});
