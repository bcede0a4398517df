/** `npm run bench:compare -- REF`: this checkout and another commit of the project, measured in turn. */

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { median } from "./measure/statistics.mjs";
import { figuresOf } from "./report/figures.mjs";
import { printTables, short } from "./report/tables.mjs";
import { project } from "./setup/paths.mjs";
import { suites } from "./suites.mjs";

const usage = `usage: npm run bench:compare -- REF [codec|dispatch|rpc|stream|compile ...] [--rounds N] [--quick] [--json]

Builds the commit REF in a temporary worktree and measures it and this checkout (which must be built) in turn.`;

const options = {
  rounds: { type: "string", default: "5" },
  quick: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
};

const { values, positionals } = parseArgs({ options, allowPositionals: true });
const [ref, ...wanted] = positionals;
const names = wanted.length > 0 ? wanted : ["codec", "rpc", "stream"];

if (values.help) console.log(usage);
else if (ref === undefined || names.some((name) => suites[name] === undefined)) {
  console.error(usage);
  process.exitCode = 2;
} else {
  try {
    await compare();
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}

async function compare() {
  const folder = mkdtempSync(join(tmpdir(), "bench-compare-"));
  const tree = join(folder, "tree");
  try {
    const commit = run("git", ["rev-parse", "--short", `${ref}^{commit}`], project).trim();
    run("git", ["worktree", "add", "--detach", tree, commit], project);
    console.error(`building ${commit}`);
    run("npm", ["ci", "--no-audit", "--no-fund"], tree);
    run("npm", ["run", "--silent", "build"], tree);
    const found = await measure(tree);
    const rows = Object.values(found).map((row) => toRow(row));
    if (values.json)
      console.log(JSON.stringify({ ref: commit, rounds: Number(values.rounds), figures: rows }, undefined, 2));
    else report(commit, rows);
  } finally {
    spawnSync("git", ["worktree", "remove", "--force", tree], { cwd: project });
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One round of each tree at a time: what the machine does meanwhile meets both. */
async function measure(tree) {
  const found = {};
  for (let round = 1; round <= Number(values.rounds); round++) {
    // Who goes first changes, since a machine may be warmer for the second.
    const trees = round % 2 === 1 ? { before: tree, after: project } : { after: project, before: tree };
    for (const name of names) {
      for (const [side, measured] of Object.entries(trees)) {
        console.error(`round ${round} of ${values.rounds}: ${name}, ${side}`);
        const only = { codec: ["rpcgen", "limit, in place"], compile: ["rpcgen"] }[name] ?? ["rpcgen", "limit"];
        const result = await suites[name]({ tree: measured, quick: values.quick, rounds: 1, only, say: () => {} });
        collect(found, name, side, result);
      }
    }
  }
  return found;
}

function collect(found, suite, side, result) {
  for (const { subject, figure, value, isMoreBetter } of figuresOf(suite, result)) {
    const row = (found[`${suite}|${subject}|${figure}`] ??= {
      suite,
      subject,
      figure,
      isMoreBetter,
      before: [],
      after: [],
    });
    row[side].push(value);
  }
}

function toRow({ suite, subject, figure, isMoreBetter, before, after }) {
  const [was, is] = [median(before), median(after)];
  return { suite, subject, figure, before: was, after: is, better: isMoreBetter ? is / was : was / is };
}

function report(commit, rows) {
  const columns = ["", "figure", commit, "this checkout", "times better"];
  for (const name of names) {
    const own = rows.filter(({ suite }) => suite === name);
    const cells = own.map((row) => [
      row.subject,
      row.figure,
      short(row.before),
      short(row.after),
      row.better.toFixed(2),
    ]);
    printTables([
      {
        title: `${name}: medians of ${values.rounds} rounds (the limit and peers show the noise)`,
        columns,
        rows: cells,
      },
    ]);
  }
}

function run(command, args, cwd) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: "utf8", maxBuffer: 1 << 26 });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} failed:\n${stdout}${stderr}`);
  return stdout;
}
