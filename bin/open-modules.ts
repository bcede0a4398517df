/** Opens a project for those who import `.rpc` files from programs: bundlers, most of all. What it gives is API. */

import { ModuleProject } from "../compiler/src/modules/module-project.js";
import type { CompiledModule } from "../compiler/src/modules/module-project.js";
import { orphansBelow, typesBeside, typesPath } from "../compiler/src/modules/import-types.js";
import { moduleDiagnostics } from "../compiler/src/modules/module-diagnostic.js";
import type { CompiledRpc, ModuleDiagnostic, ModulesOptions, RpcModules } from "../compiler/src/modules/rpc-modules.js";
import { configNames, findConfig } from "../compiler/src/project/config-file.js";
import type { LoadedConfig } from "../compiler/src/project/config-file.js";
import { nodeOutputHost } from "../compiler/src/project/host-output.js";
import { directoryOf } from "../compiler/src/project/logical-path.js";
import { configuredPath, planRun, shown } from "../compiler/src/project/plan.js";
import { writeBeside } from "../compiler/src/project/write-beside.js";
import type { FileBeside } from "../compiler/src/project/write-beside.js";
import { Report } from "../compiler/src/report/report.js";
import { hostIn } from "./project.js";
import { readConfigApart } from "./read-config-apart.js";
import { version } from "./version.js";

export type {
  CompiledRpc,
  ModuleDiagnostic,
  ModulePlace,
  ModulesOptions,
  RpcModules,
} from "../compiler/src/modules/rpc-modules.js";

/** Without a configuration, logical paths begin here, as they do for `rpcgen compile`. */
const usualRoot = "rpc";

type FoundConfig =
  | { readonly kind: "none" }
  | { readonly kind: "found"; readonly path: string }
  | { readonly kind: "invalid"; readonly path: string; readonly reason: string };

/** Opens a project. Fails where the directory is not there; what is wrong with a configuration is told by `compile`. */
export async function openModules(options: ModulesOptions): Promise<RpcModules> {
  const modules = new NodeModules(options);
  await modules.begin();
  return modules;
}

class NodeModules implements RpcModules {
  readonly #project: ModuleProject;
  readonly #option: string | false | undefined;
  #config: LoadedConfig | undefined;
  /** Where the configuration is, or may appear. */
  #configPaths: readonly string[] = [];
  /** Which configuration was read last, and what stood in it. */
  #configState = "";
  /** Whether the configuration may be another one by now. */
  #isStale = true;
  #reading: Promise<void> = Promise.resolve();
  /** What is wrong with the configuration. */
  #problem: readonly ModuleDiagnostic[] = [];
  /** Declarations as this process left them, by path. */
  readonly #written: Map<string, string> = new Map();

  constructor({ directory, config }: ModulesOptions) {
    this.#project = new ModuleProject(hostIn(directory), version());
    this.#option = config;
  }

  async begin(): Promise<void> {
    // Both take long, and neither needs the other.
    this.#project.warm();
    await this.#refresh();
  }

  async compile(path: string): Promise<CompiledRpc> {
    await this.#refresh();
    const { declarations: _, ...compiled } = await this.#project.compile(path);
    const watchFiles = [...compiled.watchFiles, ...this.#configPaths];
    if (this.#problem.length === 0) return { ...compiled, watchFiles };
    return { path: compiled.path, modules: undefined, diagnostics: this.#problem, watchFiles };
  }

  locate(path: string): string | undefined {
    const { host } = this.#project;
    const absolute = host.absolute(path);
    // Whoever asks again may have made it meanwhile.
    if (host.find(absolute) === undefined) host.forget(absolute);
    const entry = host.find(absolute);
    return entry?.kind === "file" ? entry.realPath : undefined;
  }

  changed(paths?: Iterable<string>): void {
    const list = paths === undefined ? undefined : [...paths];
    this.#project.changed(list);
    const isConfig = (path: string): boolean => configNames.some((name) => path.endsWith(name));
    this.#isStale ||= list === undefined || list.some(isConfig);
  }

  async writeTypes(path: string): Promise<readonly ModuleDiagnostic[]> {
    await this.#refresh();
    const { host } = this.#project;
    if (host.find(host.absolute(path)) === undefined) {
      const gone = typesPath(host.absolute(path));
      return this.#write([gone, `${gone}.map`].map((orphan) => ({ path: orphan, text: undefined })));
    }
    return this.#write(typesBeside([await this.#project.compile(path)]));
  }

  async writeAllTypes(): Promise<readonly ModuleDiagnostic[]> {
    await this.#refresh();
    const { host } = this.#project;
    const planned = planRun(host, this.#config, {
      files: [],
      root: undefined,
      out: undefined,
      importRoots: [],
      importExtension: undefined,
    });
    // Without a configuration there may be nothing but what is imported.
    if (planned.kind === "invalid") return [];
    const { entries, root, importRoots } = planned.plan;
    const compiled: CompiledModule[] = [];
    for (const entry of entries) compiled.push(await this.#project.compile(entry));
    return this.#write([...typesBeside(compiled), ...orphansBelow(host, [root, ...importRoots])]);
  }

  #write(files: readonly FileBeside[]): readonly ModuleDiagnostic[] {
    const report = new Report();
    const { host } = this.#project;
    const fresh = files.filter(({ path, text }) => text === undefined || this.#written.get(path) !== text);
    writeBeside({ host: nodeOutputHost, files: fresh, shown: (path) => shown(host, path), dryRun: false }, report);
    if (!report.hasErrors) for (const { path, text } of fresh) this.#written.set(path, text ?? "");
    return moduleDiagnostics(report.findings(), () => undefined);
  }

  #refresh(): Promise<void> {
    if (!this.#isStale) return this.#reading;
    this.#isStale = false;
    const { host } = this.#project;
    const found = this.#findConfig();
    const content = found.kind === "none" ? undefined : host.read(found.path, Number.MAX_SAFE_INTEGER);
    const text = content?.kind === "bytes" ? new TextDecoder().decode(content.bytes) : content?.kind;
    const state = JSON.stringify([found, text]);
    if (state !== this.#configState) {
      this.#configState = state;
      this.#reading = this.#readConfig(found);
    }
    return this.#reading;
  }

  #findConfig(): FoundConfig {
    const { host } = this.#project;
    if (this.#option === false) return { kind: "none" };
    if (this.#option !== undefined) return { kind: "found", path: host.absolute(this.#option) };
    const found = findConfig(host, host.workingDirectory);
    return found.kind === "loaded" ? { kind: "found", path: found.loaded.path } : found;
  }

  async #readConfig(found: FoundConfig): Promise<void> {
    const { host } = this.#project;
    const report = new Report();
    const lookup = found.kind === "found" ? await readConfigApart(found.path) : found;
    if (lookup.kind === "invalid") {
      report.add("config-invalid", undefined, { path: shown(host, lookup.path), reason: lookup.reason });
    }
    this.#config = lookup.kind === "loaded" ? lookup.loaded : undefined;
    this.#configPaths = found.kind === "none" ? [] : [found.path];
    this.#problem = moduleDiagnostics(report.findings(), () => undefined);
    this.#project.setRoots(this.#rootsOf(this.#config));
  }

  /** The project's own directory comes last: a file that the configuration does not know of can be imported, too. */
  #rootsOf(loaded: LoadedConfig | undefined): readonly string[] {
    const { host } = this.#project;
    const base = loaded === undefined ? host.workingDirectory : directoryOf(loaded.path);
    const { root = usualRoot, importRoots = [] } = loaded?.config ?? {};
    const roots = [root, ...importRoots].map((path) => host.absolute(configuredPath(base, path)));
    return [...new Set([...roots, base, host.workingDirectory])];
  }
}
