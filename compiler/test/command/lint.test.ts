/** `rpcgen lint` on a disk: what it finds, what it mends, and how it ends. */

import { join } from "node:path";
import { expect, test } from "vitest";
import { createTemporaryDirectory } from "../support/temporary-directory.js";
import { forbidPackages, runCommand } from "./run-command.js";

const root = join(import.meta.dirname, "../../..");

test.each([
  ["idl-examples", ["chat", "greeter", "library", "route-guide", "shop", "torture"]],
  ["idl-examples/evolution/v1", ["."]],
  ["idl-examples/evolution/v2", ["."]],
  ["templates/init/rpc", ["."]],
])("everything in %s is clean", (folder, paths) => {
  const cwd = join(root, folder);
  const { code, stderr } = runCommand(["lint", "--no-config", "--root", ".", "--max-warnings", "0", ...paths], { cwd });
  expect([code, stderr]).toEqual([0, expect.stringContaining("no errors, no warnings\n")]);
});

const login = "package login.v1\n\nmessage Login {\n  1 user:     string\n  2 password: string\n}\n";

test("findings are warnings, and pass unless they are too many or the project says otherwise", () => {
  const directory = createTemporaryDirectory({ "rpc/login.rpc": login });
  const run = (...args: readonly string[]): ReturnType<typeof runCommand> =>
    runCommand(["lint", ...args], { cwd: directory.path, preload: forbidPackages("ts-morph") });
  const plain = run();
  expect([plain.code, plain.stdout]).toEqual([0, ""]);
  expect(plain.stderr).toContain("warning unmarked-secret: `password` looks like a secret");
  expect(plain.stderr).toContain("  1 file, no errors, 1 warning\n");
  expect(run("--max-warnings", "0").code).toBe(1);
  directory.write({ "rpcgen.config.json": '{ "lint": { "rules": { "unmarked-secret": "error" } } }' });
  const asJson = run("--json");
  expect(asJson.code).toBe(1);
  expect(JSON.parse(asJson.stdout)).toMatchObject({
    command: "lint",
    exitCode: 1,
    fixed: 0,
    diagnostics: [{ code: "unmarked-secret", severity: "error" }],
  });
  directory.write({ "rpcgen.config.json": '{ "lint": { "ignore": ["rpc/log*.rpc"] } }' });
  expect(run("--max-warnings", "0").code).toBe(0);
  directory.write({ "rpcgen.config.json": '{ "lint": { "rules": { "unmarked-secrets": "off" } } }' });
  expect(run()).toMatchObject({ code: 2, stderr: expect.stringContaining("did you mean `unmarked-secret`?") });
});

test("--fix carries out what changes no behaviour, and keeps a file laid out", () => {
  const directory = createTemporaryDirectory({
    "rpc/login.rpc": login.replace("\n\n", '\n\nimport "other.rpc"\n\n'),
    "rpc/other.rpc": "package other.v1\nmessage Other { 1 token: string /// mine\n }\nservice S { get(): bool }",
  });
  const { code, stderr } = runCommand(["lint", "--fix"], { cwd: directory.path });
  expect(code).toBe(0);
  expect(stderr).toContain("warning missing-idempotent");
  expect(stderr).toContain("  2 files, 4 fixed, no errors, 1 warning\n");
  expect(directory.read("rpc/login.rpc")).toBe(
    "package login.v1\n\nmessage Login {\n  1 user:     string\n  @secret\n  2 password: string\n}\n",
  );
  expect(directory.read("rpc/other.rpc")).toBe(
    "package other.v1\nmessage Other { @secret 1 token: string // mine\n }\nservice S { get(): bool }",
  );
});

test("files with errors are not linted, and not mended", () => {
  const text = "package a.v1\nmessage A { 1 password: Nowhere }\n";
  const directory = createTemporaryDirectory({ "a.rpc": text });
  const { code, stderr } = runCommand(["lint", "a.rpc", "--fix"], { cwd: directory.path });
  expect([code, stderr]).toEqual([1, expect.stringContaining("error unknown-type")]);
  expect(stderr).not.toContain("unmarked-secret");
  expect(directory.read("a.rpc")).toBe(text);
});
