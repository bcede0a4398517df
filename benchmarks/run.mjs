/** `npm run bench`: runs suites, prints their tables or JSON, keeps results, writes the document, holds the budget. */

import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { checkBudget, budgetedSuites } from "./report/budget.mjs";
import { writeDocument } from "./report/document.mjs";
import { keepResult } from "./report/results.mjs";
import { printTables, tablesOf } from "./report/tables.mjs";
import { benchmarks } from "./setup/paths.mjs";
import { environment, suites } from "./suites.mjs";

const usage = `usage: npm run bench -- [${Object.keys(suites).join("|")} ...] [options]

  --rounds N    rounds in turn (default: 5)
  --only a,b    only what has one of these in its name
  --quick       short slices, to see whether everything works; its figures mean nothing
  --json        print JSON on stdout and nothing else
  --write       keep the results and write docs/BENCHMARKS.md from all that are kept
  --check       hold the results to benchmarks/budget.json; exit code 1 where one is missed
  --tree DIR    measure another checkout of this project, which must be built`;

const options = {
  rounds: { type: "string", default: "5" },
  only: { type: "string" },
  quick: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  write: { type: "boolean", default: false },
  check: { type: "boolean", default: false },
  tree: { type: "string" },
  help: { type: "boolean", short: "h", default: false },
};

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error.message);
  process.exitCode = 70;
}

async function main() {
  let parsed;
  try {
    parsed = parseArgs({ options, allowPositionals: true });
  } catch (error) {
    return complain(error.message);
  }
  const { values, positionals } = parsed;
  if (values.help) return say(usage);
  const unknown = positionals.find((name) => suites[name] === undefined);
  if (unknown !== undefined) return complain(`there is no suite ${unknown}`);
  if (!(Number(values.rounds) >= 1)) return complain(`--rounds wants a number from 1 on, not ${values.rounds}`);
  if (!existsSync(join(benchmarks, "node_modules"))) {
    console.error(
      "No peers are installed, so the product is measured alone: `npm install --prefix benchmarks` brings them.",
    );
  }
  const names = positionals.length > 0 ? positionals : values.check ? budgetedSuites() : Object.keys(suites);
  const results = await runAll(names, values);
  if (values.json) console.log(JSON.stringify(results, undefined, 2));
  else for (const [name, result] of Object.entries(results)) printTables(tablesOf(name, result));
  if (values.write) {
    for (const [name, result] of Object.entries(results)) await keepResult(name, result);
    console.error(`written: ${writeDocument()}`);
  }
  return values.check ? checkBudget(results) : 0;
}

async function runAll(names, { rounds, only, quick, tree: folder }) {
  const tree = folder === undefined ? undefined : resolve(folder);
  const results = {};
  for (const name of names) {
    const start = performance.now();
    const result = await suites[name]({ tree, quick, rounds: Number(rounds), only: only?.split(","), say: progress });
    const seconds = Math.round((performance.now() - start) / 1000);
    results[name] = { ...environment(), quick, seconds, ...result };
  }
  return results;
}

function progress(text) {
  console.error(text);
}

function say(text) {
  console.log(text);
  return 0;
}

function complain(problem) {
  console.error(`${problem}\n\n${usage}`);
  return 2;
}
