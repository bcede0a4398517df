/** Carries out the certain repairs of `rpcgen check --fix`: tried in memory first, and kept only where they mend. */

import { analyze } from "../compiler/src/compile.js";
import { DiskError } from "../compiler/src/project/host-output.js";
import { replaceFile } from "../compiler/src/project/host-replace.js";
import type { LoadedFile, Project } from "../compiler/src/project/load.js";
import { createOverlayHost } from "../compiler/src/project/overlay-host.js";
import { applyFixes } from "../compiler/src/report/apply-fixes.js";
import { isCertain } from "../compiler/src/report/certain-fixes.js";
import type { Diagnostic } from "../compiler/src/report/diagnostic.js";
import { Report } from "../compiler/src/report/report.js";
import { formatSource } from "../compiler/src/syntax/format/format.js";
import { positionAt } from "../compiler/src/source/source-file.js";
import type { OpenedProject } from "./project.js";

/** A repair makes room for the next; each round mends something, and this many are enough for any file of a person. */
const roundCountMax = 100;

/** Where the repairs of a file do not go together, up to this many are tried alone in one round. */
const aloneCountMax = 50;

/** One repair, with the place at which the mistake stood when it was found. */
export interface Repair {
  readonly code: string;
  readonly path: string;
  readonly line: number;
  readonly column: number;
  /** What was done, for instance "remove the import". */
  readonly message: string;
}

/** What was mended, and what is left. */
export interface Mended {
  readonly repairs: readonly Repair[];
  readonly project: Project;
  readonly report: Report;
}

interface Looked {
  readonly project: Project;
  readonly report: Report;
}

/** Mends the files that were asked for, each replaced in one step or not at all; imported ones stay as they are. */
export function mendFiles({ host, plan }: OpenedProject): Mended {
  const texts = new Map<string, string>();
  const look = (overlays: ReadonlyMap<string, string>): Looked => {
    const report = new Report();
    const roots = [plan.root, ...plan.importRoots];
    const { project } = analyze(plan.entries, createOverlayHost(host, overlays), { roots }, report);
    return { project, report };
  };
  const named = new Set(plan.entries.map((entry) => host.find(entry)?.realPath ?? entry));
  const originals = new Map<string, string>();
  const repairs: Repair[] = [];
  let looked = look(texts);
  for (let round = 0, isDone = false; !isDone && round < roundCountMax; round++) {
    isDone = true;
    for (const { realPath } of looked.project.files.filter((file) => named.has(file.realPath) && !file.isStandard)) {
      const step = mendFile(looked, realPath, (text) => look(new Map([...texts, [realPath, text]])));
      if (step === undefined) continue;
      isDone = false;
      if (!originals.has(realPath)) originals.set(realPath, step.before);
      texts.set(realPath, step.after);
      repairs.push(...step.repairs);
      looked = step.looked;
    }
  }
  const { project, report } = looked;
  const lost = writeTexts(project, originals, texts, report);
  return { project, report, repairs: repairs.filter(({ path }) => !lost.has(path)) };
}

interface Step {
  readonly before: string;
  readonly after: string;
  readonly looked: Looked;
  readonly repairs: readonly Repair[];
}

/** The repairs of one file that go together, or else those that go alone; undefined where none mends anything. */
function mendFile(before: Looked, realPath: string, look: (text: string) => Looked): Step | undefined {
  const file = fileAt(before.project, realPath);
  if (file === undefined) return undefined;
  const { source } = file.syntax;
  const own = before.report.findings().diagnostics.filter(
    (diagnostic) =>
      isCertain(diagnostic) &&
      diagnostic.span?.source.path === source.path &&
      // What cannot be read yet may declare the name in this very file.
      !(file.isIncomplete && diagnostic.code === "not-imported"),
  );
  const alone = own.slice(0, aloneCountMax).map((diagnostic) => [diagnostic]);
  for (const attempt of [own, ...alone]) {
    const { text, fixed } = applyFixes(source, attempt);
    if (fixed.length === 0) continue;
    const looked = look(text);
    if (!isBetter(before.report, looked.report)) continue;
    return { before: source.text, after: text, looked, repairs: fixed.map(repairOf) };
  }
  return undefined;
}

function fileAt(project: Project, realPath: string): LoadedFile | undefined {
  return project.files.find((file) => file.realPath === realPath);
}

/** Whether there are fewer mistakes, and none that was not there. Warnings count once there are no fewer errors. */
function isBetter(before: Report, after: Report): boolean {
  if (after.errorCount > before.errorCount) return false;
  if (after.errorCount === before.errorCount) return after.warningCount < before.warningCount;
  const counts = errorsByCode(before);
  // Where not all are shown, mending some brings others into sight.
  if (before.findings().more > 0) return true;
  return [...errorsByCode(after)].every(([code, count]) => count <= (counts.get(code) ?? 0));
}

function errorsByCode(report: Report): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { code, severity } of report.findings().diagnostics) {
    if (severity === "error") counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  return counts;
}

function repairOf({ code, span, fixes }: Diagnostic): Repair {
  const { line, column } = span === undefined ? { line: 1, column: 1 } : positionAt(span.source, span.start);
  return { code, path: span?.source.displayPath ?? "", line, column, message: fixes[0]?.message ?? "" };
}

/** Replaces the files; tells which could not be. A file that was laid out stays so. */
function writeTexts(
  project: Project,
  originals: ReadonlyMap<string, string>,
  texts: ReadonlyMap<string, string>,
  report: Report,
): ReadonlySet<string> {
  const lost = new Set<string>();
  for (const [realPath, text] of texts) {
    const original = originals.get(realPath) ?? "";
    const isLaidOut = formatSource(original) === original;
    try {
      replaceFile(realPath, isLaidOut ? (formatSource(text) ?? text) : text);
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      const path = fileAt(project, realPath)?.syntax.source.displayPath ?? realPath;
      lost.add(path);
      report.add("write-failed", undefined, { path, reason: error.reason });
    }
  }
  return lost;
}
