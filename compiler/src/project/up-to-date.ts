/** Decides from the manifest alone whether a compile would change anything, without reading any source as a program. */

import type { Host } from "./host.js";
import type { OutputHost } from "./host-output.js";
import type { Manifest } from "./manifest.js";
import { contentHash, manifestName, parseManifest } from "./manifest.js";
import { portablePathProblem } from "../source/portable-path.js";
import { stillHolds } from "./recording-host.js";

export interface UpToDateRequest {
  readonly host: Host;
  readonly outputHost: OutputHost;
  /** The output directory without symbolic links. */
  readonly directory: string;
  readonly compiler: string;
  readonly options: string;
  /** Whether the outputs of this earlier source would be taken away. */
  readonly isGivenUp: (source: string) => boolean;
}

/** The manifest if inputs, options and compiler are those of the last run and its outputs stand as it left them. */
export function findUpToDate(request: UpToDateRequest): Manifest | undefined {
  const { host, outputHost, directory, compiler, options } = request;
  const path = `${directory}/${manifestName}`;
  const manifest = outputHost.look(path) === "file" ? parseManifest(outputHost.read(path)) : undefined;
  if (manifest === undefined) return undefined;
  const { run, outputs } = manifest;
  if (run.compiler !== compiler || run.options !== options || run.warningCount > 0) return undefined;
  if (!run.observations.every((observation) => stillHolds(host, directory, observation))) return undefined;
  const sources = new Set(run.sources);
  for (const output of outputs) {
    if (!sources.has(output.source)) {
      if (request.isGivenUp(output.source)) return undefined;
      continue;
    }
    if (portablePathProblem(output.path) !== undefined) return undefined;
    const full = `${directory}/${output.path}`;
    if (outputHost.look(full) !== "file" || contentHash(outputHost.read(full)) !== output.hash) return undefined;
  }
  return manifest;
}
