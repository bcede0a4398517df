/** `rpcgen types`: declarations beside `.rpc` files, for programs that import those by a bundler. */

import { analyze } from "../../compiler/src/compile.js";
import { orphansBelow, typesBeside } from "../../compiler/src/modules/import-types.js";
import { ModuleProject } from "../../compiler/src/modules/module-project.js";
import type { CompiledModule } from "../../compiler/src/modules/module-project.js";
import { nodeOutputHost } from "../../compiler/src/project/host-output.js";
import { shown } from "../../compiler/src/project/plan.js";
import { writeBeside } from "../../compiler/src/project/write-beside.js";
import type { BesideOutcome } from "../../compiler/src/project/write-beside.js";
import { printable } from "../../compiler/src/report/printable.js";
import { Report } from "../../compiler/src/report/report.js";
import { exitCode } from "../exit-code.js";
import type { ExitCode } from "../exit-code.js";
import { holdSignals } from "../hold-signals.js";
import { counted } from "../outcome-lines.js";
import { createFindingsConsole, printFindings } from "../print-findings.js";
import type { FindingsConsole } from "../print-findings.js";
import { openProject } from "../project.js";
import type { OpenedProject } from "../project.js";
import type { TypesOptions } from "../write-types-options.js";
import { version } from "../version.js";

const shownCountMax = 20;

export async function typesCommand(files: readonly string[], options: TypesOptions): Promise<ExitCode> {
  const output = createFindingsConsole(options);
  const opened = await openProject(files, options);
  const { host, plan } = opened;
  const report = new Report();
  const dryRun = options.check === true;
  analyze(plan.entries, host, { roots: [plan.root, ...plan.importRoots], needsFingerprints: false }, report);
  const outcomes = report.hasErrors ? [] : await write(opened, dryRun, report);
  const changed = outcomes.filter(({ action }) => action !== "unchanged");
  const code = report.hasErrors
    ? exitCode.mistakes
    : dryRun && changed.length > 0
      ? exitCode.differences
      : exitCode.done;
  const told = outcomes.map(({ path, action }) => ({ path: shown(host, path), action }));
  await printFindings(output, report.findings(), { command: "types", code, details: { files: told } });
  if (!report.hasErrors && output.format === "text") tell(output, told, dryRun);
  return code;
}

async function write(
  { host, plan }: OpenedProject,
  dryRun: boolean,
  report: Report,
): Promise<readonly BesideOutcome[]> {
  const project = new ModuleProject(host, version());
  project.setRoots([plan.root, ...plan.importRoots]);
  const compiled: CompiledModule[] = [];
  for (const entry of plan.entries) compiled.push(await project.compile(entry));
  const orphans = plan.isWhole ? orphansBelow(host, [plan.root, ...plan.importRoots]) : [];
  const files = [...typesBeside(compiled), ...orphans];
  return holdSignals(() =>
    writeBeside({ host: nodeOutputHost, files, shown: (path) => shown(host, path), dryRun }, report),
  );
}

type Told = Pick<BesideOutcome, "path" | "action">;

function tell({ console }: FindingsConsole, outcomes: readonly Told[], dryRun: boolean): void {
  const changed = outcomes.filter(({ action }) => action !== "unchanged");
  const files = changed.filter(({ path }) => !path.endsWith(".map"));
  if (changed.length === 0) return console.say(`  ${console.paint("dim", "up to date")}`);
  const line = ({ path, action }: Told): string => {
    const what = action === "removed" ? "remove" : "write";
    return `  ${dryRun ? `would ${what}` : action}  ${printable(path)}`;
  };
  const shownFiles = (files.length > 0 ? files : changed).slice(0, shownCountMax);
  const more = files.length - shownFiles.length;
  const lines = [...shownFiles.map(line), ...(more > 0 ? [`  and ${counted(more, "file")} more`] : [])].join("\n");
  if (dryRun) console.complain(`declarations are not what \`rpcgen types\` would write:\n${lines}`);
  else console.say(lines);
}
