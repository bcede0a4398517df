/** The command line of `rpcgen sdk`. */

import { Option } from "commander";
import type { SdkCommandOptions } from "../sdk-options.js";
import { addProjectOptions, addSharedOptions, filesArgument, once, path } from "./options.js";
import type { DeclareCommand } from "./options.js";

export const declareSdk: DeclareCommand = (program, finish) => {
  const command = program
    .command("sdk")
    .summary("make an npm package of .rpc files: client, types, README")
    .description(
      "Makes an npm package of .rpc files: compiled clients and servers, declarations that lead into the .rpc files, README, CHANGELOG. Takes files as `compile` does.",
    )
    .addArgument(filesArgument())
    .addOption(new Option("--name <name>", "name of the npm package, for instance @acme/orders").argParser(once(same)))
    .addOption(
      new Option(
        "--package-version <version>",
        "its version (default: what the package lines say, 2.0.0 for `package shop.v2`)",
      ).argParser(once(same)),
    )
    .addOption(new Option("-o, --out <dir>", "directory to write to (default: sdk)").argParser(once(path)))
    .addOption(
      new Option(
        "--against <version>",
        "list the changes since a path, git:REF or schema.json in CHANGELOG.md",
      ).argParser(once(same)),
    )
    .option("-w, --watch", "make it again whenever a file changes, until Ctrl-C")
    .option("--check", "write nothing; exit with 3 if the package is not what it should be")
    .option("--force", "also replace files in the way that rpcgen did not write");
  addProjectOptions(command);
  addSharedOptions(command)
    .addHelpText("after", examples)
    .action(async (files: string[], options: SdkCommandOptions) => {
      if (options.watch === true) {
        const { watchSdk } = await import("../commands/watch.js");
        return finish(await watchSdk(files, options));
      }
      const { sdkCommand } = await import("../commands/sdk.js");
      finish(await sdkCommand(files, options));
    });
};

const same = (value: string): string => value;

const examples = `
Examples:
  $ rpcgen sdk --name @acme/orders --out packages/orders
  $ rpcgen sdk --name @acme/orders --package-version 1.4.0 --against git:v1.3.0
  $ rpcgen sdk --watch                            beside \`rpcgen compile --watch\`, in a monorepo
  $ cd sdk && npm publish

Name, version and the rest may stand in rpcgen.config.ts, as \`sdk\`.`;
