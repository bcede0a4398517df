/** The command from its arguments to its exit code: parses, runs, and turns whatever went wrong into words. */

import { CommanderError } from "commander";
import type { ModulesOptions, RpcModules } from "../compiler/src/modules/rpc-modules.js";
import { printable } from "../compiler/src/report/printable.js";
import type { Console } from "./console.js";
import { createConsole, flushStreams } from "./console.js";
import { exitCode, UsageError } from "./exit-code.js";
import type { ExitCode } from "./exit-code.js";
import { createProgram, directOutput } from "./program.js";
import { printFailure } from "./json.js";
import { version } from "./version.js";

/** For programs, which reach it as `rpcgen/modules`; the command does not load it. */
export async function openModules(options: ModulesOptions): Promise<RpcModules> {
  const modules = await import("./open-modules.js");
  return modules.openModules(options);
}

/** Runs the command with the arguments after its name, and lets out what it printed. Never throws. */
export async function main(args: readonly string[]): Promise<ExitCode> {
  const code = await runAndExplain(args);
  return (await flushStreams()) || code !== exitCode.done ? code : exitCode.mistakes;
}

async function runAndExplain(args: readonly string[]): Promise<ExitCode> {
  const console = createConsole({ color: colorAskedFor(args), isQuiet: false });
  const asJson = isJsonAskedFor(args);
  process.on("uncaughtException", (error) => {
    explainInternalError(error, console, asJson);
    process.exit(exitCode.internal);
  });
  try {
    return await run(args, console);
  } catch (error) {
    // Help and the version are asked for, and commander ends by throwing.
    if (error instanceof CommanderError && error.exitCode === 0) return exitCode.done;
    const usage = usageErrorOf(error, args);
    if (usage === undefined) return explainInternalError(error, console, asJson);
    explainUsageError(usage, console, asJson);
    return exitCode.usage;
  }
}

async function run(args: readonly string[], console: Console): Promise<ExitCode> {
  let code: ExitCode = exitCode.done;
  const program = createProgram((ended) => {
    code = ended;
  });
  directOutput(program, console);
  if (args.length === 0) {
    console.complain(program.helpInformation().trimEnd());
    return exitCode.usage;
  }
  await program.parseAsync(args, { from: "user" });
  return code;
}

/** What commander and the commands throw for wrong arguments; undefined for anything else. */
function usageErrorOf(error: unknown, args: readonly string[]): UsageError | undefined {
  if (error instanceof UsageError) return error;
  if (!(error instanceof CommanderError)) return undefined;
  // `help` with a command that there is not: commander has no sentence for that.
  if (error.code === "commander.help") {
    return new UsageError(`unknown command '${args.at(-1) ?? ""}'`, "`rpcgen --help` shows the commands");
  }
  const [message = "", hint] = error.message.replace(/^error: /, "").split("\n(");
  const suggestion = hint?.replace(/\)$/, "").replace(/^D/, "d");
  return new UsageError(
    message,
    suggestion ?? "`rpcgen --help` shows the commands, `rpcgen <command> --help` its options",
  );
}

function explainUsageError({ message, hint }: UsageError, console: Console, asJson: boolean): void {
  if (asJson) return console.product(printFailure(exitCode.usage, message, hint));
  console.complain(`${console.paint("red", "error")}: ${printable(message)}`);
  if (hint !== undefined) console.complain(`  = help: ${printable(hint)}`);
}

function explainInternalError(error: unknown, console: Console, asJson: boolean): ExitCode {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const about = `rpcgen ${version()}, Node ${process.version}, ${process.platform} ${process.arch}`;
  if (asJson) console.product(printFailure(exitCode.internal, `internal error: ${stack}`, about));
  else {
    console.complain(`${console.paint("red", "internal error")}: this is a mistake in rpcgen, not in your files.`);
    console.complain("Please report it with the text below and, if you can, the .rpc file that caused it.\n");
    console.complain(`${about}\n${stack}`);
  }
  return exitCode.internal;
}

/** The arguments in which options may stand. */
function optionsOf(args: readonly string[]): readonly string[] {
  const end = args.indexOf("--");
  return end === -1 ? args : args.slice(0, end);
}

/** Known before the arguments are parsed, since parsing may fail. */
function isJsonAskedFor(args: readonly string[]): boolean {
  return /(^| )--(json|format[ =]json)( |$)/.test(optionsOf(args).join(" "));
}

/** Known as early, for the same reason. */
function colorAskedFor(args: readonly string[]): "auto" | "always" | "never" {
  const text = optionsOf(args).join(" ");
  if (/(^| )--color[ =]always( |$)/.test(text)) return "always";
  return /(^| )--color[ =]never( |$)/.test(text) ? "never" : "auto";
}
