/** Imports every `.proto` and `.thrift` file of a folder, compiles what comes out, and prints what was found. */

import { performance } from "node:perf_hooks";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";

const usage = `usage: node scripts/import-corpus.mjs FOLDER [--root DIR]... [--ending .proto|.thrift] [--show CODE] [--emit]
  FOLDER   imported as a whole, with paths counted from it
  --root   a further directory in which imports are looked up
  --show   prints the first findings with this code
  --emit   also generates TypeScript, in memory`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    root: { type: "string", multiple: true, default: [] },
    ending: { type: "string", multiple: true, default: [".proto", ".thrift"] },
    show: { type: "string" },
    emit: { type: "boolean", default: false },
  },
});
if (positionals.length !== 1) {
  process.stderr.write(`${usage}\n`);
  process.exit(2);
}

const dist = new URL("../dist/compiler/src/", import.meta.url);
const load = (path) => import(new URL(path, dist).href);
const { analyze } = await load("compile.js");
const { importForeign } = await load("ingest/import-foreign.js");
const { readTokens } = await load("ingest/tokens.js");
const { commentLine } = await load("ingest/rpc-text.js");
const { foreignFilesIn, ForeignSources } = await load("project/foreign-sources.js");
const { createNodeHost } = await load("project/host-node.js");
const { renderFindings } = await load("report/render.js");
const { Report } = await load("report/report.js");
const emitter = values.emit ? await load("emit/ts/emit-typescript.js") : undefined;

/** Counts every finding by its code, however many there are. */
class Tally extends Report {
  counts = new Map();
  shown = [];

  include(diagnostic) {
    this.counts.set(diagnostic.code, (this.counts.get(diagnostic.code) ?? 0) + 1);
    if (diagnostic.code === values.show && this.shown.length < 20) this.shown.push(diagnostic);
    super.include(diagnostic);
  }
}

/** A host that has the imported texts in front of the disk. */
function hostWith(texts, directory) {
  const disk = createNodeHost(directory);
  const folders = new Set([directory]);
  for (const path of texts.keys()) for (let at = dirname(path); !folders.has(at); at = dirname(at)) folders.add(at);
  return {
    ...disk,
    find: (path) => {
      if (texts.has(path)) return { kind: "file", realPath: path };
      return folders.has(path) ? { kind: "directory", realPath: path } : disk.find(path);
    },
    read: (path, bytesMax) => {
      const text = texts.get(path);
      return text === undefined ? disk.read(path, bytesMax) : { kind: "bytes", bytes: Buffer.from(text) };
    },
    list: () => [],
  };
}

/** How many comments of a file are not found again in what was made of it. */
function lostComments(source, text) {
  const bare = (line) =>
    line
      .replace(/^\s*\/\/\/? ?/, "")
      .replace(/\s+/g, " ")
      .trim();
  const kept = text.replace(/\s*\n\s*\/\/\/? ?/g, " ").replace(/\s+/g, " ");
  const lines = new Set(text.split("\n").map(bare));
  const { comments } = readTokens(source, source.path.endsWith(".thrift"), new Report());
  const isLost = (line) => {
    const wanted = bare(commentLine("//", line));
    return !lines.has(wanted) && !kept.includes(wanted);
  };
  return comments.flatMap(({ lines: written }) => written.filter(isLost));
}

const started = performance.now();
const seconds = () => ((performance.now() - started) / 1000).toFixed(1);
const say = (text) => process.stderr.write(process.stderr.isTTY ? `\r\u001b[K${text}` : `${text}\n`);

const folder = resolve(positionals[0]);
const host = createNodeHost(folder);
const entries = foreignFilesIn(host, folder, values.ending);
say(`reading ${entries.length} files`);
const imports = new Tally();
const sources = new ForeignSources(host, entries, [folder, ...values.root.map((root) => resolve(root))], imports);
const opened = entries.flatMap((entry) => sources.open(entry) ?? []);
const imported = importForeign(opened, (path, from) => sources.find(path, from), { hasExactTimes: false }, imports);
say(`${imported.length} files imported after ${seconds()} s`);

const out = join(folder, ".imported");
const texts = new Map(imported.map(({ path, text }) => [join(out, path), text]));
const memory = hostWith(texts, out);
const compiles = new Tally();
const unclean = [];
let checked = 0;
const byFolder = new Map();
for (const path of texts.keys()) byFolder.set(dirname(path), [...(byFolder.get(dirname(path)) ?? []), path]);
for (const group of byFolder.values()) {
  // Files of a folder compile together; those that contradict each other were never meant to, and compile alone.
  const together = compile(group, new Report());
  for (const path of group) {
    const errors = together ? [] : compileAlone(path);
    if (errors.length > 0) unclean.push([path, errors]);
    checked += 1;
  }
  if (checked % 500 < group.length) say(`${checked} of ${texts.size} files compiled after ${seconds()} s`);
}

function compile(paths, report) {
  const analysis = analyze(paths, memory, { roots: [out] }, report);
  if (!report.hasErrors && emitter !== undefined) {
    emitter.emitTypeScript(analysis.schema, { importExtension: ".js", version: "0", places: analysis.places }, report);
  }
  return !report.hasErrors;
}

function compileAlone(path) {
  const report = new Tally();
  if (compile([path], report)) return [];
  for (const [code, count] of report.counts) compiles.counts.set(code, (compiles.counts.get(code) ?? 0) + count);
  return report.findings().diagnostics.filter(({ severity }) => severity === "error");
}

let lost = 0;
for (const { source, text } of imported) {
  const lines = lostComments(source, text);
  lost += lines.length;
  if (values.show === "comments")
    for (const line of lines.slice(0, 3)) process.stdout.write(`${source.path}: ${line}\n`);
}

say(`done after ${seconds()} s\n`);
const row = (name, value) => process.stdout.write(`  ${name.padEnd(28)} ${String(value).padStart(8)}\n`);
row("files", entries.length);
row("imported", imported.length);
row("compiled clean", texts.size - unclean.length);
row("comment lines lost", lost);
row("seconds", seconds());
process.stdout.write("\n  findings of the import\n");
for (const [code, count] of [...imports.counts].sort((a, b) => b[1] - a[1])) row(code, count);
if (unclean.length > 0) {
  process.stdout.write("\n  findings of the compiler\n");
  for (const [code, count] of [...compiles.counts].sort((a, b) => b[1] - a[1])) row(code, count);
  for (const [path, errors] of unclean.slice(0, 10)) {
    process.stdout.write(
      `\n${path}\n${renderFindings({ diagnostics: errors.slice(0, 3), more: 0 }, { color: false })}`,
    );
  }
}
if (imports.shown.length > 0) {
  process.stdout.write(`\n${renderFindings({ diagnostics: imports.shown, more: 0 }, { color: false })}`);
}
process.exitCode = unclean.length > 0 ? 1 : 0;
