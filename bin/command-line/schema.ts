/** The command line of `rpcgen schema`. */

import { addProjectOptions, addSharedOptions, filesArgument, pathOption } from "./options.js";
import type { DeclareCommand } from "./options.js";
import type { SchemaOptions } from "../schema-options.js";

export const declareSchema: DeclareCommand = (program, finish) => {
  const command = program
    .command("schema")
    .summary("write what .rpc files mean as JSON")
    .description(
      "Writes what .rpc files mean as one JSON document: a snapshot for `breaking --against`, and for other tools.",
    )
    .addArgument(filesArgument())
    .addOption(pathOption("-o, --out <file>", "file to write to (default: stdout)"));
  addProjectOptions(command);
  addSharedOptions(command)
    .addHelpText(
      "after",
      "\nExamples:\n  $ rpcgen schema > schema.json\n  $ rpcgen schema rpc/orders.rpc --out schema.json",
    )
    .action(async (files: string[], options: SchemaOptions) => {
      const { schemaCommand } = await import("../commands/schema.js");
      finish(await schemaCommand(files, options));
    });
};
