/** The disk as outputs reach it: the few operations the writer needs, none of which follows a link at its end. */

import {
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  rmdirSync,
  writeFileSync,
} from "node:fs";

/** What stands at a path itself; a symbolic link is "link", whatever it leads to. */
export type Standing = "file" | "directory" | "link" | "other";

/** Paths are absolute. Every method fails with a `DiskError` and with nothing else. */
export interface OutputHost {
  /** Undefined where there is nothing. */
  look(path: string): Standing | undefined;
  /** The path without symbolic links; the path must exist. */
  realPath(path: string): string;
  /** The text of a file. */
  read(path: string): string;
  /** Names in a directory, in no particular order; none where there is no such directory. */
  list(path: string): readonly string[];
  /** Milliseconds since the entry was changed. */
  ageMs(path: string): number;
  /** Makes one directory; false where it stood there already. */
  makeDirectory(path: string): boolean;
  /** Writes a file that must not be there yet. */
  create(path: string, text: string): void;
  /** Moves a file in one step over whatever file is there. */
  rename(from: string, to: string): void;
  /** Removes a directory if it is empty. */
  removeEmpty(path: string): void;
  /** Removes a file or a directory with everything in it; links inside are removed, not followed. */
  removeAll(path: string): void;
}

/** The operating system said no. */
export class DiskError extends Error {
  override readonly name: string = "DiskError";
  /** As the operating system names it, for instance `ENOSPC`. */
  readonly code: string;
  readonly path: string;
  /** A short sentence for people, without the path. */
  readonly reason: string;

  constructor(code: string, path: string) {
    const reason = reasons.get(code) ?? code;
    super(`${path}: ${reason}`);
    this.code = code;
    this.path = path;
    this.reason = reason;
  }
}

const reasons: ReadonlyMap<string, string> = new Map([
  ["EACCES", "permission denied"],
  ["EPERM", "the operation is not permitted"],
  ["EROFS", "the file system is read-only"],
  ["ENOSPC", "no space is left on the disk"],
  ["EDQUOT", "the disk quota is used up"],
  ["EMFILE", "too many files are open"],
  ["ENOENT", "there is no such directory"],
  ["ENOTDIR", "a part of the path is a file, not a directory"],
  ["EISDIR", "it is a directory"],
  ["EEXIST", "something else is there already"],
  ["ENAMETOOLONG", "the name is too long for this file system"],
  ["ELOOP", "symbolic links lead in a circle"],
  ["EXDEV", "the output directory spans several file systems"],
  ["EIO", "the disk failed"],
]);

/** The real disk. */
export const nodeOutputHost: OutputHost = {
  look: (path) => attempt(path, () => standing(path), { codes: ["ENOENT", "ENOTDIR"], answer: undefined }),
  realPath: (path) => attempt(path, () => realpathSync.native(path)),
  read: (path) => attempt(path, () => readFileSync(path, "utf8")),
  list: (path) =>
    attempt<readonly string[]>(path, () => readdirSync(path), { codes: ["ENOENT", "ENOTDIR"], answer: [] }),
  ageMs: (path) => attempt(path, () => Date.now() - lstatSync(path).mtimeMs),
  makeDirectory: (path) => attempt(path, () => (mkdirSync(path), true), { codes: ["EEXIST"], answer: false }),
  create: (path, text) => attempt(path, () => writeFileSync(path, text, { flag: "wx" })),
  rename: (from, to) => attempt(to, () => renameSync(from, to)),
  removeEmpty: (path) =>
    attempt(path, () => rmdirSync(path), { codes: ["ENOTEMPTY", "EEXIST", "ENOENT"], answer: undefined }),
  removeAll: (path) => attempt(path, () => rmSync(path, { recursive: true, force: true })),
};

function standing(path: string): Standing {
  const stat = lstatSync(path);
  if (stat.isFile()) return "file";
  if (stat.isDirectory()) return "directory";
  return stat.isSymbolicLink() ? "link" : "other";
}

/** Runs one operation; `expected` tells which errors are no errors, and what is answered for them. */
function attempt<T>(path: string, operation: () => T, expected?: { codes: readonly string[]; answer: T }): T {
  try {
    return operation();
  } catch (error) {
    const code = error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
    if (code === undefined) throw error;
    if (expected?.codes.includes(code)) return expected.answer;
    throw new DiskError(code, path);
  }
}
