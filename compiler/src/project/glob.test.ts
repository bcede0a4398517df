/** Paths, directories and patterns to files. */

import { expect, test } from "vitest";
import { findFiles, sharedDirectory } from "./glob.js";
import { createMemoryHost } from "../../test/support/memory-host.js";

const host = createMemoryHost({
  workingDirectory: "/project",
  files: Object.fromEntries(
    [
      "rpc/a.rpc",
      "rpc/b.rpc",
      "rpc/notes.md",
      "rpc/deep/c.rpc",
      "rpc/deep/er/d.rpc",
      "rpc/node_modules/x/e.rpc",
      "rpc/.hidden/f.rpc",
      "rpc/[odd].rpc",
      "with space/ü 😈.rpc",
      "-x.rpc",
    ].map((path) => [path, ""]),
  ),
});

function find(argument: string): readonly string[] {
  return findFiles(host, argument).files.map((path) => path.replace("/project/", ""));
}

test.each([
  ["rpc/a.rpc", ["rpc/a.rpc"]],
  ["./rpc/../rpc/a.rpc", ["rpc/a.rpc"]],
  ["-x.rpc", ["-x.rpc"]],
  ["with space/ü 😈.rpc", ["with space/ü 😈.rpc"]],
  ["with*/*.rpc", ["with space/ü 😈.rpc"]],
  ["rpc", ["rpc/[odd].rpc", "rpc/a.rpc", "rpc/b.rpc", "rpc/deep/c.rpc", "rpc/deep/er/d.rpc"]],
  ["rpc/**/*.rpc", ["rpc/[odd].rpc", "rpc/a.rpc", "rpc/b.rpc", "rpc/deep/c.rpc", "rpc/deep/er/d.rpc"]],
  ["rpc/*.rpc", ["rpc/[odd].rpc", "rpc/a.rpc", "rpc/b.rpc"]],
  ["rpc/[ab].rpc", ["rpc/a.rpc", "rpc/b.rpc"]],
  ["rpc/[!a].rpc", ["rpc/b.rpc"]],
  ["rpc/[a-b].rpc", ["rpc/a.rpc", "rpc/b.rpc"]],
  ["rpc/?.rpc", ["rpc/a.rpc", "rpc/b.rpc"]],
  ["rpc/{a,deep/c}.rpc", ["rpc/a.rpc", "rpc/deep/c.rpc"]],
  ["rpc/{a,{b,deep/c}}.rpc", ["rpc/a.rpc", "rpc/b.rpc", "rpc/deep/c.rpc"]],
  ["rpc/**/er/*.rpc", ["rpc/deep/er/d.rpc"]],
  ["rpc/.hidden/*.rpc", ["rpc/.hidden/f.rpc"]],
  ["rpc/[odd].rpc", ["rpc/[odd].rpc"]],
  ["rpc/*.md", []],
  ["rpc/*", ["rpc/[odd].rpc", "rpc/a.rpc", "rpc/b.rpc"]],
  ["rpc/**", ["rpc/[odd].rpc", "rpc/a.rpc", "rpc/b.rpc", "rpc/deep/c.rpc", "rpc/deep/er/d.rpc"]],
  ["nowhere/**/*.rpc", []],
  ["missing.rpc", []],
])("%s finds %j", (argument, expected) => {
  expect(find(argument)).toEqual(expected);
});

test("the base of a pattern is the directory before its first wildcard, whatever was found", () => {
  expect(findFiles(host, "rpc/**/er/*.rpc").base).toBe("/project/rpc");
  expect(findFiles(host, "rpc/deep/c.rpc").base).toBe("/project/rpc/deep");
  expect(findFiles(host, "rpc/deep").base).toBe("/project/rpc/deep");
  expect(findFiles(host, "{rpc/deep,rpc}/*.rpc").base).toBe("/project/rpc");
});

test("wildcards in great number take no great time", () => {
  const long = createMemoryHost({ workingDirectory: "/project", files: { [`${"a".repeat(200)}.rpc`]: "" } });
  expect(findFiles(long, `${"*a".repeat(100)}b.rpc`).files).toEqual([]);
  expect(findFiles(long, `${"**/".repeat(50)}*.nothing`).files).toEqual([]);
});

test("braces beyond all measure are taken as they are written", () => {
  expect(find(`${"{a,b}".repeat(40)}.rpc`)).toEqual([]);
});

test("the shared directory of two is the innermost one that holds both", () => {
  expect(sharedDirectory("/a/b/c", "/a/b/d")).toBe("/a/b");
  expect(sharedDirectory("/a/b", "/a/bc")).toBe("/a");
  expect(sharedDirectory("/a", "/b")).toBe("/");
});
