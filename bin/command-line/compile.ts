/** The command line of `rpcgen compile`. */

import { emitForms, importExtensions } from "../../compiler/src/project/config.js";
import type { CompileOptions } from "../compile-options.js";
import {
  addFormatOption,
  addProjectOptions,
  addSharedOptions,
  choiceOption,
  filesArgument,
  pathOption,
} from "./options.js";
import type { DeclareCommand } from "./options.js";

export const declareCompile: DeclareCommand = (program, finish) => {
  const command = program
    .command("compile")
    .summary("generate TypeScript from .rpc files")
    .description(
      "Generates TypeScript from .rpc files. Without files the configuration says what to compile; without a " +
        "configuration, everything below rpc/ goes to gen/.",
    )
    .addArgument(filesArgument())
    .addOption(pathOption("-o, --out <dir>", "directory to write to (default: gen)"))
    .addOption(
      choiceOption(
        "--import-extension <ext>",
        "how generated files import each other (default: .js)",
        importExtensions,
      ),
    )
    .addOption(
      choiceOption("--emit <form>", "js has declarations that lead editors into the .rpc (default: ts)", emitForms),
    )
    .option("--samples", "also write factories of sample messages, for tests")
    .option("-w, --watch", "compile again whenever a file changes, until Ctrl-C")
    .option("--check", "write nothing; exit with 3 if the output is not what it should be")
    .option("--force", "also replace files in the way that rpcgen did not write");
  addProjectOptions(command);
  addFormatOption(command);
  addSharedOptions(command)
    .addHelpText("after", notes)
    .action(async (files: string[], options: CompileOptions) => {
      if (options.watch === true) {
        const { watchCompile } = await import("../commands/watch.js");
        return finish(await watchCompile(files, options));
      }
      const { compileCommand } = await import("../commands/compile.js");
      finish(await compileCommand(files, options));
    });
};

const notes = `
Examples:
  $ rpcgen compile
  $ rpcgen compile rpc/greeter.rpc --out src/gen
  $ rpcgen compile 'idl/**/*.rpc' --root idl --import-root vendor/idl
  $ rpcgen compile --watch
  $ rpcgen compile --check                        in CI: is what was committed still right?

Files are replaced whole or not at all, and only if their content changes. Only files that rpcgen wrote are
ever replaced or removed; .rpcgen-manifest.json in the output directory says which those are.`;
