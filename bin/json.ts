/** What `--json` prints: always one object, with a version, whatever happened. */

import { printJson } from "../compiler/src/report/render-json.js";
import type { ExitCode } from "./exit-code.js";

/** Raised when a key is removed or changes its meaning; keys may be added at any time. */
const formatVersion = 1;

export type CommandName =
  | "init"
  | "compile"
  | "check"
  | "breaking"
  | "replay"
  | "schema"
  | "explain"
  | "fmt"
  | "import"
  | "lint"
  | "export"
  | "sdk"
  | "size"
  | "load"
  | "types";

/** The answer of a command that ran; `details` are its own keys. */
export function printAnswer(command: CommandName, code: ExitCode, details: Readonly<Record<string, unknown>>): string {
  return printJson({ version: formatVersion, command, exitCode: code, ...details });
}

/** The same on one line: `--watch` gives one for each time that it has looked. */
export function printAnswerLine(
  command: CommandName,
  code: ExitCode,
  details: Readonly<Record<string, unknown>>,
): string {
  return printJson({ version: formatVersion, command, exitCode: code, ...details }, 0);
}

/** The answer where no command could run, or rpcgen itself failed. */
export function printFailure(code: ExitCode, message: string, hint: string | undefined): string {
  return printJson({ version: formatVersion, exitCode: code, error: { message, hint: hint ?? null } });
}
