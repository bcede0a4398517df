/** What a target of `rpcgen export` is, and what it is made from. */

import type { LoadedConfig } from "../compiler/src/project/config-file.js";
import type { Host } from "../compiler/src/project/host.js";
import type { Plan } from "../compiler/src/project/plan.js";
import type { WriteRequest } from "../compiler/src/project/write.js";
import type { Report } from "../compiler/src/report/report.js";
import type { Places } from "../compiler/src/schema/places.js";
import type { Schema } from "../compiler/src/schema/schema.js";

/** What a target is made from: a schema without errors, and what the project says. */
export interface ExportRequest {
  readonly schema: Schema;
  readonly places: Places;
  readonly host: Host;
  readonly plan: Plan;
  readonly loaded: LoadedConfig | undefined;
}

/**
 * Text by path relative to the output directory. Where something cannot be
 * made, the report says what, and nothing is written. Throws a UsageError where the configuration is wrong.
 */
export type Exporter = (
  request: ExportRequest,
  report: Report,
) => ReadonlyMap<string, string> | Promise<ReadonlyMap<string, string>>;

export interface ExportTarget {
  /** What is made, for the help. */
  readonly summary: string;
  /** The output directory, relative to the working directory, where the command line names none. */
  readonly usualOut: (loaded: LoadedConfig | undefined) => string;
  /** How its files are known to be rpcgen's: by a mark in their first lines, or as the manifest remembers them. */
  readonly ownership: WriteRequest["ownership"];
  readonly load: () => Promise<Exporter>;
}
