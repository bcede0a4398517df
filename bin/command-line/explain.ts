/** The command line of `rpcgen explain`. */

import { Argument } from "commander";
import { addSharedOptions } from "./options.js";
import type { DeclareCommand, SharedOptions } from "./options.js";

export const declareExplain: DeclareCommand = (program, finish) => {
  const command = program
    .command("explain")
    .summary("say what a diagnostic means and how to mend it")
    .description("Says what a diagnostic means and how to mend it; without a code, lists them all.")
    .addArgument(new Argument("[code]", "the word after `error` or `warning`, for instance unknown-type"));
  addSharedOptions(command)
    .addHelpText("after", "\nExample:\n  $ rpcgen explain unknown-type")
    .action(async (code: string | undefined, options: SharedOptions) => {
      const { explainCommand } = await import("../commands/explain.js");
      finish(await explainCommand(code, options));
    });
};
