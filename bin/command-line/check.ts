/** The command line of `rpcgen check`. */

import { addFormatOption, addProjectOptions, addSharedOptions, filesArgument } from "./options.js";
import type { CheckOptions, DeclareCommand } from "./options.js";

export const declareCheck: DeclareCommand = (program, finish) => {
  const command = program
    .command("check")
    .summary("look for mistakes in .rpc files and write nothing")
    .description("Looks for mistakes in .rpc files and writes nothing. Takes files as `compile` does.")
    .addArgument(filesArgument())
    .option("-w, --watch", "check again whenever a file changes, until Ctrl-C");
  addProjectOptions(command);
  addFormatOption(command);
  addSharedOptions(command)
    .addHelpText(
      "after",
      "\nExamples:\n  $ rpcgen check\n  $ rpcgen check rpc/greeter.rpc --json\n  $ rpcgen check --watch",
    )
    .action(async (files: string[], options: CheckOptions) => {
      if (options.watch === true) {
        const { watchCheck } = await import("../commands/watch.js");
        return finish(await watchCheck(files, options));
      }
      const { checkCommand } = await import("../commands/check.js");
      finish(await checkCommand(files, options));
    });
};
