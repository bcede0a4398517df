/** Bundles by the Rolldown of a project. */

import type { Bundler, ClientProgram } from "./bundler.js";
import { moduleNamed } from "./bundler.js";

/** What is used of Rolldown. */
export interface Rolldown {
  readonly VERSION?: string;
  rolldown(options: Readonly<Record<string, unknown>>): Promise<{
    generate(
      options: Readonly<Record<string, unknown>>,
    ): Promise<{ readonly output: readonly { readonly code?: string }[] }>;
    close(): Promise<void>;
  }>;
}

const prefix = "\0rpcgen-size:";

/** `directory` is the project's. */
export function rolldownBundler(rolldown: Rolldown, directory: string): Bundler {
  return {
    name: "rolldown",
    version: rolldown.VERSION ?? "",
    async bundle(program) {
      const build = await rolldown.rolldown({
        input: `${prefix}${program.entry}`,
        cwd: directory,
        platform: "browser",
        logLevel: "silent",
        tsconfig: false,
        plugins: [plugin(program)],
      });
      try {
        const { output } = await build.generate({ format: "esm", minify: true });
        return output.map(({ code = "" }) => code).join("\n");
      } finally {
        await build.close();
      }
    },
  };
}

function plugin(program: ClientProgram): object {
  return {
    name: "rpcgen-size",
    resolveId(specifier: string, importer: string | undefined): unknown {
      if (importer === undefined) return specifier;
      if (!importer.startsWith(prefix)) return undefined;
      const name = moduleNamed(program, specifier, importer.slice(prefix.length));
      if (name !== undefined) return `${prefix}${name}`;
      const real = program.packages.get(specifier);
      if (real === undefined) return undefined;
      return program.isApart ? { id: specifier, external: true, moduleSideEffects: false } : real;
    },
    load(id: string): unknown {
      const code = id.startsWith(prefix) ? program.texts.get(id.slice(prefix.length)) : undefined;
      return code === undefined ? undefined : { code, moduleType: "js" };
    },
  };
}
