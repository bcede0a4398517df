/** `rpcgen import`: from `.proto` and `.thrift` files to `.rpc` files that are then edited like any others. */

import { importForeign } from "../../compiler/src/ingest/import-foreign.js";
import { foreignFilesIn, ForeignSources } from "../../compiler/src/project/foreign-sources.js";
import type { Host } from "../../compiler/src/project/host.js";
import { createNodeHost } from "../../compiler/src/project/host-node.js";
import { nodeOutputHost } from "../../compiler/src/project/host-output.js";
import { shown } from "../../compiler/src/project/plan.js";
import type { OutputOutcome } from "../../compiler/src/project/write.js";
import { writeOutputs } from "../../compiler/src/project/write.js";
import { renderFindings } from "../../compiler/src/report/render.js";
import { findingsToJson } from "../../compiler/src/report/render-json.js";
import { Report } from "../../compiler/src/report/report.js";
import type { Console } from "../console.js";
import { createConsole } from "../console.js";
import { exitCode, UsageError } from "../exit-code.js";
import type { ExitCode } from "../exit-code.js";
import { holdSignals } from "../hold-signals.js";
import type { ImportCommandOptions } from "../import-options.js";
import { printAnswer } from "../json.js";
import { counted, outcomeLines } from "../outcome-lines.js";
import { compilerIdentity } from "../version.js";

const endings: readonly string[] = [".proto", ".thrift"];
const defaultOut = "rpc";

export async function importCommand(files: readonly string[], options: ImportCommandOptions): Promise<ExitCode> {
  const console = createConsole({
    color: options.color ?? "auto",
    isQuiet: options.quiet === true || options.json === true,
  });
  const host = hostIn(options.cwd ?? ".");
  const entries = [...new Set(files.flatMap((file) => entriesOf(host, file)))].sort();
  const roots = (options.importRoot ?? ["."]).map((root) => rootAt(host, root));
  const report = new Report();
  const sources = new ForeignSources(host, entries, roots, report);
  const opened = entries.flatMap((entry) => sources.open(entry) ?? []);
  const imported = importForeign(
    opened,
    (path, from) => sources.find(path, from),
    { hasExactTimes: options.exactTimes === true },
    report,
  );
  const out = host.absolute(options.out ?? defaultOut);
  const outcomes = report.hasErrors
    ? undefined
    : await holdSignals(() =>
        writeOutputs(
          {
            host: nodeOutputHost,
            directory: out,
            displayDirectory: shown(host, out),
            files: imported.map(({ path, text, source }) => ({ path, text, source: source.path })),
            run: {
              compiler: compilerIdentity(),
              options: `import${options.exactTimes === true ? " with exact times" : ""}`,
              warningCount: report.warningCount,
              counts: { services: 0, methods: 0, messages: 0 },
              observations: [],
              sources: imported.map(({ source }) => source.path),
            },
            isGivenUp: () => false,
            ownership: "manifest",
            force: options.force === true,
            dryRun: options.check === true,
          },
          report,
        ),
      );
  const displayPaths = new Map(imported.map(({ source }) => [source.path, source.displayPath]));
  return tell(console, options, report, outcomes, shown(host, out), displayPaths);
}

function tell(
  console: Console,
  options: ImportCommandOptions,
  report: Report,
  outcomes: readonly OutputOutcome[] | undefined,
  out: string,
  displayPaths: ReadonlyMap<string, string>,
): ExitCode {
  const findings = report.findings();
  const changed = (outcomes ?? []).filter(({ action }) => action !== "unchanged");
  const isDifferent = options.check === true && changed.length > 0;
  const code = outcomes === undefined ? exitCode.mistakes : isDifferent ? exitCode.differences : exitCode.done;
  if (options.json === true) {
    const { diagnostics, more } = findingsToJson(findings);
    console.product(printAnswer("import", code, { diagnostics, more, files: outcomes ?? [] }));
    return code;
  }
  if (findings.diagnostics.length > 0) console.complain(renderFindings(findings, { color: console.hasColor }));
  if (outcomes === undefined) return code;
  if (isDifferent) {
    console.complain(`${out} is not what \`rpcgen import\` would write:`);
    for (const line of outcomeLines(changed, out, displayPaths, true)) console.complain(line);
    return code;
  }
  for (const line of outcomeLines(changed, out, displayPaths, false)) console.say(line);
  const without = report.warningCount === 0 ? "everything has an equal" : counted(report.warningCount, "warning");
  console.say(`  ${counted(outcomes.length, "file")}, ${changed.length} written; ${without}`);
  return code;
}

function hostIn(directory: string): Host {
  const entry = createNodeHost().find(createNodeHost().absolute(directory));
  if (entry?.kind !== "directory") throw new UsageError(`there is no directory ${directory} to work in`);
  return createNodeHost(entry.realPath);
}

function rootAt(host: Host, root: string): string {
  const path = host.absolute(root);
  if (host.find(path)?.kind !== "directory") throw new UsageError(`there is no directory ${shown(host, path)}`);
  return path;
}

function entriesOf(host: Host, file: string): readonly string[] {
  const path = host.absolute(file);
  const entry = host.find(path);
  if (entry === undefined) throw new UsageError(`there is no file ${shown(host, path)}`);
  if (entry.kind === "directory") {
    const found = foreignFilesIn(host, entry.realPath, endings);
    if (found.length === 0) throw new UsageError(`there are no .proto or .thrift files in ${shown(host, path)}`);
    return found;
  }
  if (endings.some((ending) => path.endsWith(ending))) return [entry.realPath];
  throw new UsageError(`${shown(host, path)} is neither a .proto nor a .thrift file`);
}
