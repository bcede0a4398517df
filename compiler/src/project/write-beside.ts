/** Generated files to the disk beside what they were made from: only what changed, and never over a file that is not the compiler's own. */

import type { Report } from "../report/report.js";
import { commit } from "./commit.js";
import type { Change } from "./commit.js";
import { DiskError } from "./host-output.js";
import type { OutputHost } from "./host-output.js";
import { directoryOf, pathInside } from "./logical-path.js";
import { isGenerated } from "./write.js";

/** A file to be put in place, or taken away where `text` is undefined. */
export interface FileBeside {
  /** Absolute, with `/`. */
  readonly path: string;
  readonly text: string | undefined;
}

export interface BesideRequest {
  readonly host: OutputHost;
  readonly files: readonly FileBeside[];
  /** What messages call a path. */
  readonly shown: (path: string) => string;
  /** Finds out what would change and leaves the disk as it is. */
  readonly dryRun: boolean;
}

export interface BesideOutcome {
  readonly path: string;
  readonly action: "written" | "removed" | "unchanged";
}

/**
 * Tells what became of each file, in their order; one whose place is taken is left out, and the report says by what. The
 * files of one directory change together or not at all.
 */
export function writeBeside(request: BesideRequest, report: Report): readonly BesideOutcome[] {
  const outcomes: BesideOutcome[] = [];
  const changes = new Map<string, Change[]>();
  for (const file of request.files) {
    try {
      const change = changeOf(file, request, report);
      if (change === undefined) continue;
      if (change === "unchanged") {
        if (file.text !== undefined) outcomes.push({ path: file.path, action: "unchanged" });
        continue;
      }
      const directory = directoryOf(file.path);
      changes.set(directory, [...(changes.get(directory) ?? []), change]);
      outcomes.push({ path: file.path, action: file.text === undefined ? "removed" : "written" });
    } catch (error) {
      tellRefusal(error, request, report);
    }
  }
  const refused = new Set<string>();
  for (const [directory, list] of request.dryRun ? [] : changes) {
    try {
      commit(request.host, directory, list);
    } catch (error) {
      tellRefusal(error, request, report);
      refused.add(directory);
    }
  }
  return outcomes.filter(({ path, action }) => action === "unchanged" || !refused.has(directoryOf(path)));
}

function changeOf(
  { path, text }: FileBeside,
  { host, shown }: BesideRequest,
  report: Report,
): Change | "unchanged" | undefined {
  const standing = host.look(path);
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (standing === undefined) return text === undefined ? "unchanged" : { path: name, text, before: undefined };
  if (standing !== "file") {
    if (text === undefined) return "unchanged";
    const what = {
      link: "is a symbolic link; it is not followed",
      directory: "is a directory",
      other: "is not a regular file",
    };
    report.add("output-path-invalid", undefined, { path: shown(path), reason: what[standing] });
    return undefined;
  }
  const before = host.read(path);
  if (before === text) return "unchanged";
  if (isGenerated(before)) return { path: name, text, before };
  if (text === undefined) return "unchanged";
  report.add("output-not-generated", undefined, { path: shown(path) });
  return undefined;
}

function tellRefusal(error: unknown, { shown, files }: BesideRequest, report: Report): void {
  if (!(error instanceof DiskError)) throw error;
  // A file in preparation is nobody's business; its directory is.
  const isOurs = files.some(({ path }) => path === error.path);
  const path = isOurs ? error.path : (files.find((file) => isInside(file.path, error.path))?.path ?? error.path);
  report.add("write-failed", undefined, { path: shown(path), reason: error.reason });
}

function isInside(file: string, path: string): boolean {
  return pathInside(directoryOf(file), path) !== undefined || directoryOf(file) === path;
}
