/** `--watch` as its users have it: a process of its own, a real disk, and whatever editors do to files. */

import { mkdirSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { expect, onTestFinished, test } from "vitest";
import { createTemporaryDirectory } from "../support/temporary-directory.js";
import type { TemporaryDirectory } from "../support/temporary-directory.js";
import { runCommand } from "./run-command.js";
import { Watching } from "./watching.js";

const words = "package greeter.v1\nmessage Name { 1 name: string }\n";
const greeter =
  'package greeter.v1\nimport "words.rpc"\nservice Greeter { greet(Name): Greeting }\nmessage Greeting { 1 text: string }\n';

function project(): TemporaryDirectory {
  return createTemporaryDirectory({ "rpc/greeter.rpc": greeter, "rpc/words.rpc": words });
}

function watch(args: readonly string[], directory: TemporaryDirectory, preload?: string): Watching {
  const watching = new Watching(args, directory.path, preload);
  onTestFinished(() => watching.stop());
  return watching;
}

/** What stands there is what a compile from nothing would write. */
function expectRight(directory: TemporaryDirectory): void {
  const { code, stderr } = runCommand(["compile", "--check"], { cwd: directory.path });
  expect({ code, stderr }).toMatchObject({ code: 0 });
}

test("a day at work: edits, mistakes, renames, folders that go and come, a new configuration, and Ctrl-C", async () => {
  const directory = project();
  const watching = watch(["compile", "--watch"], directory);
  await watching.until(/greeter\.rpc {2}-> {2}gen\/greeter.*\n(.*\n)* {2}watching; Ctrl-C ends it\n/);

  directory.write({ "rpc/words.rpc": words.replace("name:", "word:") });
  await watching.until(/^\d\d:\d\d:\d\d {2}words\.rpc changed {2}-> {2}3 files in \d+ ms\n/m);
  expect(directory.read("gen/words.types.ts")).toContain("readonly word: string");

  directory.write({ "rpc/words.rpc": "package greeter.v1\nmessage Name { 1 name strin }\n" });
  await watching.until(/words\.rpc changed {2}-> {2}2 errors in \d+ ms\nerror [^]*rpcgen explain/);
  expect(directory.read("gen/words.types.ts")).toContain("readonly word: string");

  // As editors save: written in full beside its place, and moved there.
  writeFileSync(directory.at("rpc/words.rpc~"), words);
  renameSync(directory.at("rpc/words.rpc~"), directory.at("rpc/words.rpc"));
  await watching.until(/words\.rpc changed {2}-> {2}3 files in/);

  directory.write({ "rpc/deep/down/new.rpc": "package down.v1\nmessage New { 1 id: string }\n" });
  await watching.until(/deep\/down\/new\.rpc changed {2}-> {2}2 files in/);
  rmSync(directory.at("rpc/deep"), { recursive: true });
  await watching.until(/deep\/down\/new\.rpc removed {2}-> {2}2 files removed in/);
  directory.write({ "rpc/deep/down/new.rpc": "package down.v1\nmessage New { 1 id: string }\n" });
  await watching.until(/-> {2}2 files in/);

  renameSync(directory.at("rpc"), directory.at("away"));
  await watching.until(/error: there is nothing to compile/);
  renameSync(directory.at("away"), directory.at("rpc"));
  await watching.until(/changed {2}-> {2}up to date in/);
  directory.write({ "rpc/words.rpc": `${words}message Back {}\n` });
  await watching.until(/-> {2}2 files in/);
  expectRight(directory);

  directory.write({ "rpcgen.config.mjs": 'export default { out: "made" };\n' });
  await watching.until(/rpcgen\.config\.mjs changed {2}-> {2}9 files in/);
  directory.write({ "rpcgen.config.mjs": 'export default { outt: "made" };\n' });
  await watching.until(/error: rpcgen\.config\.mjs: there is no key `outt`/);
  directory.write({ "rpc/words.rpc": words });
  await watching.until(/words\.rpc changed {2}-> {2}2 files in/);
  directory.write({ "rpcgen.config.mjs": 'export default { out: "gen" };\n' });
  await watching.until(/rpcgen\.config\.mjs changed {2}-> {2}\d files? in/);
  unlinkSync(directory.at("rpcgen.config.mjs"));
  await watching.until(/rpcgen\.config\.mjs removed {2}-> /);
  directory.write({ "rpcgen.config.mjs": 'export default { out: "again" };\n' });
  await watching.until(/-> {2}9 files in/);
  expectRight(directory);

  expect(await watching.interrupt()).toBe("SIGINT");
});

test("a package is made again after each change, keeps what stands while there are mistakes, and is what one run would make", async () => {
  const directory = createTemporaryDirectory({ "idl/rpc/greeter.rpc": greeter, "idl/rpc/words.rpc": words });
  const cwd = directory.at("idl");
  const args = ["sdk", "--name", "@acme/greeter", "--out", "../sdk"];
  const watching = new Watching([...args, "--watch"], cwd);
  onTestFinished(() => watching.stop());
  await watching.until(/ {2}\.\.\/sdk\/README\.md\n(.*\n)* {2}watching; Ctrl-C ends it\n/);
  directory.write({ "idl/rpc/words.rpc": words.replace("name:", "word:") });
  await watching.until(/^\d\d:\d\d:\d\d {2}words\.rpc changed {2}-> {2}\d+ files in \d+ ms\n/m);
  const types = (): string => directory.read("sdk/dist/words.types.d.ts");
  expect(types()).toContain("readonly word: string");

  directory.write({ "idl/rpc/words.rpc": words.replace("string", "strin") });
  await watching.until(/words\.rpc changed {2}-> {2}1 error in \d+ ms\nerror [^]*rpcgen explain/);
  expect(types()).toContain("readonly word: string");

  directory.write({ "sdk/CHANGELOG.md": "# Changes of our own\n", "idl/rpc/words.rpc": words });
  await watching.until(/words\.rpc changed {2}-> {2}\d+ files in/);
  expect(types()).toContain("readonly name: string");
  expect(directory.read("sdk/CHANGELOG.md")).toBe("# Changes of our own\n");
  expect(runCommand([...args, "--check"], { cwd })).toMatchObject({ code: 0, stderr: "  up to date\n" });
  expect(await watching.interrupt()).toBe("SIGINT");
});

test("a storm of five hundred saves is a rebuild or two, the last of which has the last save", async () => {
  const directory = project();
  const watching = watch(["compile", "--watch"], directory);
  await watching.until(/watching; Ctrl-C/);
  for (let save = 1; save <= 500; save++) writeFileSync(directory.at("rpc/words.rpc"), `${words}message W${save} {}\n`);
  await watching.until(/words\.rpc changed {2}-> /);
  // Whatever is told after a later change was told in between.
  directory.write({ "rpc/greeter.rpc": `${greeter}message Last {}\n` });
  // A busy machine may tell of it together with the last save of the storm.
  await watching.until(/(?:greeter\.rpc|2 files) changed {2}-> {2}\d files in/);
  // One where this process is not held up in the middle of the storm.
  expect(watching.output.match(/words\.rpc changed/g)?.length).toBeLessThan(5);
  expect(directory.read("gen/words.types.ts")).toContain("W500");
});

test("--json gives one object a line; generated files that somebody takes away come back with the next change", async () => {
  const directory = project();
  const watching = watch(["compile", "--watch", "--json"], directory);
  expect(JSON.parse(await watching.until(/^\{.*\}$/m))).toMatchObject({ command: "compile", exitCode: 0, changed: [] });
  directory.write({ "rpc/words.rpc": words.replace("name:", "1:") });
  const failed: unknown = JSON.parse(await watching.until(/^\{.*"exitCode":1.*\}$/m));
  expect(failed).toMatchObject({ exitCode: 1, files: [], counts: null });
  rmSync(directory.at("gen"), { recursive: true });
  directory.write({ "rpc/words.rpc": words });
  const mended = JSON.parse(await watching.until(/^\{.*"exitCode":0.*\}$/m)) as { files: readonly unknown[] };
  expect(mended.files).toHaveLength(7);
  expectRight(directory);
});

test("where the system's watches are used up, that is said and the files are looked at instead; links are followed", async () => {
  const directory = createTemporaryDirectory({ "elsewhere/words.rpc": words, "rpc/greeter.rpc": greeter });
  symlinkSync(directory.at("elsewhere/words.rpc"), directory.at("rpc/words.rpc"));
  const noWatches = `
    import fs from "node:fs";
    import { syncBuiltinESMExports } from "node:module";
    fs.watch = () => { throw Object.assign(new Error("ENOSPC: no space left"), { code: "ENOSPC" }); };
    syncBuiltinESMExports();`;
  const watching = watch(["compile", "--watch", "--root", "."], directory, noWatches);
  // Which is said first depends on which directory could not be watched.
  const note = "max_user_watches.*\\n.*looking at the files every 500 ms instead";
  await watching.until(new RegExp(`${note}[^]*watching; Ctrl-C|watching; Ctrl-C[^]*${note}`));
  directory.write({ "elsewhere/words.rpc": words.replace("name:", "word:") });
  // The first look at all files may end after the save; whatever happened before its end is told without a name.
  await watching.until(/(?:words\.rpc|something) changed {2}-> {2}\d files? in/);
});

test("two watches on one output directory leave one complete set", async () => {
  const directory = project();
  const both = [watch(["compile", "--watch"], directory), watch(["compile", "--watch"], directory)];
  for (const one of both) await one.until(/watching; Ctrl-C/);
  unlinkSync(directory.at("rpc/words.rpc"));
  mkdirSync(directory.at("rpc/more"));
  directory.write({ "rpc/words.rpc": `${words}message More {}\n`, "rpc/more/m.rpc": "package m.v1\nmessage M {}\n" });
  for (const one of both) await one.until(/changed {2}-> {2}(\d files? in|up to date)/);
  directory.write({ "rpc/words.rpc": `${words}message Last {}\n` });
  for (const one of both) await one.until(/words\.rpc changed {2}-> {2}(\d files? in|up to date)/);
  expectRight(directory);
});

test("check --watch looks and writes nothing", async () => {
  const directory = project();
  const watching = watch(["check", "--watch"], directory);
  await watching.until(/first look {2}-> {2}2 files, no errors in \d+ ms/);
  await watching.until(/watching; Ctrl-C/);
  directory.write({ "rpc/words.rpc": "package greeter.v1\nmessage Nam { 1 name: string }\n" });
  await watching.until(/words\.rpc changed {2}-> {2}2 files, 1 error[^]*did you mean `Nam`/);
  expect(directory.list().filter((path) => path.startsWith("gen"))).toEqual([]);
  expect(runCommand(["compile", "--watch", "--check"], { cwd: directory.path })).toMatchObject({ code: 2 });
});
