/** Turns a schema into the TypeScript files generated for it. Pure: nothing is read and nothing is written here. */

import type { Report } from "../../report/report.js";
import type { Places } from "../../schema/places.js";
import type { FileSchema, Schema, ServiceSchema } from "../../schema/schema.js";
import { type FilePaths, Names } from "../names.js";
import { addClient } from "./client.js";
import { addCodecObjects, addCodecs } from "./codec.js";
import { addJson } from "./json.js";
import { addMethods } from "./methods.js";
import { type PrintOptions, TsFile } from "./print.js";
import { addServer } from "./server.js";
import type { Emission } from "./signature.js";
import { addTypes } from "./declared-types.js";

export interface EmitOptions extends PrintOptions {
  /** Where declarations stand in their source text, for findings. */
  readonly places?: Places | undefined;
}

/** Adds the statements of one kind to a file. */
type Emitter = (file: TsFile, schema: Schema, source: FileSchema) => void;

/** The kinds of files, each importing only from those before it. One to which nothing is added is not written. */
const emitters: readonly (readonly [keyof FilePaths, readonly Emitter[]])[] = [
  ["types", [addTypes]],
  ["codec", [addCodecs, addJson, addCodecObjects]],
  ["methods", [forServices(addMethods)]],
  ["client", [forServices(addClient)]],
  ["server", [forServices(addServer)]],
];

/** The text of each file by its path relative to the output directory; names that collide are reported. */
export function emitTypeScript(schema: Schema, options: EmitOptions, report: Report): Map<string, string> {
  const names = new Names(schema, report, options.places);
  const texts = new Map<string, string>();
  for (const source of schema.files.map((whole) => withoutNothings(whole, schema))) {
    for (const [role, adders] of emitters) {
      const file = new TsFile(source.path, role, names, options);
      for (const add of adders) add(file, schema, source);
      if (!file.isEmpty) texts.set(file.path, file.print());
    }
  }
  return texts;
}

/** A file without the messages that stand for `void`: the runtime writes and reads those by itself. */
function withoutNothings(source: FileSchema, schema: Schema): FileSchema {
  const methods = schema.files.flatMap((file) => file.services.flatMap((service) => service.methods));
  const nothings = new Set(methods.filter(({ outputForm }) => outputForm === "void").map(({ output }) => output));
  return { ...source, messages: source.messages.filter(({ fullName }) => !nothings.has(fullName)) };
}

function forServices(add: (at: Emission, service: ServiceSchema) => void): Emitter {
  return (file, schema, source) => source.services.forEach((service) => add({ file, schema }, service));
}
