/** The compiler's host on a real disk: the one place that reads through `node:fs`. */

import { closeSync, constants, fstatSync, openSync, readSync, readdirSync, realpathSync, statSync } from "node:fs";
import { resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { Entry, FileContent, Host } from "./host.js";
import { withSlashes } from "./logical-path.js";

/** A host on this machine's disk. `workingDirectory` is where relative paths start. */
export function createNodeHost(workingDirectory: string = process.cwd()): Host {
  const base = resolve(workingDirectory);
  return {
    workingDirectory: slashed(base),
    standardLibrary: findStandardLibrary(),
    absolute: (path) => slashed(resolve(base, path)),
    find: findEntry,
    read: readRegularFile,
    list: listDirectory,
  };
}

function slashed(path: string): string {
  return withSlashes(path, sep);
}

/** The sources run from `compiler/src/project`, the package from `dist/compiler/src/project`. */
function findStandardLibrary(): string {
  const besideSources = slashed(fileURLToPath(new URL("../../stdlib", import.meta.url)));
  if (findEntry(besideSources)?.kind === "directory") return besideSources;
  return slashed(fileURLToPath(new URL("../../../../compiler/stdlib", import.meta.url)));
}

function findEntry(path: string): Entry | undefined {
  try {
    const realPath = slashed(realpathSync.native(path));
    const stat = statSync(realPath);
    return { kind: stat.isFile() ? "file" : stat.isDirectory() ? "directory" : "other", realPath };
  } catch (error) {
    return isMissing(error) ? undefined : { kind: "unreadable", realPath: path, reason: reasonOf(error) };
  }
}

function readRegularFile(path: string, bytesMax: number): FileContent {
  let descriptor: number;
  try {
    // Without O_NONBLOCK, opening a FIFO that nobody writes to would wait for ever.
    descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    return failure(error);
  }
  try {
    const stat = fstatSync(descriptor);
    if (!stat.isFile()) return { kind: "notAFile" };
    if (stat.size > bytesMax) return { kind: "tooLarge", sizeBytes: stat.size };
    return readAll(descriptor, stat.size, bytesMax);
  } catch (error) {
    return failure(error);
  } finally {
    closeSync(descriptor);
  }
}

/** Believes the size only as a first guess: the file may grow meanwhile, and those under /proc say 0. */
function readAll(descriptor: number, sizeBytes: number, bytesMax: number): FileContent {
  let buffer = new Uint8Array(sizeBytes + 1);
  let length = 0;
  for (;;) {
    const count = readSync(descriptor, buffer, length, buffer.length - length, null);
    if (count === 0) return { kind: "bytes", bytes: buffer.subarray(0, length) };
    length += count;
    if (length > bytesMax) return { kind: "tooLarge", sizeBytes: length };
    if (length === buffer.length) {
      const larger = new Uint8Array(buffer.length * 2);
      larger.set(buffer);
      buffer = larger;
    }
  }
}

function listDirectory(path: string): readonly string[] {
  try {
    const entries = readdirSync(path, { withFileTypes: true });
    return entries.map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name)).sort();
  } catch {
    return [];
  }
}

function failure(error: unknown): FileContent {
  if (isMissing(error)) return { kind: "missing" };
  const code = errorCode(error);
  if (code === "EISDIR" || code === "ENXIO") return { kind: "notAFile" };
  return { kind: "unreadable", reason: reasonOf(error) };
}

function reasonOf(error: unknown): string {
  const code = errorCode(error);
  if (code === "EACCES" || code === "EPERM") return "permission denied";
  if (code === "ELOOP") return "its symbolic links lead in a circle";
  return code ?? "the disk gave no reason";
}

function isMissing(error: unknown): boolean {
  const code = errorCode(error);
  return code === "ENOENT" || code === "ENOTDIR" || code === "ENAMETOOLONG" || code === "ERR_INVALID_ARG_VALUE";
}

function errorCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
