/** What only Vite asks: where its project is, and which modules a change concerns. */

import { parseRequest } from "./request.js";
import { servedKey } from "./rollup-hooks.js";
import type { Session } from "./session.js";

/** The part of a module of Vite's graph that is used here. */
interface GraphModule {
  readonly id: string | null;
}

/** The part of an environment of Vite's that is used here. */
export interface ViteEnvironment<M extends GraphModule> {
  readonly name: string;
  readonly moduleGraph: { readonly idToModuleMap: ReadonlyMap<string, M> };
}

/**
 * The modules whose text is another one since a file has changed: those of the file, those of files that import it as far as
 * they differ, and those that could not be made before. Undefined where the file is none of ours.
 */
export async function staleModules<M extends GraphModule>(
  environment: ViteEnvironment<M>,
  session: Session,
  file: string,
  served: ReadonlyMap<string, string>,
): Promise<M[] | undefined> {
  if (!/\.rpc$|\/rpcgen\.config\.[a-z]+$/.test(file)) return undefined;
  session.changed([file]);
  const stale: M[] = [];
  for (const [id, module] of environment.moduleGraph.idToModuleMap) {
    const request = parseRequest(id);
    if (request === undefined) continue;
    const { modules } = await session.compile(request);
    const before = served.get(servedKey({ environment }, id));
    if (modules === undefined || before === undefined || modules.get(request.role) !== before) stale.push(module);
  }
  return stale;
}

/** What Vite is to know from the start: it looks for packages only in what it can read, and `.rpc` files are none of that. */
export const viteConfig: { readonly optimizeDeps: { readonly include: string[] } } = {
  optimizeDeps: { include: ["@rpcgen/runtime/codegen/v1"] },
};
