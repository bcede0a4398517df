/** The plug-in: one session, and for each bundler the hooks that it asks for. */

import { createUnplugin } from "unplugin";
import type { UnpluginInstance, UnpluginOptions } from "unplugin";
import { setUpEsbuild } from "./esbuild-setup.js";
import type { RpcgenOptions } from "./options.js";
import { rpcFilter } from "./request.js";
import { loadModule, resolveModule, rollupContext } from "./rollup-hooks.js";
import { Session } from "./session.js";
import { staleModules, viteConfig } from "./vite-hooks.js";
import { loadForWebpack, setUpWebpack, webpackLoader } from "./webpack-loading.js";
import type { WebpackContext } from "./webpack-loading.js";

const name = "rpcgen";

export const unplugin: UnpluginInstance<RpcgenOptions | undefined> = createUnplugin(
  (options: RpcgenOptions | undefined, meta: { readonly framework: string }): UnpluginOptions => {
    const session = new Session(options ?? {});
    switch (meta.framework) {
      case "esbuild":
        return { name, esbuild: { setup: (build: unknown) => setUpEsbuild(build, session) } };
      case "webpack":
      case "rspack":
        return webpackPlugin(session);
      default:
        return rollupPlugin(session);
    }
  },
);

function rollupPlugin(session: Session): UnpluginOptions {
  /** What was given to whom, so that only what has changed is given again. */
  const served = new Map<string, string>();
  return {
    name,
    enforce: "pre",
    buildStart: () => session.begin(),
    buildEnd: () => session.end(),
    watchChange(path) {
      if (/\.rpc$|rpcgen\.config\.[a-z]+$/.test(path)) session.changed([path]);
    },
    resolveId: {
      filter: { id: rpcFilter },
      async handler(source, importer) {
        return resolveModule(rollupContext(this), session, source, importer);
      },
    },
    load: {
      filter: { id: rpcFilter },
      async handler(id) {
        return loadModule(rollupContext(this), session, id, served);
      },
    },
    vite: {
      config: () => viteConfig,
      configResolved: ({ root }) => session.standIn(root),
      async hotUpdate({ file }) {
        return staleModules(this.environment, session, file, served);
      },
    },
  };
}

function webpackPlugin(session: Session): UnpluginOptions {
  return {
    name,
    buildStart: () => session.begin(),
    buildEnd: () => session.end(),
    load: {
      filter: { id: rpcFilter },
      async handler(id) {
        const native: unknown = this.getNativeBuildContext?.();
        const loader = webpackLoader(native);
        const context: WebpackContext = {
          addWatchFile: (path) => this.addWatchFile(path),
          emitError: (error) => (loader === undefined ? this.error(error) : loader.emitError(error)),
          emitWarning: (warning) => (loader === undefined ? this.warn(warning) : loader.emitWarning(warning)),
        };
        return loadForWebpack(context, session, id);
      },
    },
    webpack: (compiler: unknown) => setUpWebpack(compiler, session),
    rspack: (compiler: unknown) => setUpWebpack(compiler, session),
  };
}
