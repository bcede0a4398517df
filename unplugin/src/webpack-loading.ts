/** How webpack and Rspack load an `.rpc` file: each error is told by itself, and in their own form. */

import type { LoaderError } from "./native-errors.js";
import { loaderError } from "./native-errors.js";
import { offers } from "./offers.js";
import { parseRequest } from "./request.js";
import type { Session } from "./session.js";

/** What a loader may do. */
export interface WebpackContext extends WebpackLoader {
  readonly addWatchFile: (path: string) => void;
}

/** The part of a loader's own context that is used here. */
interface WebpackLoader {
  readonly emitError: (error: LoaderError) => void;
  readonly emitWarning: (warning: LoaderError) => void;
}

/** The loader behind what unplugin hands on; undefined where there is none. */
export function webpackLoader(native: unknown): WebpackLoader | undefined {
  if (!offers<{ readonly loaderContext: unknown }>(native, ["loaderContext"])) return undefined;
  const { loaderContext } = native;
  return offers<WebpackLoader>(loaderContext, ["emitError", "emitWarning"]) ? loaderContext : undefined;
}

/** The part of a compiler that is used here. */
interface WebpackCompiler {
  readonly context: string;
  readonly options: { readonly module: { readonly rules: unknown[] } };
}

/** Undefined for what is not ours. Fails with the last error after it has told the others. */
export async function loadForWebpack(
  context: WebpackContext,
  session: Session,
  id: string,
): Promise<string | undefined> {
  const request = parseRequest(id);
  if (request === undefined) return undefined;
  const { code, errors, warnings, watchFiles } = await session.load(request);
  for (const path of watchFiles) context.addWatchFile(path);
  for (const warning of warnings) context.emitWarning(loaderError(warning));
  if (code !== undefined) return code;
  const news = session.unsaid(errors);
  const told = news.length > 0 ? news : errors;
  const last = told.at(-1);
  for (const error of told.slice(0, -1)) context.emitError(loaderError(error));
  if (last === undefined) throw new Error(`${id} cannot be compiled`);
  throw loaderError(last);
}

/** Generated code does nothing when it is loaded, so what nobody uses may be left out. */
export function setUpWebpack(compiler: unknown, session: Session): void {
  if (!offers<WebpackCompiler>(compiler, ["context", "options"]))
    throw new Error("@rpcgen/unplugin: this is no webpack");
  session.standIn(compiler.context);
  compiler.options.module.rules.push({ test: /\.rpc$/, type: "javascript/auto", sideEffects: false });
}
