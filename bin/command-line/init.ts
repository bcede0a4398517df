/** The command line of `rpcgen init`. */

import { addSharedOptions, pathOption } from "./options.js";
import type { DeclareCommand, SharedOptions } from "./options.js";

export const declareInit: DeclareCommand = (program, finish) => {
  const command = program
    .command("init")
    .summary("start in this project: a configuration, an example that works, the prebuild step")
    .description(
      "Puts rpcgen.config.ts, tsconfig.json, an example and the prebuild step into a project, and the packages that they need into its package.json. Replaces nothing that is there. Where there are no sources yet, the project becomes one of ES modules, with a .gitignore and with scripts that build, serve and call the example; an empty directory gets a package.json, too.",
    )
    .addOption(pathOption("--cwd <dir>", "act as if started in this directory"));
  addSharedOptions(command).action(async (options: SharedOptions & { readonly cwd?: string }) => {
    const { initCommand } = await import("../commands/init.js");
    finish(await initCommand(options));
  });
};
