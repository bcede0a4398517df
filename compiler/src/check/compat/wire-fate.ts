/** What becomes of the bytes that one build writes for a field when the other build reads them. */

import type { FieldSchema, TypeSchema } from "../../schema/schema.js";
import type { Builds, Fate, Slot } from "./wire-slot.js";
import { enumOf, excludesMore, fieldsOf, isWithin, messageName, worst } from "./wire-slot.js";

/** The fate of all values that `writer` can write. Exact for each value type; for messages, the worst of their fields. */
export function wireFate(writer: Slot, reader: Slot, builds: Builds, seen: Set<string> = new Set()): Fate {
  if (writer.cardinality === "map" && reader.cardinality === "map") {
    return worst([keyFate(writer, reader), valueFate(writer, reader, builds, seen)]);
  }
  if (writer.cardinality === "map" || reader.cardinality === "map") return entryFate(writer, reader, builds, seen);
  const [from, to] = [encodingOf(writer.type), encodingOf(reader.type)];
  const isSameWireType = wireTypes[from] === wireTypes[to];
  if (writer.cardinality === "repeated" && writer.packed) {
    // A packed list is one length-delimited value, and so is read as one by everything that has a length.
    if (reader.cardinality === "single") return to === "length" ? "misread" : "lost";
    if (!isSameWireType) return "misread";
  } else if (reader.cardinality === "repeated" && from === "length" && to !== "length") {
    return "misread";
  }
  const fate = valueFate(writer, reader, builds, seen);
  return writer.cardinality === "repeated" && reader.cardinality === "single" ? worst([fate, "some"]) : fate;
}

type Encoding = "varint" | "zigzag" | "fixed32" | "float" | "fixed64" | "double" | "length";

const wireTypes: Readonly<Record<Encoding, 0 | 1 | 2 | 5>> = {
  varint: 0,
  zigzag: 0,
  fixed64: 1,
  double: 1,
  length: 2,
  fixed32: 5,
  float: 5,
};

function encodingOf(type: TypeSchema): Encoding {
  if (type.kind !== "scalar") return type.kind === "enum" ? "varint" : "length";
  switch (type.name) {
    case "float":
    case "double":
      return type.name;
    case "string":
    case "bytes":
      return "length";
    case "fixed32":
    case "sfixed32":
      return "fixed32";
    case "fixed64":
    case "sfixed64":
      return "fixed64";
    default:
      return type.name.startsWith("sint") ? "zigzag" : "varint";
  }
}

/** One value, or one item of a list. */
function valueFate(writer: Slot, reader: Slot, builds: Builds, seen: Set<string>): Fate {
  const [from, to] = [encodingOf(writer.type), encodingOf(reader.type)];
  if (wireTypes[from] !== wireTypes[to]) return "lost";
  if (from !== to) return "misread";
  if (from === "length") return lengthFate(writer.type, reader.type, builds, seen);
  if (from === "float" || from === "double") return "kept";
  return integerFate(writer, reader, builds);
}

function integerFate(writer: Slot, reader: Slot, builds: Builds): Fate {
  const [from, to] = [enumOf(builds.writer, writer.type), enumOf(builds.reader, reader.type)];
  if (from !== undefined && to !== undefined) {
    // Values of declarations that are compared with each other are told on their own.
    if (builds.isPair(from.fullName, to.fullName)) return "kept";
    const names = new Map(to.values.map((value) => [value.number, value.name]));
    if (from.values.some(({ number, name }) => names.has(number) && names.get(number) !== name)) return "misread";
  }
  if (isWithin(writer, reader, builds)) return "kept";
  return to?.isClosed === true ? "refused" : "some";
}

function keyFate(writer: Slot, reader: Slot): Fate {
  if (writer.mapKey === undefined || reader.mapKey === undefined) return "misread";
  const from = keySlot(writer.mapKey, writer);
  const to = keySlot(reader.mapKey, reader);
  const [a, b] = [encodingOf(from.type), encodingOf(to.type)];
  if (wireTypes[a] !== wireTypes[b]) return "lost";
  if (a !== b) return "misread";
  return a === "length" || isWithin(from, to) ? "kept" : "some";
}

function keySlot(name: NonNullable<Slot["mapKey"]>, { int64 }: Slot): Slot {
  return { type: { kind: "scalar", name }, cardinality: "single", mapKey: undefined, packed: false, int64 };
}

/** Strings, bytes, messages and unions. */
function lengthFate(writer: TypeSchema, reader: TypeSchema, builds: Builds, seen: Set<string>): Fate {
  const isText = (type: TypeSchema): boolean => type.kind === "scalar" && type.name === "string";
  const isBytes = (type: TypeSchema): boolean => type.kind === "scalar" && type.name === "bytes";
  if (isBytes(reader)) return "kept";
  if (isText(reader)) return isText(writer) ? "kept" : isBytes(writer) ? "refused" : "misread";
  if (writer.kind === "scalar") return "refused";
  return messageFate(writer, reader, builds, seen);
}

function messageFate(writer: TypeSchema, reader: TypeSchema, builds: Builds, seen: Set<string>): Fate {
  const [from, to] = [messageName(writer), messageName(reader)];
  if (from === undefined || to === undefined) return "misread";
  if (from === to && (writer.kind === "builtin" || reader.kind === "builtin")) {
    // Dates end at the millisecond, and numbers of milliseconds hold no nanosecond beyond some months.
    const isCut = writer.kind !== "builtin" && reader.kind === "builtin" && reader.name !== "json";
    return isCut ? "some" : "kept";
  }
  if (from === to || builds.isPair(from, to)) return "kept";
  const [old, now] = [fieldsOf(builds.writer, writer), fieldsOf(builds.reader, reader)];
  if (old === undefined || now === undefined) return "misread";
  const key = `${from} ${to}`;
  // Met before, in a circle or on another way: the answer is the worst of everything that is met, so once is enough.
  if (seen.has(key)) return "kept";
  seen.add(key);
  const isLossy = excludesMore(old, writer.kind === "union", now, reader.kind === "union");
  return worst([isLossy ? "some" : "kept", ...old.map((field) => fieldFate(field, now, builds, seen))]);
}

/** The fate of one field of a message that is read as another message. */
function fieldFate(field: FieldSchema, readers: readonly FieldSchema[], builds: Builds, seen: Set<string>): Fate {
  const reader = readers.find(({ number }) => number === field.number);
  if (reader === undefined) return "lost";
  return reader.name === field.name ? wireFate(field, reader, builds, seen) : "misread";
}

/** A map on one side, and anything else on the other: an entry is a message with a key and a value. */
function entryFate(writer: Slot, reader: Slot, builds: Builds, seen: Set<string>): Fate {
  const other = writer.cardinality === "map" ? reader : writer;
  const isWriter = writer.cardinality === "map";
  if (encodingOf(other.type) !== "length") {
    if (other.cardinality !== "repeated") return "lost";
    return isWriter || other.packed ? "misread" : "lost";
  }
  if (isWriter && other.type.kind === "scalar" && other.type.name === "bytes") {
    return other.cardinality === "repeated" ? "kept" : "some";
  }
  const fields = fieldsOf(isWriter ? builds.reader : builds.writer, other.type);
  const [key, value] = [fields?.find(({ number }) => number === 1), fields?.find(({ number }) => number === 2)];
  if (key?.name !== "key" || value?.name !== "value") {
    return isWriter ? "misread" : "refused";
  }
  const map = isWriter ? writer : reader;
  const entryKey = keySlot(map.mapKey ?? "string", map);
  const entryValue: Slot = { ...map, cardinality: "single", mapKey: undefined, packed: false };
  const parts = isWriter
    ? [wireFate(entryKey, key, builds, seen), wireFate(entryValue, value, builds, seen)]
    : [wireFate(key, entryKey, builds, seen), wireFate(value, entryValue, builds, seen)];
  const others = !isWriter && (fields?.length ?? 0) > 2;
  // A list may hold one key twice, and a single message is merged from many entries.
  const isOneToOne = isWriter && other.cardinality === "repeated";
  return worst([...parts, isOneToOne ? "kept" : "some", others ? "lost" : "kept"]);
}
