/** `rpcgen check`: says what is wrong with `.rpc` files; emits nothing and never loads what emits. */

import type { Project } from "../../compiler/src/project/load.js";
import { printable } from "../../compiler/src/report/printable.js";
import { Report } from "../../compiler/src/report/report.js";
import type { CheckOptions } from "../command-line/options.js";
import { exitCode } from "../exit-code.js";
import type { ExitCode } from "../exit-code.js";
import { counted } from "../outcome-lines.js";
import { createFindingsConsole, printFindings } from "../print-findings.js";
import type { FindingsConsole } from "../print-findings.js";
import { openProject } from "../project.js";
import type { OpenedProject } from "../project.js";

export async function checkCommand(files: readonly string[], options: CheckOptions): Promise<ExitCode> {
  const output = createFindingsConsole(options);
  const opened = await openProject(files, options);
  if (options.fix === true) return fixAndTell(opened, output);
  const { host, plan } = opened;
  // The parser is slow to load, and not needed to find out that the arguments are wrong.
  const { analyze } = await import("../../compiler/src/compile.js");
  const report = new Report();
  const roots = [plan.root, ...plan.importRoots];
  const { project } = analyze(plan.entries, host, { roots, needsFingerprints: false }, report);
  const code = report.hasErrors ? exitCode.mistakes : exitCode.done;
  await printFindings(output, report.findings(), { command: "check", code });
  output.console.say(`  ${checkLine(project, report)}`);
  return code;
}

/** Mends what is certain, tells it, and then what is left. */
async function fixAndTell(opened: OpenedProject, output: FindingsConsole): Promise<ExitCode> {
  const { mendFiles } = await import("../mend-files.js");
  const { repairs, project, report } = mendFiles(opened);
  const code = report.hasErrors ? exitCode.mistakes : exitCode.done;
  const lines = repairs.map(
    ({ path, line, column, code: repaired, message }) =>
      `  mended  ${printable(`${path}:${line}:${column}`)}  ${repaired}: ${printable(message)}`,
  );
  if (lines.length > 0) output.console.say(lines.join("\n"));
  await printFindings(output, report.findings(), { command: "check", code, details: { mended: repairs } });
  output.console.say(`  ${checkLine(project, report)}, ${repairs.length} mended`);
  return code;
}

/** `3 files, no errors, 1 warning`. */
export function checkLine(project: Project, report: Report): string {
  const checked = project.files.filter(({ isStandard }) => !isStandard).length + project.unreadCount;
  const errors = report.errorCount === 0 ? "no errors" : counted(report.errorCount, "error");
  const warnings = report.warningCount === 0 ? "" : `, ${counted(report.warningCount, "warning")}`;
  return `${counted(checked, "file")}, ${errors}${warnings}`;
}
