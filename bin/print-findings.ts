/** Tells findings in the format that was asked for; what else a command has to say is its own business. */

import { renderFindings } from "../compiler/src/report/render.js";
import { findingsToJson } from "../compiler/src/report/render-json.js";
import type { Findings } from "../compiler/src/report/report.js";
import { formatOf } from "./command-line/options.js";
import type { FindingsFormat, FindingsOptions } from "./command-line/options.js";
import type { Console } from "./console.js";
import { createConsole } from "./console.js";
import type { ExitCode } from "./exit-code.js";
import { printAnswer } from "./json.js";
import type { CommandName } from "./json.js";
import { version } from "./version.js";

/** A command's console and the format of its findings. Throws a UsageError where the options contradict each other. */
export interface FindingsConsole {
  readonly console: Console;
  readonly format: FindingsFormat;
}

/** One whose progress is told only where the findings are for people. */
export function createFindingsConsole(options: FindingsOptions): FindingsConsole {
  const format = formatOf(options);
  const isQuiet = options.quiet === true || format !== "text";
  return { console: createConsole({ color: options.color ?? "auto", isQuiet }), format };
}

/** What a command answers besides its findings, for `--format json`. */
export interface JsonAnswer {
  readonly command: CommandName;
  readonly code: ExitCode;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Text goes to stderr; the other formats are products and go to stdout, also where nothing was found. */
export async function printFindings(
  { console, format }: FindingsConsole,
  findings: Findings,
  { command, code, details = {} }: JsonAnswer,
): Promise<void> {
  if (format === "text") {
    if (findings.diagnostics.length > 0) console.complain(renderFindings(findings, { color: console.hasColor }));
  } else if (format === "json") {
    const { diagnostics, more } = findingsToJson(findings);
    console.product(printAnswer(command, code, { diagnostics, more, ...details }));
  } else if (format === "sarif") {
    const { renderSarif } = await import("../compiler/src/report/render-sarif.js");
    console.product(renderSarif(findings, version()));
  } else {
    const { renderGithub } = await import("../compiler/src/report/render-github.js");
    const text = renderGithub(findings);
    if (text !== "") console.product(text);
  }
}
