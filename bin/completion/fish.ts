/** Completion for fish. */

import type { CompletedCommand, CompletedOption, Values } from "./model.js";

/** A script for `~/.config/fish/completions/rpcgen.fish`. */
export function fishCompletion(commands: readonly CompletedCommand[], own: readonly CompletedOption[]): string {
  const lines = [
    "# Completion of rpcgen for fish: rpcgen completion fish > ~/.config/fish/completions/rpcgen.fish",
    "complete -c rpcgen -f",
    ...own.map((option) => optionLine("__fish_use_subcommand", option)),
    ...commands.flatMap(commandLines),
  ];
  return `${lines.join("\n")}\n`;
}

function commandLines({ name, summary, options, argument }: CompletedCommand): readonly string[] {
  const condition = `__fish_seen_subcommand_from ${name}`;
  const offered =
    argument.kind === "nothing" ? [] : [`complete -c rpcgen -n ${quoted(condition)} ${valuesOf(argument)}`];
  return [
    `complete -c rpcgen -n __fish_use_subcommand -a ${name} -d ${quoted(summary)}`,
    ...offered,
    ...options.map((option) => optionLine(condition, option)),
  ];
}

function optionLine(condition: string, { short, long, description, values }: CompletedOption): string {
  const parts = [
    `complete -c rpcgen -n ${quoted(condition)}`,
    ...(short === undefined ? [] : [`-s ${short.slice(1)}`]),
    ...(long === undefined ? [] : [`-l ${long.slice(2)}`]),
    ...(values === undefined ? [] : ["-r", valuesOf(values)]),
    `-d ${quoted(description)}`,
  ];
  return parts.join(" ");
}

function valuesOf(values: Values): string {
  switch (values.kind) {
    case "nothing":
      return "-f";
    case "words":
      return `-f -a ${quoted(values.words.join(" "))}`;
    case "directories":
      return "-f -a '(__fish_complete_directories)'";
    case "files":
      return values.extension === undefined ? "-F" : `-f -a '(__fish_complete_suffix ${values.extension})'`;
  }
}

/** In single quotes, in which fish reads a backslash and a quote behind a backslash as themselves. */
function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, "\\$&")}'`;
}
