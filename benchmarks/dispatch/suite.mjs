/** Dispatch: the generated `switch` beside the other ways to find a method, for 10, 100 and 1,000 methods. */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Child } from "../measure/child.mjs";
import { median, spread } from "../measure/statistics.mjs";
import { compileRpc } from "../setup/generate.mjs";
import { project } from "../setup/paths.mjs";

const worker = new URL("worker.mjs", import.meta.url);

/** A service with this many methods, all alike. */
export function manyMethods(count) {
  const methods = Array.from({ length: count }, (_, i) => `  method${i}(Ping): Ping`);
  return `package many.v1\n\nmessage Ping { 1 n: uint32 }\n\nservice Many {\n${methods.join("\n")}\n}\n`;
}

/** Compiles such a service with the compiler of `tree` and returns where to. */
export function generateMany(tree, count) {
  const folder = join(tree, "benchmarks/dist/many", String(count));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "many.rpc"), manyMethods(count));
  compileRpc(tree, join(folder, "many.rpc"), join(folder, "gen"));
  return join(folder, "gen");
}

export async function dispatchSuite({ tree = project, rounds = 5, quick, say }) {
  const options = quick ? { warmMs: 60, sliceMs: 20, slices: 3 } : { warmMs: 250, sliceMs: 50, slices: 7 };
  const sizes = [];
  for (const count of [10, 100, 1000]) {
    const generated = generateMany(tree, count);
    const figures = new Map();
    for (let round = 1; round <= rounds; round++) {
      say(`dispatch: round ${round} of ${rounds}, ${count} methods`);
      for (const [way, found] of await measureAll([tree, generated, String(count)], options)) {
        figures.set(way, [...(figures.get(way) ?? []), found]);
      }
    }
    sizes.push({ count, ways: rows(figures) });
  }
  return { rounds, sizes };
}

/** A process for each way, so that none lives on what another has taught the engine. */
async function measureAll(args, options) {
  const found = [];
  for (const way of await ask(args, { kind: "ways" }))
    found.push([way, await ask(args, { kind: "measure", way, options })]);
  return found;
}

async function ask(args, question) {
  const child = new Child("dispatch", worker, args);
  try {
    return await child.ask(question);
  } finally {
    await child.end();
  }
}

function rows(figures) {
  const kernel = median([...figures.values()].flat(2).map((slice) => slice.kernel));
  const nanos = (slices) => 1e9 / (median(slices.map((slice) => slice.perSecond / slice.kernel)) * kernel);
  return [...figures].map(([way, rounds]) => {
    const found = rounds.map(nanos);
    return { way, ns: median(found), spread: spread(found) };
  });
}
