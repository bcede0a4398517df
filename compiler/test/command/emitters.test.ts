/** Emitters of a configuration: the worked example of docs/PLUGINS.md as it stands there, and everything that plug-ins do wrong. */

import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runEmitters } from "../../../bin/run-emitters.js";
import type { Emitter, EmitterFinding } from "../../src/schema/emitter.js";
import { checkConfig } from "../../src/project/config.js";
import { Report } from "../../src/report/report.js";
import { analyzeText } from "../support/analyze-text.js";
import { runCommand } from "./run-command.js";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "rpcgen-emitters-"));
  write("rpc/shop.rpc", "package shop.v1\n\nmessage Order { 1 id: string }\n");
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(directory, path)), { recursive: true });
  writeFileSync(join(directory, path), text);
}

function read(path: string): string {
  return readFileSync(join(directory, path), "utf8");
}

function compile(...args: readonly string[]): { readonly code: number | null; readonly stderr: string } {
  return runCommand(["compile", ...args], { cwd: directory });
}

/** A configuration with an emitter whose body is given. */
function configure(body: string, name: string = "mine"): void {
  write(
    "rpcgen.config.mjs",
    `export default { emitters: [{ name: "${name}", emit(schema, context) { ${body} } }] };\n`,
  );
}

test("the example of the page works as it is written there", () => {
  const page = readFileSync(join(import.meta.dirname, "../../../docs/PLUGINS.md"), "utf8");
  const [emitter = "", config = ""] = [...page.matchAll(/```ts\n([^]*?)```/g)].map(([, code]) => code ?? "");
  const [, rpc = ""] = /```\n(@namespace[^]*?)```/.exec(page) ?? [];
  write("emitters/audit.mjs", emitter);
  write(
    "rpcgen.config.mjs",
    config.replace('import { defineConfig } from "rpcgen";', "const defineConfig = (it) => it;"),
  );
  write("rpc/shop.rpc", rpc);
  expect(compile().code).toBe(0);
  expect(JSON.parse(read("gen/audit.json"))).toEqual([{ message: "shop.v1.Order", topic: "orders" }]);
  expect(compile("--check").code).toBe(0);
  const alone = runCommand(["export", "--to", "audit", "--out", "reports"], { cwd: directory });
  expect([alone.code, existsSync(join(directory, "reports/audit.json"))]).toEqual([0, true]);
  write("rpc/shop.rpc", rpc.replace('("orders")', "(7)"));
  const refused = compile();
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining("@acme.audit wants a topic (audit)")]);
  expect(refused.stderr).toContain("emitter-error");
  expect(refused.stderr).toContain("message Order");
});

test("a change of an emitter's code is noticed, and its files go with it", () => {
  configure('return [{ path: "a/one.txt", text: "1" }, { path: "two.txt", text: "2" }];');
  compile();
  expect([read("gen/a/one.txt"), read("gen/two.txt")]).toEqual(["1", "2"]);
  configure('return [{ path: "a/one.txt", text: "changed" }];');
  expect(compile("--check").code).toBe(3);
  expect(compile().code).toBe(0);
  expect([read("gen/a/one.txt"), existsSync(join(directory, "gen/two.txt"))]).toEqual(["changed", false]);
  expect(compile("rpc/shop.rpc").code).toBe(0);
  expect(read("gen/a/one.txt")).toBe("changed");
  rmSync(join(directory, "rpcgen.config.mjs"));
  expect(compile().code).toBe(0);
  expect(readdirSync(join(directory, "gen"))).not.toContain("a");
});

test("a file that somebody else wrote or edited is left alone", () => {
  write("gen/notes.txt", "by hand");
  configure('return [{ path: "notes.txt", text: "by machine" }];');
  const ended = compile();
  expect([ended.code, read("gen/notes.txt")]).toEqual([1, "by hand"]);
});

/** What emitters do that their types forbid. */
const mistakes: readonly (readonly [reason: string, emit: (...args: Parameters<Emitter["emit"]>) => unknown])[] = [
  [
    "Error: no",
    () => {
      throw new Error("no");
    },
  ],
  ["no iterable of files", () => 7],
  ["file 0 is not an object with `path` and `text`", () => [{ path: "x" }]],
  ["file 0 is not an object", () => [null]],
  ["`..`", () => [{ path: "../x", text: "" }]],
  ["is absolute", () => [{ path: "/x", text: "" }]],
  ["device", () => [{ path: "con", text: "" }]],
  ["keeps for itself", () => [{ path: ".rpcgen-manifest.json", text: "" }]],
  ["half of a surrogate pair", () => [{ path: "x", text: "\ud800" }]],
  ["gives X twice", () => ["x", "X"].map((path) => ({ path, text: "" }))],
  ["TypeError", ({ files }) => (files as unknown[]).pop()],
  ["no finding", (_schema, context) => [context.report({ severity: "fatal" } as unknown as EmitterFinding)]],
  ["Error: late", () => Promise.reject(new Error("late"))],
];

test.each(mistakes)("what an emitter does wrong is told with its name: %s", async (reason, emit) => {
  const report = new Report();
  const emitter = { name: "mine", emit: emit as Emitter["emit"] };
  await runEmitters([emitter], { ...analyzeText("message M {}"), version: "0" }, report);
  const [first] = report.findings().diagnostics;
  expect([first?.code, first?.message]).toEqual(["emitter-failed", expect.stringContaining("`mine`")]);
  expect(first?.message).toContain(reason);
});

test.each([
  ["throw new Error('no');", "Error: no"],
  ["return [{ path: 'shop.types.ts', text: '' }];", "shop.types.ts"],
])("after a mistake of an emitter nothing is written: %s", (body, reason) => {
  configure(body);
  const ended = compile();
  expect([ended.code, ended.stderr]).toEqual([1, expect.stringContaining("mine")]);
  expect(ended.stderr).toContain(reason);
  expect(existsSync(join(directory, "gen"))).toBe(false);
});

test("warnings are shown each time, and do not keep anything from being written", () => {
  configure('context.report({ severity: "warning", message: "odd", at: schema.files[0].messages[0] }); return [];');
  for (const round of [1, 2]) {
    const ended = compile();
    expect([round, ended.code, ended.stderr]).toEqual([round, 0, expect.stringContaining("emitter-warning")]);
  }
});

test("two emitters at one path are an error that names both", () => {
  const one = (name: string): string => `{ name: "${name}", emit: () => [{ path: "x.txt", text: "" }] }`;
  write("rpcgen.config.mjs", `export default { emitters: [${one("first")}, ${one("second")}] };\n`);
  const ended = compile();
  expect([ended.code, ended.stderr]).toEqual([1, expect.stringMatching(/emitter:first and emitter:second/)]);
});

const emit = (): readonly never[] => [];

test.each([
  [{}, "must be an array"],
  [[7], "must be an emitter, not a number"],
  [[{ name: "A b", emit }], "lower case letters"],
  [[{ name: "a" }], "function `emit`"],
  [
    [
      { name: "a", emit },
      { name: "a", emit },
    ],
    "two emitters called `a`",
  ],
])("a configuration with wrong emitters is refused: %j", (emitters, reason) => {
  expect(checkConfig({ emitters })).toEqual({ kind: "invalid", reason: expect.stringContaining(reason) as string });
});

test("an emitter whose promise never settles is given up", async () => {
  const report = new Report();
  const hanging = { name: "slow", emit: (): Promise<never> => new Promise(() => undefined) };
  expect(await runEmitters([hanging], { ...analyzeText("message M {}"), version: "0" }, report, 1)).toEqual([]);
  expect(report.findings().diagnostics.map(({ code, message }) => `${code}: ${message}`)).toEqual([
    "emitter-failed: the emitter `slow` fails: it takes longer than 0.001 seconds",
  ]);
});
