/** Finds the older version that `breaking --against` names: a commit, a directory, a file, or a schema in JSON. */

import { analyze } from "../compiler/src/compile.js";
import { check } from "../compiler/src/check/check.js";
import type { Build } from "../compiler/src/check/compat/comparison.js";
import type { LoadedConfig } from "../compiler/src/project/config-file.js";
import { findFiles } from "../compiler/src/project/glob.js";
import type { Host } from "../compiler/src/project/host.js";
import { createGitHost } from "../compiler/src/project/host-git.js";
import { directoryOf, joinPath, pathInside } from "../compiler/src/project/logical-path.js";
import { planRun } from "../compiler/src/project/plan.js";
import type { Plan } from "../compiler/src/project/plan.js";
import type { Report } from "../compiler/src/report/report.js";
import { schemaFromJson } from "../compiler/src/schema/from-json.js";
import { Places } from "../compiler/src/schema/places.js";
import type { BreakingOptions } from "./breaking-options.js";
import { UsageError } from "./exit-code.js";
import type { OpenedProject } from "./project.js";

export interface OldBuild extends Build {
  /** What people call it, for instance `main` or `old/schema.json`. */
  readonly name: string;
  /** False where logical paths begin somewhere else than in the new build, as far as anybody knows. */
  readonly hasSameRoot: boolean;
  /** Files of the command line that it does not have. */
  readonly missing: readonly string[];
}

/** Reads the older version; its mistakes go to `report`. Throws a UsageError where there is none. */
export function openOldBuild(
  against: string,
  project: OpenedProject,
  files: readonly string[],
  options: BreakingOptions,
  report: Report,
): OldBuild {
  if (against.startsWith("git:")) return fromGit(against.slice("git:".length), project, files, options, report);
  const { host } = project;
  const path = host.absolute(against);
  const entry = host.find(path);
  if (entry === undefined) {
    const hint = "name a directory, an .rpc file, a schema in JSON, or a commit as git:<ref>";
    throw new UsageError(`there is nothing at ${against} to compare with`, hint);
  }
  if (entry.kind === "file" && path.endsWith(".json")) return fromJson(against, path, host, report);
  const root = entry.kind === "directory" ? path : directoryOf(path);
  const plan = planOrFail(host, project.loaded, { files: [against], root, importRoots: options.importRoot ?? [] }, "");
  return { ...analyzed(plan, host, "", report), name: against, hasSameRoot: root === project.plan.root, missing: [] };
}

/** The largest schema in JSON that is read. */
const jsonBytesMax = 256 * 1024 * 1024;

function fromJson(against: string, path: string, host: Host, report: Report): OldBuild {
  const content = host.read(path, jsonBytesMax);
  if (content.kind !== "bytes") {
    const reason = content.kind === "unreadable" ? content.reason : "it is too large, or no file";
    throw new UsageError(`${against} cannot be read: ${reason}`);
  }
  const reading = schemaFromJson(textOf(content.bytes, against));
  if (reading.kind === "invalid") {
    const at = reading.path === "" ? "" : ` at ${reading.path}`;
    throw new UsageError(
      `${against} is no schema${at}: ${reading.message}`,
      "`rpcgen schema --out schema.json` writes one",
    );
  }
  const places = new Places();
  check(reading.schema, places, report);
  return { schema: reading.schema, places, name: against, hasSameRoot: true, missing: [] };
}

function textOf(bytes: Uint8Array, against: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new UsageError(`${against} is no schema: it is not UTF-8`);
  }
}

function fromGit(
  spec: string,
  project: OpenedProject,
  files: readonly string[],
  options: BreakingOptions,
  report: Report,
): OldBuild {
  const colon = spec.indexOf(":");
  const [ref, directory] = colon === -1 ? [spec, undefined] : [spec.slice(0, colon), spec.slice(colon + 1)];
  const lookup = createGitHost(project.host, ref);
  if (lookup.kind === "invalid") throw new UsageError(lookup.reason, lookup.hint);
  const { host, top } = lookup;
  const prefix = `${ref}:`;
  if (directory !== undefined) {
    const root = joinPath(top, directory);
    if (host.find(root) === undefined) {
      throw new UsageError(
        `${ref} has no .rpc files in ${directory}`,
        "the directory is counted from the repository's root",
      );
    }
    const plan = planOrFail(host, undefined, { files: [root], root, importRoots: options.importRoot ?? [] }, ref);
    return {
      ...analyzed(plan, host, prefix, report),
      name: spec,
      hasSameRoot: root === project.plan.root,
      missing: [],
    };
  }
  const missing = files.filter((file) => findFiles(host, file).files.length === 0);
  if (files.length > 0 && missing.length === files.length) {
    throw new UsageError(
      `${ref} has none of these files: ${files.join(", ")}`,
      `if they stood elsewhere, say where: \`--against git:${ref}:<dir>\``,
    );
  }
  const request = {
    files: files.filter((file) => !missing.includes(file)),
    root: options.root,
    importRoots: (options.importRoot ?? []).filter((path) => host.find(host.absolute(path)) !== undefined),
  };
  const plan = planOrFail(host, withoutMissingRoots(project, host), request, ref);
  return { ...analyzed(plan, host, prefix, report), name: ref, hasSameRoot: true, missing };
}

/** Import roots that came later are no mistake of the older version. */
function withoutMissingRoots({ loaded }: OpenedProject, host: Host): LoadedConfig | undefined {
  if (loaded?.config.importRoots === undefined) return loaded;
  const base = directoryOf(loaded.path);
  const importRoots = loaded.config.importRoots.filter((path) => {
    const absolute = pathInside("/", path) === undefined ? joinPath(base, path) : path;
    return host.find(absolute) !== undefined;
  });
  return { ...loaded, config: { ...loaded.config, importRoots } };
}

interface OldRequest {
  readonly files: readonly string[];
  readonly root: string | undefined;
  readonly importRoots: readonly string[];
}

function planOrFail(host: Host, loaded: LoadedConfig | undefined, request: OldRequest, ref: string): Plan {
  const result = planRun(host, loaded, { ...request, out: undefined, importExtension: undefined });
  if (result.kind === "plan") return result.plan;
  if (ref === "") throw new UsageError(result.reason, result.hint);
  const hint = `if the files stood elsewhere, say where: \`--against git:${ref}:<dir>\``;
  throw new UsageError(`in ${ref}, ${result.reason.replace(/^there is nothing to compile: .*, and /, "")}`, hint);
}

function analyzed(plan: Plan, host: Host, displayPrefix: string, report: Report): Build {
  const roots = [plan.root, ...plan.importRoots];
  const { schema, places } = analyze(plan.entries, host, { roots, displayPrefix }, report);
  return { schema, places };
}
