/** Codecs: operations per second for every payload, one process per codec, rounds in turn. */

import { Child } from "../measure/child.mjs";
import { median, spread } from "../measure/statistics.mjs";
import { payloads } from "../payloads.mjs";
import { generatePeers, generateProduct } from "../setup/generate.mjs";
import { project, versionOf } from "../setup/paths.mjs";
import { allCodecs, baseName } from "./codecs.mjs";

const worker = new URL("worker.mjs", import.meta.url);
const directions = ["encode", "decode"];

/** Runs the suite; `say` is told what happens. */
export async function codecSuite({ tree = project, rounds = 5, quick, only, payload, say }) {
  generateProduct(tree);
  await generatePeers();
  const options = quick ? { warmMs: 60, sliceMs: 15, slices: 3 } : { warmMs: 200, sliceMs: 40, slices: 7 };
  const { codecs, skipped } = installed(only);
  const names = Object.keys(payloads).filter((name) => payload === undefined || payload.includes(name));
  await verify(codecs, tree, say);
  const figures = new Map(codecs.map((codec) => [codec.name, []]));
  for (let round = 1; round <= rounds; round++) {
    for (const codec of codecs) {
      say(`codec: round ${round} of ${rounds}, ${codec.name}`);
      figures.get(codec.name).push(await measure(codec, tree, options, names));
    }
  }
  return { rounds, skipped, payloads: names, codecs: codecs.map((codec) => row(codec, figures, names)) };
}

/** Without the packages that are not installed; the base of all ratios always runs where it can. */
function installed(only) {
  const skipped = {};
  const codecs = allCodecs().filter(({ name, packages = [] }) => {
    if (only !== undefined && name !== baseName && !only.some((part) => name.includes(part))) return false;
    const missing = packages.filter((wanted) => versionOf(wanted) === undefined);
    if (missing.length > 0) skipped[name] = `${missing.join(", ")} is not installed`;
    return missing.length === 0;
  });
  return { codecs, skipped };
}

async function measure(codec, tree, options, only) {
  const child = new Child(codec.name, worker, [codec.name, tree]);
  try {
    const { results } = await child.ask({ kind: "measure", options, only });
    return results;
  } finally {
    await child.end();
  }
}

/** Every Protobuf codec must write the same bytes and read them back to the same values; the others to their own. */
async function verify(codecs, tree, say) {
  let reference;
  let values;
  for (const codec of codecs) {
    say(`codec: checking ${codec.name}`);
    const child = new Child(codec.name, worker, [codec.name, tree]);
    try {
      const found = await child.ask({ kind: "check", reference: codec.isProtobuf ? reference : undefined });
      reference ??= pick(found, "bytes");
      values ??= pick(found, "value");
      for (const [payload, { bytes, value }] of Object.entries(found)) {
        if (codec.isProtobuf && Buffer.compare(bytes, reference[payload]) !== 0) {
          throw new Error(`${codec.name} writes other bytes for ${payload} than ${codecs[0].name}`);
        }
        if (value !== values[payload]) throw new Error(`${codec.name} reads ${payload} back differently`);
      }
    } finally {
      await child.end();
    }
  }
}

const pick = (found, part) => Object.fromEntries(Object.entries(found).map(([name, figures]) => [name, figures[part]]));

function row(codec, figures, names) {
  const rounds = figures.get(codec.name);
  const cells = names.map((payload) => [
    payload,
    {
      bytes: rounds[0][payload].bytes,
      ...Object.fromEntries(directions.map((direction) => [direction, cell(rounds, figures, payload, direction)])),
    },
  ]);
  const [version] = (codec.packages ?? []).map(versionOf);
  return { name: codec.name, version, duty: codec.duty, payloads: Object.fromEntries(cells) };
}

/** Per second as if the machine had always been what it was in the middle of the run, and the ratio to the base. */
function cell(rounds, figures, payload, direction) {
  const perKernel = perKernelRun(rounds, payload, direction);
  const base = figures.get(baseName);
  const ratio = base && median(perKernel) / median(perKernelRun(base, payload, direction));
  return { perSecond: median(perKernel) * typicalKernel(figures), ratio, spread: spread(perKernel) };
}

function perKernelRun(rounds, payload, direction) {
  return rounds.map((round) => median(round[payload][direction].map(({ perSecond, kernel }) => perSecond / kernel)));
}

function typicalKernel(figures) {
  const all = [...figures.values()].flat(2).flatMap((round) => Object.values(round));
  return median(all.flatMap((cell) => directions.flatMap((direction) => cell[direction].map(({ kernel }) => kernel))));
}
