/** Carries out a set of file changes as one: prepared beside their places, moved there at the end, taken back on failure. */

import { randomBytes } from "node:crypto";
import { DiskError } from "./host-output.js";
import type { OutputHost } from "./host-output.js";

/** A file to be put in place (`text`) or taken away (`text` is undefined). */
export interface Change {
  /** Relative, with `/`. */
  readonly path: string;
  readonly text: string | undefined;
  /** What stands there now; undefined where nothing does. */
  readonly before: string | undefined;
}

/** Begins the names of the directories in which changes are prepared. */
const stagingPrefix = ".rpcgen-staging-";

/** A staging directory that nobody has touched for so long was left behind by a run that was killed. */
const abandonedAfterMs = 60_000;

/**
 * Makes all changes under `directory`, which is made if need be. Every text is first written in full to a staging
 * directory on the same file system; then each is moved into its place, which readers see as one step. Fails with a
 * `DiskError`, and then everything stands as it stood before.
 */
export function commit(host: OutputHost, directory: string, changes: readonly Change[]): void {
  const undo: (() => void)[] = [];
  try {
    makeDirectories(host, directory, undo);
    const root = host.realPath(directory);
    removeAbandoned(host, root);
    const staging = `${root}/${stagingPrefix}${process.pid}-${randomBytes(4).toString("hex")}`;
    host.makeDirectory(staging);
    undo.push(() => host.removeAll(staging));
    changes.forEach(({ text }, index) => {
      if (text !== undefined) host.create(`${staging}/${index}`, text);
    });
    changes.forEach((change, index) => move(host, root, `${staging}/${index}`, change, undo));
    quietly(() => host.removeAll(staging));
    removeEmptied(host, root, changes);
  } catch (error) {
    for (const step of undo.reverse()) quietly(step);
    throw error;
  }
}

/** Whether a path inside the output directory is one of a file in preparation. */
export function isStagingPath(path: string): boolean {
  return path.startsWith(stagingPrefix);
}

/** Puts one file in its place or takes one away, and notes how to take that back. */
function move(host: OutputHost, root: string, staged: string, change: Change, undo: (() => void)[]): void {
  const place = `${root}/${change.path}`;
  const { before } = change;
  if (change.text === undefined) {
    try {
      host.rename(place, staged);
    } catch (error) {
      // Another run was faster.
      if (error instanceof DiskError && error.code === "ENOENT") return;
      throw error;
    }
    undo.push(() => host.rename(staged, place));
    return;
  }
  makeDirectories(host, parentOf(place), undo);
  host.rename(staged, place);
  undo.push(() => {
    if (before === undefined) return host.removeAll(place);
    host.create(staged, before);
    host.rename(staged, place);
  });
}

/** Makes a directory and those above it. */
function makeDirectories(host: OutputHost, path: string, undo: (() => void)[]): void {
  const missing: string[] = [];
  for (let at = path; host.look(at) === undefined; at = parentOf(at)) missing.push(at);
  for (const at of missing.reverse()) {
    if (host.makeDirectory(at)) undo.push(() => host.removeEmpty(at));
  }
}

function parentOf(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash <= 0 ? "/" : path.slice(0, slash);
}

/** Directories that lost their last file go as well. */
function removeEmptied(host: OutputHost, root: string, changes: readonly Change[]): void {
  for (const { path, text } of changes) {
    if (text !== undefined) continue;
    for (let at = parentOf(`${root}/${path}`); at.length > root.length; at = parentOf(at)) {
      if (host.list(at).length > 0) break;
      quietly(() => host.removeEmpty(at));
    }
  }
}

/** A run that was killed could not clean up; a run that is at work now is left alone. */
function removeAbandoned(host: OutputHost, root: string): void {
  for (const name of host.list(root)) {
    if (!name.startsWith(stagingPrefix)) continue;
    quietly(() => {
      if (host.ageMs(`${root}/${name}`) > abandonedAfterMs) host.removeAll(`${root}/${name}`);
    });
  }
}

/** For steps whose failure changes nothing for the user. */
function quietly(step: () => void): void {
  try {
    step();
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
  }
}
