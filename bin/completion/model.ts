/** What can be completed, read off the program, so that a command that is added completes by itself. */

import type { Argument, Command, Option } from "commander";

/** What may stand in a place. */
export type Values =
  | { readonly kind: "nothing" }
  | { readonly kind: "words"; readonly words: readonly string[] }
  | { readonly kind: "files"; readonly extension: string | undefined }
  | { readonly kind: "directories" };

export interface CompletedOption {
  /** `--out`; some have only a short form. */
  readonly long: string | undefined;
  /** `-o`. */
  readonly short: string | undefined;
  readonly description: string;
  /** Undefined where the option takes no value. */
  readonly values: Values | undefined;
}

export interface CompletedCommand {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly CompletedOption[];
  /** What stands behind the options. */
  readonly argument: Values;
}

const nothing: Values = { kind: "nothing" };

/** Every command with its options; `codes` are the diagnostics that can be explained. */
export function completedCommands(program: Command, codes: readonly string[]): readonly CompletedCommand[] {
  const names = program.commands.map((command) => command.name());
  const commands = program.commands.map((command) => ({
    name: command.name(),
    summary: command.summary(),
    options: optionsOf(command),
    argument: argumentValues(command.registeredArguments, codes),
  }));
  const help: CompletedCommand = {
    name: "help",
    summary: "show the help of a command",
    options: [],
    argument: { kind: "words", words: names },
  };
  return [...commands, help];
}

/** Options of the program itself. */
export function programOptions(program: Command): readonly CompletedOption[] {
  return optionsOf(program);
}

function optionsOf(command: Command): readonly CompletedOption[] {
  const help = command.createHelp();
  return help.visibleOptions(command).map((option) => ({
    long: option.long,
    short: option.short,
    description: option.description,
    values: option.required || option.optional ? optionValues(option) : undefined,
  }));
}

function optionValues({ argChoices, flags }: Option): Values {
  if (argChoices !== undefined) return { kind: "words", words: argChoices };
  if (/[<[]dir[>\]]/.test(flags)) return { kind: "directories" };
  return /[<[]file[>\]]/.test(flags) ? { kind: "files", extension: undefined } : nothing;
}

function argumentValues(taken: readonly Argument[], codes: readonly string[]): Values {
  const [argument] = taken;
  if (argument === undefined) return nothing;
  if (argument.argChoices !== undefined) return { kind: "words", words: argument.argChoices };
  if (argument.name() === "code") return { kind: "words", words: codes };
  if (!/file|path/.test(argument.name())) return nothing;
  // What a command takes is said in its help.
  const extensions = new Set(argument.description.match(/\.(rpc|proto|thrift)\b/g) ?? []);
  return { kind: "files", extension: extensions.size === 1 ? [...extensions][0] : undefined };
}
