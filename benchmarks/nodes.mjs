/** A suite on several lines of Node, one after the other, and what can be compared of it: ratios within each run. */

import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { nodeOf } from "../scripts/nodes.mjs";
import { figuresOf } from "./report/figures.mjs";

const entry = fileURLToPath(new URL("run.mjs", import.meta.url));

/** Who is measured on each line, as for `--only`; the product beside whom; and what each figure is called. */
const comparisons = {
  codec: {
    only: "in place,copy out,protobufjs static",
    // Equals with equals: both give back their bytes in the same way.
    pairs: [
      { product: "rpcgen, in place", other: "limit, in place" },
      { product: "rpcgen, copy out", other: "protobufjs static" },
    ],
    label: (figure) => (figure.endsWith(" both") ? figure.replace(/ both$/, "") : undefined),
  },
  rpc: {
    only: "rpcgen,limit,proto-loader",
    pairs: [
      { product: "rpcgen", other: "limit" },
      { product: "rpcgen", other: "grpc-js, proto-loader" },
    ],
    label: (figure) => (/^(cpu|calls) at /.test(figure) ? figure.replace("cpu", "CPU") : undefined),
  },
};

export const suitesOnNodes = Object.keys(comparisons);

/** Runs a suite on each line; `flags` are those of the run itself. What a line lacks is said and left out. */
export async function onNodes(suite, lines, flags, say) {
  const { only } = comparisons[suite];
  const nodes = [];
  const skipped = {};
  for (const line of lines) {
    const { executable, missing } = nodeOf(line);
    if (missing !== undefined) skipped[`Node ${line}`] = missing;
    if (executable === undefined) continue;
    say(`${suite} on Node ${line}`);
    const found = JSON.parse(await outputOf(executable, [entry, suite, "--json", "--only", only, ...flags]))[suite];
    nodes.push({ node: found.node, v8: found.v8, system: found.system, rows: rowsOf(suite, found) });
    for (const [name, why] of Object.entries(found.skipped)) skipped[`${name} on Node ${line}`] = why;
  }
  return { skipped, nodes };
}

/** For each pair how many times better the product is, figure by figure. */
function rowsOf(suite, result) {
  const { pairs, label } = comparisons[suite];
  const figures = figuresOf(suite, result).filter(({ figure }) => label(figure) !== undefined);
  return pairs.map(({ product, other }) => {
    const own = figures.filter(({ subject }) => subject === product);
    const better = own.flatMap(({ figure, value, isMoreBetter }) => {
      const beside = figures.find((found) => found.subject === other && found.figure === figure);
      if (beside === undefined) return [];
      return [[label(figure), isMoreBetter ? value / beside.value : beside.value / value]];
    });
    return { product, other, better: Object.fromEntries(better) };
  });
}

function outputOf(executable, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(executable, args, { stdio: ["ignore", "pipe", "inherit"] });
    const chunks = [];
    const end = () => child.kill("SIGTERM");
    process.once("exit", end);
    child.stdout.on("data", (chunk) => chunks.push(chunk));
    child.once("error", reject);
    child.once("close", (code, signal) => {
      process.off("exit", end);
      if (code === 0) resolve(Buffer.concat(chunks).toString());
      else reject(new Error(`${executable} ended with ${signal ?? code}`));
    });
  });
}
