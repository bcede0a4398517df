/** The part of `rpcgen sdk` that makes the package: analyses, emits if that went well, and writes. */

import { posix } from "node:path";
import { fileURLToPath } from "node:url";
import { analyze, createAnalysisMemory } from "../compiler/src/compile.js";
import type { Analysis, AnalysisMemory } from "../compiler/src/compile.js";
import { compareSchemas } from "../compiler/src/check/compat/compare.js";
import { createSdkMemory, emitSdk } from "../compiler/src/emit/sdk/emit-sdk.js";
import type { SdkMemory } from "../compiler/src/emit/sdk/emit-sdk.js";
import {
  packageNameProblem,
  packageVersionProblem,
  versionOfPackages,
} from "../compiler/src/emit/sdk/package-identity.js";
import type { SdkChange } from "../compiler/src/emit/sdk/sdk-options.js";
import { createNodeHost } from "../compiler/src/project/host-node.js";
import { nodeOutputHost } from "../compiler/src/project/host-output.js";
import { directoryOf, joinPath } from "../compiler/src/project/logical-path.js";
import { exportedSource } from "../compiler/src/project/manifest.js";
import { configuredPath, realPathToBe } from "../compiler/src/project/plan.js";
import { createRecordingHost } from "../compiler/src/project/recording-host.js";
import { writeOutputs } from "../compiler/src/project/write.js";
import type { OutputOutcome } from "../compiler/src/project/write.js";
import { Report } from "../compiler/src/report/report.js";
import type { Findings } from "../compiler/src/report/report.js";
import { exitCode, UsageError } from "./exit-code.js";
import type { ExitCode } from "./exit-code.js";
import { readTemplates } from "./export/templates.js";
import { holdSignals } from "./hold-signals.js";
import { openOldBuild } from "./old-build.js";
import type { OpenedProject } from "./project.js";
import { countsOf } from "./schema-counts.js";
import type { SdkCommandOptions } from "./sdk-options.js";
import { compilerIdentity, version } from "./version.js";

// From dist/bin/ up to the package, beside its templates.
const packaged = fileURLToPath(new URL("../../templates/sdk", import.meta.url));

const source = exportedSource("sdk");
const changelog = "CHANGELOG.md";
const ownFileBytesMax = 16 * 1024 * 1024;

export interface SdkResult {
  readonly code: ExitCode;
  readonly findings: Findings;
  /** Of the npm package. */
  readonly name: string;
  /** What became of each file; undefined where mistakes stood in the way. */
  readonly outcomes: readonly OutputOutcome[] | undefined;
  /** Where the package stands, from the working directory. */
  readonly out: string;
  /** Of the sources that were read. */
  readonly realPaths: readonly string[];
}

/** What a process that makes the package again and again keeps from one time to the next. */
export interface SdkRunMemory {
  readonly analysis: AnalysisMemory;
  readonly emission: SdkMemory;
}

export function createSdkRunMemory(): SdkRunMemory {
  return { analysis: createAnalysisMemory(), emission: createSdkMemory() };
}

/** Makes the package once. With a memory, what has not changed since the last time with it is not done again. */
export async function runSdk(
  project: OpenedProject,
  files: readonly string[],
  options: SdkCommandOptions,
  memory?: SdkRunMemory,
): Promise<SdkResult> {
  const { host, plan, loaded } = project;
  const name = checkedName(options.name ?? loaded?.config.sdk?.name);
  const report = new Report();
  const recording = createRecordingHost(host);
  const roots = [plan.root, ...plan.importRoots];
  const analysis = analyze(plan.entries, recording, { roots }, report, memory?.analysis);
  const directory = host.absolute(options.out ?? outOf(project));
  // In a monorepo it is a neighbour as often as not.
  const out = posix.relative(host.workingDirectory, directory) || ".";
  const texts = analysis.isSound
    ? filesOf(project, analysis, directory, name, files, options, report, memory?.emission)
    : undefined;
  const outcomes =
    texts === undefined || report.hasErrors
      ? undefined
      : await holdSignals(() =>
          writeOutputs(
            {
              host: nodeOutputHost,
              directory,
              displayDirectory: out,
              files: [...texts].map(([path, text]) => ({ path, text, source })),
              run: {
                compiler: compilerIdentity(),
                options: source,
                warningCount: report.warningCount,
                counts: countsOf(analysis.schema),
                observations: recording.observations(realPathToBe(host, directory)),
                sources: [source],
              },
              isGivenUp: (earlier) => earlier === source,
              // Most files of a package have no place for a mark, and people look after some of them themselves.
              ownership: "manifest",
              force: options.force === true,
              dryRun: options.check === true,
            },
            report,
          ),
        );
  const realPaths = analysis.project.files.map(({ realPath }) => realPath);
  return { code: codeOf(options, outcomes), findings: report.findings(), name, outcomes, out, realPaths };
}

function outOf({ loaded }: OpenedProject): string {
  const out = loaded?.config.sdk?.out ?? "sdk";
  return loaded === undefined ? out : configuredPath(directoryOf(loaded.path), out);
}

function checkedName(name: string | undefined): string {
  if (name === undefined) {
    throw new UsageError(
      "the package has no name",
      "say `--name @acme/orders`, or `sdk: { name }` in rpcgen.config.ts",
    );
  }
  const problem = packageNameProblem(name);
  if (problem !== undefined)
    throw new UsageError(`${JSON.stringify(name)} cannot be the name of an npm package: it ${problem}`);
  return name;
}

function checkedVersion(given: string): string {
  const problem = packageVersionProblem(given);
  if (problem !== undefined)
    throw new UsageError(`${JSON.stringify(given)} cannot be the version of a package: it ${problem}`);
  return given;
}

/** Everything in the package by its path; undefined where the report says what stands in the way. */
function filesOf(
  project: OpenedProject,
  { schema, places, project: sources }: Analysis,
  directory: string,
  name: string,
  files: readonly string[],
  options: SdkCommandOptions,
  report: Report,
  memory: SdkMemory | undefined,
): ReadonlyMap<string, string> | undefined {
  const { loaded } = project;
  // A watch keeps what it has read of sources; nobody tells it of changes elsewhere.
  const host = createNodeHost(project.host.workingDirectory);
  const settings = loaded?.config.sdk ?? {};
  const packageVersion = checkedVersion(options.packageVersion ?? settings.version ?? versionOfPackages(schema));
  const against = options.against ?? settings.against;
  const changes =
    against === undefined ? undefined : changesSince(against, project, { schema, places }, files, options, report);
  const where = {
    packaged,
    given: settings.templates,
    key: "sdk.templates",
    names: /\.hbs$/,
    // One that becomes a file needs nobody who uses it.
    isUsed: (file: string) => file.slice(0, -".hbs".length).includes("."),
  };
  const templates = readTemplates(host, loaded, where, report);
  if (report.hasErrors) return undefined;
  const { description, license, repository, keywords } = settings;
  const own = sources.files.filter(({ isStandard }) => !isStandard);
  const made = templates.attempt(() =>
    emitSdk(
      schema,
      {
        name,
        version: packageVersion,
        description,
        license,
        repository,
        keywords,
        runtimeVersion: version(),
        generatorVersion: version(),
        templates: templates.texts,
        sources: new Map(own.map(({ path, syntax }) => [path, syntax.source.text])),
        changes,
        places,
      },
      report,
      memory,
    ),
  );
  return made === undefined ? undefined : new Map([...made, ...kept({ ...project, host }, directory)]);
}

/** What is taken over as it is: the licence beside the configuration, and a list of changes that somebody has begun. */
function kept({ host, loaded }: OpenedProject, directory: string): readonly (readonly [string, string])[] {
  const read = (path: string): string | undefined => {
    const content = host.find(path)?.kind === "file" ? host.read(path, ownFileBytesMax) : undefined;
    return content?.kind === "bytes" ? new TextDecoder().decode(content.bytes) : undefined;
  };
  const license = read(joinPath(loaded === undefined ? host.workingDirectory : directoryOf(loaded.path), "LICENSE"));
  const changes = read(joinPath(directory, changelog));
  return [
    ...(license === undefined ? [] : [["LICENSE", license] as const]),
    ...(changes === undefined ? [] : [[changelog, changes] as const]),
  ];
}

function changesSince(
  against: string,
  project: OpenedProject,
  now: Pick<Analysis, "schema" | "places">,
  files: readonly string[],
  options: SdkCommandOptions,
  report: Report,
): readonly SdkChange[] {
  const old = openOldBuild(against, project, files, options, report);
  if (report.hasErrors) return [];
  return compareSchemas(old, now).map(({ weight, levels, message }) => ({
    isBreaking: weight === "breaking",
    levels,
    message,
  }));
}

function codeOf(options: SdkCommandOptions, outcomes: readonly OutputOutcome[] | undefined): ExitCode {
  if (outcomes === undefined) return exitCode.mistakes;
  const isDifferent = outcomes.some(({ action }) => action !== "unchanged");
  return options.check === true && isDifferent ? exitCode.differences : exitCode.done;
}
