/** The command line of `rpcgen lsp`. */

import type { DeclareCommand } from "./options.js";

export const declareLsp: DeclareCommand = (program, finish) => {
  program
    .command("lsp")
    .summary("help an editor: the language server for .rpc files")
    .description("Speaks the Language Server Protocol on stdin and stdout. Editors start it; docs/TOOLS.md says how.")
    .option("--stdio", "speak on stdin and stdout, which is the only way and need not be said")
    .option("--clientProcessId <pid>", "end when this process is gone")
    .helpOption("-h, --help", "show this help")
    .configureHelp({ helpWidth: 100 })
    .action(async () => {
      const { lspCommand } = await import("../commands/lsp.js");
      finish(await lspCommand());
    });
};
