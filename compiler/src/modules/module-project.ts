/**
 * A project whose `.rpc` files are imported one by one. All that were asked for are understood together; where some of them
 * are wrong, the others are understood alone, so that a mistake stops only those who import it.
 */

import { analyze, createAnalysisMemory } from "../compile.js";
import type { Analysis } from "../compile.js";
import type { CompiledText } from "../emit/ts/compile-outputs.js";
import type { EmissionMemory } from "../emit/ts/emission-memory.js";
import type * as Emit from "../emit/ts/emit-typescript.js";
import { RememberingHost } from "../incremental/remembering-host.js";
import type { Host } from "../project/host.js";
import type { LoadedFile } from "../project/load.js";
import { createRecordingHost } from "../project/recording-host.js";
import { Report } from "../report/report.js";
import { moduleDiagnostics } from "./module-diagnostic.js";
import type { Declarations, ModulePrinter } from "./module-printer.js";
import type { CompiledRpc } from "./rpc-modules.js";

/** An analysis with what was emitted for it. */
interface Snapshot {
  readonly analysis: Analysis;
  readonly report: Report;
  /** Undefined where there are errors. */
  readonly printer: ModulePrinter | undefined;
  /** Paths of `.rpc` files that were looked at, whether they are there or not. */
  readonly looked: readonly string[];
}

/** One file with what is needed to write its declarations. */
export interface CompiledModule extends CompiledRpc {
  /** The `.rpc` files of this compile beside which declarations may stand, itself included, by real path; none where there are errors. */
  readonly declarations: ReadonlyMap<string, () => Declarations>;
}

/** What emits; it takes longest to load, so it is loaded when the first file is sound. */
interface EmitParts {
  readonly emit: Pick<typeof Emit, "EmissionMemory" | "emitTypeScript">;
  readonly compileText: (path: string, text: string) => CompiledText;
  readonly printer: typeof ModulePrinter;
}

export class ModuleProject {
  readonly host: RememberingHost;
  readonly #version: string;
  #roots: readonly string[] = [];
  readonly #entries: Set<string> = new Set();
  readonly #memory = createAnalysisMemory();
  #emission: EmissionMemory | undefined;
  #compiled: Map<string, CompiledText> = new Map();
  #parts: Promise<EmitParts> | undefined;
  /** All that was asked for, and each that had to be understood alone, until something changes. */
  #all: Snapshot | undefined;
  #alone: Map<string, Snapshot> = new Map();
  #results: Map<string, CompiledModule> = new Map();
  /** Counts the changes, so that what was understood before one is not taken for what holds after it. */
  #generation = 0;
  /** Analyses share a memory and take turns. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(host: Host, version: string) {
    this.host = new RememberingHost(host);
    this.#version = version;
  }

  /** Directories in which logical paths begin and imports are looked up, first match first. */
  setRoots(roots: readonly string[]): void {
    if (roots.join("\n") === this.#roots.join("\n")) return;
    this.#roots = roots;
    this.#forget();
  }

  changed(paths: Iterable<string> | undefined): void {
    if (paths === undefined) this.host.forgetAll();
    else for (const path of paths) this.host.forget(this.host.absolute(path));
    this.#forget();
  }

  /** Loads what emits, which takes long, before it is needed. */
  warm(): void {
    // Who needs it is told of a failure.
    this.#loadParts().catch(() => undefined);
  }

  compile(path: string): Promise<CompiledModule> {
    const turn = this.#turn.then(() => this.#compile(path));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #compile(path: string): Promise<CompiledModule> {
    const absolute = this.host.absolute(path);
    const realPath = this.host.find(absolute)?.realPath ?? absolute;
    const known = this.#results.get(realPath);
    if (known !== undefined) return known;
    // Where something changes meanwhile, the next one asks again: what is put here is forgotten then.
    const results = this.#results;
    let snapshot = await this.#understandAll(realPath);
    if (snapshot.printer === undefined) snapshot = await this.#understandAlone(realPath);
    const result = this.#resultOf(snapshot, realPath);
    results.set(realPath, result);
    return result;
  }

  async #understandAll(realPath: string): Promise<Snapshot> {
    const isPart = this.#all?.analysis.project.files.some((file) => file.realPath === realPath) === true;
    if (this.#all !== undefined && isPart) return this.#all;
    this.#entries.add(realPath);
    // What was taken away is not asked for any more.
    for (const entry of this.#entries) {
      if (entry !== realPath && this.host.find(entry) === undefined) this.#entries.delete(entry);
    }
    const generation = this.#generation;
    const all = await this.#understand([...this.#entries], true);
    if (generation === this.#generation) this.#all = all;
    return all;
  }

  async #understandAlone(realPath: string): Promise<Snapshot> {
    const alone = this.#alone;
    const known = alone.get(realPath) ?? (await this.#understand([realPath], false));
    alone.set(realPath, known);
    return known;
  }

  async #understand(entries: readonly string[], isAll: boolean): Promise<Snapshot> {
    const report = new Report();
    const recording = createRecordingHost(this.host);
    const analysis = analyze(entries, recording, { roots: this.#roots }, report, isAll ? this.#memory : undefined);
    const looked = recording
      .observations(this.host.workingDirectory)
      .map(({ path }) => this.host.absolute(path))
      .filter((path) => path.endsWith(".rpc"));
    const printer = analysis.isSound ? await this.#emit(analysis, report, isAll) : undefined;
    return { analysis, report, printer: report.hasErrors ? undefined : printer, looked };
  }

  async #emit({ schema, places, project }: Analysis, report: Report, isAll: boolean): Promise<ModulePrinter> {
    const { emit, compileText, printer } = await this.#loadParts();
    this.#emission ??= new emit.EmissionMemory();
    const options = { importExtension: ".js", version: this.#version, places } as const;
    const texts = emit.emitTypeScript(schema, options, report, isAll ? this.#emission : undefined);
    const compile = (path: string, text: string): CompiledText => {
      const known = this.#compiled.get(path);
      const compiled = known?.text === text ? known : compileText(path, text);
      this.#compiled.set(path, compiled);
      return compiled;
    };
    const sources = new Map(project.files.map((file) => [file.path, file]));
    return new printer(schema, texts, { version: this.#version, sources, compile });
  }

  #loadParts(): Promise<EmitParts> {
    this.#parts ??= Promise.all([
      import("../emit/ts/emit-typescript.js"),
      import("../emit/ts/compile-outputs.js"),
      import("./module-printer.js"),
    ]).then(([emit, { compileText }, { ModulePrinter: printer }]) => ({ emit, compileText, printer }));
    return this.#parts;
  }

  #resultOf({ analysis, report, printer, looked }: Snapshot, realPath: string): CompiledModule {
    const { files } = analysis.project;
    const pathOf = (source: string): string | undefined => files.find(({ path }) => path === source)?.realPath;
    const file = files.find((one) => one.realPath === realPath);
    const diagnostics = moduleDiagnostics(report.findings(), pathOf);
    if (printer === undefined || file === undefined) {
      const watchFiles = [...new Set([realPath, ...looked])].sort();
      const errors = diagnostics.filter(({ severity }) => severity === "error");
      return { path: realPath, modules: undefined, diagnostics: errors, watchFiles, declarations: new Map() };
    }
    const closure = closureOf(file);
    const own = closure.filter(({ isStandard }) => !isStandard);
    return {
      path: realPath,
      modules: printer.modules(file.path),
      diagnostics: diagnostics.filter(({ place }) => place?.path === realPath),
      watchFiles: own.map((one) => one.realPath).sort(),
      declarations: new Map(own.map((one) => [one.realPath, () => printer.declarations(one.path)])),
    };
  }

  #forget(): void {
    this.#generation += 1;
    this.#all = undefined;
    this.#alone = new Map();
    this.#results = new Map();
  }
}

/** A file and all that it imports, each once. */
function closureOf(file: LoadedFile): readonly LoadedFile[] {
  const closure = new Set([file]);
  for (const one of closure) for (const imported of one.imports) closure.add(imported.file);
  return [...closure];
}
