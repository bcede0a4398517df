/** `rpcgen fmt` on a disk: what it writes, what it leaves alone, and what it answers. */

import { spawnSync } from "node:child_process";
import { chmodSync, statSync, symlinkSync } from "node:fs";
import { expect, test } from "vitest";
import { createTemporaryDirectory } from "../support/temporary-directory.js";
import { forbidPackages, launcher, runCommand } from "./run-command.js";

const untidy = "package a;message A{1 b:bool}";
const tidy = "package a\n\nmessage A { 1 b: bool }\n";

test("writes only what changes, with its permissions, through links, and without what emits", () => {
  const directory = createTemporaryDirectory({ "rpc/untidy.rpc": untidy, "rpc/tidy.rpc": tidy, "far.rpc": untidy });
  symlinkSync(directory.at("far.rpc"), directory.at("rpc/link.rpc"));
  chmodSync(directory.at("rpc/untidy.rpc"), 0o640);
  const before = statSync(directory.at("rpc/tidy.rpc"));
  const { code, stdout, stderr } = runCommand(["fmt", "rpc"], {
    cwd: directory.path,
    preload: forbidPackages("ts-morph", "handlebars"),
  });
  expect([code, stdout]).toEqual([0, ""]);
  expect(stderr).toBe("  formatted  far.rpc\n  formatted  rpc/untidy.rpc\n  3 files, 2 formatted\n");
  expect(directory.read("rpc/untidy.rpc")).toBe(tidy);
  expect(statSync(directory.at("rpc/untidy.rpc")).mode & 0o777).toBe(0o640);
  expect(statSync(directory.at("rpc/tidy.rpc")).ino).toBe(before.ino);
  expect(directory.list()).toEqual(["far.rpc", "rpc/link.rpc", "rpc/tidy.rpc", "rpc/untidy.rpc"]);
});

test("--check lists what differs, --diff shows it, and neither writes", () => {
  const directory = createTemporaryDirectory({ "a.rpc": untidy, "b.rpc": tidy, "bom.rpc": `\ufeff${tidy}` });
  const checked = runCommand(["fmt", "--check", "."], { cwd: directory.path });
  expect([checked.code, checked.stdout]).toEqual([3, "a.rpc\nbom.rpc\n"]);
  const shown = runCommand(["fmt", "--diff", "a.rpc"], { cwd: directory.path });
  expect(shown.code).toBe(3);
  expect(shown.stdout).toContain("--- a.rpc\n+++ a.rpc\n@@ -1,1 +1,4 @@\n-package a;message A{1 b:bool}\n+package a\n");
  expect(directory.read("a.rpc")).toBe(untidy);
  expect(runCommand(["fmt", "--check", "b.rpc", "--quiet"], { cwd: directory.path })).toMatchObject({
    code: 0,
    stdout: "",
    stderr: "",
  });
});

test("a file with syntax errors is left alone with its diagnostics, and the others are formatted", () => {
  const wrong = "package a\nmessage A { 1 b bool }";
  const directory = createTemporaryDirectory({ "wrong.rpc": wrong, "fine.rpc": untidy });
  const { code, stderr } = runCommand(["fmt", "."], { cwd: directory.path });
  expect(code).toBe(1);
  expect(stderr).toContain("wrong.rpc:2:");
  expect(directory.read("wrong.rpc")).toBe(wrong);
  expect(directory.read("fine.rpc")).toBe(tidy);
});

test("a file with warnings only is formatted without a word about them", () => {
  const directory = createTemporaryDirectory({ "warned.rpc": "package a /// nothing\nmessage A{1 b:bool}" });
  const { code, stderr } = runCommand(["fmt", "warned.rpc"], { cwd: directory.path });
  expect([code, stderr]).toEqual([0, "  formatted  warned.rpc\n  1 file, 1 formatted\n"]);
});

test("reads stdin and writes stdout", () => {
  const run = (args: readonly string[], input: string): readonly unknown[] => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [launcher, "fmt", ...args], {
      input,
      encoding: "utf8",
    });
    return [status, stdout, stderr];
  };
  expect(run(["-"], untidy)).toEqual([0, tidy, ""]);
  expect(run(["--stdin", "--check"], untidy)).toEqual([3, "<stdin>\n", ""]);
  const [code, product, complaint] = run(["--stdin", "--stdin-path", "rpc/x.rpc"], "message {");
  expect([code, product]).toEqual([1, ""]);
  expect(complaint).toContain("rpc/x.rpc:1:");
});

test.each([
  [["-", "a.rpc"], "not both"],
  [["--stdin-path", "a.rpc"], "which is not read"],
  [["nowhere.rpc"], "there is no file nowhere.rpc"],
])("fmt %j is refused with exit code 2", (args, text) => {
  const { code, stderr } = runCommand(["fmt", ...args], { cwd: createTemporaryDirectory({ "a.rpc": tidy }).path });
  expect([code, stderr]).toEqual([2, expect.stringContaining(text)]);
});

test("--json tells of every file whether it changes", () => {
  const directory = createTemporaryDirectory({ "a.rpc": untidy, "b.rpc": tidy });
  const { code, stdout } = runCommand(["fmt", ".", "--check", "--json"], { cwd: directory.path });
  expect(code).toBe(3);
  expect(JSON.parse(stdout)).toMatchObject({
    command: "fmt",
    exitCode: 3,
    files: [
      { path: "a.rpc", changed: true },
      { path: "b.rpc", changed: false },
    ],
    diagnostics: [],
  });
});
