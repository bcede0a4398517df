/** `rpcgen lint`: says what could be wiser in `.rpc` files that are right, and mends what can be mended unasked. */

import { analyze } from "../../compiler/src/compile.js";
import { lint, safelyFixed } from "../../compiler/src/lint/lint.js";
import { defaultSettings, readSettings } from "../../compiler/src/lint/settings.js";
import type { LintSettings } from "../../compiler/src/lint/settings.js";
import type { LoadedConfig } from "../../compiler/src/project/config-file.js";
import { findFiles } from "../../compiler/src/project/glob.js";
import { DiskError } from "../../compiler/src/project/host-output.js";
import { replaceFile } from "../../compiler/src/project/host-replace.js";
import type { Host } from "../../compiler/src/project/host.js";
import type { LoadedFile } from "../../compiler/src/project/load.js";
import { directoryOf } from "../../compiler/src/project/logical-path.js";
import { configuredPath, shown } from "../../compiler/src/project/plan.js";
import { applyFixes } from "../../compiler/src/report/apply-fixes.js";
import { catalog } from "../../compiler/src/report/catalog.js";
import type { Diagnostic } from "../../compiler/src/report/diagnostic.js";
import { Report } from "../../compiler/src/report/report.js";
import { formatSource } from "../../compiler/src/syntax/format/format.js";
import { exitCode, UsageError } from "../exit-code.js";
import type { ExitCode } from "../exit-code.js";
import type { LintOptions } from "../lint-options.js";
import { counted } from "../outcome-lines.js";
import { createFindingsConsole, printFindings } from "../print-findings.js";
import { openProject } from "../project.js";
import type { OpenedProject } from "../project.js";

/** A fix may make room for another one; this many rounds are enough for any that end. */
const roundCountMax = 10;

interface Looked {
  readonly report: Report;
  readonly files: readonly LoadedFile[];
  readonly findings: readonly Diagnostic[];
}

export async function lintCommand(paths: readonly string[], options: LintOptions): Promise<ExitCode> {
  const output = createFindingsConsole(options);
  const { console } = output;
  const project = await openProject(paths, options);
  const settings = settingsOf(project.host, project.loaded);
  let looked = look(project, settings);
  let fixedCount = 0;
  for (let round = 0; options.fix === true && round < roundCountMax; round++) {
    const fixedNow = fixFiles(looked);
    if (fixedNow === 0) break;
    fixedCount += fixedNow;
    looked = look(project, settings);
  }
  const { report, files } = looked;
  const isTooMany = report.warningCount > (options.maxWarnings ?? Infinity);
  const code = report.hasErrors || isTooMany ? exitCode.mistakes : exitCode.done;
  await printFindings(output, report.findings(), { command: "lint", code, details: { fixed: fixedCount } });
  if (output.format !== "text") return code;
  const counts = [
    counted(files.length, "file"),
    ...(options.fix === true ? [`${fixedCount} fixed`] : []),
    report.errorCount === 0 ? "no errors" : counted(report.errorCount, "error"),
    report.warningCount === 0 ? "no warnings" : counted(report.warningCount, "warning"),
  ];
  console.say(`  ${counts.join(", ")}`);
  if (isTooMany) console.complain(`more warnings than --max-warnings ${options.maxWarnings ?? 0} lets pass`);
  return code;
}

function settingsOf(host: Host, loaded: LoadedConfig | undefined): LintSettings {
  const rules = loaded?.config.lint?.rules;
  if (loaded === undefined || rules === undefined) return defaultSettings;
  const result = readSettings(rules);
  if (result.kind === "settings") return result.settings;
  const message = catalog["config-invalid"].message({ path: shown(host, loaded.path), reason: result.reason });
  throw new UsageError(message, "`rpcgen explain` lists the rules among all codes");
}

/** Analyses and lints. Files with errors are not linted: what could be said about them may follow from the errors. */
function look({ host, plan, loaded }: OpenedProject, settings: LintSettings): Looked {
  const report = new Report();
  const { project, schema, places } = analyze(plan.entries, host, { roots: [plan.root, ...plan.importRoots] }, report);
  const ignored = ignoredPaths(host, loaded);
  const named = new Set(plan.entries.map((entry) => host.find(entry)?.realPath ?? entry));
  const files = project.files.filter(({ realPath }) => named.has(realPath) && !ignored.has(realPath));
  if (report.hasErrors) return { report, files, findings: [] };
  const findings = lint(
    {
      schema,
      places,
      files: new Map(files.map(({ path, syntax }) => [path, syntax])),
      warnings: report.findings().diagnostics,
    },
    settings,
  );
  const linted = new Report();
  for (const finding of findings) linted.include(finding);
  return { report: linted, files, findings };
}

function ignoredPaths(host: Host, loaded: LoadedConfig | undefined): ReadonlySet<string> {
  const patterns = loaded?.config.lint?.ignore ?? [];
  const base = loaded === undefined ? host.workingDirectory : directoryOf(loaded.path);
  const found = patterns.flatMap((pattern) => findFiles(host, configuredPath(base, pattern)).files);
  return new Set(found.map((path) => host.find(path)?.realPath ?? path));
}

/** Mends each file as far as its fixes do not touch each other, and tells how many there were. */
function fixFiles({ files, findings, report }: Looked): number {
  let count = 0;
  const fixable = findings.filter(({ code }) => safelyFixed.has(code));
  for (const { syntax, realPath, isStandard } of files) {
    const { source } = syntax;
    const own = fixable.filter(({ span }) => span?.source.path === source.path);
    const { text, fixed } = applyFixes(source, own);
    if (fixed.length === 0 || isStandard) continue;
    const formatted = formatSource(text);
    // A fix that breaks its file is not carried out, whatever it was meant to do.
    if (formatted === undefined) continue;
    const wasFormatted = formatSource(source.text) === source.text;
    try {
      replaceFile(realPath, wasFormatted ? formatted : text);
      count += fixed.length;
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      report.add("write-failed", undefined, { path: source.displayPath, reason: error.reason });
    }
  }
  return count;
}
