/** Turns arguments and configuration into what one run shall do: which files, counted from where, written to where. */

import { didYouMean } from "../report/did-you-mean.js";
import type { EmitForm, ImportExtension } from "./config.js";
import type { LoadedConfig } from "./config-file.js";
import { findFiles, sharedDirectory } from "./glob.js";
import type { Emitter } from "../schema/emitter.js";
import type { Host } from "./host.js";
import { directoryOf, isAbsolutePath, joinPath, pathInside } from "./logical-path.js";
import { isEmitted, isExported } from "./manifest.js";

/** Used where neither an argument nor the configuration says otherwise; relative to the project's directory. */
const defaultRoot = "rpc";
const defaultOut = "gen";

/** What was said on the command line; paths are relative to the working directory. */
export interface PlanRequest {
  readonly files: readonly string[];
  readonly root: string | undefined;
  readonly out: string | undefined;
  readonly importRoots: readonly string[];
  readonly importExtension: ImportExtension | undefined;
  readonly emit?: EmitForm | undefined;
  readonly samples?: boolean | undefined;
}

/** Absolute paths throughout. */
export interface Plan {
  /** Sorted. */
  readonly entries: readonly string[];
  /** Whether the entries are the whole project, so that sources which are gone give up their outputs. */
  readonly isWhole: boolean;
  readonly root: string;
  readonly importRoots: readonly string[];
  readonly out: string;
  readonly importExtension: ImportExtension;
  readonly emit: EmitForm;
  /** Whether factories of samples are written, too. */
  readonly samples: boolean;
  /** None where only some files of the project are compiled: half a schema would give half of their files. */
  readonly emitters: readonly Emitter[];
}

export type PlanResult =
  | { readonly kind: "plan"; readonly plan: Plan }
  /** `hint` says what to do instead. */
  | { readonly kind: "invalid"; readonly reason: string; readonly hint: string | undefined };

/** Finds out what to do. Arguments win over the configuration, the configuration over the defaults. */
export function planRun(host: Host, loaded: LoadedConfig | undefined, request: PlanRequest): PlanResult {
  const config = loaded?.config;
  const base = loaded === undefined ? host.workingDirectory : directoryOf(loaded.path);
  const configured = (path: string | undefined): string | undefined =>
    path === undefined ? undefined : host.absolute(configuredPath(base, path));
  const given = (path: string | undefined): string | undefined =>
    path === undefined ? undefined : host.absolute(path);

  const isWhole = request.files.length === 0;
  const usualRoot = joinPath(base, defaultRoot);
  const statedRoot = given(request.root) ?? configured(config?.root);
  const configuredFiles = typeof config?.files === "string" ? [config.files] : config?.files;
  const patterns = isWhole
    ? (configuredFiles?.map((path) => configuredPath(base, path)) ?? [statedRoot ?? usualRoot])
    : request.files;
  const missing = isWhole && configuredFiles === undefined ? missingRoot(host, statedRoot, usualRoot) : undefined;
  if (missing !== undefined) return missing;

  const found = findEntries(host, patterns);
  if (found.kind === "invalid") return found;
  const root = statedRoot ?? (isWhole || loaded !== undefined ? usualRoot : found.base);
  const importRoots = [
    ...request.importRoots.map((path) => host.absolute(path)),
    ...(config?.importRoots ?? []).map((path) => host.absolute(configuredPath(base, path))),
  ];
  const plan: Plan = {
    entries: found.files,
    isWhole,
    root,
    importRoots,
    out: given(request.out) ?? configured(config?.out) ?? joinPath(base, defaultOut),
    importExtension: request.importExtension ?? config?.importExtension ?? ".js",
    emit: request.emit ?? config?.emit ?? "ts",
    samples: request.samples ?? config?.samples ?? false,
    emitters: isWhole ? (config?.emitters ?? []) : [],
  };
  return checkEmit(plan) ?? checkRoots(host, plan) ?? { kind: "plan", plan };
}

/** A path of the configuration, which is relative to the configuration's directory, as one for the host. */
export function configuredPath(base: string, path: string): string {
  return isAbsolutePath(path) ? path : joinPath(base, path);
}

function missingRoot(host: Host, statedRoot: string | undefined, usualRoot: string): PlanResult | undefined {
  const root = statedRoot ?? usualRoot;
  if (host.find(root)?.kind === "directory") return undefined;
  if (statedRoot !== undefined) return noDirectory(host, root);
  return {
    kind: "invalid",
    reason: `there is nothing to compile: no file was named, and there is no directory ${shown(host, root)}`,
    hint: "name the files, for instance `rpcgen compile 'idl/**/*.rpc'`, or say where they are in rpcgen.config.ts",
  };
}

function noDirectory(host: Host, path: string): PlanResult {
  return { kind: "invalid", reason: `there is no directory ${shown(host, path)}`, hint: undefined };
}

/** The files that arguments lead to. */
export type Entries =
  | { readonly kind: "found"; readonly files: readonly string[]; readonly base: string }
  | { readonly kind: "invalid"; readonly reason: string; readonly hint: string | undefined };

/** The `.rpc` files behind paths, directories and patterns, sorted; each has to lead to one at least. */
export function findEntries(host: Host, patterns: readonly string[]): Entries {
  const files = new Set<string>();
  let base: string | undefined;
  for (const pattern of patterns) {
    const found = findFiles(host, pattern);
    const isDirectory = host.find(host.absolute(pattern))?.kind === "directory";
    const [first] = found.files;
    if (first === undefined) {
      const what = isDirectory
        ? "there are no .rpc files in"
        : /[*?[{]/.test(pattern)
          ? "no .rpc file matches"
          : "there is no file";
      return {
        kind: "invalid",
        reason: `${what} ${shown(host, host.absolute(pattern))}`,
        hint: similarFile(host, pattern),
      };
    }
    const other = found.files.find((file) => !file.endsWith(".rpc"));
    if (other !== undefined) {
      return { kind: "invalid", reason: `${shown(host, other)} is not an .rpc file`, hint: undefined };
    }
    for (const file of found.files) files.add(file);
    base = base === undefined ? found.base : sharedDirectory(base, found.base);
  }
  return { kind: "found", files: [...files].sort(), base: base ?? host.workingDirectory };
}

/** The name that was probably meant, among those in the same directory. */
function similarFile(host: Host, argument: string): string | undefined {
  const path = host.absolute(argument);
  const directory = directoryOf(path);
  const names = host.list(directory).filter((name) => name.endsWith(".rpc"));
  const similar = didYouMean(path.slice(path.lastIndexOf("/") + 1), names);
  return similar === undefined ? undefined : `did you mean ${shown(host, joinPath(directory, similar))}?`;
}

/** JavaScript imports what is there when it runs. */
function checkEmit({ emit, importExtension }: Plan): PlanResult | undefined {
  if (emit === "ts" || importExtension !== ".ts") return undefined;
  const reason = "JavaScript cannot import its own files with the extension .ts";
  return { kind: "invalid", reason, hint: "leave `importExtension` out, or write TypeScript" };
}

/** Every root must be there, and every entry stand below one: its place there is what its outputs are named after. */
function checkRoots(host: Host, plan: Plan): PlanResult | undefined {
  const roots = [plan.root, ...plan.importRoots];
  const missing = roots.find((root) => host.find(root)?.kind !== "directory");
  if (missing !== undefined) return noDirectory(host, missing);
  const realRoots = roots.map((root) => host.find(root)?.realPath ?? root);
  for (const entry of plan.entries) {
    const real = host.find(entry)?.realPath ?? entry;
    if (realRoots.some((root) => pathInside(root, real) !== undefined)) continue;
    return {
      kind: "invalid",
      reason: `${shown(host, entry)} is not below the root ${shown(host, plan.root)}`,
      hint: "`--root` names the directory in which logical paths begin, `--import-root` further ones",
    };
  }
  return undefined;
}

/** A path as a user in the working directory would write it. */
export function shown(host: Host, path: string): string {
  return pathInside(host.workingDirectory, path) ?? (path === host.workingDirectory ? "." : path);
}

/** Whether the outputs of an earlier run's source go, although this run has none for it: the source is not there any more. */
export function isGivenUp(host: Host, plan: Plan, source: string): boolean {
  if (isExported(source)) return false;
  // Emitters see whole projects only.
  if (isEmitted(source)) return plan.isWhole;
  if (plan.isWhole) return true;
  const directories = [plan.root, ...plan.importRoots, host.standardLibrary];
  return directories.every((directory) => host.find(joinPath(directory, source)) === undefined);
}

/** A path as it will be once its directories exist, without the symbolic links of those that do. */
export function realPathToBe(host: Host, path: string): string {
  const entry = host.find(path);
  if (entry !== undefined) return entry.realPath;
  const parent = directoryOf(path);
  return parent === path ? path : joinPath(realPathToBe(host, parent), path.slice(path.lastIndexOf("/") + 1));
}
