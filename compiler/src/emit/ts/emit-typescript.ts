/** Turns a schema into the TypeScript files generated for it. Pure: nothing is read and nothing is written here. */

import type { Report } from "../../report/report.js";
import type { Places } from "../../schema/places.js";
import type { FileSchema, Schema } from "../../schema/schema.js";
import { type FilePaths, Names } from "../names.js";
import { addClient } from "./client.js";
import { addCodecs } from "./codec.js";
import type { ImportExtension } from "./imports.js";
import { addMethods } from "./methods.js";
import { type PrintOptions, TsFile } from "./print.js";
import { addServer } from "./server.js";
import { addTypes } from "./types.js";

export interface EmitOptions extends PrintOptions {
  /** Where declarations stand in their source text, for findings. */
  readonly places?: Places | undefined;
}

type Emitter = (file: TsFile, schema: Schema, source: FileSchema) => void;

/** The kinds of files, each importing only from those before it. One to which nothing is added is not written. */
const emitters: readonly (readonly [keyof FilePaths, Emitter])[] = [
  ["types", addTypes],
  ["codec", addCodecs],
  ["methods", (file, schema, { services }) => services.forEach((service) => addMethods({ file, schema }, service))],
  ["client", (file, schema, { services }) => services.forEach((service) => addClient({ file, schema }, service))],
  ["server", (file, schema, { services }) => services.forEach((service) => addServer({ file, schema }, service))],
];

/** The text of each file by its path relative to the output directory, with names that collide reported. */
export function emitTypeScript(schema: Schema, options: EmitOptions, report: Report): Map<string, string> {
  const names = new Names(schema, report, options.places);
  const texts = new Map<string, string>();
  for (const source of schema.files) {
    for (const [role, add] of emitters) {
      const file = new TsFile(source.path, role, names, options);
      add(file, schema, source);
      if (!file.isEmpty) texts.set(file.path, file.print());
    }
  }
  return texts;
}
