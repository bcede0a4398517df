/** What Rollup, Rolldown and Vite ask a plug-in: where an import leads to, and what stands there. */

import { dirname, isAbsolute, join } from "node:path";
import { rollupLog } from "./native-errors.js";
import type { RollupLog } from "./native-errors.js";
import { offers } from "./offers.js";
import { parseRequest, printRequest } from "./request.js";
import type { Session } from "./session.js";

/** The part of a plug-in's context that is used here. */
export interface RollupContext {
  readonly addWatchFile: (path: string) => void;
  readonly warn: (log: RollupLog) => void;
  readonly error: (log: RollupLog) => never;
  readonly resolve: (
    source: string,
    importer: string | undefined,
    options: { readonly skipSelf: true },
  ) => Promise<ResolvedElsewhere | null>;
  /** Vite's: each has modules of its own. */
  readonly environment?: { readonly name: string };
}

/** The bundler's own answer to where an import leads. */
interface ResolvedElsewhere {
  readonly id: string;
  /** It stays an import, for whoever runs the bundle. Rollup has more words for yes than unplugin knows of: it is handed on as it came. */
  readonly external?: boolean;
}

export interface ResolvedModule {
  readonly id: string;
  /** Generated code does nothing when it is loaded, so what nobody uses may be left out. */
  readonly moduleSideEffects: false;
}

export interface LoadedModule {
  readonly code: string;
  /** Generated code is its own source: that is what one wants to step through. */
  readonly map: null;
  /** Rolldown knows types of modules by their endings. */
  readonly moduleType: "js";
}

/** Null for imports that are not ours, or lead nowhere: the bundler says so then, in its own words. */
export async function resolveModule(
  context: RollupContext,
  session: Session,
  source: string,
  importer: string | undefined,
): Promise<ResolvedModule | ResolvedElsewhere | null> {
  const request = parseRequest(source);
  if (request === undefined) return null;
  const found = await placeBehind(context, request.path, importer);
  if (typeof found === "object") return found;
  const path = found;
  const real = path === undefined ? undefined : await session.locate(path);
  if (real === undefined) return null;
  return { id: printRequest({ ...request, path: real }), moduleSideEffects: false };
}

/** A path, or the whole answer of the bundler where that says that the import stays one. */
async function placeBehind(
  context: RollupContext,
  path: string,
  importer: string | undefined,
): Promise<string | ResolvedElsewhere | undefined> {
  if (/^\.{1,2}\//.test(path))
    return join(importer === undefined ? process.cwd() : dirname(withoutQuery(importer)), path);
  // Aliases, packages, and paths from a server's root.
  const resolved = await context.resolve(path, importer, { skipSelf: true });
  if (resolved !== null) return isStaying(resolved) ? resolved : withoutQuery(resolved.id);
  return isAbsolute(path) ? path : undefined;
}

function isStaying({ external = false }: ResolvedElsewhere): boolean {
  return external !== false;
}

function withoutQuery(id: string): string {
  return id.replace(/\?.*$/s, "");
}

/** Null for what is not ours. Fails, through the context, with all errors as one. */
export async function loadModule(
  context: RollupContext,
  session: Session,
  id: string,
  served: Map<string, string>,
): Promise<LoadedModule | null> {
  const request = parseRequest(id);
  if (request === undefined) return null;
  const key = servedKey(context, id);
  served.delete(key);
  const { code, errors, warnings, watchFiles } = await session.load(request);
  for (const path of watchFiles) context.addWatchFile(path);
  for (const warning of warnings) context.warn(rollupLog([warning], id));
  if (code === undefined) return context.error(rollupLog(errors, id));
  served.set(key, code);
  return { code, map: null, moduleType: "js" };
}

/** By which it is remembered what was given to whom. */
export function servedKey({ environment }: Pick<RollupContext, "environment">, id: string): string {
  return `${environment?.name ?? ""} ${id}`;
}

/** The context, which is wider than unplugin says, with a sentence for hosts in which it is not. */
export function rollupContext(context: unknown): RollupContext {
  if (offers<RollupContext>(context, ["addWatchFile", "warn", "error", "resolve"])) return context;
  throw new Error("@rpcgen/unplugin: this bundler does not say how imports are resolved");
}
