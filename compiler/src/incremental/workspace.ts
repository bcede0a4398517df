/**
 * A project that stays in memory: texts and changes of the disk come in, and an analysis costs what they touch. It gives
 * what `analyze` would give from nothing, finding for finding; files that nothing has touched keep their objects.
 */

import { analyze, createAnalysisMemory } from "../compile.js";
import type { Analysis, AnalysisMemory } from "../compile.js";
import type { Host } from "../project/host.js";
import type { LoadedFile } from "../project/load.js";
import { Report } from "../report/report.js";
import { RememberingHost } from "./remembering-host.js";

/** What there is to understand. Paths are absolute or, as a user writes them, relative to the working directory. */
export interface WorkspaceProject {
  /** The files to begin with; those that they import come along. */
  readonly entries: readonly string[];
  /** Directories in which logical paths begin and imports are looked up, first match first. */
  readonly roots: readonly string[];
}

/** An analysis as `analyze` gives it, with what it had to say. Never changes; a later one is another object. */
export interface WorkspaceAnalysis extends Analysis {
  readonly report: Report;
}

export class Workspace {
  /**
   * The disk as the workspace sees it: each question is asked once until `diskChanged`, open documents in front. Made
   * for those who find out the entries, so that this costs nothing either.
   */
  readonly host: RememberingHost;
  #project: WorkspaceProject = { entries: [], roots: [] };
  /** Real paths of the open documents by the path under which they were opened. */
  readonly #documents: Map<string, string> = new Map();
  readonly #memory: AnalysisMemory = createAnalysisMemory();
  #last: WorkspaceAnalysis | undefined;

  constructor(host: Host) {
    this.host = new RememberingHost(host);
  }

  /** Says which files the project consists of. Open documents belong to it in any case. */
  setProject(project: WorkspaceProject): void {
    if (isSame(project, this.#project)) return;
    this.#project = project;
    this.#last = undefined;
  }

  /** Opens a document, or changes the text of an open one: `text` counts, whatever the disk says. */
  setDocument(path: string, text: string): void {
    const absolute = this.host.absolute(path);
    this.#documents.set(absolute, this.host.show(absolute, text));
    this.#last = undefined;
  }

  /** Closes a document: the disk counts again. */
  closeDocument(path: string): void {
    const absolute = this.host.absolute(path);
    const realPath = this.#documents.get(absolute);
    if (realPath === undefined) return;
    this.#documents.delete(absolute);
    this.host.hide(realPath);
    this.#last = undefined;
  }

  /** Files or directories were made, changed or taken away at these paths; undefined means anywhere. */
  diskChanged(paths: Iterable<string> | undefined): void {
    if (paths === undefined) this.host.forgetAll();
    else for (const path of paths) this.host.forget(this.host.absolute(path));
    this.#last = undefined;
  }

  /** What the project means now: the same object until something changes. Never throws. */
  analysis(): WorkspaceAnalysis {
    if (this.#last === undefined) {
      const report = new Report();
      const entries = [...this.#project.entries, ...this.#documents.keys()];
      const { roots } = this.#project;
      const options = { roots: roots.length === 0 ? undefined : roots };
      this.#last = { ...analyze(entries, this.host, options, report, this.#memory), report };
    }
    return this.#last;
  }

  /** The file at a path as `analysis()` knows it: its tree, its imports; undefined where it is no part of the project. */
  file(path: string): LoadedFile | undefined {
    const realPath = this.host.find(this.host.absolute(path))?.realPath;
    return this.analysis().project.files.find((file) => file.realPath === realPath);
  }
}

function isSame(a: WorkspaceProject, b: WorkspaceProject): boolean {
  return areEqual(a.entries, b.entries) && areEqual(a.roots, b.roots);
}

function areEqual(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}
