/** What becomes of the canonical JSON that one build writes for a field when the other build reads it. */

import type { FieldSchema, ScalarName, TypeSchema } from "../../schema/schema.js";
import type { Builds, Fate, Slot } from "./wire-slot.js";
import { enumOf, excludesMore, fieldsOf, integerRange, isWithin, messageName, worst } from "./wire-slot.js";

/** The fate of all values that `writer` can write, as far as their JSON goes. */
export function jsonFate(writer: Slot, reader: Slot, builds: Builds, seen: Set<string> = new Set()): Fate {
  if (writer.cardinality !== reader.cardinality) return "refused";
  return worst([keyFate(writer, reader), valueFate(writer, reader, builds, seen)]);
}

/** Keys are JSON strings, whatever their type. */
function keyFate(writer: Slot, reader: Slot): Fate {
  const [from, to] = [writer.mapKey, reader.mapKey];
  if (from === undefined || to === undefined) return "kept";
  if (to === "string") return from === "string" ? "kept" : "misread";
  if (from === "string" || from === "bool" || to === "bool") return from === to ? "kept" : "refused";
  const keys = (slot: Slot, name: ScalarName): Slot => ({ ...slot, type: { kind: "scalar", name } });
  return isWithin(keys(writer, from), keys(reader, to)) ? "kept" : "some";
}

function valueFate(writer: Slot, reader: Slot, builds: Builds, seen: Set<string>): Fate {
  if (messageName(writer.type) !== undefined) return messageFate(writer.type, reader.type, builds, seen);
  const [from, to] = [enumOf(builds.writer, writer.type), enumOf(builds.reader, reader.type)];
  if (from !== undefined) {
    if (to === undefined) return "refused";
    if (builds.isPair(from.fullName, to.fullName)) return "kept";
    const numbers = new Map(to.values.map((value) => [value.name, value.number]));
    return from.values.every(({ name, number }) => numbers.get(name) === number) ? "kept" : "refused";
  }
  return scalarFate(writer, reader, builds);
}

function scalarFate(writer: Slot, reader: Slot, builds: Builds): Fate {
  const [from, to] = [scalarClass(writer.type), scalarClass(reader.type)];
  if (from === "integer" && to === "integer") return isWithin(writer, reader) ? "kept" : "some";
  // An enum is read from a number, too.
  if (from === "integer" && reader.type.kind === "enum") return isWithin(writer, reader, builds) ? "kept" : "some";
  if (from === "integer" && to === "fraction") return isExact(writer, reader.type) ? "kept" : "some";
  if (from === "fraction" && to === "integer") return "some";
  if (from === "fraction" && to === "fraction") return writer.type.name === reader.type.name ? "kept" : "some";
  return from === to && from !== "other" ? "kept" : "refused";
}

/** Whether a float or double holds every integer of the slot. */
function isExact(writer: Slot, reader: TypeSchema): boolean {
  const range = integerRange(writer.type, writer.int64);
  const most = reader.name === "double" ? 2n ** 53n : 2n ** 24n;
  return range !== undefined && -range[0] <= most && range[1] <= most;
}

function scalarClass(type: TypeSchema): "integer" | "fraction" | "bool" | "string" | "bytes" | "other" {
  if (type.kind !== "scalar") return "other";
  if (type.name === "bool" || type.name === "string" || type.name === "bytes") return type.name;
  return type.name === "float" || type.name === "double" ? "fraction" : "integer";
}

function messageFate(writer: TypeSchema, reader: TypeSchema, builds: Builds, seen: Set<string>): Fate {
  const [from, to] = [messageName(writer), messageName(reader)];
  if (from === undefined || to === undefined) return "refused";
  if (from === to && writer.kind !== "builtin" && reader.kind === "builtin") {
    return reader.name === "json" ? "kept" : "some";
  }
  if (from === to || builds.isPair(from, to)) return "kept";
  // Standard messages have forms of their own.
  if (from.startsWith("google.protobuf.") || to.startsWith("google.protobuf.")) return "refused";
  const [old, now] = [fieldsOf(builds.writer, writer), fieldsOf(builds.reader, reader)];
  if (old === undefined || now === undefined) return "refused";
  const key = `${from} ${to}`;
  if (seen.has(key)) return "kept";
  seen.add(key);
  const isRefused = excludesMore(old, writer.kind === "union", now, reader.kind === "union");
  return worst([isRefused ? "refused" : "kept", ...old.map((field) => fieldFate(field, now, builds, seen))]);
}

function fieldFate(field: FieldSchema, readers: readonly FieldSchema[], builds: Builds, seen: Set<string>): Fate {
  const reader =
    readers.find(({ jsonName }) => jsonName === field.jsonName) ??
    readers.find(({ protoName }) => protoName === field.jsonName);
  return reader === undefined ? "refused" : jsonFate(field, reader, builds, seen);
}
