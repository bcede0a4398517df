/** Findings in the forms in which bundlers take errors. */

import type { ModuleDiagnostic } from "rpcgen/modules";

/** What Rollup, Rolldown and Vite show: the sentence, the place, and a frame of their own making if there is none. */
export interface RollupLog {
  readonly message: string;
  /** The module that could not be made. */
  readonly id: string;
  /** The line counts from 1, the column from 0. */
  readonly loc?: { readonly file: string; readonly line: number; readonly column: number };
  readonly frame?: string;
  /** Where in a bundler it was thrown helps nobody. */
  readonly stack: string;
}

/** All errors as one: what can be thrown once can be told once. */
export function rollupLog(findings: readonly ModuleDiagnostic[], id: string): RollupLog {
  const [first, ...others] = findings;
  if (first === undefined) return { message: "it cannot be compiled", id, stack: "" };
  const more = others.length === 0 ? "" : ` (and ${others.length} more below)`;
  const frames = [bodyOf(first), ...others.map(({ text }) => text.trimEnd())].filter((text) => text !== "");
  const log = { message: `${first.code}: ${first.message}${more}`, id, stack: "" };
  const framed = frames.length === 0 ? log : { ...log, frame: frames.join("\n\n") };
  const { place } = first;
  if (place === undefined) return framed;
  return { ...framed, loc: { file: place.path, line: place.line, column: place.column - 1 } };
}

/** What webpack and Rspack show: a message, without the stack of whoever threw it. */
export class LoaderError extends Error {
  override readonly name: string = "RpcgenError";
  readonly hideStack: boolean = true;

  constructor(message: string) {
    super(message);
    this.stack = message;
  }
}

export function loaderError({ text }: ModuleDiagnostic): LoaderError {
  return new LoaderError(text.trimEnd());
}

/** What esbuild takes as an error or a warning. */
export interface EsbuildMessage {
  readonly text: string;
  /** The line counts from 1, the column from 0, both in bytes of UTF-8. */
  readonly location: {
    readonly file: string;
    readonly line: number;
    readonly column: number;
    readonly length: number;
    readonly lineText: string;
  } | null;
  readonly notes: readonly { readonly text: string }[];
}

/** esbuild prints the line and the marks below it by itself; everything else of the finding follows as notes. */
export function esbuildMessage({ code, message, place, text }: ModuleDiagnostic): EsbuildMessage {
  if (place === undefined) return { text: `${code}: ${message}`, location: null, notes: notesOf(text) };
  const { path, line, column, length, lineText } = place;
  const bytes = (characters: string): number => new TextEncoder().encode(characters).length;
  const before = lineText.slice(0, column - 1);
  const location = {
    file: path,
    line,
    column: bytes(before),
    length: bytes(lineText.slice(column - 1, column - 1 + length)),
    lineText,
  };
  return { text: `${code}: ${message}`, location, notes: notesOf(text) };
}

/** The words behind the carets, such as a proposal, and what stands below the frame. */
function notesOf(text: string): readonly { readonly text: string }[] {
  return text
    .split("\n")
    .flatMap((line) => /^ *\| +[\^-]+ +(.*)$/.exec(line)?.[1] ?? /^ *= (?:note|help): (.*)$/.exec(line)?.[1] ?? [])
    .map((note) => ({ text: note }));
}

/** A finding without its first line, which is its message. */
function bodyOf({ text }: ModuleDiagnostic): string {
  const end = text.indexOf("\n");
  return end === -1 ? "" : text.slice(end + 1).trimEnd();
}
