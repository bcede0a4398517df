/** Following imports: order, identity, and nothing outside of the roots. */

import { execFileSync } from "node:child_process";
import { symlinkSync } from "node:fs";
import { expect, test } from "vitest";
import { analyzeTexts } from "../../test/support/analyze-text.js";
import { createTemporaryDirectory } from "../../test/support/temporary-directory.js";
import { Report } from "../report/report.js";
import { createMemoryHost } from "../../test/support/memory-host.js";
import { createNodeHost } from "./host-node.js";
import { load } from "./load.js";
import type { Host } from "./host.js";

function counted(host: Host): { readonly host: Host; readonly reads: string[] } {
  const reads: string[] = [];
  return { host: { ...host, read: (path, bytesMax) => (reads.push(path), host.read(path, bytesMax)) }, reads };
}

function paths(
  files: Readonly<Record<string, string>>,
  entries: readonly string[],
  roots?: readonly string[],
): string[] {
  const report = new Report();
  const project = load(entries, createMemoryHost({ files, workingDirectory: "/project" }), { roots }, report);
  expect(report.findings().diagnostics.map(({ message }) => message)).toEqual([]);
  return project.files.map((file) => file.path);
}

const message = (name: string): string => `message ${name} { 1 id: string }`;

test("imported files stand before importing ones, whatever the order of the entries", () => {
  const files = {
    "a.rpc": `import "b.rpc"\nimport "c.rpc"\n${message("A")}`,
    "b.rpc": `import "c.rpc"\n${message("B")}`,
    "c.rpc": message("C"),
    "d.rpc": message("D"),
  };
  const expected = ["c.rpc", "b.rpc", "a.rpc", "d.rpc"];
  expect(paths(files, ["a.rpc", "d.rpc"])).toEqual(expected);
  expect(paths(files, ["d.rpc", "c.rpc", "a.rpc", "a.rpc", "./b.rpc"])).toEqual(expected);
});

test("an import is looked up beside its file, then in the roots, then in the standard library", () => {
  const files = {
    "one/shop/a.rpc": `import "b.rpc"\nimport "c.rpc"\nimport "google/protobuf/any.rpc"\n${message("A")}`,
    "one/shop/b.rpc": message("B"),
    "one/b.rpc": message("NotThisOne"),
    "two/c.rpc": message("C"),
  };
  const report = new Report();
  const host = createMemoryHost({ files, workingDirectory: "/project", behind: createNodeHost() });
  const project = load(["one/shop/a.rpc"], host, { roots: ["one", "two"] }, report);
  expect(project.files.map((file) => file.path)).toEqual([
    "c.rpc",
    "google/protobuf/any.rpc",
    "shop/b.rpc",
    "shop/a.rpc",
  ]);
  expect(project.files.map((file) => file.isStandard)).toEqual([false, true, false, false]);
});

test("an entry outside of every root brings its own directory along", () => {
  expect(paths({ "/else/where/a.rpc": message("A") }, ["/else/where/a.rpc"])).toEqual(["a.rpc"]);
});

test("a file is parsed once, however many ways lead to it", () => {
  const files: Record<string, string> = { "shared.rpc": message("Shared") };
  const leaves = Array.from({ length: 1_000 }, (_, index) => `leaf${index}.rpc`);
  for (const [index, leaf] of leaves.entries()) {
    const path = index % 2 === 0 ? "shared.rpc" : "./x/../shared.rpc";
    files[leaf] = `import "${path}"\nmessage L${index} { 1 shared: Shared }`;
  }
  files["main.rpc"] = leaves.map((leaf) => `import "${leaf}"`).join("\n") + `\n${message("Main")}`;
  const { host, reads } = counted(createMemoryHost({ files, workingDirectory: "/project" }));
  const report = new Report();
  const project = load(["main.rpc"], host, {}, report);
  expect(project.files).toHaveLength(1_002);
  expect(reads).toHaveLength(1_002);
  expect(report.hasErrors).toBe(false);
});

test("one file under two names is one file, with the path that the disk knows", () => {
  const directory = createTemporaryDirectory({
    "main.rpc": 'import "real.rpc"\nimport "alias.rpc"\nmessage Main { 1 real: Real }',
    "real.rpc": message("Real"),
  });
  symlinkSync(directory.at("real.rpc"), directory.at("alias.rpc"));
  const report = new Report();
  const project = load(["main.rpc"], createNodeHost(directory.path), {}, report);
  expect(project.files.map((file) => file.path)).toEqual(["real.rpc", "main.rpc"]);
  expect(report.findings().diagnostics.map(({ code }) => code)).toEqual(["import-repeated"]);
});

test("another spelling of upper and lower case is refused, and the file still parsed once", () => {
  const files = {
    "main.rpc": `import "money.rpc"\nimport "Money.rpc"\n${message("Main")}`,
    "Money.rpc": message("Money"),
  };
  const { host, reads } = counted(createMemoryHost({ files, workingDirectory: "/project", ignoresCase: true }));
  const report = new Report();
  load(["main.rpc"], host, {}, report);
  const [first] = report.findings().diagnostics;
  expect(first?.code).toBe("import-path-invalid");
  expect(first?.label).toBe('the file is "Money.rpc"');
  expect(reads).toHaveLength(2);
});

test("a circle of a hundred files is shown without its middle", () => {
  const files: Record<string, string> = {};
  for (let index = 0; index < 100; index++) {
    files[`f${index}.rpc`] = `import "f${(index + 1) % 100}.rpc"\nmessage M${index} { 1 next: M${(index + 1) % 100} }`;
  }
  expect(analyzeTexts(files).findings).toEqual([
    "import-cycle: files import each other in a circle: f0.rpc -> f1.rpc -> f2.rpc -> f3.rpc -> f4.rpc -> f5.rpc -> (89 more) -> f95.rpc -> f96.rpc -> f97.rpc -> f98.rpc -> f99.rpc -> f0.rpc",
  ]);
});

test("a chain of imports may be long", () => {
  const files: Record<string, string> = { "f20000.rpc": message("Last") };
  for (let index = 0; index < 20_000; index++) files[`f${index}.rpc`] = `import "f${index + 1}.rpc"`;
  const report = new Report();
  const project = load(["f0.rpc"], createMemoryHost({ files, workingDirectory: "/project" }), {}, report);
  expect(project.files).toHaveLength(20_001);
  expect(project.files[0]?.path).toBe("f20000.rpc");
});

test("links that lead outside of the roots, folders, pipes and devices are refused, unread and unquoted", () => {
  const outside = createTemporaryDirectory({ "secret.rpc": "do not show this" });
  const directory = createTemporaryDirectory({
    "main.rpc": ["out", "folder", "pipe", "zero", "loop"].map((name) => `import "${name}.rpc"`).join("\n"),
    "folder.rpc/a.rpc": message("A"),
  });
  symlinkSync(outside.at("secret.rpc"), directory.at("out.rpc"));
  symlinkSync("/dev/zero", directory.at("zero.rpc"));
  symlinkSync(directory.at("loop.rpc"), directory.at("loop.rpc"));
  execFileSync("mkfifo", [directory.at("pipe.rpc")]);
  const report = new Report();
  const { host, reads } = counted(createNodeHost(directory.path));
  load(["main.rpc"], host, {}, report);
  expect(report.findings().diagnostics.map(({ message: text }) => text)).toEqual([
    'the import path "out.rpc" leads outside of the import roots',
    "cannot read folder.rpc: it is a directory",
    "cannot read pipe.rpc: it is not a regular file",
    'the import path "zero.rpc" leads outside of the import roots',
    "cannot read loop.rpc: its symbolic links lead in a circle",
  ]);
  expect(JSON.stringify(report.findings().diagnostics)).not.toContain("do not show this");
  expect(reads).toEqual([directory.at("main.rpc")]);
});

test("an entry that cannot be read is a finding without a place", () => {
  const report = new Report();
  load(["none.rpc", "folder"], createMemoryHost({ files: { "folder/a.rpc": "" }, workingDirectory: "/p" }), {}, report);
  const { diagnostics } = report.findings();
  expect(diagnostics.map(({ code, message: text, span }) => [code, text, span])).toEqual([
    ["read-failed", "cannot read folder: it is a directory", undefined],
    ["read-failed", "cannot read none.rpc: there is no such file", undefined],
  ]);
});

test("two roots with a file of one logical path are refused, naming both", () => {
  const files = { "one/a.rpc": message("A"), "two/a.rpc": message("B") };
  const report = new Report();
  load(
    ["one/a.rpc", "two/a.rpc"],
    createMemoryHost({ files, workingDirectory: "/p" }),
    { roots: ["one", "two"] },
    report,
  );
  expect(report.findings().diagnostics.map(({ message: text }) => text)).toEqual([
    "one/a.rpc and two/a.rpc would both be written to a.rpc",
  ]);
});

test("bytes that are not UTF-8 are refused with the place of the first bad one", () => {
  const files = new Map([["main.rpc", new Uint8Array([...new TextEncoder().encode("message "), 0xff, 0x41])]]);
  const report = new Report();
  load(["main.rpc"], createMemoryHost({ files, workingDirectory: "/p" }), {}, report);
  const [only] = report.findings().diagnostics;
  expect(only?.code).toBe("not-utf8");
  expect(only?.message).toContain("byte 8");
});
