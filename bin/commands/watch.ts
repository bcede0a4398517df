/** `--watch` of `rpcgen compile`, `check` and `sdk`: one calm line for each time that something has changed. */

import { analyze, createAnalysisMemory } from "../../compiler/src/compile.js";
import type { Host } from "../../compiler/src/project/host.js";
import type { Plan } from "../../compiler/src/project/plan.js";
import { realPathToBe, shown } from "../../compiler/src/project/plan.js";
import type { OutputOutcome } from "../../compiler/src/project/write.js";
import { printable } from "../../compiler/src/report/printable.js";
import { renderFindings } from "../../compiler/src/report/render.js";
import { findingsToJson } from "../../compiler/src/report/render-json.js";
import { Report } from "../../compiler/src/report/report.js";
import type { Findings } from "../../compiler/src/report/report.js";
import { formatOf } from "../command-line/options.js";
import type { CheckOptions, FindingsOptions } from "../command-line/options.js";
import type { CompileOptions } from "../compile-options.js";
import { createCompileMemory, runCompile } from "../compile-run.js";
import { createConsole } from "../console.js";
import type { Console } from "../console.js";
import { exitCode, UsageError } from "../exit-code.js";
import type { ExitCode } from "../exit-code.js";
import { printAnswerLine } from "../json.js";
import type { CommandName } from "../json.js";
import { counted } from "../outcome-lines.js";
import { printFindings } from "../print-findings.js";
import type { SdkCommandOptions } from "../sdk-options.js";
import { sourceOptions } from "../sdk-options.js";
import { tellFiles } from "../tell-files.js";
import { compilerIdentity } from "../version.js";
import { watchProject } from "../watch-project.js";
import type { Build, Occasion } from "../watch-project.js";
import { checkLine } from "./check.js";
import { optionsHash, tell } from "./compile.js";

/** Compiles after every change. Ends by a signal, or where it cannot begin. */
export async function watchCompile(files: readonly string[], options: CompileOptions): Promise<ExitCode> {
  if (options.check === true) {
    throw new UsageError("--check and --watch do not go together", "`rpcgen check --watch` looks and writes nothing");
  }
  const console = consoleOf(options);
  const asJson = isJson(options);
  const teller = new Teller("compile", console, asJson);
  const memory = createCompileMemory();
  const build = async (host: Host, plan: Plan, occasion: Occasion): Promise<readonly string[]> => {
    const directory = realPathToBe(host, plan.out);
    const identity = { compiler: compilerIdentity(), options: optionsHash(plan, directory) };
    const result = await runCompile(host, { plan, directory, identity, options }, memory);
    const files = result.outcomes.filter(({ action }) => action !== "unchanged");
    const { code, findings, counts } = result;
    if (occasion.kind === "start" && !asJson) {
      teller.remember(findings);
      await printFindings({ console, format: "text" }, findings, { command: "compile", code });
      tell(console, options, result, shown(host, plan.out));
    } else {
      const details = { files, counts: counts ?? null };
      const product = code === exitCode.mistakes ? undefined : wroteText(result.outcomes);
      teller.tell(host, plan, occasion, { code, findings, product, isNews: files.length > 0, details });
    }
    return result.realPaths;
  };
  return watchProject(files, options, console, build);
}

/** Makes the package again after every change. Ends by a signal, or where it cannot begin. */
export async function watchSdk(files: readonly string[], options: SdkCommandOptions): Promise<ExitCode> {
  if (options.check === true) throw new UsageError("--check and --watch do not go together");
  const asJson = options.json === true;
  const console = createConsole({ color: options.color ?? "auto", isQuiet: options.quiet === true || asJson });
  const teller = new Teller("sdk", console, asJson);
  // What makes packages is slow to load, and `check` needs none of it.
  const { createSdkRunMemory, runSdk } = await import("../sdk-run.js");
  const memory = createSdkRunMemory();
  const build: Build = async (host, plan, occasion, loaded) => {
    const result = await runSdk({ host, plan, loaded }, files, options, memory);
    const { code, findings, name, outcomes, out, realPaths } = result;
    if (occasion.kind === "start" && !asJson) {
      teller.remember(findings);
      if (findings.diagnostics.length > 0) console.complain(renderFindings(findings, { color: console.hasColor }));
      if (outcomes !== undefined) tellFiles(console, "rpcgen sdk", false, outcomes, out, "README.md");
    } else {
      const changed = outcomes?.filter(({ action }) => action !== "unchanged") ?? [];
      const product = outcomes === undefined ? undefined : wroteText(outcomes);
      const details = { name, files: changed };
      teller.tell(host, plan, occasion, { code, findings, product, isNews: changed.length > 0, details });
    }
    return realPaths;
  };
  return watchProject(files, sourceOptions(options), console, build);
}

/** Checks after every change. */
export async function watchCheck(files: readonly string[], options: CheckOptions): Promise<ExitCode> {
  const console = consoleOf(options);
  const teller = new Teller("check", console, isJson(options));
  const memory = createAnalysisMemory();
  const build = (host: Host, plan: Plan, occasion: Occasion): Promise<readonly string[]> => {
    const report = new Report();
    const roots = [plan.root, ...plan.importRoots];
    const { project } = analyze(plan.entries, host, { roots }, report, memory);
    const code = report.hasErrors ? exitCode.mistakes : exitCode.done;
    const product = checkLine(project, report);
    teller.tell(host, plan, occasion, { code, findings: report.findings(), product, isNews: false, details: {} });
    return Promise.resolve(project.files.map(({ realPath }) => realPath));
  };
  return watchProject(files, options, console, build);
}

/** Whether each look is told as a line of JSON. The other formats are of one run, and a watch is many. */
function isJson(options: FindingsOptions): boolean {
  const format = formatOf(options);
  if (format === "json" || format === "text") return format === "json";
  throw new UsageError(`--format ${format} and --watch do not go together`);
}

interface Outcome {
  readonly code: ExitCode;
  readonly findings: Findings;
  /** What came of it, in a few words; undefined where that is the number of errors. */
  readonly product: string | undefined;
  /** Whether it has to be told even if nobody asked. */
  readonly isNews: boolean;
  /** For machines. */
  readonly details: Readonly<Record<string, unknown>>;
}

/** Says what came of a build. */
class Teller {
  readonly #command: CommandName;
  readonly #console: Console;
  readonly #asJson: boolean;
  /** The findings as they were told last. */
  #told = "";

  constructor(command: CommandName, console: Console, asJson: boolean) {
    this.#command = command;
    this.#console = console;
    this.#asJson = asJson;
  }

  /** Notes findings that somebody else tells. Returns whether they are others than last time. */
  remember(findings: Findings): boolean {
    const text = renderFindings(findings, { color: false });
    const isOther = text !== this.#told;
    this.#told = text;
    return isOther;
  }

  tell(host: Host, plan: Plan, occasion: Occasion, outcome: Outcome): void {
    const { code, findings, product, details } = outcome;
    const isOther = this.remember(findings);
    if (occasion.kind === "look" && !isOther && !outcome.isNews) return;
    const tookMs = Math.round(performance.now() - occasion.startedMs);
    if (this.#asJson) {
      const { diagnostics, more } = findingsToJson(findings);
      const changed = occasion.paths.map((path) => shown(host, path));
      this.#console.product(
        printAnswerLine(this.#command, code, { changed, durationMs: tookMs, diagnostics, more, ...details }),
      );
      return;
    }
    const errors = findings.diagnostics.filter(({ severity }) => severity === "error").length + findings.more;
    const what = printable(whatChanged(host, plan, occasion));
    const line = `${this.#console.paint("dim", clockTime())}  ${what}  ->  ${product ?? counted(errors, "error")} in ${tookMs} ms`;
    if (code === exitCode.mistakes) this.#console.complain(line);
    else this.#console.say(line);
    if (findings.diagnostics.length > 0) {
      this.#console.complain(renderFindings(findings, { color: this.#console.hasColor }));
    }
  }
}

function wroteText(outcomes: readonly OutputOutcome[]): string {
  const written = outcomes.filter(({ action }) => action === "written").length;
  const removed = outcomes.filter(({ action }) => action === "removed").length;
  if (written + removed === 0) return "up to date";
  const parts = [written > 0 ? counted(written, "file") : "", removed > 0 ? `${counted(removed, "file")} removed` : ""];
  return parts.filter((part) => part !== "").join(", ");
}

/** `orders.rpc changed`, `12 files changed`. */
function whatChanged(host: Host, plan: Plan, { kind, paths }: Occasion): string {
  const [first] = paths;
  if (kind === "start") return "first look";
  if (first === undefined) return "something changed";
  if (paths.length > 1) return `${paths.length} files changed`;
  const root = host.find(plan.root)?.realPath ?? plan.root;
  const name = first.startsWith(`${root}/`) ? first.slice(root.length + 1) : shown(host, first);
  return `${name} ${host.find(first) === undefined ? "removed" : "changed"}`;
}

/** `14:02:11`, where the user is. */
function clockTime(): string {
  return new Date().toTimeString().slice(0, 8);
}

function consoleOf(options: CheckOptions): Console {
  return createConsole({ color: options.color ?? "auto", isQuiet: options.quiet === true || isJson(options) });
}
