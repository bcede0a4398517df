/** The door through which changes of the disk come in: they are gathered for a moment and told together. */

import { statSync } from "node:fs";
import { sep } from "node:path";
import { watch } from "chokidar";
import type { FSWatcher } from "chokidar";
import { withSlashes } from "./logical-path.js";

/** A change is told when nothing more has happened for so long. */
const quietMs = 50;

/** A file that is gone may be about to come back: some editors save by taking away and writing anew. */
const goneMs = 100;

/** While things go on happening, what has gathered is told after so long. */
const patienceMs = 2_000;

/** How often files are looked at where the system does not tell of changes. */
export const pollMs = 500;

/** What happened within a moment. */
export interface DiskChange {
  /** Something was made, changed or taken away at these absolute paths, with `/`. */
  readonly paths: ReadonlySet<string>;
  /** Whether more may have happened, of which nobody told. */
  readonly isAnywhere: boolean;
}

/** Paths are absolute, with `/`. */
export interface DiskWatchOptions {
  /** Directories, with everything below them, and files; they need not be there yet. */
  readonly paths: readonly string[];
  /** What is not watched, a directory with everything in it. `isDirectory` is undefined while that is not known. */
  readonly isIgnored: (path: string, isDirectory: boolean | undefined) => boolean;
  readonly onChange: (change: DiskChange) => void;
  /** The system cannot watch that much, for the reason named; files are looked at every `pollMs` from now on. */
  readonly onPolling: (reason: string) => void;
}

export interface DiskWatch {
  /** Tells nothing from now on. */
  close(): Promise<void>;
}

/** Watches until it is closed. Once everything is watched it tells of a change anywhere, for what happened meanwhile. */
export function watchDisk(options: DiskWatchOptions): DiskWatch {
  const gathering = new Gathering(options.onChange);
  let watcher: FSWatcher | undefined = start(options, gathering, false, fallBack);
  function fallBack(reason: string): void {
    // Each of thousands of directories may fail by itself; the first is enough.
    const failed = watcher;
    if (failed === undefined || failed.options.usePolling) return;
    options.onPolling(reason);
    watcher = start(options, gathering, true, fallBack);
    void failed.close();
  }
  return {
    close: async () => {
      const last = watcher;
      watcher = undefined;
      gathering.stop();
      await last?.close();
    },
  };
}

function start(
  options: DiskWatchOptions,
  gathering: Gathering,
  usePolling: boolean,
  fail: (reason: string) => void,
): FSWatcher {
  const watcher = watch([...options.paths], {
    ignoreInitial: true,
    usePolling,
    interval: pollMs,
    // It would hold back what is gone and tell of its directory at once; gathering does both together.
    atomic: false,
    ignored: (path, stats) => options.isIgnored(path, stats?.isDirectory()),
  });
  watcher.on("all", (_event, path) => gathering.add(path));
  watcher.on("ready", () => gathering.add(undefined));
  watcher.on("error", (error) => {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOSPC") fail("the system's limit of watched files (fs.inotify.max_user_watches) is reached");
    else if (code === "EMFILE") fail("too many files are open");
    // A directory that went while it was looked at is told of as a change.
    else gathering.add(undefined);
  });
  return watcher;
}

/** Puts changes together until there is a moment of quiet. */
export class Gathering {
  readonly #tell: (change: DiskChange) => void;
  #paths: Set<string> = new Set();
  #isAnywhere = false;
  #sinceMs = 0;
  #lastMs = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(tell: (change: DiskChange) => void) {
    this.#tell = tell;
  }

  add(path: string | undefined): void {
    if (path === undefined) this.#isAnywhere = true;
    else this.#paths.add(withSlashes(path, sep));
    const nowMs = performance.now();
    this.#lastMs = nowMs;
    if (this.#timer === undefined) this.#sinceMs = nowMs;
    clearTimeout(this.#timer);
    const leftMs = this.#sinceMs + patienceMs - nowMs;
    this.#timer = setTimeout(() => this.#flush(), Math.max(0, Math.min(quietMs, leftMs)));
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #flush(): void {
    const nowMs = performance.now();
    const waitMs = Math.min(this.#sinceMs + patienceMs - nowMs, this.#unsettledMs(nowMs));
    if (waitMs > 0) {
      this.#timer = setTimeout(() => this.#flush(), waitMs);
      return;
    }
    const change = { paths: this.#paths, isAnywhere: this.#isAnywhere };
    this.#timer = undefined;
    this.#paths = new Set();
    this.#isAnywhere = false;
    this.#tell(change);
  }

  /** How long the changed files may still be on their way. */
  #unsettledMs(nowMs: number): number {
    let unsettledMs = 0;
    for (const path of this.#paths) {
      const modifiedMs = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
      // The system may be slow to tell: what was written just now may be half written. A clock that was put back is no
      // reason to wait.
      const restMs =
        modifiedMs === undefined ? this.#lastMs + goneMs - nowMs : quietMs - Math.abs(Date.now() - modifiedMs);
      unsettledMs = Math.max(unsettledMs, restMs);
    }
    return unsettledMs;
  }
}
