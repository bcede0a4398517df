/** Compilers: wall time and memory of the whole command from a cold start, and what is waited for all day. */

import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { summary } from "../measure/statistics.mjs";
import { printProto } from "../setup/generate.mjs";
import { project, versionOf } from "../setup/paths.mjs";
import { growth, peakOf, smallCommands, watchedRebuild } from "./everyday.mjs";
import { rpcSource } from "./sources.mjs";
import { allGenerators, missing, protocVersion } from "./generators.mjs";

const timeoutMs = 120_000;
/** A generator that takes this long once is not asked again. */
const patienceMs = 5_000;

export async function compileSuite({ tree = project, rounds = 5, quick, only, say }) {
  const sizes = quick ? [10, 100] : [10, 100, 1000];
  const folder = mkdtempSync(join(tmpdir(), "bench-compile-"));
  const skipped = {};
  const generators = allGenerators(tree).filter((generator) => {
    if (only !== undefined && !only.some((part) => generator.name.includes(part))) return false;
    const reason = missing(generator);
    if (reason !== undefined) skipped[generator.name] = reason;
    return reason === undefined;
  });
  try {
    const figures = new Map(generators.map((generator) => [generator, {}]));
    const peaks = new Map(generators.map((generator) => [generator, {}]));
    for (const size of sizes) {
      const schema = await writeSchema(folder, size);
      for (let round = 1; round <= rounds; round++) {
        for (const [generator, found] of [...figures]) {
          const times = (found[size] ??= []);
          if (Math.max(0, ...times) > patienceMs) continue;
          say(`compile: round ${round} of ${rounds}, ${size} messages, ${generator.name}`);
          try {
            times.push(await measure(generator, schema));
          } catch (error) {
            skipped[generator.name] = `${size} messages: ${error.message.split("\n")[0]}`;
            figures.delete(generator);
          }
        }
      }
      for (const generator of figures.keys()) {
        say(`compile: memory, ${size} messages, ${generator.name}`);
        peaks.get(generator)[size] = await peakMemory(generator, schema);
      }
    }
    const everyday = quick || only !== undefined ? undefined : await everydayFigures(tree, folder, rounds, say);
    return {
      rounds,
      sizes,
      skipped,
      protoc: protocVersion(),
      generators: [...figures].map(([g, found]) => row(g, found, peaks.get(g))),
      everyday,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function writeSchema(folder, size) {
  const rpcFolder = join(folder, String(size), "rpc");
  const protoFolder = join(folder, String(size), "proto");
  mkdirSync(rpcFolder, { recursive: true });
  const rpc = join(rpcFolder, "load.rpc");
  writeFileSync(rpc, rpcSource(size));
  await printProto(rpc, protoFolder);
  return { rpc, protoFolder, proto: join(protoFolder, "load.proto"), base: join(folder, String(size)) };
}

/** Milliseconds of the whole command into an empty folder, or into the one that was just filled. */
async function measure(generator, schema) {
  const out = join(schema.base, "out");
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const { command, args } = generator.command({ ...schema, out });
  if (generator.isAgain) await run(generator.name, command, args);
  const start = performance.now();
  await run(generator.name, command, args);
  return performance.now() - start;
}

/** Bytes that the command held at most, in a run of its own: looking at it would disturb its time. */
function peakMemory(generator, schema) {
  const out = join(schema.base, "out");
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const { command, args } = generator.command({ ...schema, out });
  return peakOf(command, args);
}

async function everydayFigures(tree, folder, rounds, say) {
  return {
    commands: await smallCommands(tree, folder, rounds, say),
    growth: await growth(tree, folder, rounds, say),
    watch: await watchedRebuild(tree, folder, rounds, say),
  };
}

function run(name, command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: ["ignore", "ignore", "pipe"],
      timeout: timeoutMs,
      killSignal: "SIGKILL",
    });
    let complaint = "";
    child.stderr.on("data", (text) => (complaint = (complaint + text).slice(-2000)));
    child.on("error", reject);
    child.on("close", (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`${name} ended with ${signal ?? code}: ${complaint}`));
    });
  });
}

function row({ name, packages }, found, peakBytes) {
  const sizes = Object.entries(found).map(([size, times]) => [size, summary(times)]);
  return { name, version: versionOf(packages.at(-1) ?? ""), ms: Object.fromEntries(sizes), peakBytes };
}
