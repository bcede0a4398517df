/** What commands share of the command line: options that several have, and how their values are checked. */

import { Argument, InvalidArgumentError, Option } from "commander";
import type { Command } from "commander";
import type { ColorMode } from "../console.js";
import { colorModes } from "../console.js";
import type { ExitCode } from "../exit-code.js";
import { UsageError } from "../exit-code.js";

/** What each command may be told; what was not said is undefined. */
export interface SharedOptions {
  readonly json?: boolean;
  readonly color?: ColorMode;
  readonly quiet?: boolean;
}

/** Formats of findings: for people, for programs, for code scanning, and for annotations of GitHub Actions. */
export const findingsFormats = ["text", "json", "sarif", "github"] as const;

export type FindingsFormat = (typeof findingsFormats)[number];

/** Options of every command whose answer is findings. */
export interface FindingsOptions extends SharedOptions {
  readonly format?: FindingsFormat;
}

/** Options of every command that may ask the configuration. */
export interface ConfigOptions extends SharedOptions {
  /** False under `--no-config`. */
  readonly config?: string | false;
  readonly cwd?: string;
}

/** Options of every command that reads the project's `.rpc` files and what they import. */
export interface ProjectOptions extends ConfigOptions {
  readonly root?: string;
  readonly importRoot?: readonly string[];
}

/** What `check` may be told. */
export interface CheckOptions extends ProjectOptions, FindingsOptions {
  readonly watch?: boolean;
  readonly fix?: boolean;
}

/** Adds one command to the program; the command tells `finish` how it ended. Its code is loaded when it runs. */
export type DeclareCommand = (program: Command, finish: (code: ExitCode) => void) => void;

export function addProjectOptions(command: Command): void {
  command
    .addOption(pathOption("--root <dir>", "directory in which logical paths begin and imports are looked up"))
    .addOption(
      new Option(
        "--import-root <dir>",
        "a further directory in which imports are looked up; may be repeated",
      ).argParser((value: string, before: readonly string[] | undefined) => [...(before ?? []), path(value)]),
    );
  addConfigOptions(command);
}

export function addConfigOptions(command: Command): void {
  command
    .addOption(pathOption("--config <file>", "configuration file (default: the nearest rpcgen.config.*)"))
    .option("--no-config", "ignore configuration files")
    .addOption(pathOption("--cwd <dir>", "act as if started in this directory"));
}

/** What the command is asked to print; `--json` is the short form of `--format json`. */
export function formatOf({ format, json }: FindingsOptions): FindingsFormat {
  if (json === true && format !== undefined && format !== "json") {
    throw new UsageError(`--json and --format ${format} do not go together`);
  }
  return json === true ? "json" : (format ?? "text");
}

export function addFormatOption(command: Command): void {
  command.addOption(
    choiceOption("--format <format>", "how findings are told; --json is short for json", findingsFormats),
  );
}

export function addSharedOptions(command: Command): Command {
  return command
    .option("--json", "print one JSON object on stdout and nothing else")
    .addOption(
      choiceOption(
        "--color <when>",
        "colour; NO_COLOR and FORCE_COLOR count for auto, which is the default",
        colorModes,
      ),
    )
    .option("-q, --quiet", "say nothing but mistakes")
    .helpOption("-h, --help", "show this help")
    .configureHelp({ helpWidth: 100 });
}

export function pathOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser(once(path));
}

/** Refuses a second value: which of the two was meant cannot be known. */
export function once<T>(parse: (value: string) => T): (value: string) => T {
  let isGiven = false;
  return (value) => {
    if (isGiven) throw new InvalidArgumentError("It was given twice.");
    isGiven = true;
    return parse(value);
  };
}

/** An empty name is a variable of somebody's script that was never set, and not the working directory. */
export function filesArgument(): Argument {
  return new Argument("[files...]", "paths, directories, or patterns such as 'rpc/**/*.rpc'").argParser(
    (value: string, before: readonly string[] | undefined) => {
      if (value === "") throw new InvalidArgumentError("It is empty.");
      return [...(before ?? []), value];
    },
  );
}

/** A path as somebody writes it; throws for what can only be a slip. */
export function path(value: string): string {
  if (value === "") throw new InvalidArgumentError("It is empty.");
  if (value.startsWith("=")) throw new InvalidArgumentError("After a short option, the value follows without `=`.");
  if (value.startsWith("-")) {
    throw new InvalidArgumentError(`The value is missing; a path that begins with a dash is written ./${value}`);
  }
  return value;
}

/** An option with one of a few values; the help lists them, and shells complete them. */
export function choiceOption(flags: string, description: string, choices: readonly string[]): Option {
  return new Option(flags, description).choices(choices).argParser(once((value) => oneOf(value, choices)));
}

export function oneOf<T extends string>(value: string, choices: readonly T[]): T {
  const choice = choices.find((candidate) => candidate === value);
  if (choice === undefined) throw new InvalidArgumentError(`It is one of ${choices.join(", ")}.`);
  return choice;
}
