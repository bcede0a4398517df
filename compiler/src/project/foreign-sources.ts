/** Finds and reads the `.proto` and `.thrift` files of an import: those that were named, and those that they import. */

import type { Report } from "../report/report.js";
import type { SourceFile } from "../source/source-file.js";
import { decodeSource, sourceBytesMax } from "../syntax/decode-source.js";
import type { Host } from "./host.js";
import { findRoots, locate } from "./locate.js";
import type { Located, Root } from "./locate.js";
import { directoryOf, importPathProblem, joinPath, pathInside } from "./logical-path.js";

/** Every file is read once. */
export class ForeignSources {
  readonly #host: Host;
  readonly #roots: readonly Root[];
  readonly #report: Report;
  /** By real path; undefined where a file could not be read, which was then reported. */
  readonly #sources: Map<string, SourceFile | undefined> = new Map();
  readonly #realPaths: Map<SourceFile, string> = new Map();

  /** `entries` are absolute paths; one that stands under no root brings its own directory along. */
  constructor(host: Host, entries: readonly string[], roots: readonly string[], report: Report) {
    this.#host = host;
    this.#report = report;
    const real = roots.map((root) => host.find(root)?.realPath ?? root);
    const strays = entries
      .map((entry) => host.find(entry)?.realPath ?? entry)
      .filter((path) => !real.some((root) => pathInside(root, path) !== undefined))
      .map(directoryOf);
    this.#roots = findRoots(host, [...roots, ...[...new Set(strays)].sort()]);
  }

  /** The file that was named; reported and undefined where it cannot be read. */
  open(entry: string): SourceFile | undefined {
    const location = locate(this.#host, this.#roots, entry);
    if (location.kind === "found") return this.#read(location);
    const reason = location.kind === "unusable" ? location.reason : "there is no such file";
    this.#report.add("read-failed", undefined, { path: this.#shown(entry), reason });
    return undefined;
  }

  /** The file that an import means: Thrift counts from the importing file first, Protobuf from the roots. */
  find(path: string, from: SourceFile): SourceFile | undefined {
    if (importPathProblem(path) !== undefined) return undefined;
    const beside = joinPath(directoryOf(this.#realPaths.get(from) ?? "/"), path);
    const below = this.#roots.map((root) => joinPath(root.realPath, path));
    const candidates = path.endsWith(".thrift") ? [beside, ...below] : [...below, beside];
    for (const candidate of new Set(candidates)) {
      const location = locate(this.#host, this.#roots, candidate);
      if (location.kind === "found") return this.#read(location);
    }
    return undefined;
  }

  #read({ realPath, path }: Located): SourceFile | undefined {
    if (this.#sources.has(realPath)) return this.#sources.get(realPath);
    const source = this.#decode(realPath, path);
    this.#sources.set(realPath, source);
    if (source !== undefined) this.#realPaths.set(source, realPath);
    return source;
  }

  #decode(realPath: string, path: string): SourceFile | undefined {
    const content = this.#host.read(realPath, sourceBytesMax);
    const displayPath = this.#shown(realPath);
    if (content.kind === "bytes") return decodeSource(path, content.bytes, this.#report, displayPath);
    if (content.kind === "tooLarge") {
      const { sizeBytes: bytes } = content;
      this.#report.add("file-too-large", undefined, { path: displayPath, bytes, bytesMax: sourceBytesMax });
      return undefined;
    }
    const reason = content.kind === "unreadable" ? content.reason : "it is not a regular file";
    this.#report.add("read-failed", undefined, { path: displayPath, reason });
    return undefined;
  }

  #shown(path: string): string {
    return pathInside(this.#host.workingDirectory, path) ?? path;
  }
}

/** The files of a folder, however deep, whose names have one of the endings; sorted. */
export function foreignFilesIn(host: Host, directory: string, endings: readonly string[]): readonly string[] {
  const found: string[] = [];
  const folders = [directory];
  for (const folder of folders) {
    for (const name of host.list(folder)) {
      if (name.endsWith("/")) folders.push(joinPath(folder, name));
      else if (endings.some((ending) => name.endsWith(ending))) found.push(joinPath(folder, name));
    }
  }
  return found.sort();
}
