/** The special JSON form of `google.protobuf.FieldMask`: its paths in lowerCamelCase, separated by commas. */

import type { JsonReader, JsonWriter } from "./json-codec.js";
import type { JsonInput } from "./json-value.js";

/** `a.barBaz,c` as `["a.bar_baz", "c"]`. */
export function readFieldMaskPaths(json: JsonInput, reader: JsonReader): string[] {
  if (typeof json !== "string") reader.expected("field paths separated by commas", json);
  if (json === "") return [];
  if (!/^[A-Za-z0-9.]+(?:,[A-Za-z0-9.]+)*$/.test(json)) {
    reader.fail("expected field paths in lowerCamelCase separated by commas, got another string");
  }
  return json.split(",").map((path) => path.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
}

/** The other way; a path that would not read back the same is an error. */
export function writeFieldMaskPaths(paths: readonly string[], writer: JsonWriter): string {
  return paths.map((path, index) => writer.at(index, path, writePath)).join(",");
}

function writePath(path: string, writer: JsonWriter): string {
  const camel = path.replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());
  if (!/^[a-z0-9._]+$/.test(path) || camel.includes("_")) {
    writer.fail("expected a path of snake_case names, each underscore before a letter");
  }
  return camel;
}
