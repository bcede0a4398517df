/** Findings in every format, as the command prints them; and streams that are full, closed or gone. */

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { createTemporaryDirectory } from "../support/temporary-directory.js";
import { launcher, runCommand } from "./run-command.js";

const files = { "rpc/a.rpc": "package a\nmessage A { 1 b: Bb }\nmessage B { }\n" };

test.each(["check", "compile", "lint"])("%s tells findings on stdout alone in the formats of programs", (command) => {
  const { path: cwd } = createTemporaryDirectory(files);
  const sarif = runCommand([command, "--format", "sarif"], { cwd });
  expect([sarif.code, sarif.stderr]).toEqual([1, ""]);
  expect(JSON.parse(sarif.stdout).runs[0].results).toMatchObject([{ ruleId: "unknown-type", level: "error" }]);
  const github = runCommand([command, "--format", "github"], { cwd });
  expect([github.code, github.stderr]).toEqual([1, ""]);
  expect(github.stdout).toMatch(/^::error file=rpc\/a\.rpc,line=2,endLine=2,col=18,endColumn=20,title=unknown-type::/);
  const json = runCommand([command, "--format=json"], { cwd });
  expect(json).toEqual(runCommand([command, "--json"], { cwd }));
});

test("formats that contradict each other, or a watch, are refused", () => {
  const { path: cwd } = createTemporaryDirectory(files);
  expect(runCommand(["check", "--format", "xml"], { cwd })).toMatchObject({ code: 2, stdout: "" });
  expect(runCommand(["check", "--json", "--format", "github"], { cwd }).code).toBe(2);
  expect(runCommand(["check", "--watch", "--format", "sarif"], { cwd }).code).toBe(2);
});

/** Runs the command with its streams as a shell makes them. */
function inShell(redirections: string, cwd: string): string {
  const script = `'${process.execPath}' '${launcher}' check --json ${redirections}; echo "code $?"`;
  return spawnSync("bash", ["-c", script], { cwd, encoding: "utf8" }).stdout;
}

test.skipIf(!existsSync("/dev/full"))(
  "a product that cannot be written is no success, and a lost remark no failure",
  () => {
    const { path: cwd } = createTemporaryDirectory({ "rpc/a.rpc": "package a\nmessage A { 1 b: bool }\n" });
    expect(inShell(">/dev/full 2>&1", cwd)).toBe("code 1\n");
    expect(inShell("2>&1 >/dev/full", cwd)).toMatch(/^error: cannot write to standard output: .*ENOSPC.*\ncode 1\n$/);
    expect(inShell("2>/dev/full >/dev/null", cwd)).toBe("code 0\n");
    expect(inShell("<&- >/dev/null", cwd)).toBe("code 0\n");
    expect(inShell("| head -c 1 >/dev/null", cwd)).toBe("code 0\n");
  },
);
