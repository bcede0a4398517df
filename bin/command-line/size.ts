/** The command line of `rpcgen size`. */

import { InvalidArgumentError, Option } from "commander";
import type { SizeOptions } from "../size-options.js";
import { sizeFormats } from "../size-options.js";
import { addProjectOptions, addSharedOptions, choiceOption, filesArgument, once } from "./options.js";
import type { DeclareCommand } from "./options.js";

export const declareSize: DeclareCommand = (program, finish) => {
  const command = program
    .command("size")
    .summary("tell how large a client for browsers is, for each method")
    .description(
      "Bundles, for each method, a program that connects by @rpcgen/runtime/web and calls that one method, and tells " +
        "how many bytes of it a browser loads: minified and gzipped. Writes nothing. Takes files as `compile` does.",
    )
    .addArgument(filesArgument())
    .addOption(
      new Option("--max <size>", "exit with 1 if a method's client is larger, for instance 12kB or 12000").argParser(
        once(bytes),
      ),
    )
    .addOption(choiceOption("--format <format>", "how the sizes are told; --json is short for json", sizeFormats));
  addProjectOptions(command);
  addSharedOptions(command)
    .addHelpText("after", notes)
    .action(async (files: string[], options: SizeOptions) => {
      const { sizeCommand } = await import("../commands/size.js");
      finish(await sizeCommand(files, options));
    });
};

const unitBytes: Readonly<Record<string, number>> = { "": 1, b: 1, kb: 1000, kib: 1024, mb: 1e6, mib: 1024 * 1024 };

function bytes(value: string): number {
  const [, digits = "", unit = ""] = /^(\d{1,9}(?:\.\d{1,3})?) ?([kM]i?B|B)?$/i.exec(value.trim()) ?? [];
  const count = Math.floor(Number(digits) * (unitBytes[unit.toLowerCase()] ?? NaN));
  if (digits === "" || !(count >= 1)) throw new InvalidArgumentError("It is a size such as 12000, 12kB or 11.5KiB.");
  return count;
}

const notes = `
Examples:
  $ rpcgen size                                   every method of the project
  $ rpcgen size rpc/orders.rpc --max 12kB         in CI: 1 where a method's client has grown over 12,000 bytes
  $ rpcgen size --json > sizes.json

It takes the esbuild or Rolldown of the project, or the one that its Vite brings; without any: npm i -D esbuild`;
