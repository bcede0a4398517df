/** `rpcgen size` as its users run it: each method's client, by the bundler of the project. */

import { symlinkSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test, vi } from "vitest";
import { createTemporaryDirectory } from "../support/temporary-directory.js";
import type { TemporaryDirectory } from "../support/temporary-directory.js";
import { runCommand } from "./run-command.js";

// Each run loads what emits and a bundler.
vi.setConfig({ testTimeout: 60_000 });

const installed = fileURLToPath(new URL("../../../node_modules/", import.meta.url));

const files = {
  "package.json": "{}",
  "rpc/notes.rpc": `package notes.v1
import "words.rpc"
service Notes {
  count(): int32
  @timeout(5s) add(Note): Note
  watch(Note): stream Note
}
message Note { 1 id: string, 2 words: Word[], 3 by: map<string, Word> }
`,
  "rpc/words.rpc":
    "package notes.v1\nmessage Word { 1 text: string, 2 at: timestamp }\nservice Words { last(): string }\n",
};

/** A project that has Rolldown; more of its packages are named. */
function projectWith(...packages: readonly string[]): TemporaryDirectory {
  const directory = createTemporaryDirectory({ ...files, "node_modules/.keep": "" });
  for (const name of packages) symlinkSync(`${installed}${name}`, `${directory.path}/node_modules/${name}`, "dir");
  return directory;
}

const size = ({ path: cwd }: TemporaryDirectory, ...args: readonly string[]): ReturnType<typeof runCommand> =>
  runCommand(["size", ...args], { cwd });

interface Sizes {
  readonly bundler: { readonly name: string; readonly version: string };
  readonly bytesMax: number | null;
  readonly methods: readonly {
    readonly service: string;
    readonly method: string;
    readonly call: string;
    readonly bytes: number;
    readonly runtimeBytes: number;
    readonly ownBytes: number;
    readonly isOver: boolean;
  }[];
  readonly all: { readonly bytes: number } | null;
}

const sizesOf = (stdout: string): Sizes => JSON.parse(stdout) as Sizes;

test("each method has its row, light ones are small, and all together are less than their sum", () => {
  const directory = projectWith("rolldown");
  const { code, stdout, stderr } = size(directory, "--json");
  expect([code, stderr]).toEqual([0, ""]);
  const { bundler, methods, all, bytesMax } = sizesOf(stdout);
  expect(bundler).toEqual({ name: "rolldown", version: expect.stringMatching(/^\d+\.\d+\.\d+/) as string });
  expect(bytesMax).toBeNull();
  expect(methods.map(({ call }) => call)).toEqual(["wordsLast", "notesCount", "notesAdd", "notesWatch"]);
  for (const { bytes, runtimeBytes, ownBytes } of methods) {
    expect(runtimeBytes + ownBytes).toBe(bytes);
    expect(ownBytes).toBeGreaterThan(100);
    expect(runtimeBytes).toBeGreaterThan(8000);
  }
  const [, count, add, watch] = methods;
  expect(count?.bytes).toBeLessThan(11_000);
  // It carries messages, and the other one streams, too.
  expect(add?.ownBytes).toBeGreaterThan(count?.ownBytes ?? Infinity);
  expect(watch?.runtimeBytes).toBeGreaterThan(add?.runtimeBytes ?? Infinity);
  expect(all?.bytes).toBeGreaterThan(watch?.bytes ?? Infinity);
  expect(all?.bytes).toBeLessThan(13_500);
  expect(directory.list().filter((path) => !path.startsWith("node_modules/"))).toEqual(Object.keys(files));
});

test("files that are named are measured without what they import, and a table says so", () => {
  const { code, stdout, stderr } = size(projectWith("rolldown"), "rpc/notes.rpc");
  expect(code).toBe(0);
  expect(stderr).toMatch(/^ {2}3 methods, bundled for browsers by rolldown \S+, minified, gzipped\n$/);
  const lines = stdout.trimEnd().split("\n");
  expect(lines[0]).toBe("  method               gz bytes  runtime  generated");
  expect(lines.slice(1).map((line) => line.trim().replace(/ {2}.*/, ""))).toEqual([
    "Notes.count",
    "Notes.add",
    "Notes.watch",
    "all 3 in one client",
  ]);
  expect(new Set(lines.map(({ length }) => length)).size).toBe(1);
});

test("a client over --max is marked, and fails the run; the client of all methods is not held to it", () => {
  const directory = projectWith("rolldown");
  // `add` itself is not over it.
  const max = sizesOf(size(directory, "--json").stdout).methods[2]?.bytes ?? 0;
  const { code, stdout, stderr } = size(directory, "--max", String(max));
  expect(code).toBe(1);
  expect(stderr.trimEnd().split("\n").at(-1)).toBe(`over ${max.toLocaleString("en-US")} bytes: 1 of 4 methods`);
  expect(stdout).toMatch(/^ {2}Notes\.watch .* {2}[\d,]+ over --max$/m);
  expect(stdout).toMatch(/^ {2}Notes\.add[\d, ]+$/m);
  expect(stdout).toMatch(/^ {2}all 4 in one client[\d, ]+$/m);
  const json = size(directory, "--max", `${max}B`, "--format", "json");
  expect(json.code).toBe(1);
  expect(sizesOf(json.stdout).bytesMax).toBe(max);
  expect(sizesOf(json.stdout).methods.map(({ isOver }) => isOver)).toEqual([false, false, false, true]);
  expect(size(directory, "--max", "20 KiB").code).toBe(0);
});

test("a project without a bundler is told which to install", () => {
  const { code, stdout, stderr } = size(projectWith());
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toContain("this project has no bundler that can: neither esbuild, nor Rolldown, nor Vite");
  expect(stderr).toContain("run `npm i -D esbuild` in the project");
});

test("a bundler that comes with Vite is found, and one that cannot be loaded is named", () => {
  const directory = projectWith();
  const broken = createTemporaryDirectory({
    ...files,
    "node_modules/vite/package.json": '{ "name": "vite" }',
    "node_modules/vite/node_modules/esbuild/package.json": '{ "main": "main.js" }',
    "node_modules/vite/node_modules/esbuild/main.js": 'throw new Error("no binary for this platform");',
  });
  const { code, stderr } = size(broken);
  expect(code).toBe(2);
  expect(stderr).toContain("the esbuild of this project cannot be loaded: no binary for this platform");
  expect(size(directory).stderr).not.toContain("no binary");
});

test.each(["", "0", "-1", "12 apples", "1e9", "kB", "99999999999"])("--max %j is refused", (max) => {
  const { code, stderr } = size(projectWith("rolldown"), `--max=${max}`);
  expect(code).toBe(2);
  expect(stderr).toContain("It is a size such as 12000, 12kB or 11.5KiB.");
});

test("mistakes in the files are told, and nothing is measured", () => {
  const directory = createTemporaryDirectory({ "rpc/a.rpc": "package a.v1\nservice A { get(Nothing): Nothing }\n" });
  const { code, stdout, stderr } = size(directory);
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toContain("unknown-type");
  expect(JSON.parse(size(directory, "--json").stdout)).toMatchObject({ command: "size", exitCode: 1, methods: [] });
});

test("a project without methods is no mistake", () => {
  const directory = projectWith("rolldown");
  const none = createTemporaryDirectory({ "rpc/a.rpc": "package a.v1\nmessage A { 1 id: string }\n" });
  symlinkSync(`${directory.path}/node_modules`, `${none.path}/node_modules`, "dir");
  const { code, stdout } = size(none, "--json");
  expect([code, sizesOf(stdout).methods, sizesOf(stdout).all]).toEqual([0, [], null]);
});
