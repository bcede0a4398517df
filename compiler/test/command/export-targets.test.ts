/** `rpcgen export --to proto`, `jsonschema` and `openapi` as their users run them. */

import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runCommand } from "./run-command.js";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "rpcgen-targets-"));
  mkdirSync(join(directory, "rpc"));
  writeFileSync(
    join(directory, "rpc/shop.rpc"),
    "package shop.v1\n\nerror Gone {\n  @min(1)\n  1 id: int32\n}\n\nservice Shop {\n  get(id: int32): string? throws Gone\n}\n",
  );
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

test("an exported .proto is imported as it was, and both commands find nothing to do afterwards", () => {
  expect(runCommand(["export", "--to", "proto"], { cwd: directory }).code).toBe(0);
  expect(readdirSync(join(directory, "proto"), { recursive: true }).sort()).toEqual([
    ".rpcgen-manifest.json",
    "rpcgen",
    "rpcgen/options.proto",
    "shop.proto",
  ]);
  expect(runCommand(["export", "--to", "proto", "--check"], { cwd: directory }).code).toBe(0);
  const imported = runCommand(["import", "proto", "--import-root", "proto", "--out", "back"], { cwd: directory });
  expect([imported.code, imported.stderr]).toEqual([0, expect.stringContaining("everything has an equal")]);
  expect(readFileSync(join(directory, "back/shop.rpc"), "utf8")).toBe(
    readFileSync(join(directory, "rpc/shop.rpc"), "utf8"),
  );
});

test.each([
  ["jsonschema", "$schema"],
  ["openapi", "openapi"],
])("--to %s --out - prints its document and nothing else", (target, key) => {
  const { code, stdout, stderr } = runCommand(["export", "--to", target, "--out", "-"], { cwd: directory });
  expect([code, stderr]).toEqual([0, ""]);
  expect(Object.keys(JSON.parse(stdout) as object)).toContain(key);
  expect(readdirSync(directory)).toEqual(["rpc"]);
});

test("several files cannot be printed at once, and what is printed cannot be compared", () => {
  const several = runCommand(["export", "--to", "proto", "--out", "-"], { cwd: directory });
  expect([several.code, several.stderr]).toEqual([2, expect.stringContaining("2 files")]);
  const checked = runCommand(["export", "--to", "openapi", "--out", "-", "--check"], { cwd: directory });
  expect([checked.code, checked.stderr]).toEqual([2, expect.stringContaining("--check")]);
});
