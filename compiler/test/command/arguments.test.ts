/** What the command makes of its arguments and its surroundings, right and wrong. */

import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { createTemporaryDirectory } from "../support/temporary-directory.js";
import { forbidPackages, launcher, runCommand } from "./run-command.js";

const wrong = "package a\nmessage A { 1 b: Nowhere }\n";

test.each([
  ["no arguments", [], "Usage: rpcgen"],
  ["an unknown command", ["compil"], "did you mean compile?"],
  ["an unknown option", ["compile", "--ot", "x"], "did you mean --out?"],
  ["a missing value", ["compile", "--out"], "argument missing"],
  ["an option where a value should be", ["compile", "--out", "--json", "--color", "never"], "The value is missing"],
  ["help with a command that there is not", ["help", "compil"], "unknown command 'compil'"],
  ["an empty file name", ["compile", ""], "It is empty"],
  ["an equals sign behind a short option", ["compile", "-o=gen"], "follows without `=`"],
  ["an empty value", ["compile", "--out="], "It is empty"],
  ["a value given twice", ["compile", "--out", "a", "--out", "b"], "It was given twice"],
  ["a value out of range", ["compile", "--import-extension", ".jsx"], "one of .js, .ts, none"],
  ["too many arguments", ["explain", "one", "two"], "too many arguments"],
  ["a missing file", ["check", "rpc/gretter.rpc"], "did you mean rpc/greeter.rpc?"],
  ["a pattern that finds nothing", ["check", "rpc/*.rcp"], "no .rpc file matches rpc/*.rcp"],
  ["a directory that is not there", ["check", "--cwd", "nowhere"], "there is no directory nowhere"],
  ["a directory without sources", ["check", "empty"], "there are no .rpc files in empty"],
  ["a file of another kind", ["check", "notes.md"], "notes.md is not an .rpc file"],
  ["a file outside of the root", ["check", "rpc/greeter.rpc", "--root", "empty"], "is not below the root empty"],
  ["an unknown diagnostic", ["explain", "unknown-tpye"], "did you mean `unknown-type`?"],
  ["a file name that would colour the screen", ["check", "\u001b[31mred.rpc"], "no .rpc file matches"],
])("%s: exit code 2 and a sentence", (_case, args, text) => {
  const directory = createTemporaryDirectory({ "rpc/greeter.rpc": wrong, "notes.md": "", "empty/x": "" });
  const { code, stdout, stderr } = runCommand(args, { cwd: directory.path });
  const said = args.includes("--json") ? stdout : stderr;
  expect(said).toContain(text);
  expect(said).not.toContain("\u001b");
  expect(code).toBe(2);
});

test("nothing to compile is said with a way out", () => {
  const { code, stderr } = runCommand(["compile"], { cwd: createTemporaryDirectory().path });
  expect(code).toBe(2);
  expect(stderr).toContain("no file was named, and there is no directory rpc");
  expect(stderr).toContain("rpcgen.config.ts");
});

test("help and version are products, and need nothing that is slow to load", () => {
  const cwd = createTemporaryDirectory().path;
  const preload = forbidPackages("chevrotain", "ts-morph");
  const version = runCommand(["--version"], { cwd, preload });
  expect(version).toMatchObject({ code: 0, stderr: "" });
  expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  const help = runCommand(["help", "compile"], { cwd, preload });
  expect(help).toMatchObject({ code: 0, stderr: "" });
  expect(help.stdout).toContain("--import-extension");
  const explained = runCommand(["explain", "unknown-type"], { cwd, preload });
  expect(explained).toMatchObject({ code: 0, stderr: "" });
  expect(explained.stdout).toContain("unknown-type (error)");
});

test("check finds mistakes without loading the printer, for people and for programs", () => {
  const directory = createTemporaryDirectory({ "rpc/a.rpc": wrong });
  const preload = forbidPackages("ts-morph");
  const told = runCommand(["check"], { cwd: directory.path, preload });
  expect([told.code, told.stdout]).toEqual([1, ""]);
  expect(told.stderr).toContain("error unknown-type");
  expect(told.stderr).toContain("1 file, 1 error\n");
  const listed = runCommand(["check", "--json"], { cwd: directory.path, preload });
  expect([listed.code, listed.stderr]).toEqual([1, ""]);
  expect(JSON.parse(listed.stdout)).toMatchObject({
    version: 1,
    command: "check",
    exitCode: 1,
    diagnostics: [{ code: "unknown-type", severity: "error", file: "rpc/a.rpc", range: { start: { line: 2 } } }],
  });
  expect(directory.list()).toEqual(["rpc/a.rpc"]);
});

test("--json answers with one object even where nothing could run", () => {
  const { code, stdout, stderr } = runCommand(["compile", "nowhere.rpc", "--json"], {
    cwd: createTemporaryDirectory().path,
  });
  expect([code, stderr]).toEqual([2, ""]);
  expect(JSON.parse(stdout)).toMatchObject({
    version: 1,
    exitCode: 2,
    error: { message: "there is no file nowhere.rpc" },
  });
});

test("takes files with spaces, Unicode and leading dashes in their names, and a pattern that is a name", () => {
  const text = (name: string): string => `package ${name}\nmessage A { 1 b: bool }\n`;
  const directory = createTemporaryDirectory({
    "with space/ü 😈.rpc": text("one"),
    "-x.rpc": text("two"),
    "[odd].rpc": text("three"),
  });
  const args = ["check", "--root", ".", "--", "with space/ü 😈.rpc", "-x.rpc", "[odd].rpc"];
  const { code, stderr } = runCommand(args, { cwd: directory.path });
  expect([code, stderr]).toEqual([0, "  3 files, no errors\n"]);
});

test.each([
  ["nothing", {}, [], false],
  ["--color always", {}, ["--color", "always"], true],
  ["FORCE_COLOR=1", { FORCE_COLOR: "1" }, [], true],
  ["FORCE_COLOR=1 and --color=never", { FORCE_COLOR: "1" }, ["--color=never"], false],
  ["NO_COLOR=1 and --color always", { NO_COLOR: "1" }, ["--color", "always"], true],
])("colour in a pipe under %s: %s", (_case, env, args, isColored) => {
  const cwd = createTemporaryDirectory().path;
  const { stderr } = runCommand(["check", "nowhere.rpc", ...args], { cwd, env });
  expect(stderr.includes("\u001b[")).toBe(isColored);
});

test("a reader that stops listening is no mistake", () => {
  const script = `"${process.execPath}" "${launcher}" explain | head -1; exit "\${PIPESTATUS[0]}"`;
  const { status, stderr, stdout } = spawnSync("bash", ["-c", script], { encoding: "utf8" });
  expect([status, stderr]).toEqual([0, ""]);
  expect(stdout.split("\n")).toHaveLength(2);
});

test("a mistake in rpcgen itself is told as one, with what a report needs", () => {
  const directory = createTemporaryDirectory({ "rpc/a.rpc": wrong });
  const preload = `import fs from "node:fs"; import { syncBuiltinESMExports } from "node:module";
    fs.fstatSync = () => { throw new TypeError("planted"); };
    fs.lstatSync = () => { throw new TypeError("planted"); };
    syncBuiltinESMExports();`;
  const { code, stdout, stderr } = runCommand(["compile", "--out", "."], { cwd: directory.path, preload });
  expect([code, stdout]).toEqual([70, ""]);
  expect(stderr).toContain("internal error");
  expect(stderr).toContain("Please report it");
  expect(stderr).toContain("TypeError: planted");
  expect(stderr).toContain(process.version);
});
