/** The command line of `rpcgen fmt`. */

import type { FmtOptions } from "../fmt-options.js";
import { addConfigOptions, addSharedOptions, filesArgument, pathOption } from "./options.js";
import type { DeclareCommand } from "./options.js";

export const declareFmt: DeclareCommand = (program, finish) => {
  const command = program
    .command("fmt")
    .summary("lay out .rpc files in the one way")
    .description(
      "Lays out .rpc files in the one way there is, in place. Takes files as `compile` does; `-` reads stdin and " +
        "writes stdout. A file with syntax errors is left alone.",
    )
    .addArgument(filesArgument())
    .option("--check", "write nothing; list the files that are laid out differently and exit with 3 if there are any")
    .option("--diff", "like --check, and show the differences")
    .option("--stdin", "read stdin and write stdout, like `-`")
    .addOption(pathOption("--stdin-path <file>", "what to call stdin in messages"));
  addConfigOptions(command);
  addSharedOptions(command)
    .addHelpText("after", "\nExamples:\n  $ rpcgen fmt\n  $ rpcgen fmt --check\n  $ rpcgen fmt - < rpc/greeter.rpc")
    .action(async (files: string[], options: FmtOptions) => {
      const { fmtCommand } = await import("../commands/fmt.js");
      finish(await fmtCommand(files, options));
    });
};
