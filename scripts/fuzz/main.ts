/** The command line of the fuzzer: which target, which seed, for how long. */

import { parseArgs } from "node:util";
import { fuzz, showParts, type FuzzOptions } from "./fuzz.js";
import { targets } from "./targets.js";

const usage = "npm run fuzz -- --target T|all [--seed N] [--seconds S | --runs N] [--run R]";

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      target: { type: "string" },
      seed: { type: "string", default: String(Date.now() % 2 ** 31) },
      seconds: { type: "string" },
      runs: { type: "string" },
      run: { type: "string" },
    },
  });
  const chosen = values.target === "all" ? targets : targets.filter(({ name }) => name === values.target);
  if (chosen.length === 0) {
    console.log(usage);
    for (const { name, about } of targets) console.log(`  ${name.padEnd(16)} ${about}`);
    return values.target === undefined ? 0 : 2;
  }
  const asked = askedFor(values);
  if (typeof asked === "string") {
    console.error(`${asked}\n${usage}`);
    return 2;
  }
  let failed = 0;
  for (const target of chosen) {
    const { runs, perSecond, failure } = await fuzz(target, asked);
    const rate = `${runs} runs, ${perSecond.toFixed(0)}/s`;
    console.log(
      `${target.name.padEnd(16)} seed ${values.seed}: ${rate}, ${failure === undefined ? "nothing found" : "FAILED"}`,
    );
    if (failure === undefined) continue;
    failed++;
    console.log(`  run ${failure.run}: ${String((failure.error as Error).stack ?? failure.error)}`);
    console.log(`  again: npm run fuzz -- --target ${target.name} --seed ${values.seed} --run ${failure.run}`);
    console.log(`  the shortest parts that fail:\n${showParts(failure.parts)}`);
  }
  return failed === 0 ? 0 : 1;
}

/** What the numbers of the command line say, or what is wrong with them. */
function askedFor(
  values: Readonly<Partial<Record<"seed" | "seconds" | "runs" | "run", string>>>,
): FuzzOptions | string {
  const numbers: Record<string, number | undefined> = {};
  for (const name of ["seed", "seconds", "runs", "run"] as const) {
    const text = values[name];
    const number = text === undefined ? undefined : Number(text);
    if (number !== undefined && !(text !== "" && number >= 0))
      return `--${name} is a number of at least 0, not "${text}"`;
    numbers[name] = number;
  }
  const { seed = 0, seconds, runs, run } = numbers;
  // Who says how many runs does not want the time to end them.
  return { seed, seconds: seconds ?? (runs === undefined ? 10 : Infinity), runs, run };
}

process.exitCode = await main();
