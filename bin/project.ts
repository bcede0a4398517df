/** What `compile` and `check` share before they begin: the working directory, the configuration, and the plan. */

import type { EmitForm, ImportExtension } from "../compiler/src/project/config.js";
import { findConfig, loadConfig } from "../compiler/src/project/config-file.js";
import type { LoadedConfig } from "../compiler/src/project/config-file.js";
import type { Host } from "../compiler/src/project/host.js";
import { createNodeHost } from "../compiler/src/project/host-node.js";
import { findEntries, planRun, shown } from "../compiler/src/project/plan.js";
import type { Plan } from "../compiler/src/project/plan.js";
import type { ConfigOptions, ProjectOptions } from "./command-line/options.js";
import { openStreams } from "./console.js";
import { enableTypeScript } from "./enable-typescript.js";
import { UsageError } from "./exit-code.js";

export interface OpenedProject {
  readonly host: Host;
  readonly plan: Plan;
  /** Undefined where there is none, or it is ignored. */
  readonly loaded: LoadedConfig | undefined;
}

/** Options of `compile` that decide the plan; `check` has none of them. */
export interface OutputOptions {
  readonly out?: string;
  readonly importExtension?: ImportExtension;
  readonly emit?: EmitForm;
  readonly samples?: boolean;
}

/** Finds out what shall be done. Throws a UsageError where that cannot be known. */
export async function openProject(
  files: readonly string[],
  options: ProjectOptions & OutputOptions,
): Promise<OpenedProject> {
  const host = hostIn(options.cwd ?? ".");
  const loaded = await readConfig(host, options.config, 0);
  return { host, plan: planProject(host, loaded, files, options), loaded };
}

/** Finds out what shall be done under a configuration. Throws a UsageError where that cannot be known. */
export function planProject(
  host: Host,
  config: LoadedConfig | undefined,
  files: readonly string[],
  options: ProjectOptions & OutputOptions,
): Plan {
  const result = planRun(host, config, {
    files,
    root: options.root,
    out: options.out,
    importRoots: options.importRoot ?? [],
    importExtension: options.importExtension,
    emit: options.emit,
    samples: options.samples,
  });
  if (result.kind === "invalid") throw new UsageError(result.reason, result.hint);
  return result.plan;
}

/** The files that are meant, wherever they stand: what is not imported needs no root. Throws a UsageError where there are none. */
export async function findSources(
  files: readonly string[],
  options: ConfigOptions,
): Promise<{ readonly host: Host; readonly entries: readonly string[] }> {
  if (files.length === 0) {
    const { host, plan } = await openProject(files, options);
    return { host, entries: plan.entries };
  }
  const host = hostIn(options.cwd ?? ".");
  const found = findEntries(host, files);
  if (found.kind === "invalid") throw new UsageError(found.reason, found.hint);
  return { host, entries: found.files };
}

/** A host in a directory without symbolic links, so that every path has one spelling. */
export function hostIn(directory: string): Host {
  const entry = createNodeHost().find(createNodeHost().absolute(directory));
  if (entry?.kind !== "directory") throw new UsageError(`there is no directory ${directory} to work in`);
  return createNodeHost(entry.realPath);
}

/** Where the configuration is; undefined where there is none or where it cannot be known which. */
export function configPath(host: Host, option: string | false | undefined): string | undefined {
  if (option === false) return undefined;
  if (option !== undefined) return host.absolute(option);
  const found = findConfig(host, host.workingDirectory);
  return found.kind === "found" ? found.path : undefined;
}

/**
 * Loads the configuration; undefined where there is none. `generation` counts how often this process has loaded it: a
 * module is run again only under another name. Throws a UsageError where it is wrong.
 */
export async function readConfig(
  host: Host,
  option: string | false | undefined,
  generation: number,
): Promise<LoadedConfig | undefined> {
  if (option === false) return undefined;
  const found = option === undefined ? findConfig(host, host.workingDirectory) : undefined;
  const path = configPath(host, option);
  const preparations = { beforeRun: openStreams, enableTypeScript, generation };
  const result = path === undefined ? found : await loadConfig(host, path, preparations);
  if (result?.kind === "loaded") return result.loaded;
  if (result?.kind !== "invalid") return undefined;
  const { catalog } = await import("../compiler/src/report/catalog.js");
  const message = catalog["config-invalid"].message({ path: shown(host, result.path), reason: result.reason });
  throw new UsageError(message, "run `rpcgen explain config-invalid`");
}
