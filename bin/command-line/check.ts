/** The command line of `rpcgen check`. */

import { addProjectOptions, addSharedOptions, filesArgument } from "./options.js";
import type { DeclareCommand, ProjectOptions } from "./options.js";

export const declareCheck: DeclareCommand = (program, finish) => {
  const command = program
    .command("check")
    .summary("look for mistakes in .rpc files and write nothing")
    .description("Looks for mistakes in .rpc files and writes nothing. Takes files as `compile` does.")
    .addArgument(filesArgument());
  addProjectOptions(command);
  addSharedOptions(command)
    .addHelpText("after", "\nExamples:\n  $ rpcgen check\n  $ rpcgen check rpc/greeter.rpc --json")
    .action(async (files: string[], options: ProjectOptions) => {
      const { checkCommand } = await import("../commands/check.js");
      finish(await checkCommand(files, options));
    });
};
