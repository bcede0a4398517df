/** Runs a target over and over, each time with other parts, and makes the first run that fails as short as it gets. */

import { randomFrom, seedFor } from "../../runtime/src/testing/seeded-random.js";
import type { Chance, FuzzTarget, Part } from "./target.js";

export interface FuzzOptions {
  readonly seed: number;
  readonly seconds: number;
  /** Ends after so many runs, too. */
  readonly runs?: number | undefined;
  /** Only this run. */
  readonly run?: number | undefined;
}

export interface FuzzFailure {
  /** The number of the run that failed. */
  readonly run: number;
  readonly error: unknown;
  /** As few and as short parts as still fail. */
  readonly parts: readonly Part[];
}

export interface FuzzOutcome {
  readonly runs: number;
  readonly perSecond: number;
  readonly failure: FuzzFailure | undefined;
}

// A run that takes longer than this hangs; the shrinking of a failure gives up after that many runs.
const runMsMax = 10_000;
const shrinkRunsMax = 2000;

export async function fuzz(target: FuzzTarget, options: FuzzOptions): Promise<FuzzOutcome> {
  const { seed, seconds, runs: runsMax = Infinity, run: only } = options;
  const startedAt = performance.now();
  let runs = 0;
  let failure: FuzzFailure | undefined;
  for (let run = only ?? 0; failure === undefined; run++) {
    const parts = target.generate(chanceFrom(seedFor(seed, `${target.name} ${run}`)));
    const error = await failureOf(target, parts);
    runs++;
    if (error !== undefined) failure = { run, ...(await shrink(target, parts, error)) };
    if (only !== undefined || runs >= runsMax || performance.now() - startedAt >= seconds * 1000) break;
  }
  return { runs, perSecond: (runs / (performance.now() - startedAt)) * 1000, failure };
}

export function chanceFrom(seed: number): Chance {
  const fraction = randomFrom(seed);
  const below = (bound: number): number => Math.floor(fraction() * bound);
  return { fraction, below, oneOf: (list) => list[below(list.length)] as (typeof list)[number] };
}

/** What is wrong with a run; undefined where nothing is. */
async function failureOf(target: FuzzTarget, parts: readonly Part[]): Promise<unknown> {
  const rejections: unknown[] = [];
  const heard = (reason: unknown): void => void rejections.push(reason);
  process.on("unhandledRejection", heard);
  let timer: NodeJS.Timeout | undefined;
  try {
    const running = target.run(parts);
    if (running !== undefined) {
      const tooLong = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error(`hangs: not over after ${runMsMax} ms`)), runMsMax);
      });
      await Promise.race([running, tooLong]);
    }
    return rejections[0];
  } catch (error) {
    return error ?? new Error("threw nothing");
  } finally {
    clearTimeout(timer);
    process.off("unhandledRejection", heard);
  }
}

/** Leaves out parts, and then pieces of parts, as long as it still fails. */
async function shrink(
  target: FuzzTarget,
  parts: readonly Part[],
  error: unknown,
): Promise<{ readonly parts: readonly Part[]; readonly error: unknown }> {
  let best: readonly Part[] = parts;
  let why = error;
  let tries = 0;
  let isShorter = true;
  while (isShorter && tries < shrinkRunsMax) {
    isShorter = false;
    for (const shorter of shorterThan(best)) {
      if (++tries >= shrinkRunsMax) break;
      const failure = await failureOf(target, shorter);
      if (failure === undefined) continue;
      best = shorter;
      why = failure;
      isShorter = true;
      break;
    }
  }
  return { parts: best, error: why };
}

function* shorterThan(parts: readonly Part[]): Iterable<readonly Part[]> {
  for (let size = Math.ceil(parts.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < parts.length; at += size) yield [...parts.slice(0, at), ...parts.slice(at + size)];
  }
  for (const [index, part] of parts.entries()) {
    const { length } = part;
    for (let size = Math.ceil(length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
      for (let at = 0; at < length; at += size) yield parts.with(index, without(part, at, size));
    }
  }
}

function without(part: Part, at: number, size: number): Part {
  if (typeof part === "string") return part.slice(0, at) + part.slice(at + size);
  return Uint8Array.from([...part.subarray(0, at), ...part.subarray(at + size)]);
}

/** Parts as one can read and keep them. */
export function showParts(parts: readonly Part[]): string {
  return parts
    .map((part) => (typeof part === "string" ? JSON.stringify(part) : `hex ${Buffer.from(part).toString("hex")}`))
    .join("\n");
}
