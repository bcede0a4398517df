/** What travels under one field number, as far as bytes and JSON go: a field without its name and its place. */

import type { EnumSchema, FieldSchema, Int64Form, ScalarName, Schema, TypeSchema } from "../../schema/schema.js";

export type Slot = Pick<FieldSchema, "type" | "cardinality" | "mapKey" | "packed" | "int64">;

/** What becomes of the values of one build in the other: all are kept, some are changed, or the reader loses, misreads or refuses them. */
export type Fate = "kept" | "some" | "lost" | "misread" | "refused";

const gravity: readonly Fate[] = ["kept", "some", "lost", "misread", "refused"];

export function worst(fates: Iterable<Fate>): Fate {
  let most: Fate = "kept";
  for (const fate of fates) if (gravity.indexOf(fate) > gravity.indexOf(most)) most = fate;
  return most;
}

/** One of the two builds as a reader or writer; `isPair` tells declarations that are compared on their own. */
export interface Builds {
  readonly writer: Schema;
  readonly reader: Schema;
  /** Whether a declaration of the writer is the same as one of the reader, renamed or not. */
  readonly isPair: (writer: string, reader: string) => boolean;
}

/** Inclusive bounds of the integers that a type holds; undefined where it holds none. */
export function integerRange(type: TypeSchema, int64: Int64Form): readonly [bigint, bigint] | undefined {
  if (type.kind === "enum") return bits(31n, true);
  if (type.kind !== "scalar") return undefined;
  const range = integerRanges[type.name];
  if (range === undefined || int64 !== "number" || !type.name.endsWith("64")) return range;
  // Generated code refuses what a double does not hold exactly.
  const safe = BigInt(Number.MAX_SAFE_INTEGER);
  return [range[0] === 0n ? 0n : -safe, safe];
}

const integerRanges: Readonly<Partial<Record<ScalarName, readonly [bigint, bigint]>>> = {
  bool: [0n, 1n],
  int32: bits(31n, true),
  sint32: bits(31n, true),
  sfixed32: bits(31n, true),
  uint32: bits(32n, false),
  fixed32: bits(32n, false),
  int64: bits(63n, true),
  sint64: bits(63n, true),
  sfixed64: bits(63n, true),
  uint64: bits(64n, false),
  fixed64: bits(64n, false),
};

function bits(count: bigint, isSigned: boolean): readonly [bigint, bigint] {
  return [isSigned ? -(2n ** count) : 0n, 2n ** count - 1n];
}

/** Whether every integer that the writer may write is one that the reader holds. */
export function isWithin(writer: Slot, reader: Slot, builds?: Builds): boolean {
  const from = integerRange(writer.type, writer.int64);
  const to = integerRange(reader.type, reader.int64);
  if (from === undefined || to === undefined) return false;
  const written = builds && closedNumbers(builds.writer, writer.type);
  const known = builds && closedNumbers(builds.reader, reader.type);
  const isKnown = (value: bigint): boolean =>
    known === undefined ? value >= to[0] && value <= to[1] : known.includes(value);
  if (written !== undefined) return written.every(isKnown);
  // Of the open ranges, only that of `bool` is small enough to fit into a list of values.
  return from[1] - from[0] === 1n || known === undefined ? from.every(isKnown) : false;
}

/** The numbers of a closed enum, the only ones that it holds. */
function closedNumbers(schema: Schema, type: TypeSchema): readonly bigint[] | undefined {
  const declared = enumOf(schema, type);
  return declared?.isClosed === true ? declared.values.map(({ number }) => BigInt(number)) : undefined;
}

export function enumOf(schema: Schema, type: TypeSchema): EnumSchema | undefined {
  const declared = type.kind === "enum" ? schema.declarations.get(type.name) : undefined;
  return declared?.kind === "enum" ? declared : undefined;
}

/** The fields of a message, union or error; undefined for every other type. */
export function fieldsOf(schema: Schema, type: TypeSchema): readonly FieldSchema[] | undefined {
  if (type.kind !== "message" && type.kind !== "union") return undefined;
  const declared = schema.declarations.get(type.name);
  return declared !== undefined && "fields" in declared ? declared.fields : undefined;
}

/** Whether two fields of the first list may be there at once, of which readers of the second list keep only the last. */
export function excludesMore(
  writer: readonly FieldSchema[],
  isWriterUnion: boolean,
  reader: readonly FieldSchema[],
  isReaderUnion: boolean,
): boolean {
  const groups = new Map<string, Set<string>>();
  const written = new Map(
    writer.map((field) => [field.number, isWriterUnion ? "" : (field.union ?? `#${field.number}`)]),
  );
  for (const field of reader) {
    const group = isReaderUnion ? "" : field.union;
    const from = written.get(field.number);
    if (group === undefined || from === undefined) continue;
    groups.set(group, (groups.get(group) ?? new Set()).add(from));
  }
  return [...groups.values()].some((from) => from.size > 1);
}

/** The full name of the standard message that a built-in type travels as, or of the message itself. */
export function messageName(type: TypeSchema): string | undefined {
  if (type.kind === "message" || type.kind === "union") return type.name;
  if (type.kind !== "builtin") return undefined;
  return {
    timestamp: "google.protobuf.Timestamp",
    duration: "google.protobuf.Duration",
    json: "google.protobuf.Value",
  }[type.name];
}
