/** The command line itself: commands, options and help texts; what they do stands in `commands/` and is loaded on use. */

import { Argument, Command, InvalidArgumentError, Option } from "commander";
import { importExtensions } from "../compiler/src/project/config.js";
import type { ImportExtension } from "../compiler/src/project/config.js";
import type { ColorMode, Console } from "./console.js";
import { colorModes } from "./console.js";
import type { ExitCode } from "./exit-code.js";
import { version } from "./version.js";

/** What each command may be told; what was not said is undefined. */
export interface SharedOptions {
  readonly json?: boolean;
  readonly color?: ColorMode;
  readonly quiet?: boolean;
}

export interface CheckOptions extends SharedOptions {
  readonly root?: string;
  readonly importRoot?: readonly string[];
  /** False under `--no-config`. */
  readonly config?: string | false;
  readonly cwd?: string;
}

export interface CompileOptions extends CheckOptions {
  readonly out?: string;
  readonly importExtension?: ImportExtension;
  readonly check?: boolean;
  readonly force?: boolean;
}

export interface InitOptions extends SharedOptions {
  readonly cwd?: string;
}

/** Carries out one command and says how it ended. */
export interface Commands {
  init(options: InitOptions): Promise<ExitCode>;
  compile(files: readonly string[], options: CompileOptions): Promise<ExitCode>;
  check(files: readonly string[], options: CheckOptions): Promise<ExitCode>;
  explain(code: string | undefined, options: SharedOptions): Promise<ExitCode>;
}

const exitCodes = `
Exit codes:
  0    done
  1    the .rpc files have errors, or the output cannot be written
  2    the command line or the configuration is wrong
  3    --check found differences
  70   a mistake in rpcgen itself
  130  interrupted`;

/** The program, ready to parse. `finish` is told how the command ended. */
export function createProgram(commands: Commands, finish: (code: ExitCode) => void): Command {
  const program = new Command("rpcgen")
    .description("Compiles .rpc interface files to typed TypeScript: data types, codecs, clients and servers.")
    .version(version(), "-V, --version", "print the version")
    .helpOption("-h, --help", "show this help; `rpcgen <command> --help` shows a command's")
    .helpCommand("help [command]", "show the help of a command")
    .configureHelp({ showGlobalOptions: false, helpWidth: 100 })
    .addHelpText("after", `${programExamples}${exitCodes}`);
  addInit(program, commands, finish);
  addCompile(program, commands, finish);
  addCheck(program, commands, finish);
  addExplain(program, commands, finish);
  return program;
}

const programExamples = `
Examples:
  $ rpcgen init                                   a configuration, an example and the prebuild step
  $ rpcgen compile                                what rpcgen.config.ts says, or all of rpc/ into gen/
  $ rpcgen compile 'idl/**/*.rpc' --out src/gen   these files, into this directory
  $ rpcgen check                                  only look for mistakes
  $ rpcgen explain unknown-type                   what a diagnostic means
`;

function addInit(program: Command, commands: Commands, finish: (code: ExitCode) => void): void {
  const command = program
    .command("init")
    .summary("start in this project: a configuration, an example, the prebuild step")
    .description(
      "Puts rpcgen.config.ts, an example and the prebuild step into a project. Replaces nothing that is there.",
    )
    .addOption(pathOption("--cwd <dir>", "act as if started in this directory"));
  addSharedOptions(command).action(async (options: InitOptions) => finish(await commands.init(options)));
}

function addCompile(program: Command, commands: Commands, finish: (code: ExitCode) => void): void {
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
      new Option(
        "--import-extension <ext>",
        "how generated files import each other: .js, .ts or none (default: .js)",
      ).argParser(once((value) => oneOf(value, importExtensions))),
    )
    .option("--check", "write nothing; exit with 3 if the output is not what it should be")
    .option("--force", "also replace files in the way that rpcgen did not write");
  addProjectOptions(command);
  addSharedOptions(command)
    .addHelpText("after", compileNotes)
    .action(async (files: string[], options: CompileOptions) => finish(await commands.compile(files, options)));
}

const compileNotes = `
Examples:
  $ rpcgen compile
  $ rpcgen compile rpc/greeter.rpc --out src/gen
  $ rpcgen compile 'idl/**/*.rpc' --root idl --import-root vendor/idl
  $ rpcgen compile --check                        in CI: is what was committed still right?

Files are replaced whole or not at all, and only if their content changes. Only files that rpcgen wrote are
ever replaced or removed; .rpcgen-manifest.json in the output directory says which those are.`;

function addCheck(program: Command, commands: Commands, finish: (code: ExitCode) => void): void {
  const command = program
    .command("check")
    .summary("look for mistakes in .rpc files and write nothing")
    .description("Looks for mistakes in .rpc files and writes nothing. Takes files as `compile` does.")
    .addArgument(filesArgument());
  addProjectOptions(command);
  addSharedOptions(command)
    .addHelpText("after", "\nExamples:\n  $ rpcgen check\n  $ rpcgen check rpc/greeter.rpc --json")
    .action(async (files: string[], options: CheckOptions) => finish(await commands.check(files, options)));
}

function addExplain(program: Command, commands: Commands, finish: (code: ExitCode) => void): void {
  const command = program
    .command("explain")
    .summary("say what a diagnostic means and how to mend it")
    .description("Says what a diagnostic means and how to mend it; without a code, lists them all.")
    .addArgument(new Argument("[code]", "the word after `error` or `warning`, for instance unknown-type"));
  addSharedOptions(command)
    .addHelpText("after", "\nExample:\n  $ rpcgen explain unknown-type")
    .action(async (code: string | undefined, options: SharedOptions) => finish(await commands.explain(code, options)));
}

function addProjectOptions(command: Command): void {
  command
    .addOption(pathOption("--root <dir>", "directory in which logical paths begin and imports are looked up"))
    .addOption(
      new Option(
        "--import-root <dir>",
        "a further directory in which imports are looked up; may be repeated",
      ).argParser((value: string, before: readonly string[] | undefined) => [...(before ?? []), path(value)]),
    )
    .addOption(pathOption("--config <file>", "configuration file (default: the nearest rpcgen.config.*)"))
    .option("--no-config", "ignore configuration files")
    .addOption(pathOption("--cwd <dir>", "act as if started in this directory"));
}

function addSharedOptions(command: Command): Command {
  return command
    .option("--json", "print one JSON object on stdout and nothing else")
    .addOption(
      new Option("--color <when>", "auto, always or never (default: auto; NO_COLOR and FORCE_COLOR count)").argParser(
        once((value) => oneOf(value, colorModes)),
      ),
    )
    .option("-q, --quiet", "say nothing but mistakes")
    .helpOption("-h, --help", "show this help")
    .configureHelp({ helpWidth: 100 });
}

function pathOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser(once(path));
}

/** Refuses a second value: which of the two was meant cannot be known. */
function once<T>(parse: (value: string) => T): (value: string) => T {
  let isGiven = false;
  return (value) => {
    if (isGiven) throw new InvalidArgumentError("It was given twice.");
    isGiven = true;
    return parse(value);
  };
}

/** An empty name is a variable of somebody's script that was never set, and not the working directory. */
function filesArgument(): Argument {
  return new Argument("[files...]", "paths, directories, or patterns such as 'rpc/**/*.rpc'").argParser(
    (value: string, before: readonly string[] | undefined) => {
      if (value === "") throw new InvalidArgumentError("It is empty.");
      return [...(before ?? []), value];
    },
  );
}

function path(value: string): string {
  if (value === "") throw new InvalidArgumentError("It is empty.");
  if (value.startsWith("=")) throw new InvalidArgumentError("After a short option, the value follows without `=`.");
  if (value.startsWith("-")) {
    throw new InvalidArgumentError(`The value is missing; a path that begins with a dash is written ./${value}`);
  }
  return value;
}

function oneOf<T extends string>(value: string, choices: readonly T[]): T {
  const choice = choices.find((candidate) => candidate === value);
  if (choice === undefined) throw new InvalidArgumentError(`It is one of ${choices.join(", ")}.`);
  return choice;
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
