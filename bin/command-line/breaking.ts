/** The command line of `rpcgen breaking`. */

import { InvalidArgumentError, Option } from "commander";
import { breakingLevels } from "../breaking-options.js";
import type { BreakingOptions } from "../breaking-options.js";
import {
  addFormatOption,
  addProjectOptions,
  addSharedOptions,
  choiceOption,
  filesArgument,
  once,
  pathOption,
} from "./options.js";
import type { DeclareCommand } from "./options.js";

export const declareBreaking: DeclareCommand = (program, finish) => {
  const command = program
    .command("breaking")
    .summary("compare .rpc files with an older version: what breaks whom")
    .description(
      "Compares .rpc files with an older version of them and says what breaks, whom, and why. Takes files as `check` does.",
    )
    .addArgument(filesArgument())
    .addOption(
      new Option(
        "--against <version>",
        "the older version: git:<ref>, git:<ref>:<dir>, a directory, a file, or a schema in JSON",
      ).argParser(once(version)),
    )
    .addOption(choiceOption("--level <level>", "how deep a break has to go to count (default: source)", breakingLevels))
    .option("--strict", "count additions, too")
    .option("--impact", "show the lines of this project that do not compile any more, or mean something else")
    .addOption(pathOption("--tsconfig <file>", "for --impact: the project (default: the nearest tsconfig.json)"))
    .addOption(pathOption("-o, --out <dir>", "for --impact: where the generated code stands (default: gen)"));
  addProjectOptions(command);
  addFormatOption(command);
  addSharedOptions(command)
    .addHelpText("after", notes)
    .action(async (files: string[], options: BreakingOptions) => {
      const { breakingCommand } = await import("../commands/breaking.js");
      finish(await breakingCommand(files, options));
    });
};

function version(value: string): string {
  if (value === "" || value === "git:") throw new InvalidArgumentError("It is empty.");
  if (value.startsWith("-")) throw new InvalidArgumentError("The value is missing.");
  return value;
}

const notes = `
Levels:
  wire     bytes of one build are misread or refused by the other, or calls do not find each other
  json     the same for canonical JSON
  source   TypeScript that uses the generated code does not compile, or means something else

Examples:
  $ rpcgen breaking --against git:main
  $ rpcgen breaking --against git:v1.4.0 --level wire
  $ rpcgen breaking --against git:main --impact
  $ rpcgen schema --out schema.json && rpcgen breaking --against schema.json

Exit codes: 0 nothing breaks, 1 either side has errors, 2 wrong usage, 3 something breaks.`;
