/** The command line of `rpcgen completion`. */

import { Argument } from "commander";
import { shells } from "../completion/shells.js";
import type { Shell } from "../completion/shells.js";
import { UsageError } from "../exit-code.js";
import type { DeclareCommand } from "./options.js";

export const declareCompletion: DeclareCommand = (program, finish) => {
  program
    .command("completion")
    .summary("print a script that completes commands in a shell")
    .description("Prints a script that lets a shell complete rpcgen's commands, options, values and files.")
    .addArgument(new Argument("<shell>", "the shell that shall complete").choices(shells).argParser(shell))
    .helpOption("-h, --help", "show this help")
    .configureHelp({ helpWidth: 100 })
    .addHelpText("after", notes)
    .action(async (name: Shell) => {
      const { completionCommand } = await import("../commands/completion.js");
      finish(completionCommand(name, program));
    });
};

function shell(name: string): Shell {
  const known = shells.find((one) => one === name);
  if (known === undefined)
    throw new UsageError(`there is no completion for ${name}`, `there is one for ${shells.join(", ")}`);
  return known;
}

const notes = `
Examples:
  $ source <(rpcgen completion bash)                                     in ~/.bashrc
  $ rpcgen completion zsh > "\${fpath[1]}/_rpcgen"                        once
  $ rpcgen completion fish > ~/.config/fish/completions/rpcgen.fish      once`;
