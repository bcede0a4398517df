/** Turns a schema into the TypeScript files generated for it. Pure: nothing is read and nothing is written here. */

import type { Report } from "../../report/report.js";
import type { Places } from "../../schema/places.js";
import { ruledMessages } from "../../schema/ruled-messages.js";
import { scalarMessages } from "../../schema/scalar-messages.js";
import { secretMessages } from "../../schema/secret-messages.js";
import type { FileSchema, Schema, ServiceSchema } from "../../schema/schema.js";
import { type FilePaths, Names } from "../names.js";
import { addClient } from "./client.js";
import { addCodecObjects, addCodecs } from "./codec.js";
import { EmissionMemory, noting } from "./emission-memory.js";
import type { FileTexts, Traits } from "./emission-memory.js";
import { addJson } from "./json.js";
import { addMethods } from "./methods.js";
import { type PrintOptions, TsFile } from "./print.js";
import { addRules, addServiceRules } from "./rules.js";
import { addSamples } from "./samples.js";
import { addSecrets } from "./secrets.js";
import { addServer } from "./server.js";
import type { Emission } from "./signature.js";
import { addTypes } from "./declared-types.js";

export { EmissionMemory };

export interface EmitOptions extends PrintOptions {
  /** Where declarations stand in their source text, for findings. */
  readonly places?: Places | undefined;
  /** Whether factories of samples are emitted, too. Default false. */
  readonly samples?: boolean | undefined;
}

/** Adds the statements of one kind to a file. */
type Emitter = (file: TsFile, schema: Schema, source: FileSchema, traits: Traits) => void;

/** The kinds of files, each importing only from those before it. One to which nothing is added is not written. */
const emitters: readonly (readonly [keyof FilePaths, readonly Emitter[]])[] = [
  ["secrets", [addSecrets]],
  ["types", [addTypes]],
  ["codec", [addCodecs, addJson, addCodecObjects]],
  ["methods", [forServices(addMethods)]],
  ["rules", [addRules, forServices(addServiceRules)]],
  ["client", [forServices(addClient)]],
  ["server", [forServices(addServer)]],
  ["samples", [addSamples]],
];

/**
 * The text of each file by its path relative to the output directory; names that collide are reported. With the memory
 * of an earlier run with the same options, the texts of files that cannot have changed are taken from there.
 */
export function emitTypeScript(
  schema: Schema,
  options: EmitOptions,
  report: Report,
  memory: EmissionMemory = new EmissionMemory(),
): Map<string, string> {
  const names = new Names(schema, report, options.places);
  const facts = {
    nothings: nothingsOf(schema),
    ruled: ruledMessages(schema),
    secret: secretMessages(schema),
    scalars: scalarMessages(schema),
  };
  const texts = new Map<string, string>();
  for (const source of schema.files) {
    const known = memory.find(source, schema, names, facts) ?? emitFile(source, schema, names, facts, options, memory);
    for (const [path, text] of known) texts.set(path, text);
  }
  memory.sweep();
  return texts;
}

interface Facts extends Traits {
  /** Messages that stand for `void`. */
  readonly nothings: ReadonlySet<string>;
}

function emitFile(
  source: FileSchema,
  schema: Schema,
  names: Names,
  facts: Facts,
  options: EmitOptions,
  memory: EmissionMemory,
): FileTexts {
  const asked = new Set<string>();
  const noted = noting(schema, asked);
  const emitted = { ...source, messages: source.messages.filter(({ fullName }) => !facts.nothings.has(fullName)) };
  const texts: (readonly [string, string])[] = [];
  names.noting(asked, () => {
    for (const [role, adders] of emitters) {
      if (role === "samples" && options.samples !== true) continue;
      const file = new TsFile(source.path, role, names, options);
      for (const add of adders) add(file, noted, emitted, facts);
      if (!file.isEmpty) texts.push([file.path, file.print()]);
    }
  });
  memory.keep(source, schema, names, asked, texts, facts);
  return texts;
}

/**
 * The messages that stand for `void`: the runtime writes and reads those by itself. Each belongs to the method that it
 * was made for, and so to the same file.
 */
function nothingsOf(schema: Schema): ReadonlySet<string> {
  const methods = schema.files.flatMap((file) => file.services.flatMap((service) => service.methods));
  return new Set(methods.filter(({ outputForm }) => outputForm === "void").map(({ output }) => output));
}

function forServices(add: (at: Emission, service: ServiceSchema, traits: Traits) => void): Emitter {
  return (file, schema, source, traits) => source.services.forEach((service) => add({ file, schema }, service, traits));
}
