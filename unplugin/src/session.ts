/** What one plug-in keeps while its bundler runs: the project in memory, and what was told already. */

import type { CompiledRpc, ModuleDiagnostic, RpcModules } from "rpcgen/modules";
import type { RpcgenOptions } from "./options.js";
import type { RpcRequest } from "./request.js";

/** One module, or why there is none. */
export interface Loaded {
  /** JavaScript; undefined where there are errors. */
  readonly code: string | undefined;
  readonly errors: readonly ModuleDiagnostic[];
  /** Those that were not told before. */
  readonly warnings: readonly ModuleDiagnostic[];
  /** Absolute paths of all that it depends on. */
  readonly watchFiles: readonly string[];
}

export class Session {
  readonly #options: RpcgenOptions;
  /** Where the bundler says that its project is. */
  #directory = ".";
  #modules: Promise<RpcModules> | undefined;
  /** Texts of findings that were told since something changed. */
  #told: Set<string> = new Set();
  /** Files that were imported; their declarations are kept up. */
  readonly #imported: Set<string> = new Set();
  #typing: Promise<readonly ModuleDiagnostic[]> = Promise.resolve([]);
  /** What stood in the way of declarations and has not been told yet. */
  #typeProblems: readonly ModuleDiagnostic[] = [];

  constructor(options: RpcgenOptions) {
    this.#options = options;
  }

  /** Says where the project is, before anything is asked. */
  standIn(directory: string): void {
    this.#directory = directory;
  }

  /** A build begins: anything may have changed since the last one. Fails where there is no project at all. */
  async begin(): Promise<void> {
    this.changed(undefined);
    await this.#open();
  }

  /** Waits for whatever is still being written. */
  async end(): Promise<void> {
    // Whether there is a project at all was told when it began.
    await this.#modules?.catch(() => undefined);
    await this.#typing.catch(() => undefined);
  }

  /** Files were made, changed or taken away; undefined means anywhere. Whatever is asked from now on is asked after that. */
  changed(paths: readonly string[] | undefined): void {
    this.#told = new Set();
    const changing = this.#open().then((modules) => {
      modules.changed(paths);
      this.#keepTypes(modules, paths ?? []);
      return modules;
    });
    void this.#keep(changing);
  }

  /** The path by which a file is known; undefined where it is not there. */
  async locate(path: string): Promise<string | undefined> {
    const modules = await this.#open();
    return modules.locate(path);
  }

  /** Never fails because of what stands in files. */
  async load(request: RpcRequest): Promise<Loaded> {
    const compiled = await this.compile(request);
    const { diagnostics, watchFiles } = compiled;
    const code = compiled.modules?.get(request.role);
    if (compiled.modules === undefined) return { code, errors: diagnostics, warnings: [], watchFiles };
    // A role that is not there any more was imported by what is about to be loaded again.
    const text = code ?? "export {};\n";
    const typeProblems = request.role === "" ? await this.#writeTypes(compiled.path) : [];
    const own = compiled.path.split("/").includes("node_modules") ? [] : diagnostics;
    return { code: text, errors: [], warnings: this.#news([...own, ...typeProblems]), watchFiles };
  }

  /** What the file is now, told to nobody. */
  async compile({ path }: RpcRequest): Promise<CompiledRpc> {
    const modules = await this.#open();
    return modules.compile(path);
  }

  /** Those findings that were not told since something changed. */
  unsaid(findings: readonly ModuleDiagnostic[]): readonly ModuleDiagnostic[] {
    return this.#news(findings);
  }

  #open(): Promise<RpcModules> {
    const { directory = this.#directory, config } = this.#options;
    return (
      this.#modules ??
      this.#keep(import("rpcgen/modules").then(({ openModules }) => openModules({ directory, config }), refuse))
    );
  }

  /** What has failed is tried again by whoever asks next: what was missing may be there then. */
  #keep(opening: Promise<RpcModules>): Promise<RpcModules> {
    this.#modules = opening;
    opening.catch(() => {
      if (this.#modules === opening) this.#modules = undefined;
    });
    return opening;
  }

  async #writeTypes(path: string): Promise<readonly ModuleDiagnostic[]> {
    if (this.#options.types === false) return [];
    this.#imported.add(path);
    const modules = await this.#open();
    const problems = [...this.#typeProblems, ...(await modules.writeTypes(path))].map(asWarning);
    this.#typeProblems = [];
    return problems;
  }

  /** Brings the declarations of the whole project up to date, one time after the other. */
  #keepTypes(modules: RpcModules, paths: readonly string[]): void {
    if (this.#options.types === false) return;
    const step = async (): Promise<readonly ModuleDiagnostic[]> => {
      const problems = [...(await modules.writeAllTypes())];
      const others = new Set([...this.#imported, ...paths.filter((path) => path.endsWith(".rpc"))]);
      for (const path of others) problems.push(...(await modules.writeTypes(path)));
      this.#typeProblems = problems;
      return problems;
    };
    this.#typing = this.#typing.then(step, step);
    // Who loads the next file is told of what went wrong.
    this.#typing.catch(() => undefined);
  }

  #news(findings: readonly ModuleDiagnostic[]): readonly ModuleDiagnostic[] {
    const news = findings.filter(({ text }) => !this.#told.has(text));
    for (const { text } of news) this.#told.add(text);
    return news;
  }
}

/** The compiler is installed by whoever uses this, in the version that they compile with elsewhere. */
function refuse(cause: unknown): never {
  const isMissing = cause instanceof Error && "code" in cause && cause.code === "ERR_MODULE_NOT_FOUND";
  if (!isMissing) throw cause;
  throw new Error("@rpcgen/unplugin needs the compiler: run `npm install --save-dev rpcgen`", { cause });
}

/** A build does not fail because its declarations could not be written. */
function asWarning(finding: ModuleDiagnostic): ModuleDiagnostic {
  return { ...finding, severity: "warning", text: finding.text.replace(/^error /, "warning ") };
}
