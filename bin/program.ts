/** The command line as a whole: every command in the order of the help; what each does is loaded when it is used. */

import { Command } from "commander";
import { declareBreaking } from "./command-line/breaking.js";
import { declareCall } from "./command-line/call.js";
import { declareCheck } from "./command-line/check.js";
import { declareCompile } from "./command-line/compile.js";
import { declareCompletion } from "./command-line/completion.js";
import { declareExplain } from "./command-line/explain.js";
import { declareExport } from "./command-line/export.js";
import { declareFmt } from "./command-line/fmt.js";
import { declareHub } from "./command-line/hub.js";
import { declareImport } from "./command-line/import.js";
import { declareInit } from "./command-line/init.js";
import { declareLint } from "./command-line/lint.js";
import { declareLoad } from "./command-line/load.js";
import { declareLsp } from "./command-line/lsp.js";
import type { DeclareCommand } from "./command-line/options.js";
import { declareReplay } from "./command-line/replay.js";
import { declareSchema } from "./command-line/schema.js";
import { declareSdk } from "./command-line/sdk.js";
import { declareSize } from "./command-line/size.js";
import { declareTypes } from "./command-line/write-types.js";
import type { Console } from "./console.js";
import type { ExitCode } from "./exit-code.js";
import { version } from "./version.js";

const commands: readonly DeclareCommand[] = [
  declareInit,
  declareCompile,
  declareTypes,
  declareCheck,
  declareBreaking,
  declareSchema,
  declareExport,
  declareSdk,
  declareSize,
  declareCall,
  declareLoad,
  declareReplay,
  declareFmt,
  declareImport,
  declareLint,
  declareExplain,
  declareHub,
  declareLsp,
  declareCompletion,
];

const exitCodes = `
Exit codes:
  0    done
  1    the .rpc files have errors, the output cannot be written, or a client is larger than --max
  2    the command line or the configuration is wrong
  3    --check found differences, or breaking changes were found
  4    the call, or one of a load, failed
  70   a mistake in rpcgen itself
  130  interrupted`;

const examples = `
Examples:
  $ rpcgen init                                   a configuration, an example and the prebuild step
  $ rpcgen compile                                what rpcgen.config.ts says, or all of rpc/ into gen/
  $ rpcgen compile 'idl/**/*.rpc' --out src/gen   these files, into this directory
  $ rpcgen types                                  for TypeScript, where a bundler imports .rpc files
  $ rpcgen check                                  only look for mistakes
  $ rpcgen fmt                                    lay the files out in the one way
  $ rpcgen lint                                   what is right and could be wiser
  $ rpcgen breaking --against git:main            what changed and breaks somebody
  $ rpcgen export --to docs --out site            pages to read and search
  $ rpcgen sdk --name @acme/orders                an npm package for those who call
  $ rpcgen size --max 12kB                        what a browser loads for each method
  $ rpcgen call rpc://127.0.0.1:7000 Orders.get   call a running server
  $ rpcgen load rpc://127.0.0.1:7000 Orders.get   measure one
  $ rpcgen explain unknown-type                   what a diagnostic means
`;

/** The program, ready to parse. `finish` is told how the command ended. */
export function createProgram(finish: (code: ExitCode) => void): Command {
  const program = new Command("rpcgen")
    .description("Compiles .rpc interface files to typed TypeScript: data types, codecs, clients and servers.")
    .version(version(), "-V, --version", "print the version")
    .helpOption("-h, --help", "show this help; `rpcgen <command> --help` shows a command's")
    .helpCommand("help [command]", "show the help of a command")
    .configureHelp({ showGlobalOptions: false, helpWidth: 100 })
    .addHelpText("after", `${examples}${exitCodes}`);
  for (const declare of commands) declare(program, finish);
  return program;
}

/** Keeps commander from printing and exiting by itself: help is a product, mistakes are thrown. */
export function directOutput(program: Command, console: Console): void {
  for (const command of [program, ...program.commands]) {
    command.exitOverride();
    command.configureOutput({
      writeOut: (text) => console.product(text.replace(/\n$/, "")),
      writeErr: () => undefined,
    });
  }
}
