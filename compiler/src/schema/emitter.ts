/** What a plug-in is: a function from the schema to files. */

import type { Schema } from "./schema.js";

/** A text that an emitter wants to have written. */
export interface EmittedFile {
  /** Relative to the output directory, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** What an emitter has to say about the files that it was given. An error keeps everything from being written. */
export interface EmitterFinding {
  readonly severity: "error" | "warning";
  readonly message: string;
  /** An object of the schema; the finding then shows where it was written. */
  readonly at?: object | undefined;
}

export interface EmitterContext {
  /** Of rpcgen. */
  readonly version: string;
  report(finding: EmitterFinding): void;
}

/** Makes files of a schema. It gets only schemas without errors, which are frozen. */
export interface Emitter {
  /** Lower case letters, digits and hyphens; what messages and `rpcgen export --to` call it. */
  readonly name: string;
  /** Equal schemas have to give equal files: what differs between two runs makes `--check` fail. */
  emit(
    schema: Schema,
    context: EmitterContext,
  ): Iterable<EmittedFile> | AsyncIterable<EmittedFile> | Promise<Iterable<EmittedFile>>;
}
