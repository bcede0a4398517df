/** Runs the emitters of a configuration, which are somebody else's code: whatever they do is told with their name. */

import { describe } from "../compiler/src/project/config.js";
import { emitterSource } from "../compiler/src/project/manifest.js";
import type { OutputFile } from "../compiler/src/project/write.js";
import type { Report } from "../compiler/src/report/report.js";
import type { Emitter, EmitterContext, EmitterFinding } from "../compiler/src/schema/emitter.js";
import type { Places } from "../compiler/src/schema/places.js";
import type { Schema } from "../compiler/src/schema/schema.js";
import { portablePathKey, portablePathProblem } from "../compiler/src/source/portable-path.js";

/** Whoever takes longer waits for something that does not come. */
const emitterMsMax = 60_000;

/** What emitters are given. */
export interface EmitterInput {
  readonly schema: Schema;
  readonly places: Places;
  /** Of rpcgen. */
  readonly version: string;
}

/** The files of all emitters, one after the other. What is wrong goes to the report, and nothing may be written then. */
export async function runEmitters(
  emitters: readonly Emitter[],
  input: EmitterInput,
  report: Report,
  msMax: number = emitterMsMax,
): Promise<readonly OutputFile[]> {
  const files: OutputFile[] = [];
  for (const emitter of emitters) {
    const run = new EmitterRun(emitter.name, input, report);
    files.push(...(await run.files(emitter, msMax)));
  }
  return files;
}

class EmitterRun {
  readonly #name: string;
  readonly #input: EmitterInput;
  readonly #report: Report;

  constructor(name: string, input: EmitterInput, report: Report) {
    this.#name = name;
    this.#input = input;
    this.#report = report;
  }

  async files(emitter: Emitter, msMax: number): Promise<readonly OutputFile[]> {
    // The map is a copy of its own: everything else is frozen.
    const schema = { files: this.#input.schema.files, declarations: new Map(this.#input.schema.declarations) };
    const context: EmitterContext = { version: this.#input.version, report: (finding) => this.#include(finding) };
    let given: readonly unknown[];
    try {
      given = await withinTime(collect(emitter, schema, context), msMax);
    } catch (error) {
      this.#refuse(error instanceof TooLate ? `it takes longer than ${msMax / 1000} seconds` : describe(error));
      return [];
    }
    const keys = new Set<string>();
    return given.flatMap((file, index) => this.#file(file, index, keys) ?? []);
  }

  #file(file: unknown, index: number, keys: Set<string>): OutputFile | undefined {
    if (!isRecord(file) || typeof file.path !== "string" || typeof file.text !== "string") {
      return this.#refuse(`file ${index} is not an object with \`path\` and \`text\`, which are strings`);
    }
    const { path, text } = file;
    const problem = path.startsWith(".rpcgen-") ? "has a name that rpcgen keeps for itself" : portablePathProblem(path);
    if (problem !== undefined) return this.#refuse(`the path ${JSON.stringify(path.slice(0, 120))} ${problem}`);
    if (/\p{Cs}/u.test(text)) return this.#refuse(`the text of ${path} has half of a surrogate pair`);
    const key = portablePathKey(path);
    if (keys.has(key)) return this.#refuse(`it gives ${path} twice`);
    keys.add(key);
    return { path, text, source: emitterSource(this.#name) };
  }

  #include(finding: EmitterFinding): void {
    const value: unknown = finding;
    const isSaid = isRecord(value) && typeof value.message === "string";
    if (!isSaid || (value.severity !== "error" && value.severity !== "warning")) {
      return this.#refuse("it reports something that is no finding");
    }
    const { at } = finding;
    const span = typeof at === "object" ? this.#input.places.of(at) : undefined;
    const code = finding.severity === "error" ? "emitter-error" : "emitter-warning";
    this.#report.add(code, span, { name: this.#name, message: finding.message });
  }

  #refuse(reason: string): undefined {
    this.#report.add("emitter-failed", undefined, { name: this.#name, reason });
  }
}

class TooLate extends Error {}

async function collect(emitter: Emitter, schema: Schema, context: EmitterContext): Promise<readonly unknown[]> {
  const given: unknown = await emitter.emit(schema, context);
  if (!isIterable(given)) throw new TypeError("it gives no iterable of files");
  const files: unknown[] = [];
  for await (const file of given) files.push(await file);
  return files;
}

function isIterable(value: unknown): value is AsyncIterable<unknown> | Iterable<unknown> {
  return isRecord(value) && (Symbol.iterator in value || Symbol.asyncIterator in value);
}

function isRecord(value: unknown): value is Readonly<Record<string | symbol, unknown>> {
  return typeof value === "object" && value !== null;
}

/** Fails with `TooLate`; the timer also keeps the process waiting for a promise that never settles. */
async function withinTime<T>(work: Promise<T>, msMax: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new TooLate()), msMax);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
