/** `rpcgen fmt`: lays out `.rpc` files in place, or says which are laid out differently; loads nothing but the parser. */

import type { Host } from "../../compiler/src/project/host.js";
import { DiskError } from "../../compiler/src/project/host-output.js";
import { replaceFile } from "../../compiler/src/project/host-replace.js";
import { shown } from "../../compiler/src/project/plan.js";
import { printable } from "../../compiler/src/report/printable.js";
import { renderFindings } from "../../compiler/src/report/render.js";
import { findingsToJson } from "../../compiler/src/report/render-json.js";
import { Report } from "../../compiler/src/report/report.js";
import { createConsole } from "../console.js";
import type { Console } from "../console.js";
import { exitCode, UsageError } from "../exit-code.js";
import type { ExitCode } from "../exit-code.js";
import type { FmtOptions } from "../fmt-options.js";
import { printAnswer } from "../json.js";
import { unifiedDiff } from "../line-diff.js";
import { counted } from "../outcome-lines.js";
import { findSources } from "../project.js";

/** What became of one file. */
interface Outcome {
  readonly path: string;
  /** As it was read and as it shall be; undefined where it could not be read or has syntax errors. */
  readonly texts: { readonly before: string; readonly after: string; readonly isSame: boolean } | undefined;
}

export async function fmtCommand(files: readonly string[], options: FmtOptions): Promise<ExitCode> {
  const console = createConsole({
    color: options.color ?? "auto",
    isQuiet: options.quiet === true || options.json === true,
  });
  const report = new Report();
  const readsStdin = options.stdin === true || files.includes("-");
  if (!readsStdin && options.stdinPath !== undefined) {
    throw new UsageError("--stdin-path says what to call stdin, which is not read", "add `--stdin` or `-`");
  }
  if (readsStdin && files.some((file) => file !== "-")) {
    throw new UsageError("either stdin is laid out or files are, not both");
  }
  const outcomes = readsStdin ? [await formatStdin(options, report)] : await formatFiles(files, options, report);
  return answer(outcomes, readsStdin, options, console, report);
}

async function formatStdin({ stdinPath }: FmtOptions, report: Report): Promise<Outcome> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of process.stdin as AsyncIterable<unknown>) {
    if (chunk instanceof Uint8Array) chunks.push(chunk);
  }
  const path = stdinPath ?? "<stdin>";
  return { path, texts: await format(path, Buffer.concat(chunks), report) };
}

async function formatFiles(files: readonly string[], options: FmtOptions, report: Report): Promise<readonly Outcome[]> {
  const { host, entries } = await findSources(files, options);
  const isDry = options.check === true || options.diff === true;
  const outcomes: Outcome[] = [];
  for (const path of new Set(entries.map((entry) => host.find(entry)?.realPath ?? entry))) {
    const outcome = { path: shown(host, path), texts: await formatFile(host, path, report) };
    outcomes.push(outcome);
    if (!isDry && outcome.texts?.isSame === false) write(path, outcome.path, outcome.texts.after, report);
  }
  return outcomes;
}

async function formatFile(host: Host, path: string, report: Report): Promise<Outcome["texts"]> {
  const { sourceBytesMax } = await import("../../compiler/src/syntax/decode-source.js");
  const content = host.read(path, sourceBytesMax);
  const name = shown(host, path);
  if (content.kind === "bytes") return format(name, content.bytes, report);
  if (content.kind === "tooLarge") {
    report.add("file-too-large", undefined, { path: name, bytes: content.sizeBytes, bytesMax: sourceBytesMax });
    return undefined;
  }
  const missing = content.kind === "missing" ? "there is no such file" : "it is not a regular file";
  report.add("read-failed", undefined, {
    path: name,
    reason: content.kind === "unreadable" ? content.reason : missing,
  });
  return undefined;
}

async function format(path: string, bytes: Uint8Array, report: Report): Promise<Outcome["texts"]> {
  // The parser is slow to load, and not needed to find out that the arguments are wrong.
  const { decodeSource } = await import("../../compiler/src/syntax/decode-source.js");
  const { formatFile: layOut } = await import("../../compiler/src/syntax/format/format.js");
  const source = decodeSource(path, bytes, report);
  const after = source === undefined ? undefined : layOut(source, report);
  if (source === undefined || after === undefined) return undefined;
  // A byte order mark is no part of the text, and goes.
  return { before: source.text, after, isSame: Buffer.from(after).equals(bytes) };
}

function write(path: string, name: string, text: string, report: Report): void {
  try {
    replaceFile(path, text);
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
    report.add("write-failed", undefined, { path: name, reason: error.reason });
  }
}

function answer(
  outcomes: readonly Outcome[],
  isStdin: boolean,
  options: FmtOptions,
  console: Console,
  report: Report,
): ExitCode {
  const isDry = options.check === true || options.diff === true;
  const changed = outcomes.filter(({ texts }) => texts?.isSame === false);
  const code = report.hasErrors
    ? exitCode.mistakes
    : isDry && changed.length > 0
      ? exitCode.differences
      : exitCode.done;
  const findings = report.findings();
  if (options.json === true) {
    const files = outcomes.map(({ path, texts }) => ({ path, changed: texts === undefined ? null : !texts.isSame }));
    const text = isStdin && !isDry ? { text: outcomes[0]?.texts?.after ?? null } : {};
    const { diagnostics, more } = findingsToJson(findings);
    console.product(printAnswer("fmt", code, { files, ...text, diagnostics, more }));
    return code;
  }
  // Warnings are for `check` to say; here they would stand in the way of an editor.
  const errors = findings.diagnostics.filter(({ severity }) => severity === "error");
  if (errors.length > 0) {
    console.complain(renderFindings({ diagnostics: errors, more: findings.more }, { color: console.hasColor }));
  }
  if (options.diff === true) {
    for (const { path, texts } of changed) {
      if (texts !== undefined) console.product(unifiedDiff(path, texts.before, texts.after));
    }
  } else if (isDry) {
    for (const { path } of changed) console.product(printable(path));
  } else if (isStdin) {
    const text = outcomes[0]?.texts?.after ?? "";
    if (text !== "") console.product(text.replace(/\n$/, ""));
  }
  if (!isStdin) console.say(summary(outcomes, changed, isDry));
  return code;
}

function summary(outcomes: readonly Outcome[], changed: readonly Outcome[], isDry: boolean): string {
  const lines = isDry ? [] : changed.map(({ path }) => `  formatted  ${printable(path)}`);
  const done = isDry ? "laid out differently" : "formatted";
  return [...lines, `  ${counted(outcomes.length, "file")}, ${changed.length} ${done}`].join("\n");
}
