/** Completion as the shells do it: the scripts are loaded by the shells themselves. */

import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { expect, test } from "vitest";
import { createTemporaryDirectory } from "../support/temporary-directory.js";
import { runCommand } from "./run-command.js";

const files = { "rpc/orders.rpc": "", "rpc/notes.txt": "", "top level.rpc": "", "tsconfig.json": "" };

function script(shell: string): string {
  const { code, stdout, stderr } = runCommand(["completion", shell], { cwd: tmpdir() });
  expect([code, stderr]).toEqual([0, ""]);
  return stdout;
}

function isInstalled(shell: string): boolean {
  return spawnSync(shell, ["--version"]).status === 0;
}

let bash: string | undefined;

/** What bash offers for the last of some words. */
function completeInBash(...words: readonly string[]): readonly string[] {
  const directory = createTemporaryDirectory(files);
  bash ??= script("bash");
  const quoted = words.map((word) => `'${word}'`).join(" ");
  const commands = [
    bash,
    `COMP_WORDS=(rpcgen ${quoted})`,
    `COMP_CWORD=${words.length}`,
    // As readline finds and calls it.
    "function=$(complete -p rpcgen | sed -E 's/.*-F ([^ ]+) .*/\\1/')",
    '"$function" rpcgen',
    'printf "%s\\n" "${COMPREPLY[@]}"',
  ].join("\n");
  const { stdout, stderr, status } = spawnSync("bash", ["--norc", "--noprofile", "-u", "-c", commands], {
    cwd: directory.path,
    encoding: "utf8",
  });
  expect([status, stderr]).toEqual([0, ""]);
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .sort();
}

test("bash completes commands, and only in their place", () => {
  expect(completeInBash("c")).toEqual(["call", "check", "compile", "completion"]);
  expect(completeInBash("help", "comp")).toEqual(["compile", "completion"]);
  expect(completeInBash("--v")).toEqual(["--version"]);
});

test("bash completes options of the command, and the values of those that have a few", () => {
  expect(completeInBash("compile", "--im")).toEqual(["--import-extension", "--import-root"]);
  expect(completeInBash("explain", "--im")).toEqual([]);
  expect(completeInBash("check", "--format", "")).toEqual(["github", "json", "sarif", "text"]);
  expect(completeInBash("check", "--format", "=", "s")).toEqual(["sarif"]);
  expect(completeInBash("check", "--format", "=")).toEqual(["github", "json", "sarif", "text"]);
  expect(completeInBash("completion", "z")).toEqual(["zsh"]);
});

test("bash completes sources, directories, files and diagnostics where each is wanted", () => {
  expect(completeInBash("check", "")).toEqual(["rpc", "top level.rpc"]);
  expect(completeInBash("check", "--quiet", "rpc/")).toEqual(["rpc/orders.rpc"]);
  expect(completeInBash("compile", "-o", "")).toEqual(["rpc"]);
  expect(completeInBash("compile", "--config", "ts")).toEqual(["tsconfig.json"]);
  expect(completeInBash("explain", "unknown-t")).toEqual(["unknown-type"]);
});

test("every command of the help is in every script", () => {
  const help = runCommand(["--help"], { cwd: tmpdir() }).stdout;
  const commands = [
    ...(help.split("Commands:\n")[1] ?? "")
      .split("\n\n", 1)
      .join()
      .matchAll(/^ {2}(\w+) /gm),
  ].map(([, name]) => name ?? "");
  expect(commands).toContain("compile");
  for (const shell of ["bash", "zsh", "fish"]) {
    const text = script(shell);
    for (const command of commands) expect(text).toMatch(new RegExp(`\\b${command}\\b`));
  }
});

test("an unknown shell is refused with those that there are", () => {
  const { code, stderr } = runCommand(["completion", "cmd"], { cwd: tmpdir() });
  expect(code).toBe(2);
  expect(stderr).toBe("error: there is no completion for cmd\n  = help: there is one for bash, zsh, fish\n");
});

test.skipIf(!isInstalled("zsh"))("zsh reads its script (skipped where zsh is not installed)", () => {
  const { status, stderr } = spawnSync("zsh", ["-f", "-n"], { input: script("zsh"), encoding: "utf8" });
  expect([status, stderr]).toEqual([0, ""]);
});

test.skipIf(!isInstalled("fish"))("fish offers what its script says (skipped where fish is not installed)", () => {
  // From a file: the pipe in which Node hands over an input is none that fish reads scripts from.
  const text = `${script("fish")}\ncomplete -C 'rpcgen check --format s'\n`;
  const directory = createTemporaryDirectory({ "complete.fish": text });
  const { stdout, stderr } = spawnSync("fish", ["--no-config", directory.at("complete.fish")], { encoding: "utf8" });
  expect([stdout, stderr]).toEqual([expect.stringMatching(/^sarif\t[^\n]+\n$/), ""]);
});
