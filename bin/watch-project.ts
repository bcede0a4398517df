/** Keeps looking at a project: finds out what a change of the disk means, and has the project built again. */

import { RememberingHost } from "../compiler/src/incremental/remembering-host.js";
import { configNames } from "../compiler/src/project/config-file.js";
import type { LoadedConfig } from "../compiler/src/project/config-file.js";
import type { Host } from "../compiler/src/project/host.js";
import { pollMs, watchDisk } from "../compiler/src/project/host-watch.js";
import type { DiskChange, DiskWatch } from "../compiler/src/project/host-watch.js";
import { directoryOf, joinPath, pathInside } from "../compiler/src/project/logical-path.js";
import { contentHash } from "../compiler/src/project/manifest.js";
import type { Plan } from "../compiler/src/project/plan.js";
import { printable } from "../compiler/src/report/printable.js";
import type { ProjectOptions } from "./command-line/options.js";
import type { Console } from "./console.js";
import { UsageError } from "./exit-code.js";
import { configPath, openProject, planProject, readConfig } from "./project.js";
import type { OutputOptions } from "./project.js";

/** Why something is built. */
export interface Occasion {
  /** "look": something may have happened that nobody told of, or something that need not matter. */
  readonly kind: "start" | "change" | "look";
  /** The sources and configurations that changed; absolute. */
  readonly paths: readonly string[];
  readonly startedMs: number;
}

/** Builds once, says what came of it, and tells the real paths of the files that were read. */
export type Build = (
  host: Host,
  plan: Plan,
  occasion: Occasion,
  config: LoadedConfig | undefined,
) => Promise<readonly string[]>;

export interface WatchOptions extends ProjectOptions, OutputOptions {}

/** Builds a project now and after every change. Never returns; throws a UsageError where it cannot begin. */
export async function watchProject(
  files: readonly string[],
  options: WatchOptions,
  console: Console,
  build: Build,
): Promise<never> {
  const startedMs = performance.now();
  const { host, plan, loaded } = await openProject(files, options);
  const watched = new WatchedProject(new RememberingHost(host), files, options, console, build, loaded);
  await watched.begin(plan, startedMs);
  return new Promise<never>(() => undefined);
}

class WatchedProject {
  readonly #host: RememberingHost;
  readonly #files: readonly string[];
  readonly #options: WatchOptions;
  readonly #console: Console;
  readonly #build: Build;
  #config: LoadedConfig | undefined;
  #configState: string;
  #generation = 0;
  #watch: DiskWatch | undefined;
  #watchedPaths: readonly string[] = [];
  #isBuilding = false;
  /** What happened while something was being built. */
  #waiting: DiskChange[] = [];
  #lookTimer: NodeJS.Timeout | undefined;
  /** Whether it was said that changes are seen from now on. */
  #isWatching = false;
  /** What could not be planned, so that it is said once. */
  #complaint = "";

  constructor(
    host: RememberingHost,
    files: readonly string[],
    options: WatchOptions,
    console: Console,
    build: Build,
    config: LoadedConfig | undefined,
  ) {
    this.#host = host;
    this.#files = files;
    this.#options = options;
    this.#console = console;
    this.#build = build;
    this.#config = config;
    this.#configState = this.#stateOfConfig();
  }

  async begin(plan: Plan, startedMs: number): Promise<void> {
    this.#isBuilding = true;
    // Watching begins first: what changes while the first build reads is told afterwards.
    this.#watchAgain(plan, []);
    const read = await this.#build(this.#host, plan, { kind: "start", paths: [], startedMs }, this.#config);
    this.#watchAgain(plan, read);
    this.#isBuilding = false;
    await this.#buildWaiting();
  }

  #changed(change: DiskChange): void {
    this.#waiting.push(change);
    void this.#buildWaiting();
  }

  async #buildWaiting(): Promise<void> {
    if (this.#isBuilding) return;
    this.#isBuilding = true;
    while (this.#waiting.length > 0) {
      const waiting = this.#waiting;
      this.#waiting = [];
      const isAnywhere = waiting.some((change) => change.isAnywhere);
      await this.#rebuild({ isAnywhere, paths: new Set(waiting.flatMap(({ paths }) => [...paths])) });
    }
    this.#isBuilding = false;
  }

  async #rebuild({ isAnywhere, paths }: DiskChange): Promise<void> {
    const startedMs = performance.now();
    const before = new Map([...paths].map((path) => [path, this.#host.remembered(path)]));
    if (isAnywhere) this.#host.forgetAll();
    else for (const path of paths) this.#host.forget(path);
    // What was watched and went away may be something else when it is back, which nobody watches.
    const isOther = (path: string): boolean => paths.has(path) && this.#host.find(path)?.kind !== "file";
    if (this.#watchedPaths.some(isOther)) this.#watchedPaths = [];
    try {
      await this.#reloadConfig();
      const plan = planProject(this.#host, this.#config, this.#files, this.#options);
      // The system may tell twice of one save, and a save may change nothing.
      const relevant = [...paths].filter(
        (path) => (path.endsWith(".rpc") || isConfig(path)) && !this.#has(path, before.get(path)),
      );
      // Who reaches a file by a link and by its name is told twice.
      const sources = [...new Set(relevant.map((path) => this.#host.find(path)?.realPath ?? path))].sort();
      // Whoever mends what was complained about waits for an answer, even if it is only that all is well.
      const kind = sources.length === 0 && this.#complaint === "" ? "look" : "change";
      this.#complaint = "";
      const occasion: Occasion = { kind, paths: sources, startedMs };
      this.#watchAgain(plan, await this.#build(this.#host, plan, occasion, this.#config));
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      this.#complain(error);
      this.#lookAgainSoon();
    }
    if (isAnywhere && !this.#isWatching) {
      this.#isWatching = true;
      this.#console.say("  watching; Ctrl-C ends it");
    }
  }

  /** Whether a file holds just these bytes. */
  #has(path: string, bytes: Uint8Array | undefined): boolean {
    const realPath = this.#host.find(path)?.realPath;
    if (bytes === undefined || realPath === undefined) return false;
    const content = this.#host.read(realPath, Number.MAX_SAFE_INTEGER);
    return content.kind === "bytes" && Buffer.compare(content.bytes, bytes) === 0;
  }

  /** A directory that is not there cannot be watched, so what is missing is looked for. */
  #lookAgainSoon(): void {
    clearTimeout(this.#lookTimer);
    this.#lookTimer = setTimeout(() => this.#changed({ paths: new Set(), isAnywhere: true }), pollMs);
  }

  /** Said once for as long as it stays the same. What was generated last stays, and so does the last good configuration. */
  #complain({ message, hint }: UsageError): void {
    if (this.#complaint === message) return;
    this.#complaint = message;
    this.#console.complain(`${this.#console.paint("red", "error")}: ${printable(message)}`);
    if (hint !== undefined) this.#console.complain(`  = help: ${printable(hint)}`);
  }

  async #reloadConfig(): Promise<void> {
    const state = this.#stateOfConfig();
    if (state === this.#configState) return;
    this.#configState = state;
    this.#generation += 1;
    this.#config = await readConfig(this.#host, this.#options.config, this.#generation);
  }

  #stateOfConfig(): string {
    const path = configPath(this.#host, this.#options.config);
    if (path === undefined) return "";
    const content = this.#host.read(path, Number.MAX_SAFE_INTEGER);
    return `${path} ${content.kind === "bytes" ? contentHash(content.bytes) : content.kind}`;
  }

  /** Watches what the plan and the files that were read call for, unless that is watched already. */
  #watchAgain(plan: Plan, read: readonly string[]): void {
    const roots = [plan.root, ...plan.importRoots].map((root) => this.#host.find(root)?.realPath ?? root);
    const isCovered = (path: string): boolean =>
      roots.some((root) => {
        const inside = pathInside(root, path);
        return inside !== undefined && !inside.split("/").some(isHidden);
      });
    const strays = [...plan.entries, ...read].filter(
      (path) => !isCovered(path) && pathInside(this.#host.standardLibrary, path) === undefined,
    );
    const paths = [...new Set([...roots, ...strays, ...this.#configCandidates()])].sort();
    if (paths.join("\n") === this.#watchedPaths.join("\n")) return;
    this.#watchedPaths = paths;
    void this.#watch?.close();
    const named = new Set(paths);
    this.#watch = watchDisk({
      paths,
      isIgnored: (path, isDirectory) => !named.has(path) && isIgnored(path, isDirectory, roots),
      onChange: (changed) => this.#changed(changed),
      onPolling: (reason) => {
        this.#console.complain(`${this.#console.paint("bold", "note")}: ${reason};`);
        this.#console.complain(`  looking at the files every ${pollMs} ms instead`);
      },
    });
  }

  /** Where the configuration is, and where a nearer one may appear. */
  #configCandidates(): readonly string[] {
    if (this.#options.config === false) return [];
    const path = configPath(this.#host, this.#options.config);
    const here = this.#options.config === undefined ? configNames : [];
    return [...(path === undefined ? [] : [path]), ...here.map((name) => joinPath(this.#host.workingDirectory, name))];
  }
}

function isIgnored(path: string, isDirectory: boolean | undefined, roots: readonly string[]): boolean {
  const inside = roots.map((root) => pathInside(root, path)).find((one) => one !== undefined);
  if (inside?.split("/").some(isHidden) === true) return true;
  return isDirectory === false && !path.endsWith(".rpc");
}

function isHidden(name: string): boolean {
  return name.startsWith(".") || name === "node_modules";
}

function isConfig(path: string): boolean {
  return configNames.some((name) => path === joinPath(directoryOf(path), name));
}
