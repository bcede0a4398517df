/** Completion for zsh. */

import type { CompletedCommand, CompletedOption, Values } from "./model.js";
import { flagsOf, quoted } from "./shell-words.js";

/** A script for a file named `_rpcgen` in a directory of `fpath`. */
export function zshCompletion(commands: readonly CompletedCommand[], own: readonly CompletedOption[]): string {
  const described = commands.map(({ name, summary }) => `    ${quoted(`${name}:${summary}`)}`);
  const cases = commands.map(({ name, options, argument }) => {
    const specs = [...options.map(optionSpec), quoted(`*:${argumentAction(argument)}`)];
    return `    ${name})\n      _arguments -s ${specs.join(" \\\n        ")} ;;`;
  });
  return `#compdef rpcgen
# Completion of rpcgen for zsh: rpcgen completion zsh > "\${fpath[1]}/_rpcgen"

_rpcgen() {
  local curcontext=$curcontext state line
  local -a commands
  commands=(
${described.join("\n")}
  )
  _arguments -C ${own.map(optionSpec).join(" ")} '1: :->command' '*:: :->rest'
  case $state in
    command) _describe command commands ;;
    rest)
      case $line[1] in
${cases.map((text) => text.replace(/^/gm, "    ")).join("\n")}
      esac ;;
  esac
}

if [ "$funcstack[1]" = _rpcgen ]; then
  _rpcgen "$@"
else
  compdef _rpcgen rpcgen
fi
`;
}

function optionSpec(option: CompletedOption): string {
  const flags = flagsOf(option);
  const text = `[${escaped(option.description)}]`;
  const value = option.values === undefined ? "" : `:${argumentAction(option.values)}`;
  const sign = option.values !== undefined && option.long !== undefined ? "=" : "";
  if (flags.length === 1) return quoted(`${flags[0] ?? ""}${sign}${text}${value}`);
  const [short = "", long = ""] = flags;
  const together = `(${flags.join(" ")})`;
  const shortSign = option.values === undefined ? "" : "+";
  return [`${together}${short}${shortSign}${text}${value}`, `${together}${long}${sign}${text}${value}`]
    .map(quoted)
    .join(" ");
}

/** A message and an action, as `_arguments` takes them. */
function argumentAction(values: Values): string {
  switch (values.kind) {
    case "nothing":
      return "value: ";
    case "words":
      return `value:(${values.words.join(" ")})`;
    case "directories":
      return "directory:_files -/";
    case "files":
      return values.extension === undefined ? "file:_files" : `file:_files -g "*${values.extension}"`;
  }
}

/** Brackets and colons mean something in a description. */
function escaped(text: string): string {
  return text.replace(/[[\]:\\]/g, "\\$&");
}
