/** The command line of `rpcgen completion`. */

import { Argument } from "commander";
import { shells } from "../completion/shells.js";
import type { DeclareCommand } from "./options.js";

export const declareCompletion: DeclareCommand = (program, finish) => {
  program
    .command("completion")
    .summary("print a script that completes commands in a shell")
    .description("Prints a script that lets a shell complete rpcgen's commands, options, values and files.")
    .addArgument(new Argument("<shell>", "the shell that shall complete").choices(shells))
    .helpOption("-h, --help", "show this help")
    .configureHelp({ helpWidth: 100 })
    .addHelpText("after", notes)
    .action(async (shell: (typeof shells)[number]) => {
      const { completionCommand } = await import("../commands/completion.js");
      finish(completionCommand(shell, program));
    });
};

const notes = `
Examples:
  $ source <(rpcgen completion bash)                                     in ~/.bashrc
  $ rpcgen completion zsh > "\${fpath[1]}/_rpcgen"                        once
  $ rpcgen completion fish > ~/.config/fish/completions/rpcgen.fish      once`;
