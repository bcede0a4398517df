/** The command line of `rpcgen lint`. */

import { InvalidArgumentError, Option } from "commander";
import type { LintOptions } from "../lint-options.js";
import { addFormatOption, addProjectOptions, addSharedOptions, filesArgument, once } from "./options.js";
import type { DeclareCommand } from "./options.js";

export const declareLint: DeclareCommand = (program, finish) => {
  const command = program
    .command("lint")
    .summary("look for what is right and could be wiser")
    .description(
      "Looks for what is right and could be wiser in .rpc files: names, numbers, secrets, times, promises. Takes files " +
        "as `compile` does. `lint` in the configuration says which rules count; `rpcgen explain <rule>` says why.",
    )
    .addArgument(filesArgument())
    .option("--fix", "carry out the proposals that change no behaviour")
    .addOption(new Option("--max-warnings <n>", "exit with 1 on more warnings than this").argParser(once(count)));
  addProjectOptions(command);
  addFormatOption(command);
  addSharedOptions(command)
    .addHelpText(
      "after",
      "\nExamples:\n  $ rpcgen lint\n  $ rpcgen lint rpc/orders.rpc --fix\n  $ rpcgen lint --max-warnings 0",
    )
    .action(async (files: string[], options: LintOptions) => {
      const { lintCommand } = await import("../commands/lint.js");
      finish(await lintCommand(files, options));
    });
};

function count(value: string): number {
  if (!/^[0-9]{1,9}$/.test(value)) throw new InvalidArgumentError("It is a whole number.");
  return Number(value);
}
