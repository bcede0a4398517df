/** One project as an editor sees it: its plan, and what is known of its files as they stand right now. */

import { analyze } from "../../compile.js";
import type { Analysis } from "../../compile.js";
import { Workspace } from "../../incremental/workspace.js";
import type { LoadedConfig } from "../../project/config-file.js";
import { findFiles } from "../../project/glob.js";
import type { Host } from "../../project/host.js";
import type { LoadedFile } from "../../project/load.js";
import { directoryOf } from "../../project/logical-path.js";
import { planRun } from "../../project/plan.js";
import type { PlanResult } from "../../project/plan.js";
import type { Diagnostic } from "../../report/diagnostic.js";
import { Report } from "../../report/report.js";
import { createOverlayHost } from "../../project/overlay-host.js";
import type { Overlays } from "../../project/overlay-host.js";

/** What is known of a project at one moment. */
export interface View {
  readonly analysis: Analysis;
  readonly diagnostics: readonly Diagnostic[];
  /** By real path. */
  readonly files: ReadonlyMap<string, LoadedFile>;
  /** What shown paths are relative to. */
  readonly workingDirectory: string;
}

export interface ProjectOptions {
  /** A host whose working directory is the one in which `rpcgen check` would be called. */
  readonly disk: Host;
  readonly overlays: Overlays;
  readonly config: LoadedConfig | undefined;
  /** What would be named on the command line: nothing for a whole project. */
  readonly entries: readonly string[];
}

export class Project {
  readonly options: ProjectOptions;
  /** Every path that was ever asked for: a change of anything else cannot change an answer. */
  readonly #asked: Set<string> = new Set();
  readonly #engine: Workspace;
  #plan: PlanResult | undefined;
  #view: View | undefined;

  constructor(options: ProjectOptions) {
    this.options = options;
    // Unsaved texts are a part of the disk here: that a document is open makes it no entry of every project.
    this.#engine = new Workspace(createOverlayHost(options.disk, options.overlays, this.#asked));
  }

  /** Why there is nothing to look at, undefined where there is something. */
  get problem(): string | undefined {
    const result = this.#planned();
    return result.kind === "invalid" ? result.reason : undefined;
  }

  /** Undefined where the plan has a problem. The same object as long as nothing has changed. */
  get view(): View | undefined {
    if (this.#view !== undefined) return this.#view;
    const result = this.#planned();
    if (result.kind === "invalid") return undefined;
    const { entries, root, importRoots } = result.plan;
    this.#engine.setProject({ entries, roots: [root, ...importRoots] });
    const { report, ...analysis } = this.#engine.analysis();
    this.#view = viewOf(analysis, report, this.options.disk);
    return this.#view;
  }

  /** What would be known if some texts were others. */
  imagine(overlays: Overlays): View | undefined {
    const result = this.#planned();
    if (result.kind === "invalid") return undefined;
    const { entries, root, importRoots } = result.plan;
    const report = new Report();
    const host = createOverlayHost(this.options.disk, overlays);
    return viewOf(analyze(entries, host, { roots: [root, ...importRoots] }, report), report, host);
  }

  /** The text of a file is another one now. Says whether that can matter here. */
  changed(path: string): boolean {
    if (!this.#asked.has(path)) return false;
    this.#engine.diskChanged([path]);
    this.#view = undefined;
    return true;
  }

  /** Files have come or gone; undefined means anywhere. */
  replan(paths: readonly string[] | undefined): void {
    this.#engine.diskChanged(paths);
    this.#plan = undefined;
    this.#view = undefined;
  }

  #planned(): PlanResult {
    const request = { root: undefined, out: undefined, importRoots: [], importExtension: undefined };
    this.#plan ??= planRun(this.#engine.host, this.options.config, { ...request, files: this.options.entries });
    return this.#plan;
  }
}

/** All files that ship with the compiler. */
export function readStandardLibrary(disk: Host): View {
  const report = new Report();
  // Their own root is the inner one of the two, and so they are known as standard.
  const roots = [directoryOf(disk.standardLibrary)];
  return viewOf(analyze(findFiles(disk, disk.standardLibrary).files, disk, { roots }, report), report, disk);
}

function viewOf(analysis: Analysis, report: Report, { workingDirectory }: Host): View {
  const files = new Map(analysis.project.files.map((file) => [file.realPath, file]));
  return { analysis, diagnostics: report.findings().diagnostics, files, workingDirectory };
}
