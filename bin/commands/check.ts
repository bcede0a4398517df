/** `rpcgen check`: says what is wrong with `.rpc` files; emits nothing and never loads what emits. */

import type { Project } from "../../compiler/src/project/load.js";
import { renderFindings } from "../../compiler/src/report/render.js";
import { findingsToJson } from "../../compiler/src/report/render-json.js";
import { Report } from "../../compiler/src/report/report.js";
import type { ProjectOptions } from "../command-line/options.js";
import { createConsole } from "../console.js";
import { exitCode } from "../exit-code.js";
import type { ExitCode } from "../exit-code.js";
import { printAnswer } from "../json.js";
import { counted } from "../outcome-lines.js";
import { openProject } from "../project.js";

export async function checkCommand(files: readonly string[], options: ProjectOptions): Promise<ExitCode> {
  const console = createConsole({
    color: options.color ?? "auto",
    isQuiet: options.quiet === true || options.json === true,
  });
  const { host, plan } = await openProject(files, options);
  // The parser is slow to load, and not needed to find out that the arguments are wrong.
  const { analyze } = await import("../../compiler/src/compile.js");
  const report = new Report();
  const { project } = analyze(plan.entries, host, { roots: [plan.root, ...plan.importRoots] }, report);
  const code = report.hasErrors ? exitCode.mistakes : exitCode.done;
  const findings = report.findings();
  if (options.json === true) {
    const { diagnostics, more } = findingsToJson(findings);
    console.product(printAnswer("check", code, { diagnostics, more }));
    return code;
  }
  if (findings.diagnostics.length > 0) console.complain(renderFindings(findings, { color: console.hasColor }));
  console.say(`  ${checkLine(project, report)}`);
  return code;
}

/** `3 files, no errors, 1 warning`. */
export function checkLine(project: Project, report: Report): string {
  const checked = project.files.filter(({ isStandard }) => !isStandard).length + project.unreadCount;
  const errors = report.errorCount === 0 ? "no errors" : counted(report.errorCount, "error");
  const warnings = report.warningCount === 0 ? "" : `, ${counted(report.warningCount, "warning")}`;
  return `${counted(checked, "file")}, ${errors}${warnings}`;
}
