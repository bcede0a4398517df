/** Remembers what a compile asked about the disk, so that the next one can see at once whether any answer has changed. */

import { posix } from "node:path";
import type { Entry, FileContent, Host } from "./host.js";
import { pathInside } from "./logical-path.js";
import type { Observation } from "./manifest.js";
import { contentHash } from "./manifest.js";

/** More than any reader of sources takes: what was observed had been read within a limit. */
const readBytesMax = 1024 * 1024 * 1024;

export interface RecordingHost extends Host {
  /** The answers so far, by paths relative to `directory`, which must be without symbolic links. */
  observations(directory: string): readonly Observation[];
}

/** A host that answers as `host` does. The standard library is left out: it is a part of the compiler. */
export function createRecordingHost(host: Host): RecordingHost {
  const entries = new Map<string, Entry | undefined>();
  const contents = new Map<string, FileContent>();
  const isStandard = (path: string): boolean =>
    path === host.standardLibrary || pathInside(host.standardLibrary, path) !== undefined;

  const find = (path: string): Entry | undefined => {
    const entry = host.find(path);
    if (!isStandard(path)) entries.set(path, entry);
    return entry;
  };
  const read = (path: string, bytesMax: number): FileContent => {
    const content = host.read(path, bytesMax);
    if (!isStandard(path)) contents.set(path, content);
    return content;
  };
  const observations = (directory: string): readonly Observation[] => {
    const made = new Map<string, Observation>();
    for (const [path, entry] of entries) {
      const leadsTo = entry === undefined || entry.realPath === path ? "" : posix.relative(directory, entry.realPath);
      made.set(path, { path: posix.relative(directory, path), state: entry?.kind ?? "missing", leadsTo });
    }
    for (const [path, content] of contents) {
      const leadsTo = made.get(path)?.leadsTo ?? "";
      made.set(path, { path: posix.relative(directory, path), state: stateOf(content), leadsTo });
    }
    return [...made.values()];
  };
  const { workingDirectory, standardLibrary } = host;
  const absolute = (path: string): string => host.absolute(path);
  const list = (path: string): readonly string[] => host.list(path);
  return { workingDirectory, standardLibrary, absolute, list, find, read, observations };
}

/** Whether the disk still gives the answer that was observed. */
export function stillHolds(host: Host, directory: string, observation: Observation): boolean {
  const path = host.absolute(`${directory}/${observation.path}`);
  const entry = host.find(path);
  const leadsTo = entry === undefined || entry.realPath === path ? "" : posix.relative(directory, entry.realPath);
  if (leadsTo !== observation.leadsTo) return false;
  if (observation.state === (entry?.kind ?? "missing")) return true;
  return entry?.kind === "file" && stateOf(host.read(path, readBytesMax)) === observation.state;
}

/** Hosts that remember give the same answer as the same object, which need not be hashed twice. */
const hashes: WeakMap<FileContent, string> = new WeakMap();

/** The hash of what was read, or why it could not be. */
function stateOf(content: FileContent): string {
  if (content.kind !== "bytes") return content.kind;
  const known = hashes.get(content) ?? contentHash(content.bytes);
  hashes.set(content, known);
  return known;
}
