/** `rpcgen export`: from `.rpc` files to whatever the target makes of them, written as safely as what is compiled. */

import { nodeOutputHost } from "../../compiler/src/project/host-output.js";
import { exportedSource } from "../../compiler/src/project/manifest.js";
import { realPathToBe, shown } from "../../compiler/src/project/plan.js";
import { createRecordingHost } from "../../compiler/src/project/recording-host.js";
import { writeOutputs } from "../../compiler/src/project/write.js";
import type { OutputOutcome, WriteRequest } from "../../compiler/src/project/write.js";
import { renderFindings } from "../../compiler/src/report/render.js";
import { findingsToJson } from "../../compiler/src/report/render-json.js";
import { Report } from "../../compiler/src/report/report.js";
import type { LoadedConfig } from "../../compiler/src/project/config-file.js";
import type { Console } from "../console.js";
import { createConsole } from "../console.js";
import { exitCode, UsageError } from "../exit-code.js";
import type { ExitCode } from "../exit-code.js";
import type { ExportOptions } from "../export-options.js";
import type { ExportRequest, ExportTarget } from "../export-target.js";
import { exportTargets } from "../export-targets.js";
import { holdSignals } from "../hold-signals.js";
import { printAnswer } from "../json.js";
import { openProject } from "../project.js";
import { countsOf } from "../schema-counts.js";
import { tellFiles } from "../tell-files.js";
import { compilerIdentity, version } from "../version.js";

export async function exportCommand(files: readonly string[], options: ExportOptions): Promise<ExitCode> {
  const console = createConsole({
    color: options.color ?? "auto",
    isQuiet: options.quiet === true || options.json === true,
  });
  const { out, ...project } = options;
  const { host, plan, loaded } = await openProject(files, project);
  const target = exportTargets.get(options.to) ?? emitterTarget(loaded, options.to);
  const report = new Report();
  const { analyze } = await import("../../compiler/src/compile.js");
  const recording = createRecordingHost(host);
  const analysis = analyze(plan.entries, recording, { roots: [plan.root, ...plan.importRoots] }, report);
  const request = { schema: analysis.schema, places: analysis.places, host: recording, plan, loaded };
  const texts = analysis.isSound ? await make(target, request, report) : undefined;
  if (out === "-") return print(console, options, texts, report);
  const directory = host.absolute(out ?? target.usualOut(loaded));
  const run = {
    compiler: compilerIdentity(),
    options: exportedSource(options.to),
    warningCount: report.warningCount,
    counts: countsOf(analysis.schema),
    observations: recording.observations(realPathToBe(host, directory)),
    sources: [exportedSource(options.to)],
  };
  const place = { directory, displayDirectory: shown(host, directory), ownership: target.ownership, run };
  const outcomes = texts === undefined ? undefined : await write(place, texts, options, report);
  const code = codeOf(options, outcomes);
  const findings = report.findings();
  if (options.json === true) {
    console.product(
      printAnswer("export", code, { ...findingsToJson(findings), target: options.to, files: outcomes ?? [] }),
    );
    return code;
  }
  if (findings.diagnostics.length > 0) console.complain(renderFindings(findings, { color: console.hasColor }));
  if (outcomes !== undefined)
    tellFiles(console, `rpcgen export --to ${options.to}`, options.check === true, outcomes, shown(host, directory));
  return code;
}

/** An emitter of the configuration as a target. */
function emitterTarget(loaded: LoadedConfig | undefined, name: string): ExportTarget {
  const emitters = loaded?.config.emitters ?? [];
  const emitter = emitters.find((one) => one.name === name);
  const names = [...exportTargets.keys(), ...emitters.map((one) => one.name)];
  if (emitter === undefined) throw new UsageError(`there is no target ${name}`, `there are ${names.join(", ")}`);
  return {
    summary: "",
    usualOut: () => name,
    ownership: "mark",
    load: async () => {
      const { runEmitters } = await import("../run-emitters.js");
      return async (request, report) =>
        new Map(
          (await runEmitters([emitter], { ...request, version: version() }, report)).map(({ path, text }) => [
            path,
            text,
          ]),
        );
    },
  };
}

function write(
  place: Pick<WriteRequest, "directory" | "displayDirectory" | "ownership" | "run">,
  texts: ReadonlyMap<string, string>,
  options: ExportOptions,
  report: Report,
): Promise<readonly OutputOutcome[] | undefined> {
  const source = exportedSource(options.to);
  return holdSignals(() =>
    writeOutputs(
      {
        host: nodeOutputHost,
        ...place,
        files: [...texts].map(([path, text]) => ({ path, text, source })),
        // What a compile wrote into the same directory is none of this command's business.
        isGivenUp: (earlier) => earlier === source,
        force: options.force === true,
        dryRun: options.check === true,
      },
      report,
    ),
  );
}

/** `--out -`: the one document, and nothing else, to stdout. */
function print(
  console: Console,
  options: ExportOptions,
  texts: ReadonlyMap<string, string> | undefined,
  report: Report,
): ExitCode {
  if (options.check === true) throw new UsageError("--check compares files, and --out - writes none");
  const [text, ...others] = texts?.values() ?? [];
  if (others.length > 0) {
    throw new UsageError(`${options.to} makes ${others.length + 1} files`, "name a directory with --out");
  }
  const code = text === undefined ? exitCode.mistakes : exitCode.done;
  const findings = report.findings();
  if (options.json === true) {
    const details = { ...findingsToJson(findings), target: options.to, files: [], text: text ?? null };
    console.product(printAnswer("export", code, details));
    return code;
  }
  if (findings.diagnostics.length > 0) console.complain(renderFindings(findings, { color: console.hasColor }));
  if (text !== undefined) console.product(text.replace(/\n$/, ""));
  return code;
}

/** The texts, or undefined where the report says why there are none. */
async function make(
  target: ExportTarget,
  request: ExportRequest,
  report: Report,
): Promise<ReadonlyMap<string, string> | undefined> {
  const exporter = await target.load();
  const texts = await exporter(request, report);
  return report.hasErrors ? undefined : texts;
}

function codeOf(options: ExportOptions, outcomes: readonly OutputOutcome[] | undefined): ExitCode {
  if (outcomes === undefined) return exitCode.mistakes;
  const isDifferent = outcomes.some(({ action }) => action !== "unchanged");
  return options.check === true && isDifferent ? exitCode.differences : exitCode.done;
}
