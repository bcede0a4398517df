/** A host without a disk, or with given texts in front of one. */

import type { Entry, FileContent, Host } from "../../src/project/host.js";
import { joinPath } from "../../src/project/logical-path.js";

export interface MemoryHostOptions {
  /** Text or bytes by path; relative paths start at the working directory. A value may be an odd kind of file instead. */
  readonly files: Readonly<Record<string, Stored>> | ReadonlyMap<string, Stored>;
  readonly workingDirectory?: string;
  /** Answers for every path that `files` does not know, such as the standard library's. */
  readonly behind?: Host;
  /** Finds `Money.rpc` where `money.rpc` was asked for, as the disks of macOS and Windows do. */
  readonly ignoresCase?: boolean;
}

/** A path that is not a plain file: a link to another path, a device, or a file that may not be read. */
export type OddFile =
  { readonly kind: "link"; readonly to: string } | { readonly kind: "other" } | { readonly kind: "unreadable" };

type Stored = string | Uint8Array | OddFile;

/** A host whose files are given as values. */
export function createMemoryHost(options: MemoryHostOptions): Host {
  const { behind } = options;
  const workingDirectory = options.workingDirectory ?? behind?.workingDirectory ?? "/work";
  const absolute = (path: string): string =>
    path.startsWith("/") ? joinPath("/", path) : joinPath(workingDirectory, path);
  const fold = (path: string): string => (options.ignoresCase === true ? path.toLowerCase() : path);
  const files = new Map<string, { readonly path: string; readonly content: Stored }>();
  const directories = new Map<string, Map<string, string>>();
  const given = isMap(options.files) ? options.files : Object.entries(options.files);
  for (const [name, content] of given) {
    const path = absolute(name);
    files.set(fold(path), { path, content });
    addToDirectories(directories, path, fold);
  }

  const find = (path: string, linksLeft = 40): Entry | undefined => {
    const stored = files.get(fold(absolute(path)));
    if (stored !== undefined) {
      if (typeof stored.content === "string" || stored.content instanceof Uint8Array) {
        return { kind: "file", realPath: stored.path };
      }
      if (stored.content.kind !== "link") return { kind: stored.content.kind, realPath: stored.path };
      if (linksLeft === 0) return { kind: "unreadable", realPath: stored.path };
      return find(stored.content.to, linksLeft - 1);
    }
    if (directories.has(fold(absolute(path)))) return { kind: "directory", realPath: absolute(path) };
    return behind?.find(path);
  };

  const read = (path: string, bytesMax: number): FileContent => {
    const entry = find(path);
    const stored = entry === undefined ? undefined : files.get(fold(entry.realPath));
    if (stored === undefined)
      return behind?.read(path, bytesMax) ?? { kind: entry === undefined ? "missing" : "notAFile" };
    const { content } = stored;
    if (typeof content !== "string" && !(content instanceof Uint8Array)) {
      return content.kind === "other" ? { kind: "notAFile" } : { kind: "unreadable", reason: "permission denied" };
    }
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    return bytes.length > bytesMax ? { kind: "tooLarge", sizeBytes: bytes.length } : { kind: "bytes", bytes };
  };

  const list = (path: string): readonly string[] => {
    const own = directories.get(fold(absolute(path)));
    const names = new Set([...(own?.values() ?? []), ...(behind?.list(path) ?? [])]);
    return [...names].sort();
  };

  return { workingDirectory, standardLibrary: behind?.standardLibrary ?? "/standard", absolute, find, read, list };
}

function isMap(
  files: Readonly<Record<string, Stored>> | ReadonlyMap<string, Stored>,
): files is ReadonlyMap<string, Stored> {
  return files instanceof Map;
}

function addToDirectories(
  directories: Map<string, Map<string, string>>,
  path: string,
  fold: (path: string) => string,
): void {
  let name = path.slice(path.lastIndexOf("/") + 1);
  let directory = path.slice(0, path.lastIndexOf("/"));
  for (;;) {
    const key = fold(directory === "" ? "/" : directory);
    const names = directories.get(key) ?? new Map<string, string>();
    directories.set(key, names.set(fold(name), name));
    if (directory === "") return;
    name = `${directory.slice(directory.lastIndexOf("/") + 1)}/`;
    directory = directory.slice(0, directory.lastIndexOf("/"));
  }
}
