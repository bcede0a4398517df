/** `rpcgen completion`: a script that completes commands in a shell, made from the program as it is. */

import type { Command } from "commander";
import { catalog } from "../../compiler/src/report/catalog.js";
import { bashCompletion } from "../completion/bash.js";
import { fishCompletion } from "../completion/fish.js";
import { completedCommands, programOptions } from "../completion/model.js";
import type { Shell } from "../completion/shells.js";
import { zshCompletion } from "../completion/zsh.js";
import { createConsole } from "../console.js";
import { exitCode } from "../exit-code.js";
import type { ExitCode } from "../exit-code.js";

const scripts = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion };

export function completionCommand(shell: Shell, program: Command): ExitCode {
  const console = createConsole({ color: "never", isQuiet: false });
  const commands = completedCommands(program, Object.keys(catalog).sort());
  console.product(scripts[shell](commands, programOptions(program)).trimEnd());
  return exitCode.done;
}
