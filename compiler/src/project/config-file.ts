/** Finds the configuration file of a project and loads it. */

import { pathToFileURL } from "node:url";
import { checkConfig, describe } from "./config.js";
import type { RpcgenConfig } from "./config.js";
import type { Host } from "./host.js";
import { readLiteralConfig } from "./literal-config.js";
import { directoryOf, joinPath, pathInside } from "./logical-path.js";

/** Where to look, in this order; one directory may hold one of them. */
export const configNames: readonly string[] = [
  "rpcgen.config.ts",
  "rpcgen.config.mts",
  "rpcgen.config.js",
  "rpcgen.config.mjs",
  "rpcgen.config.json",
];

/** Names by which other tools know a configuration, so that one of ours under such a name is not passed over. */
const foreignConfigName = /^rpcgen\.config\.(cjs|cts|jsonc|json5|ya?ml|toml)$/;

const configBytesMax = 1024 * 1024;

const extensionReason = "a configuration has the extension .ts, .mts, .js, .mjs or .json";

export interface LoadedConfig {
  /** Absolute. */
  readonly path: string;
  readonly config: RpcgenConfig;
}

export type ConfigLookup =
  | { readonly kind: "loaded"; readonly loaded: LoadedConfig }
  | { readonly kind: "none" }
  | { readonly kind: "invalid"; readonly path: string; readonly reason: string };

/** What has to be done before a configuration is run. */
export interface RunPreparations {
  /** Called first: whatever the configuration is, it may print and end the process. */
  readonly beforeRun: () => void;
  /** Prepares this process for importing TypeScript files; called only where Node cannot do it by itself. */
  readonly enableTypeScript: () => void;
  /** How often this process has run it: a module is run again only under another name. */
  readonly generation: number;
}

/**
 * The nearest configuration above `directory`, which is looked for up to the repository's root (the directory with
 * `.git`) or else the top. Configurations are programs: those below the working directory are never looked at.
 */
export function findConfig(
  host: Host,
  directory: string,
): ConfigLookup | { readonly kind: "found"; readonly path: string } {
  for (let at = directory; ; at = directoryOf(at)) {
    const foreign = host.list(at).find((name) => foreignConfigName.test(name));
    if (foreign !== undefined) return { kind: "invalid", path: joinPath(at, foreign), reason: extensionReason };
    const found = configNames.map((name) => joinPath(at, name)).filter((path) => host.find(path)?.kind === "file");
    const [first, second] = found;
    if (first !== undefined && second !== undefined) {
      return { kind: "invalid", path: first, reason: `${second} stands beside it; keep one of the two` };
    }
    if (first !== undefined) return { kind: "found", path: first };
    if (host.find(joinPath(at, ".git")) !== undefined || directoryOf(at) === at) return { kind: "none" };
  }
}

/**
 * Loads the configuration at an absolute path. What is JSON or literal is parsed, any other is run, once for each
 * `generation`; modules that it imports are run once and for all.
 */
export async function loadConfig(host: Host, path: string, preparations: RunPreparations): Promise<ConfigLookup> {
  const entry = host.find(path);
  if (entry === undefined) return { kind: "invalid", path, reason: "there is no such file" };
  if (entry.kind !== "file") return { kind: "invalid", path, reason: "it is not a file" };
  const value = path.endsWith(".json") ? parseJson(host, path) : await readModule(host, path, preparations);
  if (value.kind === "failed") return { kind: "invalid", path, reason: value.reason };
  const result = checkConfig(value.value);
  if (result.kind === "invalid") return { kind: "invalid", path, reason: result.reason };
  return { kind: "loaded", loaded: { path, config: result.config } };
}

type Exported =
  { readonly kind: "value"; readonly value: unknown } | { readonly kind: "failed"; readonly reason: string };

function parseJson(host: Host, path: string): Exported {
  const content = host.read(path, configBytesMax);
  if (content.kind === "unreadable") return { kind: "failed", reason: content.reason };
  if (content.kind !== "bytes") return { kind: "failed", reason: "it is not a file of at most 1 MiB" };
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(content.bytes);
    const value: unknown = JSON.parse(text);
    // `$schema` belongs to editors, not to us.
    if (typeof value === "object" && value !== null) Reflect.deleteProperty(value, "$schema");
    return { kind: "value", value };
  } catch (error) {
    return { kind: "failed", reason: `it is not JSON: ${describe(error)}` };
  }
}

async function readModule(host: Host, path: string, preparations: RunPreparations): Promise<Exported> {
  if (!/\.m?[jt]s$/.test(path)) return { kind: "failed", reason: extensionReason };
  const content = host.read(path, configBytesMax);
  const literal = content.kind === "bytes" ? readLiteralConfig(new TextDecoder().decode(content.bytes)) : undefined;
  return literal === undefined ? importModule(host, path, preparations) : { kind: "value", value: literal };
}

async function importModule(host: Host, path: string, preparations: RunPreparations): Promise<Exported> {
  const { beforeRun, enableTypeScript, generation } = preparations;
  const isTypeScript = /\.m?ts$/.test(path);
  try {
    beforeRun();
    if (isTypeScript && !canStripTypes()) enableTypeScript();
    const module: unknown = await notExiting(pathInside(host.workingDirectory, path) ?? path, () =>
      Promise.race([
        import(`${pathToFileURL(path).href}${generation === 0 ? "" : `?generation=${generation}`}`),
        nothingLeftToWaitFor(),
      ]),
    );
    const hasDefault = typeof module === "object" && module !== null && "default" in module;
    if (!hasDefault) return { kind: "failed", reason: "it has no default export" };
    return { kind: "value", value: module.default };
  } catch (error) {
    return { kind: "failed", reason: `it fails when it is loaded: ${describe(error)}` };
  }
}

/** Says on stderr why the command ends, and ends it with exit code 2, should the module call `process.exit`. */
async function notExiting<T>(shownPath: string, load: () => Promise<T>): Promise<T> {
  const onExit = (): void => {
    const help = "  = help: run `rpcgen explain config-invalid`";
    process.stderr.write(`error: ${shownPath}: it ends the process while it is loaded\n${help}\n`);
    process.exitCode = 2;
  };
  process.once("exit", onExit);
  try {
    return await load();
  } finally {
    process.off("exit", onExit);
  }
}

/** Fails when Node would end although the module still waits: its top-level await then waits for ever. */
function nothingLeftToWaitFor(): Promise<never> {
  return new Promise((_resolve, reject) => {
    process.once("beforeExit", () => reject(new Error("its top-level await never ends")));
  });
}

/** Node runs TypeScript files by itself from 22.18 on. */
function canStripTypes(): boolean {
  return "typescript" in process.features && Boolean(process.features.typescript);
}
