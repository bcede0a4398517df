/** The plug-in as esbuild has it: its errors have places and notes, its modules say that they do nothing when they are loaded. */

import { dirname, isAbsolute, join } from "node:path";
import { esbuildMessage } from "./native-errors.js";
import type { EsbuildMessage } from "./native-errors.js";
import { offers } from "./offers.js";
import { parseRequest } from "./request.js";
import type { Session } from "./session.js";

interface ResolveArguments {
  readonly path: string;
  readonly importer: string;
  readonly resolveDir: string;
  readonly kind: string;
  readonly pluginData: unknown;
}

/** The import stays one, for whoever runs the bundle. */
interface StayingImport {
  readonly path: string;
  readonly external: true;
}

interface ResolveAnswer {
  readonly path: string;
  readonly suffix: string;
  readonly namespace: "file";
  readonly sideEffects: false;
}

interface LoadAnswer {
  readonly contents?: string;
  readonly loader?: "js";
  readonly resolveDir?: string;
  readonly errors?: readonly EsbuildMessage[];
  readonly warnings?: readonly EsbuildMessage[];
  readonly watchFiles: readonly string[];
  readonly watchDirs: readonly string[];
}

/** The part of esbuild's plug-in API that is used here. */
interface EsbuildBuild {
  readonly initialOptions: { readonly absWorkingDir?: string };
  onStart(callback: () => Promise<void>): void;
  onEnd(callback: () => Promise<void>): void;
  onResolve(
    options: { readonly filter: RegExp },
    callback: (args: ResolveArguments) => Promise<ResolveAnswer | StayingImport | undefined>,
  ): void;
  onLoad(
    options: { readonly filter: RegExp; readonly namespace: "file" },
    callback: (args: { readonly path: string; readonly suffix: string }) => Promise<LoadAnswer | undefined>,
  ): void;
  resolve(
    path: string,
    options: {
      readonly importer: string;
      readonly resolveDir: string;
      readonly kind: string;
      readonly pluginData: unknown;
    },
  ): Promise<{ readonly path: string; readonly external: boolean; readonly errors: readonly unknown[] }>;
}

/** Marks a question of our own, which must not come back to us. */
const ownQuestion = Symbol("rpcgen");

export function setUpEsbuild(build: unknown, session: Session): void {
  if (!offers<EsbuildBuild>(build, ["onStart", "onEnd", "onResolve", "onLoad", "resolve"])) {
    throw new Error("@rpcgen/unplugin: this is no esbuild");
  }
  session.standIn(build.initialOptions.absWorkingDir ?? process.cwd());
  build.onStart(() => session.begin());
  build.onEnd(() => session.end());
  build.onResolve({ filter: /\.rpc(?:\?rpcgen=[a-z]+)?$/ }, async (args) => {
    const request = args.pluginData === ownQuestion ? undefined : parseRequest(args.path);
    if (request === undefined) return undefined;
    const path = await pathBehind(build, request.path, args);
    if (typeof path === "object") return path;
    const real = path === undefined ? undefined : await session.locate(path);
    if (real === undefined) return undefined;
    const suffix = request.role === "" ? "" : `?rpcgen=${request.role}`;
    return { path: real, suffix, namespace: "file", sideEffects: false };
  });
  build.onLoad({ filter: /\.rpc$/, namespace: "file" }, async ({ path, suffix }) => {
    const request = parseRequest(path + suffix);
    if (request === undefined) return undefined;
    const { code, errors, warnings, watchFiles } = await session.load(request);
    // A file that is missing is noticed by its directory.
    const watched = {
      watchFiles,
      watchDirs: code === undefined ? [...new Set(watchFiles.map((file) => dirname(file)))] : [],
    };
    const told = { warnings: warnings.map(esbuildMessage), ...watched };
    if (code === undefined) return { ...told, errors: newErrors(session, errors, path) };
    return { ...told, contents: code, loader: "js", resolveDir: dirname(path) };
  });
}

/** Each mistake is told once, however many files it stops. */
function newErrors(
  session: Session,
  errors: Parameters<Session["unsaid"]>[0],
  path: string,
): readonly EsbuildMessage[] {
  const news = session.unsaid(errors).map(esbuildMessage);
  if (news.length > 0) return news;
  return [{ text: `${path} cannot be compiled because of errors that are told elsewhere`, location: null, notes: [] }];
}

async function pathBehind(
  build: EsbuildBuild,
  path: string,
  { importer, resolveDir, kind }: ResolveArguments,
): Promise<string | StayingImport | undefined> {
  if (isAbsolute(path)) return path;
  if (/^\.{1,2}\//.test(path)) return join(resolveDir, path);
  const resolved = await build.resolve(path, { importer, resolveDir, kind, pluginData: ownQuestion });
  if (resolved.errors.length > 0) return kind === "entry-point" ? join(resolveDir, path) : undefined;
  return resolved.external ? { path: resolved.path, external: true } : resolved.path;
}
