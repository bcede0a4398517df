/** The command line of the fuzzer: which target, which seed, for how long. */

import { parseArgs } from "node:util";
import { fuzz, showParts } from "./fuzz.js";
import { targets } from "./targets.js";

const usage = "npm run fuzz -- --target T|all [--seed N] [--seconds S] [--run R]";

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      target: { type: "string" },
      seed: { type: "string", default: String(Date.now() % 2 ** 31) },
      seconds: { type: "string", default: "10" },
      run: { type: "string" },
    },
  });
  const chosen = values.target === "all" ? targets : targets.filter(({ name }) => name === values.target);
  if (chosen.length === 0) {
    console.log(usage);
    for (const { name, about } of targets) console.log(`  ${name.padEnd(16)} ${about}`);
    return values.target === undefined ? 0 : 2;
  }
  const run = values.run === undefined ? undefined : Number(values.run);
  let failed = 0;
  for (const target of chosen) {
    const outcome = await fuzz(target, { seed: Number(values.seed), seconds: Number(values.seconds), run });
    const { runs, perSecond, failure } = outcome;
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

process.exitCode = await main();
