/** The package as npm would publish it: complete, small, and at work where nothing but its dependencies is installed. */

import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync, renameSync, symlinkSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test, vi } from "vitest";
import { createTemporaryDirectory } from "../support/temporary-directory.js";

// Packing and installing take long where many things run at once.
vi.setConfig({ testTimeout: 60_000 });

const root = fileURLToPath(new URL("../../..", import.meta.url));
const manifest = JSON.parse(readFileSync(`${root}/package.json`, "utf8"));

const files = {
  "package.json": '{ "type": "module" }',
  "rpc/greeter.rpc": "package shop\nservice Greeter { greet(name: string): string }\n",
  // Not literal, so that it has to be run, with its types and its import of this package.
  "rpcgen.config.ts":
    'import { defineConfig } from "rpcgen";\nexport default defineConfig({ out: String("gen") as string });\n',
};

/** A project that has installed the packed package, without the network. */
function installed(): { readonly path: string; readonly run: (...args: readonly string[]) => string } {
  const directory = createTemporaryDirectory(files);
  const packed = execute("npm", ["pack", "--silent", "--ignore-scripts", "--pack-destination", directory.path], root);
  execute("tar", ["-xzf", packed.trim()], directory.path);
  mkdirSync(directory.at("node_modules"));
  renameSync(directory.at("package"), directory.at("node_modules/rpcgen"));
  for (const name of Object.keys(manifest.dependencies)) {
    symlinkSync(`${root}/node_modules/${name}`, directory.at(`node_modules/${name}`));
  }
  const command = directory.at(`node_modules/rpcgen/${manifest.bin.rpcgen}`);
  return { path: directory.path, run: (...args) => execute(process.execPath, [command, ...args], directory.path) };
}

function execute(command: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: "utf8" });
  expect([status, stderr].join(" ")).toMatch(/^0 /);
  return stdout + stderr.replace(/^npm warn.*\n/gm, "");
}

test("the packed package works where only its dependencies are installed, and ships the licences of what it bundles", () => {
  const { path, run } = installed();
  expect(run("--version")).toBe(`${manifest.version}\n`);
  expect(run("check")).toBe("  1 file, no errors\n");
  expect(run("compile")).toContain("rpc/greeter.rpc  ->  gen/greeter.{types,codec,methods,client,server}.ts");
  expect(run("compile")).toBe("  up to date\n");
  expect(run("explain", "unknown-type")).toContain("unknown-type (error)");
  const folder = `${path}/node_modules/rpcgen/dist/command`;
  const hasOwnCache = "enableCompileCache" in process.getBuiltinModule("node:module");
  expect(readdirSync(folder).some((name) => name.startsWith("compiled-"))).toBe(!hasOwnCache);

  // The licences of all bundled code are there.
  const notices = readFileSync(`${folder}/THIRD-PARTY-NOTICES.txt`, "utf8");
  for (const name of ["chevrotain", "@chevrotain/gast", "commander", "lodash-es"]) {
    expect(notices).toMatch(new RegExp(`^${name} [0-9.]+ \\((MIT|Apache-2\\.0)\\)$`, "m"));
  }
  expect(notices).toContain("Apache License");
  expect(notices).toContain("The MIT License");
});
