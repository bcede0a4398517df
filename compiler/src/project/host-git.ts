/** A host whose files are those of a git commit: the one place that starts git, never through a shell. */

import { spawnSync } from "node:child_process";
import type { Entry, FileContent, Host } from "./host.js";
import { directoryOf, joinPath, pathInside } from "./logical-path.js";

export type GitLookup =
  | {
      readonly kind: "host";
      readonly host: Host;
      /** The repository's root, where the commit's paths begin. */ readonly top: string;
    }
  /** `hint` says what to do instead. */
  | { readonly kind: "invalid"; readonly reason: string; readonly hint: string | undefined };

/**
 * The files of the commit, tag or branch `ref` at the places where they would stand on the disk. Only `.rpc` files are
 * seen; what git does not keep (the standard library, packages in `node_modules`, everything outside of the repository)
 * is read from the disk.
 */
export function createGitHost(disk: Host, ref: string): GitLookup {
  if (ref === "" || ref.startsWith("-") || ref.includes("\0")) {
    return invalid(`${JSON.stringify(ref)} is no name of a commit`, "write `git:main`, `git:v1.2.0` or `git:HEAD~3`");
  }
  const directory = disk.workingDirectory;
  const top = git(directory, ["rev-parse", "--show-toplevel"]);
  if (top.kind === "failed") return invalid(explain(top, directory), undefined);
  const tree = git(directory, ["rev-parse", "--verify", "--quiet", `${ref}^{tree}`]);
  if (tree.kind === "failed") {
    const hint = "`git fetch` brings branches of the remote; in CI, the checkout has to include the history";
    return invalid(tree.isMissing ? explain(tree, directory) : `git knows no commit ${ref}`, hint);
  }
  const listing = git(directory, ["ls-tree", "-r", "-z", "-l", "--full-tree", tree.output.toString("utf8").trim()]);
  if (listing.kind === "failed") return invalid(explain(listing, directory), undefined);
  const topDirectory = disk.absolute(top.output.toString("utf8").replace(/\r?\n$/, ""));
  const host = new GitHost(disk, topDirectory, parseListing(listing.output.toString("utf8"), topDirectory));
  return { kind: "host", host, top: topDirectory };
}

function invalid(reason: string, hint: string | undefined): GitLookup {
  return { kind: "invalid", reason, hint };
}

type GitAnswer =
  | { readonly kind: "done"; readonly output: Buffer }
  | { readonly kind: "failed"; readonly isMissing: boolean; readonly message: string };

/** Listings and files of large repositories; beyond this, git's answer is given up. */
const outputBytesMax = 1024 * 1024 * 1024;

function git(directory: string, args: readonly string[], input?: string): GitAnswer {
  const { status, error, stdout, stderr } = spawnSync("git", ["-C", directory, ...args], {
    input: input ?? "",
    maxBuffer: outputBytesMax,
    windowsHide: true,
    env: { ...process.env, LC_ALL: "C", GIT_OPTIONAL_LOCKS: "0", GIT_TERMINAL_PROMPT: "0" },
  });
  if (error !== undefined) {
    const isMissing = "code" in error && error.code === "ENOENT";
    return { kind: "failed", isMissing, message: isMissing ? "" : error.message };
  }
  if (status !== 0) return { kind: "failed", isMissing: false, message: stderr.toString("utf8").trim() };
  return { kind: "done", output: stdout };
}

function explain(failure: Extract<GitAnswer, { kind: "failed" }>, directory: string): string {
  if (failure.isMissing) return "git is not installed, or not on the PATH";
  if (/not a git repository|must be run in a work tree/.test(failure.message)) {
    return `${directory} is in no git repository`;
  }
  const [first = ""] = failure.message.split("\n");
  return `git refuses to answer: ${first.replace(/^fatal: /, "")}`;
}

/** A file of the commit. */
interface Blob {
  readonly hash: string;
  readonly sizeBytes: number;
  /** A symbolic link, or a part of another repository. */
  readonly oddity: string | undefined;
}

function parseListing(listing: string, top: string): ReadonlyMap<string, Blob> {
  const blobs = new Map<string, Blob>();
  for (const line of listing.split("\0")) {
    const [, mode = "", hash = "", size = "", path = ""] = /^(\d+) \w+ ([0-9a-f]+) +(\d+|-)\t(.*)$/s.exec(line) ?? [];
    if (!path.endsWith(".rpc")) continue;
    const oddity = mode === "120000" ? "it is a symbolic link, and those are not followed in a commit" : undefined;
    const isFile = mode.startsWith("100");
    blobs.set(joinPath(top, path), {
      hash,
      sizeBytes: Number(size),
      oddity: isFile ? undefined : (oddity ?? "it is no file"),
    });
  }
  return blobs;
}

/** Commits with no more than this are read at once, since starting git takes longer than reading. */
const prefetchBytesMax = 128 * 1024 * 1024;

class GitHost implements Host {
  readonly workingDirectory: string;
  readonly standardLibrary: string;
  readonly #disk: Host;
  readonly #top: string;
  readonly #blobs: ReadonlyMap<string, Blob>;
  /** Names by directory; those of directories end in `/`. */
  readonly #names: ReadonlyMap<string, ReadonlySet<string>>;
  #contents: ReadonlyMap<string, Uint8Array> | undefined;

  constructor(disk: Host, top: string, blobs: ReadonlyMap<string, Blob>) {
    this.workingDirectory = disk.workingDirectory;
    this.standardLibrary = disk.standardLibrary;
    this.#disk = disk;
    this.#top = top;
    this.#blobs = blobs;
    this.#names = namesByDirectory(blobs.keys(), top);
  }

  absolute(path: string): string {
    return this.#disk.absolute(path);
  }

  find(path: string): Entry | undefined {
    if (!this.#isKept(path)) return this.#disk.find(path);
    const blob = this.#blobs.get(path);
    if (blob !== undefined) {
      return blob.oddity === undefined
        ? { kind: "file", realPath: path }
        : { kind: "unreadable", realPath: path, reason: blob.oddity };
    }
    return this.#names.has(path) ? { kind: "directory", realPath: path } : undefined;
  }

  read(path: string, bytesMax: number): FileContent {
    if (!this.#isKept(path)) return this.#disk.read(path, bytesMax);
    const blob = this.#blobs.get(path);
    if (blob === undefined) return { kind: this.#names.has(path) ? "notAFile" : "missing" };
    if (blob.oddity !== undefined) return { kind: "unreadable", reason: blob.oddity };
    if (blob.sizeBytes > bytesMax) return { kind: "tooLarge", sizeBytes: blob.sizeBytes };
    const bytes = this.#contentsOf(blob).get(blob.hash);
    return bytes === undefined ? { kind: "unreadable", reason: "git could not read it" } : { kind: "bytes", bytes };
  }

  list(path: string): readonly string[] {
    if (!this.#isKept(path)) return this.#disk.list(path);
    return [...(this.#names.get(path) ?? [])].sort();
  }

  /** Whether git is asked about a path, and not the disk. */
  #isKept(path: string): boolean {
    if (path === this.standardLibrary || pathInside(this.standardLibrary, path) !== undefined) return false;
    const inside = path === this.#top ? "" : pathInside(this.#top, path);
    return inside !== undefined && !`/${inside}/`.includes("/node_modules/");
  }

  #contentsOf(wanted: Blob): ReadonlyMap<string, Uint8Array> {
    if (this.#contents !== undefined) return this.#contents;
    const blobs = [...this.#blobs.values()].filter(({ oddity }) => oddity === undefined);
    const isSmall = blobs.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) <= prefetchBytesMax;
    const contents = readBlobs(this.workingDirectory, isSmall ? blobs : [wanted]);
    if (isSmall) this.#contents = contents;
    return contents;
  }
}

function namesByDirectory(paths: Iterable<string>, top: string): ReadonlyMap<string, ReadonlySet<string>> {
  const names = new Map<string, Set<string>>([[top, new Set()]]);
  for (const path of paths) {
    let name = path.slice(path.lastIndexOf("/") + 1);
    for (let directory = directoryOf(path); ; directory = directoryOf(directory)) {
      const known = names.get(directory) ?? new Set();
      names.set(directory, known.add(name));
      if (directory === top || directory === "/") break;
      name = `${directory.slice(directory.lastIndexOf("/") + 1)}/`;
    }
  }
  return names;
}

/** Contents by hash; each answer is a line with hash, kind and size, then the bytes and a line break. */
function readBlobs(directory: string, blobs: readonly Blob[]): ReadonlyMap<string, Uint8Array> {
  const answer = git(directory, ["cat-file", "--batch"], `${blobs.map(({ hash }) => hash).join("\n")}\n`);
  const contents = new Map<string, Uint8Array>();
  if (answer.kind === "failed") return contents;
  const { output } = answer;
  for (let at = 0; at < output.length;) {
    const end = output.indexOf(10, at);
    if (end === -1) break;
    const [hash = "", kind, size] = output.toString("latin1", at, end).split(" ");
    at = end + 1;
    if (kind !== "blob") continue;
    contents.set(hash, output.subarray(at, at + Number(size)));
    at += Number(size) + 1;
  }
  return contents;
}
