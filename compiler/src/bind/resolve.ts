/** Gives every file its scope: which names there are, and which of them it may use. */

import type { LoadedFile, Project } from "../project/load.js";
import type { Report } from "../report/report.js";
import { Scope } from "./scope.js";
import { collectSymbols } from "./symbol-table.js";
import type { SymbolTable } from "./symbol-table.js";

/** The names of a project. */
export interface Resolution {
  readonly project: Project;
  readonly symbols: SymbolTable;
  readonly scopes: ReadonlyMap<LoadedFile, Scope>;
}

/** Collects all names and reports those that are given twice. */
export function resolve(project: Project, report: Report): Resolution {
  const symbols = collectSymbols(project, report);
  const scopes = new Map(project.files.map((file) => [file, new Scope(file, symbols, report)]));
  return { project, symbols, scopes };
}
