/** The part of `rpcgen compile` that needs the compiler: analyses, emits if that went well, and writes. */

import { posix } from "node:path";
import { analyze, createAnalysisMemory } from "../compiler/src/compile.js";
import type { Analysis, AnalysisMemory } from "../compiler/src/compile.js";
import { filePaths } from "../compiler/src/emit/names.js";
import type { CompiledTexts } from "../compiler/src/emit/ts/compile-outputs.js";
import type { EmissionMemory } from "../compiler/src/emit/ts/emit-typescript.js";
import type { Host } from "../compiler/src/project/host.js";
import { nodeOutputHost } from "../compiler/src/project/host-output.js";
import { emitterSource } from "../compiler/src/project/manifest.js";
import type { ManifestRun } from "../compiler/src/project/manifest.js";
import type { Plan } from "../compiler/src/project/plan.js";
import { isGivenUp, shown } from "../compiler/src/project/plan.js";
import { createRecordingHost } from "../compiler/src/project/recording-host.js";
import type { OutputFile, OutputOutcome } from "../compiler/src/project/write.js";
import { WriteMemory, writeOutputs } from "../compiler/src/project/write.js";
import { Report } from "../compiler/src/report/report.js";
import type { CompileOptions } from "./compile-options.js";
import type { CompileResult } from "./compile-result.js";
import { exitCode } from "./exit-code.js";
import type { ExitCode } from "./exit-code.js";
import { holdSignals } from "./hold-signals.js";
import { countsOf } from "./schema-counts.js";
import { version } from "./version.js";

export interface CompileRun {
  readonly plan: Plan;
  /** The output directory without symbolic links. */
  readonly directory: string;
  /** What the manifest knows this compiler and these options by. */
  readonly identity: { readonly compiler: string; readonly options: string };
  readonly options: CompileOptions;
}

/** What a process that compiles again and again keeps from one run to the next. */
export interface CompileMemory {
  readonly analysis: AnalysisMemory;
  readonly write: WriteMemory;
  readonly compiled: CompiledTexts;
  emission: EmissionMemory | undefined;
  /** The options for which `emission` holds. */
  emissionOptions: string;
}

export function createCompileMemory(): CompileMemory {
  return {
    analysis: createAnalysisMemory(),
    write: new WriteMemory(),
    compiled: new Map(),
    emission: undefined,
    emissionOptions: "",
  };
}

/** Compiles once. With a memory, what has not changed since the last run with it is not done again. */
export async function runCompile(host: Host, run: CompileRun, memory?: CompileMemory): Promise<CompileResult> {
  const { plan, directory, identity } = run;
  const report = new Report();
  const recording = createRecordingHost(host);
  const roots = [plan.root, ...plan.importRoots];
  const analysis = analyze(plan.entries, recording, { roots }, report, memory?.analysis);
  const files = await emit(analysis, run, report, memory);
  const outcomes =
    files === undefined
      ? undefined
      : await write(host, run, files, report, memory, {
          ...identity,
          warningCount: report.warningCount,
          counts: countsOf(analysis.schema),
          observations: recording.observations(directory),
          sources: [
            ...analysis.schema.files.map(({ path }) => path),
            ...plan.emitters.map(({ name }) => emitterSource(name)),
          ],
        });
  return {
    code: codeOf(run.options, outcomes),
    findings: report.findings(),
    outcomes: outcomes ?? [],
    counts: outcomes === undefined ? undefined : countsOf(analysis.schema),
    realPaths: analysis.project.files.map(({ realPath }) => realPath),
    displayPaths: new Map(analysis.project.files.map(({ path, syntax }) => [path, syntax.source.displayPath])),
  };
}

/** The outputs, or undefined where the sources or the names made from them have errors. */
async function emit(
  analysis: Analysis,
  run: CompileRun,
  report: Report,
  memory: CompileMemory | undefined,
): Promise<readonly OutputFile[] | undefined> {
  if (!analysis.isSound) return undefined;
  const { schema, places } = analysis;
  const { plan } = run;
  // ts-morph takes longer to load than most compiles take, and only this needs it.
  const { emitTypeScript, EmissionMemory } = await import("../compiler/src/emit/ts/emit-typescript.js");
  const importExtension = plan.importExtension === "none" ? "" : plan.importExtension;
  const { samples } = plan;
  const kept = JSON.stringify([importExtension, samples]);
  if (memory !== undefined && (memory.emission === undefined || memory.emissionOptions !== kept)) {
    memory.emission = new EmissionMemory();
    memory.emissionOptions = kept;
  }
  const options = { importExtension, samples, version: version(), places } as const;
  const texts = emitTypeScript(schema, options, report, memory?.emission);
  if (report.hasErrors) return undefined;
  const outputs = plan.emit === "js" ? await compileTexts(texts, analysis, run, report, memory) : texts;
  const sources = new Map(
    schema.files.flatMap(({ path: source }) => Object.values(filePaths(source)).map((path: string) => [path, source])),
  );
  const sourceOf = (path: string): string => sources.get(path.replace(/\.js$|\.d\.ts(\.map)?$/, ".ts")) ?? path;
  const own = [...outputs].map(([path, text]) => ({ path, text, source: sourceOf(path) }));
  if (plan.emitters.length === 0) return own;
  const { runEmitters } = await import("./run-emitters.js");
  const others = await runEmitters(plan.emitters, { schema, places, version: version() }, report);
  return report.hasErrors ? undefined : [...own, ...others];
}

/** JavaScript, declarations, and maps that lead from those to the `.rpc` files where they stand. */
async function compileTexts(
  texts: ReadonlyMap<string, string>,
  { schema, project }: Analysis,
  { directory }: CompileRun,
  report: Report,
  memory: CompileMemory | undefined,
): Promise<ReadonlyMap<string, string>> {
  const { compileOutputs } = await import("../compiler/src/emit/ts/compile-outputs.js");
  // The library's own files stand elsewhere on every machine.
  const own = project.files.filter(({ isStandard }) => !isStandard);
  const realPaths = new Map(own.map(({ path, realPath }) => [path, realPath]));
  const sourceFrom = (output: string, source: string): string | undefined => {
    const realPath = realPaths.get(source);
    return realPath === undefined ? undefined : posix.relative(posix.dirname(`${directory}/${output}`), realPath);
  };
  return compileOutputs(texts, schema, { version: version(), sourceFrom }, report, memory?.compiled);
}

function write(
  host: Host,
  { plan, options }: CompileRun,
  files: readonly OutputFile[],
  report: Report,
  memory: CompileMemory | undefined,
  manifest: ManifestRun,
): Promise<readonly OutputOutcome[] | undefined> {
  const own = new Set(manifest.sources);
  return holdSignals(() =>
    writeOutputs(
      {
        host: nodeOutputHost,
        directory: plan.out,
        displayDirectory: shown(host, plan.out),
        files,
        run: manifest,
        isGivenUp: (source) => own.has(source) || isGivenUp(host, plan, source),
        ownership: "mark",
        force: options.force === true,
        dryRun: options.check === true,
        memory: memory?.write,
      },
      report,
    ),
  );
}

function codeOf(options: CompileOptions, outcomes: readonly OutputOutcome[] | undefined): ExitCode {
  if (outcomes === undefined) return exitCode.mistakes;
  const isDifferent = outcomes.some(({ action }) => action !== "unchanged");
  return options.check === true && isDifferent ? exitCode.differences : exitCode.done;
}
