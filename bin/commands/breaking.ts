/** `rpcgen breaking`: what changed since an older version, whom it breaks, and where the own code notices. */

import { compareSchemas } from "../../compiler/src/check/compat/compare.js";
import type { Finding } from "../../compiler/src/check/compat/finding.js";
import { reportFindings } from "../../compiler/src/check/compat/report-findings.js";
import type { Impact } from "../../compiler/src/impact/find-uses.js";
import type { Host } from "../../compiler/src/project/host.js";
import { directoryOf, joinPath } from "../../compiler/src/project/logical-path.js";
import { realPathToBe } from "../../compiler/src/project/plan.js";
import { Report } from "../../compiler/src/report/report.js";
import type { Findings } from "../../compiler/src/report/report.js";
import { acceptFindings } from "../accepted-breaks.js";
import type { Acceptance } from "../accepted-breaks.js";
import { breakingLevels } from "../breaking-options.js";
import type { BreakingOptions } from "../breaking-options.js";
import { breakingLines } from "../breaking-lines.js";
import { breakToJson } from "../breaking-json.js";
import { exitCode, UsageError } from "../exit-code.js";
import type { ExitCode } from "../exit-code.js";
import type { OldBuild } from "../old-build.js";
import { createFindingsConsole, printFindings } from "../print-findings.js";
import { openProject } from "../project.js";
import type { OpenedProject } from "../project.js";

export async function breakingCommand(files: readonly string[], options: BreakingOptions): Promise<ExitCode> {
  const output = createFindingsConsole(options);
  const { console, format } = output;
  const project = await openProject(files, options);
  const against = options.against ?? project.loaded?.config.breaking?.against;
  if (against === undefined) {
    throw new UsageError(
      "nothing to compare with",
      "say `--against git:main`, or `breaking: { against }` in rpcgen.config.ts",
    );
  }
  // The parser is slow to load, and not needed to find out that the arguments are wrong.
  const [{ openOldBuild }, { analyze }] = await Promise.all([
    import("../old-build.js"),
    import("../../compiler/src/compile.js"),
  ]);
  const report = new Report();
  const { host, plan } = project;
  const old = openOldBuild(against, project, files, options, report);
  const { schema, places } = analyze(plan.entries, host, { roots: [plan.root, ...plan.importRoots] }, report);
  if (report.hasErrors) {
    // Both sides have to be sound before they can be compared.
    await printFindings(output, report.findings(), {
      command: "breaking",
      code: exitCode.mistakes,
      details: { findings: [] },
    });
    return exitCode.mistakes;
  }
  const found = compareSchemas(old, { schema, places }).filter((finding) => !isOtherRoot(finding, old));
  const acceptance = acceptFindings(found, project.loaded?.config.breaking?.accept ?? []);
  const counted = acceptance.findings.filter((finding) => counts(finding, options));
  const impact = options.impact === true ? await impactOf(counted, old, project, options) : undefined;
  const code = counted.length > 0 ? exitCode.differences : exitCode.done;
  if (format !== "text") {
    const details = format === "json" ? jsonDetails(old, acceptance, counted, impact) : {};
    await printFindings(output, findingsOf(counted), { command: "breaking", code, details });
  } else {
    for (const file of old.missing) console.say(`  ${file} is not in ${old.name}, and is taken for new`);
    // Where nothing breaks, nobody who wants quiet has to hear of it.
    for (const line of breakingLines({ console, host, old, acceptance, counted, impact })) {
      if (code === exitCode.done) console.say(line);
      else console.complain(line);
    }
  }
  return code;
}

/** A directory or file that stands somewhere else than the new one says nothing about where files went. */
function isOtherRoot({ rule, at, was }: Finding, { hasSameRoot }: OldBuild): boolean {
  if (hasSameRoot || rule !== "declaration-moved" || at === undefined || was === undefined) return false;
  return at.file.slice(at.file.lastIndexOf("/") + 1) === was.file.slice(was.file.lastIndexOf("/") + 1);
}

function counts({ weight, levels }: Finding, { level = "source", strict = false }: BreakingOptions): boolean {
  const deepest = levels[0];
  const isDeep = deepest !== undefined && breakingLevels.indexOf(deepest) <= breakingLevels.indexOf(level);
  return isDeep && (strict || weight === "breaking");
}

async function impactOf(
  findings: readonly Finding[],
  old: OldBuild,
  { host, plan }: OpenedProject,
  options: BreakingOptions,
): Promise<Impact> {
  const tsconfig = options.tsconfig === undefined ? nearestConfig(host) : host.absolute(options.tsconfig);
  if (tsconfig === undefined || host.find(tsconfig)?.kind !== "file") {
    throw new UsageError(`there is no ${options.tsconfig ?? "tsconfig.json here or above"}`, "`--tsconfig` names it");
  }
  const { findImpact } = await import("../../compiler/src/impact/find-uses.js");
  const outDirectory = realPathToBe(host, plan.out);
  const result = findImpact({ findings, oldSchema: old.schema, outDirectory, tsconfig: realPathToBe(host, tsconfig) });
  if (result.kind === "invalid") throw new UsageError(result.reason, result.hint);
  return result.impact;
}

function nearestConfig(host: Host): string | undefined {
  for (let at = host.workingDirectory; ; at = directoryOf(at)) {
    const path = joinPath(at, "tsconfig.json");
    if (host.find(path)?.kind === "file") return path;
    if (directoryOf(at) === at) return undefined;
  }
}

function findingsOf(counted: readonly Finding[]): Findings {
  const report = new Report();
  reportFindings(counted, report);
  return report.findings();
}

function jsonDetails(
  old: OldBuild,
  acceptance: Acceptance,
  counted: readonly Finding[],
  impact: Impact | undefined,
): Readonly<Record<string, unknown>> {
  const isCounted = new Set(counted);
  return {
    against: old.name,
    findings: acceptance.findings.map((finding) => breakToJson(finding, isCounted.has(finding), impact)),
    accepted: acceptance.accepted.map(({ finding, reason }) => ({ ...breakToJson(finding, false, impact), reason })),
    unusedAcceptances: acceptance.unused,
  };
}
