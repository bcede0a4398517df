/** The configuration of a project: what it may say, and what is wrong with what it says. */

import type { Emitter } from "../schema/emitter.js";
import { didYouMean } from "../report/did-you-mean.js";

/** How generated files import each other: `./orders.types.js`, `./orders.types.ts` or `./orders.types`. */
export type ImportExtension = ".js" | ".ts" | "none";

export const importExtensions: readonly ImportExtension[] = [".js", ".ts", "none"];

/** What is written: TypeScript sources, or JavaScript with declarations that lead editors into the `.rpc` files. */
export type EmitForm = "ts" | "js";

export const emitForms: readonly EmitForm[] = ["ts", "js"];

/** What `rpcgen.config.ts` exports. Paths are relative to the directory that it stands in. */
export interface RpcgenConfig {
  /** Directory in which logical paths begin and imports are looked up; `rpc` if left out. */
  readonly root?: string | undefined;
  /** Files, directories or patterns to compile; every `.rpc` file under `root` if left out. */
  readonly files?: string | readonly string[] | undefined;
  /** Output directory; `gen` if left out. */
  readonly out?: string | undefined;
  /** Further directories in which imports are looked up, first match first. */
  readonly importRoots?: readonly string[] | undefined;
  /** Extension with which generated files import each other; `.js` if left out. */
  readonly importExtension?: ImportExtension | undefined;
  /** `ts` if left out; `js` writes `.js`, `.d.ts` and `.d.ts.map`. */
  readonly emit?: EmitForm | undefined;
  /** True writes `x.samples.ts` beside the rest: factories of sample messages, for tests. */
  readonly samples?: boolean | undefined;
  /** What `rpcgen breaking` compares with, and which breaks are wanted. */
  readonly breaking?: BreakingConfig | undefined;
  /** What `rpcgen lint` looks for. */
  readonly lint?: LintConfig | undefined;
  /** Plug-ins that make further files of the schema, in the output directory. */
  readonly emitters?: readonly Emitter[] | undefined;
  /** How the pages of `rpcgen export --to docs` look and where they lead. */
  readonly docs?: DocsConfig | undefined;
  /** The npm package that `rpcgen sdk` makes. */
  readonly sdk?: SdkConfig | undefined;
}

/** Everything may be left out, and is then said on the command line. */
export interface SdkConfig {
  /** Of the npm package, for instance `@acme/orders`. */
  readonly name?: string | undefined;
  /** A semantic version; what the package lines say if left out: 2.0.0 for `package shop.v2`. */
  readonly version?: string | undefined;
  /** Directory to write to; `sdk` if left out. */
  readonly out?: string | undefined;
  readonly description?: string | undefined;
  /** An SPDX expression, for instance `MIT`; `UNLICENSED` if left out. */
  readonly license?: string | undefined;
  /** Address of the repository. */
  readonly repository?: string | undefined;
  readonly keywords?: readonly string[] | undefined;
  /** What `--against` says if the command line does not. */
  readonly against?: string | undefined;
  /** Directory with templates that stand in for rpcgen's own of the same name, and others: `x.hbs` becomes the file `x`. */
  readonly templates?: string | undefined;
}

/** Everything may be left out. */
export interface DocsConfig {
  /** What the site is called; "API reference" if left out. */
  readonly title?: string | undefined;
  /** Markdown for the first page. */
  readonly intro?: string | undefined;
  /** Directory to write to; `site` if left out. */
  readonly out?: string | undefined;
  /** Directory with templates that stand in for rpcgen's own of the same name. */
  readonly templates?: string | undefined;
  /** From where examples import generated code; `./gen` if left out. */
  readonly importFrom?: string | undefined;
  /** Address of a source file, with `{path}` and `{line}` in it, for instance `https://example.com/blob/main/rpc/{path}#L{line}`. */
  readonly sourceUrl?: string | undefined;
}

export interface BreakingConfig {
  /** What `--against` says if the command line does not, for instance `git:main`. */
  readonly against?: string | undefined;
  /** Breaks that were decided on; each is counted as accepted instead of as a break. */
  readonly accept?: readonly AcceptedBreak[] | undefined;
}

export interface AcceptedBreak {
  /** The rule, for instance `field-removed`. */
  readonly rule: string;
  /** The full name of what changed, for instance `shop.v1.Order.total`; `shop.v1.Order.*` is everything in it. */
  readonly at: string;
  /** Why it may break; for those who read the configuration. */
  readonly reason: string;
}

export type LintSeverity = "off" | "warning" | "error";

/** The part of a configuration that is for `rpcgen lint`. */
export interface LintConfig {
  /** By name of the rule: `"off"`, `"warning"`, `"error"`, or one of these and the rule's options. */
  readonly rules?: Readonly<
    Record<string, LintSeverity | readonly [severity: LintSeverity, options?: Readonly<Record<string, unknown>>]>
  >;
  /** Files, directories or patterns that are not linted. */
  readonly ignore?: readonly string[];
}

/** Gives an editor the types of a configuration; returns what it is given. */
export function defineConfig(config: RpcgenConfig): RpcgenConfig {
  return config;
}

/** A configuration that can be used, or what is wrong with it in one sentence. */
export type ConfigResult =
  { readonly kind: "config"; readonly config: RpcgenConfig } | { readonly kind: "invalid"; readonly reason: string };

type Check = (value: unknown) => string | undefined;

const checks: ReadonlyMap<string, Check> = new Map<string, Check>([
  ["root", pathProblem],
  ["files", (value) => (Array.isArray(value) ? pathsProblem(value) : pathProblem(value))],
  ["out", pathProblem],
  ["importRoots", pathsProblem],
  ["importExtension", extensionProblem],
  ["breaking", breakingProblem],
  ["lint", lintProblem],
  ["docs", docsProblem],
  ["sdk", sdkProblem],
  ["emit", emitProblem],
  ["samples", (value) => (typeof value === "boolean" ? undefined : `must be true or false, not ${kindOf(value)}`)],
  ["emitters", emittersProblem],
]);

/** Checks what a configuration file exported, whatever that is. Never throws, whatever its getters do. */
export function checkConfig(value: unknown): ConfigResult {
  try {
    return checkOwn(value);
  } catch (error) {
    return { kind: "invalid", reason: `it cannot be read: ${describe(error)}` };
  }
}

/** The message of whatever was thrown, on one line. */
export function describe(error: unknown): string {
  let text: string;
  try {
    text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  } catch {
    text = "a value that cannot be shown was thrown";
  }
  return text.replace(/\s*\n\s*/g, " ").slice(0, 500);
}

function checkOwn(value: unknown): ConfigResult {
  if (typeof value !== "object" || value === null || !isPlain(value)) {
    return invalid(`it must export a plain object, not ${kindOf(value)}`);
  }
  const seen = new Map<string, unknown>();
  for (const key of Reflect.ownKeys(value)) {
    const shown = String(key);
    const check = checks.get(shown);
    if (check === undefined || typeof key === "symbol") return invalid(unknownKey(shown));
    const entry: unknown = Reflect.get(value, key);
    if (entry === undefined) continue;
    const problem = check(entry);
    if (problem !== undefined) return invalid(`\`${shown}\` ${problem}`);
    seen.set(shown, entry);
  }
  // Copied key by key after each was checked, so that a getter cannot answer differently later.
  return { kind: "config", config: Object.fromEntries(seen) };
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function invalid(reason: string): ConfigResult {
  return { kind: "invalid", reason };
}

function unknownKey(key: string): string {
  const similar = didYouMean(key, checks.keys());
  const hint = similar === undefined ? `the keys are ${[...checks.keys()].join(", ")}` : `did you mean \`${similar}\`?`;
  return `there is no key \`${key}\`; ${hint}`;
}

function pathProblem(value: unknown): string | undefined {
  if (typeof value !== "string") return `must be a string, not ${kindOf(value)}`;
  if (value.trim() === "") return "must not be empty";
  return value.includes("\0") ? "must not hold a NUL character" : undefined;
}

function pathsProblem(value: unknown): string | undefined {
  if (!Array.isArray(value)) return `must be an array of strings, not ${kindOf(value)}`;
  for (const [index, item] of (value as readonly unknown[]).entries()) {
    const problem = pathProblem(item);
    if (problem !== undefined) return `at position ${index} ${problem}`;
  }
  return value.length === 0 ? "must not be empty" : undefined;
}

function extensionProblem(value: unknown): string | undefined {
  if (importExtensions.some((extension) => extension === value)) return undefined;
  const shown = typeof value === "string" ? JSON.stringify(value) : kindOf(value);
  return `must be ".js", ".ts" or "none", not ${shown}`;
}

function breakingProblem(value: unknown): string | undefined {
  const problem = objectProblem(value, ["against", "accept"]);
  if (problem !== undefined) return problem;
  const { against, accept } = value as { readonly against?: unknown; readonly accept?: unknown };
  if (against !== undefined && pathProblem(against) !== undefined) return `\`against\` ${pathProblem(against) ?? ""}`;
  if (accept === undefined) return undefined;
  if (!Array.isArray(accept)) return `\`accept\` must be an array, not ${kindOf(accept)}`;
  for (const [index, item] of (accept as readonly unknown[]).entries()) {
    const wrong = objectProblem(item, acceptedKeys) ?? acceptedProblem(item as Readonly<Record<string, unknown>>);
    if (wrong !== undefined) return `\`accept\` at position ${index} ${wrong}`;
  }
  return undefined;
}

const acceptedKeys: readonly string[] = ["rule", "at", "reason"];

function acceptedProblem(item: Readonly<Record<string, unknown>>): string | undefined {
  const key = acceptedKeys.find((name) => pathProblem(item[name]) !== undefined);
  return key === undefined ? undefined : `\`${key}\` ${pathProblem(item[key]) ?? ""}`;
}

function objectProblem(value: unknown, keys: readonly string[]): string | undefined {
  if (typeof value !== "object" || value === null || !isPlain(value)) return `must be an object, not ${kindOf(value)}`;
  const unknown = Reflect.ownKeys(value).find((key) => !keys.includes(String(key)));
  return unknown === undefined ? undefined : `has no key \`${String(unknown)}\`; its keys are ${keys.join(", ")}`;
}

const docsKeys = ["title", "intro", "out", "templates", "importFrom", "sourceUrl"];

function docsProblem(value: unknown): string | undefined {
  const problem = objectProblem(value, docsKeys);
  if (problem !== undefined) return problem;
  for (const key of docsKeys) {
    const entry = isRecord(value) ? value[key] : undefined;
    const wrong = entry === undefined ? undefined : pathProblem(entry);
    if (wrong !== undefined) return `has \`${key}\`, which ${wrong}`;
    if (key === "sourceUrl" && typeof entry === "string" && !/^https?:\/\//.test(entry)) {
      return "has `sourceUrl`, which must begin with http:// or https://";
    }
  }
  return undefined;
}

const sdkKeys = ["name", "version", "out", "description", "license", "repository", "keywords", "against", "templates"];

function sdkProblem(value: unknown): string | undefined {
  const problem = objectProblem(value, sdkKeys);
  if (problem !== undefined) return problem;
  for (const key of sdkKeys) {
    const entry = isRecord(value) ? value[key] : undefined;
    const wrong = entry === undefined ? undefined : key === "keywords" ? pathsProblem(entry) : pathProblem(entry);
    if (wrong !== undefined) return `has \`${key}\`, which ${wrong}`;
  }
  return undefined;
}

/** Which rules there are, and what options they have, is for the linter to say. */
function lintProblem(value: unknown): string | undefined {
  if (!isRecord(value)) return `must be an object, not ${kindOf(value)}`;
  const other = Object.keys(value).find((key) => key !== "rules" && key !== "ignore");
  if (other !== undefined) return `has no key \`${other}\`; there are rules and ignore`;
  const { rules, ignore } = value;
  const problem = ignore === undefined || sizeOf(ignore) === 0 ? undefined : pathsProblem(ignore);
  if (problem !== undefined) return `has \`ignore\`, which ${problem}`;
  if (rules === undefined) return undefined;
  if (!isRecord(rules)) return `has \`rules\`, which must be an object, not ${kindOf(rules)}`;
  const [wrong] = Object.entries(rules).find(([, setting]) => !isRuleSetting(setting)) ?? [];
  return wrong === undefined
    ? undefined
    : `has the rule \`${wrong}\`, which must be "off", "warning", "error", or an array of one of these and an object`;
}

function isRuleSetting(value: unknown): boolean {
  if (!Array.isArray(value)) return isSeverity(value);
  const [severity, options] = value as readonly unknown[];
  return isSeverity(severity) && (value.length === 1 || (value.length === 2 && isRecord(options)));
}

function isSeverity(value: unknown): boolean {
  return value === "off" || value === "warning" || value === "error";
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && isPlain(value);
}

function sizeOf(value: unknown): number {
  return Array.isArray(value) ? value.length : -1;
}

function emittersProblem(value: unknown): string | undefined {
  if (!Array.isArray(value)) return `must be an array, not ${kindOf(value)}`;
  const names = new Set<unknown>();
  for (const [index, item] of (value as readonly unknown[]).entries()) {
    if (typeof item !== "object" || item === null)
      return `at position ${index} must be an emitter, not ${kindOf(item)}`;
    const { name, emit } = item as { readonly name?: unknown; readonly emit?: unknown };
    if (typeof name !== "string" || !/^[a-z][a-z0-9-]{0,63}$/.test(name)) {
      return `at position ${index} must have a \`name\` of lower case letters, digits and hyphens`;
    }
    if (typeof emit !== "function") return `at position ${index} must have a function \`emit\``;
    if (names.has(name)) return `has two emitters called \`${name}\``;
    names.add(name);
  }
  return undefined;
}

function emitProblem(value: unknown): string | undefined {
  if (emitForms.some((form) => form === value)) return undefined;
  return `must be "ts" or "js", not ${typeof value === "string" ? JSON.stringify(value) : kindOf(value)}`;
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (value === undefined) return "undefined";
  if (Array.isArray(value)) return "an array";
  if (value instanceof Promise) return "a promise";
  if (typeof value === "object") return isPlain(value) ? "an object" : "an object of a class";
  return `a ${typeof value}`;
}
