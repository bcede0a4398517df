/** Bundles by the esbuild of a project. */

import type { Bundler, ClientProgram } from "./bundler.js";
import { moduleNamed } from "./bundler.js";

/** What is used of esbuild; a project may have any version since 0.17. */
export interface Esbuild {
  readonly version: string;
  build(
    options: Readonly<Record<string, unknown>>,
  ): Promise<{ readonly outputFiles: readonly { readonly text: string }[] }>;
}

interface Importing {
  readonly path: string;
  readonly importer: string;
  readonly kind: string;
}

interface PluginBuild {
  onResolve(where: object, resolve: (importing: Importing) => unknown): void;
  onLoad(where: object, load: (loading: { readonly path: string }) => unknown): void;
  resolve(path: string, options: object): Promise<unknown>;
}

const namespace = "rpcgen-size";

/** `directory` is the project's. */
export function esbuildBundler(esbuild: Esbuild, directory: string): Bundler {
  return {
    name: "esbuild",
    version: esbuild.version,
    async bundle(program) {
      const { outputFiles } = await esbuild.build({
        entryPoints: [`${namespace}:${program.entry}`],
        absWorkingDir: directory,
        bundle: true,
        minify: true,
        write: false,
        platform: "browser",
        format: "esm",
        legalComments: "none",
        logLevel: "silent",
        // What the project says of its own sources has nothing to do with this.
        tsconfigRaw: "{}",
        plugins: [plugin(program, directory)],
      });
      return outputFiles.map(({ text }) => text).join("\n");
    },
  };
}

function plugin(program: ClientProgram, directory: string): object {
  return {
    name: namespace,
    setup(build: PluginBuild): void {
      build.onResolve({ filter: /^rpcgen-size:/ }, ({ path }) => ({
        path: path.slice(namespace.length + 1),
        namespace,
      }));
      build.onResolve({ filter: /.*/, namespace }, ({ path, importer, kind }) => {
        const name = moduleNamed(program, path, importer);
        if (name !== undefined) return { path: name, namespace };
        const real = program.packages.get(path);
        if (real === undefined) return undefined;
        // Found by esbuild itself: so it sees what the package says of side effects and of browsers.
        return program.isApart
          ? { path, external: true, sideEffects: false }
          : build.resolve(real, { kind, resolveDir: directory });
      });
      build.onLoad({ filter: /.*/, namespace }, ({ path }) => ({ contents: program.texts.get(path), loader: "js" }));
    },
  };
}
