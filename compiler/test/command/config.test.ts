/** The configuration file: found, loaded, and refused with a pointed sentence. */

import { mkdirSync, symlinkSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { createTemporaryDirectory } from "../support/temporary-directory.js";
import type { TemporaryDirectory } from "../support/temporary-directory.js";
import { runCommand } from "./run-command.js";

const source = "package a\nmessage A { 1 b: bool }\n";

/** Lets the project import `rpcgen` as if it were installed. */
function install(directory: TemporaryDirectory): void {
  mkdirSync(directory.at("node_modules"));
  symlinkSync(fileURLToPath(new URL("../../..", import.meta.url)), directory.at("node_modules/rpcgen"));
}

test.each([
  ["rpcgen.config.js", "export default {", "it fails when it is loaded: SyntaxError"],
  ["rpcgen.config.mjs", "throw new Error('no\\nway')", "it fails when it is loaded: Error: no way"],
  ["rpcgen.config.mjs", "throw Object.create(null)", "a value that cannot be shown was thrown"],
  ["rpcgen.config.mjs", "await new Promise(() => undefined)", "its top-level await never ends"],
  ["rpcgen.config.mjs", "export const root = 'idl'", "it has no default export"],
  ["rpcgen.config.mjs", "export default Promise.resolve({})", "it must export a plain object, not a promise"],
  ["rpcgen.config.mjs", "export default { ['__proto__']: {} }", "there is no key `__proto__`"],
  ["rpcgen.config.mjs", "export default { get out() { throw new Error('mine') } }", "it cannot be read: Error: mine"],
  ["rpcgen.config.mjs", "process.exit(0)", "it ends the process while it is loaded"],
  ["rpcgen.config.json", '{"root": "idl",}', "it is not JSON"],
  ["rpcgen.config.cjs", "module.exports = {}", "a configuration has the extension .ts, .mts, .js, .mjs or .json"],
  ["rpcgen.config.json", '{"__proto__": {"root": "idl"}}', "there is no key `__proto__`"],
])("%s with `%s` is refused with exit code 2", (name, text, reason) => {
  const directory = createTemporaryDirectory({ [name]: text, "rpc/a.rpc": source });
  const { code, stderr } = runCommand(["check"], { cwd: directory.path });
  expect(stderr).toContain(`error: ${name}: `);
  expect(stderr).toContain(reason);
  expect(stderr).toContain("run `rpcgen explain config-invalid`");
  expect(code).toBe(2);
});

test("a configuration that leaves a timer behind does not keep the command from ending", () => {
  const directory = createTemporaryDirectory({
    "rpcgen.config.mjs": "setInterval(() => undefined, 1000);\nexport default {}",
    "rpc/a.rpc": source,
  });
  expect(runCommand(["check", "--json"], { cwd: directory.path })).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/\}\n$/),
  });
});

test("a TypeScript configuration is found above, loaded with its imports, and counted from where it stands", () => {
  const directory = createTemporaryDirectory({
    "package.json": '{ "type": "module" }',
    "rpcgen.config.ts": `import { defineConfig } from "rpcgen";
      import { out } from "./where.ts";
      interface Unused { readonly a: string }
      export default defineConfig({ root: "idl", out } satisfies { root: string; out: string });`,
    "where.ts": "export const out: string = 'src/gen' as const;\n",
    "idl/deep/a.rpc": source,
    "below/x": "",
  });
  install(directory);
  const { code, stderr } = runCommand(["compile"], { cwd: directory.at("below") });
  expect(stderr).toContain("a.{types,codec}.ts");
  expect(code).toBe(0);
  expect(directory.list()).toContain("src/gen/deep/a.types.ts");
  const files = directory.list().filter((path) => !path.startsWith("node_modules/"));
  expect(files.filter((path) => dirname(path) === ".")).toEqual(["package.json", "rpcgen.config.ts", "where.ts"]);
});

test("a mistake in a TypeScript configuration is told with its line", () => {
  const directory = createTemporaryDirectory({
    "rpcgen.config.ts": "export default {\n  root: = 1,\n};\n",
    "rpc/a.rpc": source,
  });
  const { code, stderr } = runCommand(["check"], { cwd: directory.path });
  expect([code, stderr]).toEqual([
    2,
    expect.stringContaining("rpcgen.config.ts: it fails when it is loaded: SyntaxError"),
  ]);
});

test("arguments win over the configuration, and --no-config and --config say which one counts", () => {
  const directory = createTemporaryDirectory({
    "rpcgen.config.json": '{ "$schema": "x", "root": "nowhere" }',
    "other.json": '{ "root": "idl", "files": "idl/*.rpc" }',
    "rpc/a.rpc": source,
    "idl/b.rpc": source,
    "idl/deep/c.rpc": "not a source",
  });
  const check = (...args: readonly string[]): number | null =>
    runCommand(["check", ...args], { cwd: directory.path }).code;
  expect(check()).toBe(2);
  expect(check("--root", "rpc")).toBe(0);
  expect(check("--no-config")).toBe(0);
  expect(check("--config", "other.json")).toBe(0);
  expect(check("--config", "missing.json")).toBe(2);
});

test("a configuration beyond the repository's root is not looked for, and two beside each other are one too many", () => {
  const directory = createTemporaryDirectory({
    "rpcgen.config.json": "{ broken",
    "repository/.git/HEAD": "",
    "repository/rpc/a.rpc": source,
    "repository/two/rpcgen.config.json": "{}",
    "repository/two/rpcgen.config.mjs": "export default {}",
  });
  expect(runCommand(["check"], { cwd: directory.at("repository") }).code).toBe(0);
  const { code, stderr } = runCommand(["check"], { cwd: directory.at("repository/two") });
  expect([code, stderr]).toEqual([2, expect.stringContaining("stands beside it; keep one of the two")]);
});
