/** Finds the file that an import or a command line means, and keeps every reader inside the import roots. */

import type { Host } from "./host.js";
import { directoryOf, joinPath, pathInside } from "./logical-path.js";

/** A directory under which files are looked up. */
export interface Root {
  /** Without symbolic links. */
  readonly realPath: string;
  readonly isStandard: boolean;
}

/** A file that may be read. */
export interface Located {
  readonly kind: "found";
  readonly realPath: string;
  /** Relative to its root. */
  readonly path: string;
  readonly isStandard: boolean;
}

export type Location =
  | Located
  | { readonly kind: "missing" }
  /** It exists, but not under any root: it leads out by `..` or by a symbolic link. */
  | { readonly kind: "outside" }
  | { readonly kind: "unusable"; readonly reason: string };

/** The roots that exist, as they are on the disk; the standard library comes last. */
export function findRoots(host: Host, directories: readonly string[]): readonly Root[] {
  const roots = new Map<string, Root>();
  for (const directory of directories) {
    const entry = host.find(host.absolute(directory));
    if (entry?.kind === "directory") roots.set(entry.realPath, { realPath: entry.realPath, isStandard: false });
  }
  const standard = host.find(host.standardLibrary)?.realPath ?? host.standardLibrary;
  return [...roots.values(), { realPath: standard, isStandard: true }];
}

/** What stands at an absolute path. Its logical path is counted from the innermost root that holds it. */
export function locate(host: Host, roots: readonly Root[], path: string): Location {
  const entry = host.find(path);
  if (entry === undefined) return { kind: "missing" };
  let best: Located | undefined;
  for (const root of roots) {
    const inside = pathInside(root.realPath, entry.realPath);
    if (inside === undefined || (best !== undefined && best.path.length <= inside.length)) continue;
    best = { kind: "found", realPath: entry.realPath, path: inside, isStandard: root.isStandard };
  }
  if (best === undefined) return { kind: "outside" };
  switch (entry.kind) {
    case "file":
      return best;
    case "directory":
      return { kind: "unusable", reason: "it is a directory" };
    case "other":
      return { kind: "unusable", reason: "it is not a regular file" };
    case "unreadable":
      return { kind: "unusable", reason: entry.reason ?? "permission denied" };
  }
}

/** The absolute paths an import may mean, in the order in which they are tried: beside the importing file, then the roots. */
export function candidates(roots: readonly Root[], importing: Located, path: string): readonly string[] {
  const beside = joinPath(directoryOf(importing.realPath), path);
  // A path that begins with a dot says itself that it is meant from the importing file.
  if (path.startsWith("./") || path.startsWith("../")) return [beside];
  return [...new Set([beside, ...roots.map((root) => joinPath(root.realPath, path))])];
}
