/** What compiling leaves on the disk: complete, stable, and never more than it should. */

import { cpSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { createTemporaryDirectory } from "../support/temporary-directory.js";
import type { TemporaryDirectory } from "../support/temporary-directory.js";
import { forbidPackages, runCommand, startCommand } from "./run-command.js";

const greeter = `package greeter.v1
import "words.rpc"
service Greeter { greet(Name): Greeting }
message Greeting { 1 text: string }
`;
const words = "package greeter.v1\nmessage Name { 1 name: string }\n";

const outputs = [
  "gen/.rpcgen-manifest.json",
  ...["client", "codec", "methods", "server", "types"].map((role) => `gen/greeter.${role}.ts`),
  ...["codec", "types"].map((role) => `gen/words.${role}.ts`),
];

function project(): TemporaryDirectory {
  return createTemporaryDirectory({ "rpc/greeter.rpc": greeter, "rpc/words.rpc": words });
}

function outputsOf(directory: TemporaryDirectory): readonly (readonly [string, string])[] {
  return directory
    .list()
    .filter((path) => path.startsWith("gen/"))
    .map((path) => [path, readFileSync(directory.at(path), "utf8")]);
}

test("compiles, says what it did, knows when nothing changed, and follows every change", () => {
  const directory = project();
  const first = runCommand(["compile"], { cwd: directory.path });
  expect(first).toMatchObject({ code: 0, stdout: "" });
  expect(first.stderr).toContain("rpc/greeter.rpc  ->  gen/greeter.{types,codec,methods,client,server}.ts\n");
  expect(first.stderr).toMatch(/1 service, 1 method, 2 messages in \d+ ms\n$/);
  expect(directory.list().filter((path) => path.startsWith("gen/"))).toEqual(outputs);

  // The same once more needs neither the parser nor the printer, so it can do without them.
  const light = { cwd: directory.path, preload: forbidPackages("chevrotain", "ts-morph") };
  expect(runCommand(["compile"], light)).toMatchObject({ code: 0, stdout: "", stderr: "  up to date\n" });
  expect(runCommand(["compile", "--import-extension", ".ts"], light).code).toBe(70);

  const before = statSync(directory.at("gen/greeter.client.ts")).mtimeMs;
  directory.write({ "rpc/words.rpc": words.replace("Name {", "Name { 2 title: string") });
  expect(runCommand(["compile"], { cwd: directory.path }).stderr).toContain(
    "rpc/words.rpc  ->  gen/words.{types,codec}.ts",
  );
  expect(directory.read("gen/words.types.ts")).toContain("title");
  expect(statSync(directory.at("gen/greeter.client.ts")).mtimeMs).toBe(before);

  // An output that was damaged is made anew, one whose source is gone goes with it.
  directory.write({ "gen/greeter.types.ts": directory.read("gen/greeter.types.ts").replace("text", "txet") });
  directory.write({ "rpc/extra.rpc": "package extra\nmessage Extra { 1 id: string }\n" });
  expect(runCommand(["compile"], { cwd: directory.path }).code).toBe(0);
  expect(directory.read("gen/greeter.types.ts")).not.toContain("txet");
  expect(directory.list()).toContain("gen/extra.types.ts");
});

test("the numbers of what was compiled are told again when nothing has changed", () => {
  const directory = project();
  const counts = [1, 2].map(() => {
    const { stdout } = runCommand(["compile", "--json"], { cwd: directory.path });
    return (JSON.parse(stdout) as { counts: unknown }).counts;
  });
  expect(counts).toEqual([1, 2].map(() => ({ services: 1, methods: 1, messages: 2 })));
});

test("a file that cannot be read counts among those that were checked, and a pattern may match nothing", () => {
  const directory = createTemporaryDirectory();
  writeFileSync(directory.at("b.rpc"), new Uint8Array([0xff, 0xfe]));
  expect(runCommand(["check", "b.rpc"], { cwd: directory.path }).stderr).toContain("  1 file, 1 error\n");
  const none = runCommand(["check", "idl/**/*.rpc"], { cwd: directory.path });
  expect([none.code, none.stderr]).toEqual([2, expect.stringContaining("no .rpc file matches idl/**/*.rpc")]);
});

test("--check tells stale from right by its exit code and touches nothing", () => {
  const directory = project();
  const stale = runCommand(["compile", "--check", "--json"], { cwd: directory.path });
  expect(stale.code).toBe(3);
  const answer = JSON.parse(stale.stdout) as { files: readonly { path: string; action: string }[] };
  expect(answer).toMatchObject({ version: 1, command: "compile", exitCode: 3, diagnostics: [] });
  expect(answer.files).toContainEqual({ path: "greeter.types.ts", source: "greeter.rpc", action: "written" });
  expect(directory.list()).toEqual(["rpc/greeter.rpc", "rpc/words.rpc"]);
  expect(runCommand(["compile"], { cwd: directory.path }).code).toBe(0);
  expect(runCommand(["compile", "--check"], { cwd: directory.path }).code).toBe(0);
  directory.write({ "gen/words.types.ts": `${directory.read("gen/words.types.ts")}\n` });
  const edited = runCommand(["compile", "--check"], { cwd: directory.path });
  expect(edited.code).toBe(3);
  expect(edited.stderr).toContain("rpc/words.rpc  ->  gen/words.types.ts");
});

test("outputs are the same bytes from any directory, in any locale and zone, in any order of inputs", () => {
  const one = project();
  const two = createTemporaryDirectory();
  const copy = two.at("ü elsewhere 😈");
  mkdirSync(copy);
  cpSync(one.at("rpc"), `${copy}/rpc`, { recursive: true });
  const files = ["rpc/greeter.rpc", "rpc/words.rpc"];
  expect(runCommand(["compile", ...files], { cwd: one.path, env: { TZ: "UTC", LC_ALL: "C" } }).code).toBe(0);
  const args = [
    "compile",
    ...[...files].reverse().map((path) => `../${path}`),
    "--out",
    "../gen",
    "--cwd",
    `${copy}/rpc`,
  ];
  expect(runCommand(args, { cwd: "/", env: { TZ: "Asia/Kathmandu", LC_ALL: "tr_TR.UTF-8" } })).toMatchObject({
    code: 0,
  });
  const moved = outputsOf(two).length === 0 ? two.list() : [];
  expect(moved.filter((path) => path.includes("/gen/")).map((path) => path.replace("ü elsewhere 😈/", ""))).toEqual(
    outputs,
  );
  for (const path of outputs) expect(readFileSync(`${copy}/${path}`, "utf8")).toBe(one.read(path));
});

test("errors in the sources leave earlier outputs as they are", () => {
  const directory = createTemporaryDirectory({ "rpc/a.rpc": "package a\nmessage A { 1 b: Nowhere }\n" });
  directory.write({ "gen/a.types.ts": "// @generated by rpcgen 0.0.1 from a.rpc. DO NOT EDIT.\n" });
  const { code, stderr, stdout } = runCommand(["compile"], { cwd: directory.path });
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toContain("error unknown-type");
  expect(stderr).toContain("rpc/a.rpc:2:");
  expect(directory.read("gen/a.types.ts")).toContain("0.0.1");
});

test("refuses to write over a file by hand, and two sources that meet in one output", () => {
  const directory = project();
  directory.write({ "gen/words.types.ts": "export const mine = 1;\n", "other/words.rpc": words.replace("v1", "v2") });
  const refused = runCommand(["compile"], { cwd: directory.path });
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining("error output-not-generated")]);
  expect(directory.list().filter((path) => path.startsWith("gen/"))).toEqual(["gen/words.types.ts"]);
  const args = [
    "compile",
    "rpc/words.rpc",
    "other/words.rpc",
    "--root",
    "rpc",
    "--import-root",
    "other",
    "--out",
    "out",
  ];
  const twins = runCommand(args, { cwd: directory.path });
  expect([twins.code, twins.stderr]).toEqual([1, expect.stringContaining("error output-collision")]);
  expect(twins.stderr).toContain("rpc/words.rpc");
  expect(twins.stderr).toContain("other/words.rpc");
});

test("a warning is said again by the next run, which is never just up to date", () => {
  const directory = createTemporaryDirectory({ "rpc/empty.rpc": "// nothing here\n" });
  const first = runCommand(["compile"], { cwd: directory.path });
  expect([first.code, first.stderr]).toEqual([0, expect.stringContaining("warning ")]);
  const second = runCommand(["compile"], { cwd: directory.path });
  expect([second.code, second.stderr]).toEqual([0, expect.stringContaining("warning ")]);
});

test("two runs at once leave one complete set", async () => {
  const directory = project();
  const runs = [1, 2].map(() => startCommand(["compile"], { cwd: directory.path }));
  for (const { code } of await Promise.all(runs)) expect(code).toBe(0);
  expect(directory.list().filter((path) => path.startsWith("gen/"))).toEqual(outputs);
  expect(runCommand(["compile"], { cwd: directory.path }).stderr).toBe("  up to date\n");
});

/** Makes the command's own third move of a file into place the moment at which `signal` arrives. */
function signalDuringWrite(signal: string): string {
  return `
    import fs from "node:fs";
    import { syncBuiltinESMExports } from "node:module";
    const rename = fs.renameSync;
    let count = 0;
    fs.renameSync = (from, to) => {
      if (++count === 3) process.kill(process.pid, "${signal}");
      rename(from, to);
    };
    syncBuiltinESMExports();`;
}

test("Ctrl-C in the middle of writing ends the command after the set is complete", () => {
  const directory = project();
  const ended = runCommand(["compile"], { cwd: directory.path, preload: signalDuringWrite("SIGINT") });
  expect(ended).toMatchObject({ code: null, signal: "SIGINT" });
  expect(directory.list().filter((path) => path.startsWith("gen/"))).toEqual(outputs);
  expect(runCommand(["compile"], { cwd: directory.path }).stderr).toBe("  up to date\n");
});

test("a kill in the middle of writing leaves whole files only, and the next run mends the set", () => {
  const directory = project();
  const ended = runCommand(["compile"], { cwd: directory.path, preload: signalDuringWrite("SIGKILL") });
  expect(ended).toMatchObject({ code: null, signal: "SIGKILL" });
  const left = outputsOf(directory).filter(([path]) => !path.includes(".rpcgen-"));
  expect(left).toHaveLength(2);
  expect(runCommand(["compile"], { cwd: directory.path }).code).toBe(0);
  for (const [path, text] of left) expect(directory.read(path)).toBe(text);
  const visible = directory.list().filter((path) => path.startsWith("gen/") && !path.includes("staging"));
  expect(visible).toEqual(outputs);
});

test("a compile prints without waking the TypeScript compiler, which takes longer to load than all the rest", () => {
  const preload = `
    import { createRequire } from "node:module";
    process.on("exit", () => {
      const loaded = Object.keys(createRequire(import.meta.url.startsWith("file:") ? import.meta.url : "file:///x.js").cache);
      const compilers = loaded.filter((path) => path.endsWith("typescript.js")).length;
      console.error(loaded.some((path) => path.includes("code-block-writer")) + " " + compilers);
    });`;
  const { code, stderr } = runCommand(["compile"], { cwd: project().path, preload });
  expect(code).toBe(0);
  expect(stderr).toMatch(/^true 0$/m);
});
