/** Completion for bash, from 3.2 on, without anything else installed. */

import type { CompletedCommand, CompletedOption, Values } from "./model.js";
import { flagsOf, quoted } from "./shell-words.js";

/** A script that defines and registers the completion. */
export function bashCompletion(commands: readonly CompletedCommand[], own: readonly CompletedOption[]): string {
  const names = commands.map(({ name }) => name);
  return `# Completion of rpcgen for bash: source <(rpcgen completion bash)

_rpcgen_reply() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    COMPREPLY+=("$line")
  done
}

_rpcgen_words() { _rpcgen_reply < <(compgen -W "$1" -- "$2"); }
_rpcgen_directories() {
  compopt -o filenames 2>/dev/null
  _rpcgen_reply < <(compgen -d -- "$1")
}
# Files of one extension, or all, and the directories in which more of them may be.
_rpcgen_files() {
  compopt -o filenames 2>/dev/null
  if [ -z "$1" ]; then
    _rpcgen_reply < <(compgen -f -- "$2")
  else
    _rpcgen_reply < <(compgen -f -X "!*$1" -- "$2"; compgen -d -- "$2")
  fi
}

_rpcgen() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} command="" index
  # bash takes --out=gen for three words.
  if [ "$current" = "=" ]; then
    current=""
  elif [ "$previous" = "=" ]; then
    previous=\${COMP_WORDS[COMP_CWORD-2]}
  fi
  for ((index = 1; index < COMP_CWORD; index++)); do
    case "\${COMP_WORDS[index]}" in
      ${names.join("|")}) command=\${COMP_WORDS[index]}; break ;;
    esac
  done
  case "$command:$previous" in
${commands.flatMap(optionCases).join("\n")}
  esac
  case "$command:$current" in
${[...commands, { name: "", options: own }].map(flagCase).join("\n")}
  esac
  case "$command" in
    "") ${replyWith({ kind: "words", words: names })} ;;
${commands.map(({ name, argument }) => `    ${name}) ${replyWith(argument)} ;;`).join("\n")}
  esac
}

complete -F _rpcgen rpcgen
`;
}

/** What may follow an option that takes a value. */
function optionCases({ name, options }: CompletedCommand): readonly string[] {
  return options.flatMap((option) => {
    if (option.values === undefined) return [];
    const patterns = flagsOf(option).map((flag) => `${name}:${flag}`);
    return [`    ${patterns.join("|")}) ${replyWith(option.values)}; return ;;`];
  });
}

function flagCase({ name, options }: { readonly name: string; readonly options: readonly CompletedOption[] }): string {
  return `    ${name}:-*) ${replyWith({ kind: "words", words: options.flatMap(flagsOf) })}; return ;;`;
}

function replyWith(values: Values): string {
  switch (values.kind) {
    case "nothing":
      return "COMPREPLY=()";
    case "words":
      return `_rpcgen_words ${quoted(values.words.join(" "))} "$current"`;
    case "directories":
      return '_rpcgen_directories "$current"';
    case "files":
      return `_rpcgen_files ${quoted(values.extension ?? "")} "$current"`;
  }
}
