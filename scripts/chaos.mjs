/**
 * Makes faults while calls run, and holds what is seen against criteria: `npm run chaos -- F01`, `npm run chaos -- F01 F05`,
 * `npm run chaos -- all [--seconds 10] [--seed 1] [--long]`, `npm run chaos -- --list`. Exits with 1 where a criterion does not hold.
 */

import { parseArgs } from "node:util";
import { printOutcome, printTable } from "./chaos/report.mjs";
import { NotRun, Stage } from "./chaos/stage.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: "string", default: "10" },
    seed: { type: "string", default: "1" },
    long: { type: "boolean", default: false },
    list: { type: "boolean", default: false },
  },
});

const groups = ["processes", "links", "registries", "surroundings", "resources"];
const cases = [];
for (const group of groups) cases.push(...(await import(`./chaos/cases/${group}.mjs`)).cases);
cases.sort((a, b) => a.id.localeCompare(b.id));

if (values.list || positionals.length === 0) {
  for (const { id, title } of cases) console.log(`${id}  ${title}`);
  console.log("\nnpm run chaos -- F01 [F05 ...] | all   [--seconds 10] [--seed 1] [--long]");
} else await runAll(chosen());

function chosen() {
  if (positionals.includes("all")) return cases;
  return positionals.flatMap((name) => {
    // F16 stands for F16a and F16b.
    const found = cases.filter(({ id }) => id.toLowerCase().startsWith(name.toLowerCase()));
    if (name.length >= 3 && found.length > 0) return found;
    console.error(`there is no case ${name}; --list shows them all`);
    process.exit(2);
  });
}

async function runAll(wanted) {
  console.log(`seed ${values.seed}, about ${values.seconds} s a case`);
  const outcomes = [];
  for (const one of wanted) {
    outcomes.push(await run(one));
    printOutcome(outcomes.at(-1));
  }
  if (outcomes.length > 1) printTable(outcomes);
  process.exitCode = outcomes.some(({ outcome }) => outcome === "failed") ? 1 : 0;
}

/** A case that hangs is a failure, and may not keep the others from running. */
async function inTime(running, { seconds, isLong }) {
  const limitMs = isLong ? 86_400_000 : seconds * 10_000 + 60_000;
  let timer;
  const tooLong = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the case hangs: it has not ended after ${limitMs} ms`)), limitMs);
  });
  try {
    await Promise.race([running, tooLong]);
  } finally {
    clearTimeout(timer);
  }
}

async function run({ id, title, run }) {
  const stage = new Stage({ seconds: Number(values.seconds), seed: Number(values.seed), isLong: values.long });
  const startedAt = performance.now();
  let reason;
  let outcome;
  const surprises = [];
  const surprised = (error) => void surprises.push(error);
  process.on("unhandledRejection", surprised);
  try {
    await inTime(run(stage), stage);
  } catch (error) {
    reason = error instanceof NotRun ? error.message : String(error?.stack ?? error);
    outcome = error instanceof NotRun ? "not run" : "failed";
  }
  await stage.end();
  process.off("unhandledRejection", surprised);
  if (outcome !== "not run") stage.check("nothing is thrown that nobody catches", surprises.length === 0, surprises[0]);
  outcome ??= stage.checks.every(({ isSo }) => isSo) ? "passed" : "failed";
  return {
    id,
    title,
    outcome,
    reason,
    figures: stage.figures,
    checks: stage.checks,
    tookMs: performance.now() - startedAt,
  };
}
