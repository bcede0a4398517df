/** What the comparison says about two types is what the generated codecs do: every kind of field, written and read as every other. */

import { expect, test } from "vitest";
import { fromBytes, toBytes } from "../../../runtime/src/codec/binary.js";
import type { Codec } from "../../../runtime/src/codec/full-codec.js";
import type { JsonValue } from "../../../runtime/src/codec/json/json-value.js";
import { jsonFate } from "../../src/check/compat/json-fate.js";
import { wireFate } from "../../src/check/compat/wire-fate.js";
import type { Fate } from "../../src/check/compat/wire-slot.js";
import type { FieldSchema } from "../../src/schema/schema.js";
import { generate } from "../support/load-generated.js";
import { viewOf, zeros } from "./canonical-view.js";
import type { View } from "./canonical-view.js";
import { everySlot } from "./every-slot.js";

const { text, slots: kinds } = everySlot();
const { schema, load } = generate("compat-fates", { "slots.rpc": text });
const codecs = await load("slots.codec.ts");
const viewing = { schema, enums: "number" } as const;
const builds = { writer: schema, reader: schema, isPair: (a: string, b: string) => a === b };

interface Slot {
  readonly name: string;
  readonly field: FieldSchema;
  readonly codec: Codec<object>;
  readonly bytes: readonly Uint8Array[];
  readonly json: readonly JsonValue[];
  readonly views: readonly (readonly View[])[];
}

const slots = kinds.map(({ name, values }): Slot => {
  const declared = schema.declarations.get(`slots.${name}`);
  const field = declared?.kind === "message" ? declared.fields[0] : undefined;
  if (field === undefined) throw new Error(`${name} has no field`);
  const codec = codecs[`${name}Codec`] as Codec<object>;
  const messages = values.map((value) => fromBytes(codec, toBytes(codec, { x: value })));
  return {
    name,
    field,
    codec,
    bytes: messages.map((message) => toBytes(codec, message)),
    json: messages.map((message) => codec.toJson(message)),
    views: messages.map((message) => viewOf(viewing, field, message)),
  };
});

type Read = (reader: Slot, writer: Slot, index: number) => object;

const readBytes: Read = (reader, writer, index) => fromBytes(reader.codec, writer.bytes[index] ?? new Uint8Array(0));
const readJson: Read = (reader, writer, index) => reader.codec.fromJson(writer.json[index] ?? {});

/** Whether each of the writer's values arrives as what it was. */
function outcomes(read: Read, writer: Slot, reader: Slot): readonly boolean[] {
  return writer.views.map((views, index) => {
    let message: object;
    try {
      message = read(reader, writer, index);
    } catch (error) {
      if (!(error instanceof Error) || !/^(Decode|Json)/.test(error.name)) throw error;
      return false;
    }
    return isSame(views, viewOf(viewing, reader.field, message), writer.field, reader.field, read === readBytes);
  });
}

function isSame(
  was: readonly View[],
  is: readonly View[],
  writer: FieldSchema,
  reader: FieldSchema,
  isWire: boolean,
): boolean {
  // A single value is a list of one, and one that is zero may be left out.
  const isSingle = [writer, reader].some(
    ({ cardinality, presence }) => cardinality === "single" && presence === "implicit",
  );
  const trimmed = (views: readonly View[]): readonly View[] =>
    isSingle && views.length === 1 && zeros.has(views[0] ?? "") ? [] : views;
  const [a, b] = [trimmed(was), trimmed(is)];
  if (a.length !== b.length) return (a[0] === "{}" && b.length === 0) || (b[0] === "{}" && a.length === 0);
  return a.every((view, index) => view === b[index] || (isWire && isSameBytes(view, b[index] ?? "")));
}

/** Text is the bytes of its characters, and bytes that hold a message, or an entry of a map, are that message. */
function isSameBytes(a: View, b: View): boolean {
  if (a === b) return true;
  const [x, y] = [a.split("=>"), b.split("=>")];
  if (x.length === 2 && y.length === 2) return x.every((part, index) => isSameBytes(part, y[index] ?? ""));
  const isBytes = (view: View): boolean => view.startsWith("x");
  const isMessage = (view: View): boolean => /^(\{|json|.*=>)/.test(view);
  const isText = (view: View): boolean => /^s[^=]*$/.test(view);
  if ((isText(a) && isBytes(b)) || (isBytes(a) && isText(b))) return a.slice(1) === b.slice(1);
  return (isMessage(a) && isBytes(b)) || (isBytes(a) && isMessage(b));
}

/** Types whose values mean something else although their bytes are alike. */
const times = /Timestamp|Duration|Stamp|Span/;

function mistakes(read: Read, fateOf: (writer: Slot, reader: Slot) => Fate): readonly string[] {
  const found: string[] = [];
  for (const writer of slots) {
    for (const reader of slots) {
      const fate = fateOf(writer, reader);
      const survived = outcomes(read, writer, reader);
      if (fate === "kept") {
        const index = survived.indexOf(false);
        if (index !== -1)
          found.push(`${writer.name} -> ${reader.name}: said to be kept, but not ${writer.views[index]?.join() ?? ""}`);
      } else if (!survived.includes(false) && !(times.test(writer.name) && times.test(reader.name))) {
        found.push(`${writer.name} -> ${reader.name}: said to be ${fate}, but every value survives`);
      }
    }
  }
  return found;
}

test("bytes: what is said to be kept survives, and what is not does not", () => {
  expect(mistakes(readBytes, (writer, reader) => wireFate(writer.field, reader.field, builds))).toEqual([]);
});

test("JSON: what is said to be kept survives, and what is not does not", () => {
  expect(mistakes(readJson, (writer, reader) => jsonFate(writer.field, reader.field, builds))).toEqual([]);
});
