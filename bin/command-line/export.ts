/** The command line of `rpcgen export`. */

import { Option } from "commander";
import type { ExportOptions } from "../export-options.js";
import { exportTargets } from "../export-targets.js";
import { addProjectOptions, addSharedOptions, filesArgument, once, path } from "./options.js";
import type { DeclareCommand } from "./options.js";

export const declareExport: DeclareCommand = (program, finish) => {
  const names = [...exportTargets.keys()];
  const command = program
    .command("export")
    .summary("make other things than TypeScript of .rpc files")
    .description("Makes something else than TypeScript of .rpc files. Takes files as `compile` does.")
    .addArgument(filesArgument())
    .addOption(
      new Option("--to <target>", `what to make: ${names.join(", ")}, or the name of an emitter`)
        .argParser(once((value) => value))
        .makeOptionMandatory(),
    )
    .addOption(
      new Option(
        "-o, --out <dir>",
        "directory to write to (default: named beside each target); - prints a single document",
      ).argParser(once((value) => (value === "-" ? value : path(value)))),
    )
    .option("--check", "write nothing; exit with 3 if the output is not what it should be")
    .option("--force", "also replace files in the way that rpcgen did not write");
  addProjectOptions(command);
  addSharedOptions(command)
    .addHelpText("after", notes())
    .action(async (files: string[], options: ExportOptions) => {
      const { exportCommand } = await import("../commands/export.js");
      finish(await exportCommand(files, options));
    });
};

function notes(): string {
  const targets = [...exportTargets].map(([name, { summary }]) => `  ${name.padEnd(12)} ${summary}`);
  return `
Targets:
${targets.join("\n")}

Examples:
  $ rpcgen export --to docs
  $ rpcgen export --to docs rpc/orders.rpc --out site
  $ rpcgen export --to openapi --out - > openapi.json

Files are replaced whole or not at all. Only files that rpcgen wrote are ever replaced or removed.`;
}
