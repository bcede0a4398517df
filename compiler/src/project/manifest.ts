/** The note that stands among the outputs: which files are the compiler's own, and what they were made from. */

import { createHash } from "node:crypto";

/** The manifest's name inside the output directory. */
export const manifestName = ".rpcgen-manifest.json";

/** One question that the compiler asked about the disk, and the answer it got. */
export interface Observation {
  /** Relative to the output directory, with `/`. */
  readonly path: string;
  /** "missing", "directory", "other", "unreadable", or the hash of what was read. */
  readonly state: string;
  /** Where its symbolic links lead, relative to the output directory; "" where there are none. */
  readonly leadsTo: string;
}

export interface ManifestOutput {
  /** Relative to the output directory, with `/`. */
  readonly path: string;
  readonly hash: string;
  /** Logical path of the source it was generated from. */
  readonly source: string;
}

/** What the sources of a run declare. */
export interface Counts {
  readonly services: number;
  readonly methods: number;
  readonly messages: number;
}

/** The run that wrote last. */
export interface ManifestRun {
  readonly compiler: string;
  /** Hash over everything but the inputs that decides the outputs. */
  readonly options: string;
  /** A run with warnings is never repeated by saying "up to date": they would be forgotten. */
  readonly warningCount: number;
  readonly counts: Counts;
  readonly observations: readonly Observation[];
  /** The sources whose outputs this run knows about. */
  readonly sources: readonly string[];
}

export interface Manifest {
  readonly run: ManifestRun;
  /** Of this run and of earlier ones that compiled other sources into the same directory. */
  readonly outputs: readonly ManifestOutput[];
}

const formatVersion = 1;

/** Stands for the source of what `rpcgen export` writes; no logical path has a colon. */
export function exportedSource(target: string): string {
  return `export:${target}`;
}

/** Stands for the source of what an emitter of the configuration writes. */
export function emitterSource(name: string): string {
  return `emitter:${name}`;
}

export function isEmitted(source: string): boolean {
  return source.startsWith("emitter:");
}

/** Whether an output is one of `rpcgen export`, which a compile into the same directory leaves alone. */
export function isExported(source: string): boolean {
  return source.startsWith("export:");
}

/** 32 hex digits of SHA-256: more than enough against accidents, short enough to read a difference. */
export function contentHash(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex").slice(0, 32);
}

/** The manifest's text: one entry a line, sorted, so that differences and merges stay small. */
export function printManifest({ run, outputs }: Manifest): string {
  const line = (value: unknown): string => JSON.stringify(value);
  const lines = <T>(values: readonly T[]): string =>
    values.length === 0 ? "[]" : `[\n${values.map((value) => `    ${line(value)}`).join(",\n")}\n  ]`;
  const byPath = <T extends { readonly path: string }>(values: readonly T[]): readonly T[] =>
    [...values].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  return `{
  "about": "Written by rpcgen: which files here are its own, and what they were made from.",
  "format": ${formatVersion},
  "compiler": ${line(run.compiler)},
  "options": ${line(run.options)},
  "warnings": ${run.warningCount},
  "counts": ${line({ services: run.counts.services, methods: run.counts.methods, messages: run.counts.messages })},
  "sources": ${lines([...run.sources].sort())},
  "inputs": ${lines(byPath(run.observations).map(({ path, state, leadsTo }) => (leadsTo === "" ? { path, state } : { path, state, leadsTo })))},
  "outputs": ${lines(byPath(outputs).map(({ path, hash, source }) => ({ path, hash, source })))}
}
`;
}

/** Undefined where the text is not a manifest of this format: it is then as if there were none. */
export function parseManifest(text: string): Manifest | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(value) || value.format !== formatVersion) return undefined;
  const { compiler, options, warnings, counts: written, sources, inputs, outputs } = value;
  if (typeof compiler !== "string" || typeof options !== "string" || typeof warnings !== "number") return undefined;
  const counts = parseCounts(written);
  if (counts === undefined) return undefined;
  const observations = every(inputs, parseObservation);
  const files = every(outputs, parseOutput);
  const names = every(sources, (name) => (typeof name === "string" ? name : undefined));
  if (observations === undefined || files === undefined || names === undefined) return undefined;
  return { run: { compiler, options, warningCount: warnings, counts, observations, sources: names }, outputs: files };
}

function parseCounts(value: unknown): Counts | undefined {
  if (!isRecord(value)) return undefined;
  const { services, methods, messages } = value;
  if (typeof services !== "number" || typeof methods !== "number" || typeof messages !== "number") return undefined;
  return { services, methods, messages };
}

function parseObservation(value: unknown): Observation | undefined {
  if (!isRecord(value)) return undefined;
  const { path, state, leadsTo = "" } = value;
  if (typeof path !== "string" || typeof state !== "string" || typeof leadsTo !== "string") return undefined;
  return { path, state, leadsTo };
}

function parseOutput(value: unknown): ManifestOutput | undefined {
  if (!isRecord(value)) return undefined;
  const { path, hash, source } = value;
  if (typeof path !== "string" || typeof hash !== "string" || typeof source !== "string") return undefined;
  return { path, hash, source };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** All of them parsed, or undefined if one cannot be. */
function every<T>(values: unknown, parse: (value: unknown) => T | undefined): readonly T[] | undefined {
  if (!Array.isArray(values)) return undefined;
  const parsed = values.map(parse);
  return parsed.every((value) => value !== undefined) ? parsed : undefined;
}
