/** The table of contents of the compiler: load, resolve, lower, check, and then whatever is emitted. */

import { lower } from "./bind/lower.js";
import { LoweringMemory } from "./bind/lowering-memory.js";
import { resolve } from "./bind/resolve.js";
import type { Resolution } from "./bind/resolve.js";
import { check } from "./check/check.js";
import type { Host } from "./project/host.js";
import { load } from "./project/load.js";
import type { LoadOptions, Project } from "./project/load.js";
import { SyntaxMemory } from "./project/syntax-memory.js";
import type { Report } from "./report/report.js";
import { noFingerprints } from "./schema/fingerprint.js";
import type { Places } from "./schema/places.js";
import type { Schema } from "./schema/schema.js";

/** Everything that is known of some files before anything is emitted. */
export interface Analysis {
  readonly project: Project;
  readonly resolution: Resolution;
  /** What could be understood: frozen, and complete where `isSound`. */
  readonly schema: Schema;
  /** Where the things of the schema were written. */
  readonly places: Places;
  /** Whether nothing was refused. Only then may anything be emitted. */
  readonly isSound: boolean;
}

export interface AnalyzeOptions extends LoadOptions {
  /** False for whoever only wants to know what is wrong: services then have an empty one, and nothing is hashed. */
  readonly needsFingerprints?: boolean | undefined;
}

/** What one analysis leaves behind for the next one of the same project, which then does only what is new. */
export interface AnalysisMemory {
  readonly syntax: SyntaxMemory;
  readonly lowering: LoweringMemory;
}

export function createAnalysisMemory(): AnalysisMemory {
  return { syntax: new SyntaxMemory(), lowering: new LoweringMemory() };
}

/**
 * Reads, understands and checks `entries` and all that they import. Never throws; what is wrong goes to `report`. With
 * a memory or without one, the result is the same.
 */
export function analyze(
  entries: readonly string[],
  host: Host,
  options: AnalyzeOptions,
  report: Report,
  memory?: AnalysisMemory,
): Analysis {
  const project = load(entries, host, { ...options, memory: memory?.syntax }, report);
  const resolution = resolve(project, report);
  const fingerprinter = options.needsFingerprints === false ? noFingerprints : undefined;
  const { schema, places } = lower(resolution, report, memory?.lowering, fingerprinter);
  check(schema, places, report);
  return { project, resolution, schema, places, isSound: !report.hasErrors };
}
