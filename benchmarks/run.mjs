/** `npm run bench`: runs suites, prints their tables or JSON, keeps results, writes the document, holds the budget. */

import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { onNodes, suitesOnNodes } from "./nodes.mjs";
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
  --tree DIR    measure another checkout of this project, which must be built
  --nodes a,b   run ${suitesOnNodes.join(" or ")} on these lines of Node, for instance 20,22,24,26, and compare ratios`;

const options = {
  rounds: { type: "string", default: "5" },
  only: { type: "string" },
  quick: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  write: { type: "boolean", default: false },
  check: { type: "boolean", default: false },
  tree: { type: "string" },
  nodes: { type: "string" },
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
  if (values.nodes !== undefined) {
    const problem = problemOfNodes(values, positionals);
    if (problem !== undefined) return complain(problem);
  }
  const names = positionals.length > 0 ? positionals : values.check ? budgetedSuites() : Object.keys(suites);
  const results = values.nodes === undefined ? await runAll(names, values) : await runOnNodes(positionals, values);
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

function problemOfNodes({ nodes, only, check }, names) {
  const odd = nodes.split(",").find((line) => !/^\d+$/.test(line));
  if (odd !== undefined) return `--nodes wants lines of Node such as 20,22,24,26, not ${odd}`;
  if (only !== undefined || check) return "--nodes chooses what it runs, and holds no budget";
  if (names.length > 0 && names.every((name) => suitesOnNodes.includes(name))) return undefined;
  return `--nodes wants a suite: ${suitesOnNodes.join(" or ")}`;
}

/** Results under names of their own: what is kept of a suite on many lines does not replace the suite itself. */
async function runOnNodes(names, { nodes, rounds, quick, tree }) {
  const flags = ["--rounds", rounds, ...(quick ? ["--quick"] : []), ...(tree === undefined ? [] : ["--tree", tree])];
  const results = {};
  for (const name of names) {
    const found = await onNodes(name, nodes.split(","), flags, progress);
    results[`${name}-nodes`] = { quick, rounds: Number(rounds), ...found };
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
