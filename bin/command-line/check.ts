/** The command line of `rpcgen check`. */

import { UsageError } from "../exit-code.js";
import { addFormatOption, addProjectOptions, addSharedOptions, filesArgument } from "./options.js";
import type { CheckOptions, DeclareCommand } from "./options.js";

export const declareCheck: DeclareCommand = (program, finish) => {
  const command = program
    .command("check")
    .summary("look for mistakes in .rpc files and write nothing")
    .description(
      "Looks for mistakes in .rpc files and writes nothing, unless it is to mend them. Takes files as `compile` does.",
    )
    .addArgument(filesArgument())
    .option("--fix", "carry out the repairs that are certain, and say what is left")
    .option("-w, --watch", "check again whenever a file changes, until Ctrl-C");
  addProjectOptions(command);
  addFormatOption(command);
  addSharedOptions(command)
    .addHelpText(
      "after",
      "\nExamples:\n  $ rpcgen check\n  $ rpcgen check rpc/greeter.rpc --json\n  $ rpcgen check --fix\n  $ rpcgen check --watch",
    )
    .action(async (files: string[], options: CheckOptions) => {
      if (options.watch === true) {
        if (options.fix === true) {
          throw new UsageError("--fix mends once, and --watch goes on", "run `rpcgen check --fix` first");
        }
        const { watchCheck } = await import("../commands/watch.js");
        return finish(await watchCheck(files, options));
      }
      const { checkCommand } = await import("../commands/check.js");
      finish(await checkCommand(files, options));
    });
};
