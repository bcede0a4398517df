/** The command line of `rpcgen import`. */

import { Argument, InvalidArgumentError, Option } from "commander";
import type { ImportCommandOptions } from "../import-options.js";
import { addSharedOptions, pathOption } from "./options.js";
import type { DeclareCommand } from "./options.js";

export const declareImport: DeclareCommand = (program, finish) => {
  const command = program
    .command("import")
    .summary("turn .proto and .thrift files into .rpc files")
    .description(
      "Turns .proto (proto2, proto3, editions) and .thrift files, and all that they import, into .rpc files with the " +
        "same numbers, bytes and paths. What has no equal is kept as a comment and reported.",
    )
    .addArgument(foreignFiles())
    .addOption(pathOption("-o, --out <dir>", "directory to write to (default: rpc)"))
    .addOption(
      new Option(
        "--import-root <dir>",
        "a directory in which imports are looked up and paths begin; may be repeated (default: the working directory)",
      ).argParser((value: string, before: readonly string[] | undefined) => {
        if (value === "") throw new InvalidArgumentError("It is empty.");
        return [...(before ?? []), value];
      }),
    )
    .option("--exact-times", "keep google.protobuf.Timestamp and Duration, with nanoseconds, as messages")
    .option("--check", "write nothing; exit with 3 if the output is not what it should be")
    .option("--force", "also replace files that were edited since, or that rpcgen did not write")
    .addOption(pathOption("--cwd <dir>", "act as if started in this directory"));
  addSharedOptions(command)
    .addHelpText("after", notes)
    .action(async (files: string[], options: ImportCommandOptions) => {
      const { importCommand } = await import("../commands/import.js");
      finish(await importCommand(files, options));
    });
};

function foreignFiles(): Argument {
  return new Argument("<files...>", "paths or directories, with files that end in .proto or .thrift").argParser(
    (value: string, before: readonly string[] | undefined) => {
      if (value === "") throw new InvalidArgumentError("It is empty.");
      return [...(before ?? []), value];
    },
  );
}

const notes = `
Examples:
  $ rpcgen import protos/shop/orders.proto --import-root protos
  $ rpcgen import protos --import-root protos --out rpc
  $ rpcgen import idl/store.thrift --check        in CI: is what was imported still right?

The results are yours to edit: a file that is no longer as it was written is left alone, unless --force says
otherwise. .rpcgen-manifest.json in the output directory remembers what was written.`;
