/** The command line of `rpcgen types`. */

import { addFormatOption, addProjectOptions, addSharedOptions, filesArgument } from "./options.js";
import type { DeclareCommand } from "./options.js";
import type { TypesOptions } from "../write-types-options.js";

export const declareTypes: DeclareCommand = (program, finish) => {
  const command = program
    .command("types")
    .summary("write what an import of an .rpc file brings, for TypeScript")
    .description(
      "Writes orders.d.rpc.ts beside orders.rpc and whatever it imports, so that TypeScript knows what " +
        '`import … from "./orders.rpc"` brings. A bundler with @rpcgen/unplugin does the same while it runs.',
    )
    .addArgument(filesArgument())
    .option("--check", "write nothing; exit with 3 if a declaration is not what it should be");
  addProjectOptions(command);
  addFormatOption(command);
  addSharedOptions(command)
    .addHelpText(
      "after",
      "\nExamples:\n  $ rpcgen types                 before `tsc`, where no bundler has run\n  $ rpcgen types --check         in CI, where the declarations are committed" +
        '\n\nTypeScript wants `"allowArbitraryExtensions": true`.',
    )
    .action(async (files: string[], options: TypesOptions) => {
      const { typesCommand } = await import("../commands/write-types.js");
      finish(await typesCommand(files, options));
    });
};
