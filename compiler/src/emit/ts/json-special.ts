/** The standard messages whose canonical JSON is not an object of their fields: what their two functions do instead. */

import type { EnumSchema, ErrorSchema, FieldSchema, MessageSchema, UnionSchema } from "../../schema/schema.js";
import { propertyName } from "../names.js";
import { stringLiteral } from "./escape.js";
import type { TsFile } from "./print.js";

/** The bodies of `...ToJson(value, writer)` and `...FromJson(json, reader)`, line by line. */
export interface SpecialForm {
  readonly toJson: readonly string[];
  readonly fromJson: readonly string[];
}

type WithFields = MessageSchema | ErrorSchema | UnionSchema;

/** The wrapper messages, by the readers and writers of what they wrap. */
const wrappers = {
  BoolValue: ["readBool", "writeBool", "false"],
  BytesValue: ["readBytes", "writeBytes", "new Uint8Array(0)"],
  DoubleValue: ["readDouble", "writeDouble", "0"],
  FloatValue: ["readFloat", "writeFloat", "0"],
  Int32Value: ["readInt32", "writeInt32", "0"],
  Int64Value: ["readInt64", "writeInt64", "0n"],
  StringValue: ["readString", "writeString", '""'],
  UInt32Value: ["readUint32", "writeUint32", "0"],
  UInt64Value: ["readUint64", "writeUint64", "0n"],
} as const;

function isWrapper(name: string): name is keyof typeof wrappers {
  return Object.hasOwn(wrappers, name);
}

/** The special form of a message of the standard library; undefined for every other message. */
export function specialForm(file: TsFile, message: WithFields): SpecialForm | undefined {
  const name = standardName(message);
  if (name === undefined) return undefined;
  if (isWrapper(name)) return wrapperForm(file, message, name);
  switch (name) {
    case "Any":
      return anyForm(file, message);
    case "Timestamp":
    case "Duration":
      return timeForm(file, message, name);
    case "FieldMask":
      return fieldMaskForm(file, message);
    case "Struct":
      return structForm(file, message);
    case "ListValue":
      return listForm(file, message);
    case "Value":
      return valueForm(file, message);
    default:
      return undefined;
  }
}

/** The special form of `google.protobuf.NullValue`, undefined for every other enum. */
export function specialEnumForm(declared: EnumSchema): SpecialForm | undefined {
  if (declared.fullName !== "google.protobuf.NullValue") return undefined;
  return {
    toJson: ["return null;"],
    fromJson: [
      'if (json !== null && json !== "NULL_VALUE" && json !== 0) reader.expected("null", json);',
      'return "NULL_VALUE";',
    ],
  };
}

function standardName(declared: { readonly fullName: string }): string | undefined {
  const prefix = "google.protobuf.";
  return declared.fullName.startsWith(prefix) ? declared.fullName.slice(prefix.length) : undefined;
}

/** The property of the field with this number; the standard library is ours, so that it is there. */
function property(message: { readonly fields: readonly FieldSchema[] }, number: number): string {
  return propertyName(message.fields.find((field) => field.number === number)?.name ?? `field${number}`);
}

function wrapperForm(file: TsFile, message: WithFields, name: keyof typeof wrappers): SpecialForm {
  const [read, write, zero] = wrappers[name];
  const value = property(message, 1);
  return {
    toJson: [`return ${file.door(write)}(value.${value} ?? ${zero}, writer);`],
    fromJson: [`return { ${value}: ${file.door(read)}(json, reader) };`],
  };
}

function anyForm(file: TsFile, message: WithFields): SpecialForm {
  const [typeUrl, value] = [property(message, 1), property(message, 2)];
  const packed = `{ typeUrl: value.${typeUrl} ?? "", value: value.${value} ?? new Uint8Array(0) }`;
  return {
    toJson: [`return ${file.door("writeAny")}(${packed}, writer);`],
    fromJson: [`return ${file.door("readAny")}(json, reader);`],
  };
}

function timeForm(file: TsFile, message: WithFields, name: "Timestamp" | "Duration"): SpecialForm {
  const [seconds, nanos] = [property(message, 1), property(message, 2)];
  const write = file.door(`write${name}Parts`);
  return {
    toJson: [`return ${write}(value.${seconds} ?? 0n, value.${nanos} ?? 0, writer);`],
    fromJson: [`return ${file.door(`read${name}Parts`)}(json, reader);`],
  };
}

function fieldMaskForm(file: TsFile, message: WithFields): SpecialForm {
  const paths = property(message, 1);
  return {
    toJson: [`return ${file.door("writeFieldMaskPaths")}(value.${paths} ?? [], writer);`],
    fromJson: [`return { ${paths}: ${file.door("readFieldMaskPaths")}(json, reader) };`],
  };
}

function structForm(file: TsFile, message: WithFields): SpecialForm {
  const fields = property(message, 1);
  const value = file.names.message("google.protobuf.Value");
  const map = `${file.door("asMap")}(value.${fields} ?? {}, writer)`;
  return {
    toJson: [`return ${file.door("writeMap")}(${map}, writer, ${file.door("writeString")}, ${value.toJson});`],
    fromJson: [
      `return { ${fields}: ${file.door("readMap")}(json, reader, ${file.door("readString")}, ${value.fromJson}) };`,
    ],
  };
}

function listForm(file: TsFile, message: WithFields): SpecialForm {
  const values = property(message, 1);
  const value = file.names.message("google.protobuf.Value");
  return {
    toJson: [`return ${file.door("writeList")}(value.${values} ?? [], writer, ${value.toJson});`],
    fromJson: [`return { ${values}: ${file.door("readList")}(json, reader, ${value.fromJson}) };`],
  };
}

function valueForm(file: TsFile, message: WithFields): SpecialForm {
  const kinds = [1, 2, 3, 4, 5, 6].map((number) => property(message, number));
  const [nothing, number, text, flag, struct, list] = kinds.map(stringLiteral);
  const kind = propertyName(message.fields[0]?.union ?? "kind");
  const structNames = file.names.message("google.protobuf.Struct");
  const listNames = file.names.message("google.protobuf.ListValue");
  const held = (name: string | undefined, value: string): string => `{ ${kind}: { kind: ${name}, value: ${value} } }`;
  return {
    toJson: [
      `const held = value.${kind};`,
      "writer.enter();",
      `let json: ${file.door("JsonValue")};`,
      "switch (held?.kind) {",
      `  case ${nothing}: json = null; break;`,
      `  case ${number}: json = ${file.door("writeJson")}(held.value, writer); break;`,
      `  case ${text}: json = ${file.door("writeString")}(held.value, writer); break;`,
      `  case ${flag}: json = ${file.door("writeBool")}(held.value, writer); break;`,
      `  case ${struct}: json = ${structNames.toJson}(held.value, writer); break;`,
      `  case ${list}: json = ${listNames.toJson}(held.value, writer); break;`,
      '  default: return writer.fail("a google.protobuf.Value without a value has no JSON");',
      "}",
      "writer.leave();",
      "return json;",
    ],
    fromJson: [
      `if (json === null) return ${held(nothing, '"NULL_VALUE"')};`,
      `if (typeof json === "boolean") return ${held(flag, "json")};`,
      `if (typeof json === "string") return ${held(text, `${file.door("readString")}(json, reader)`)};`,
      `if (typeof json !== "object") return ${held(number, `${file.door("readDouble")}(json, reader)`)};`,
      "reader.enter();",
      `const value: ${file.type(file.source, "types", file.names.message(message.fullName).type)} = ${file.door("isJsonList")}(json)`,
      `  ? ${held(list, `${listNames.fromJson}(json, reader)`)}`,
      `  : ${held(struct, `${structNames.fromJson}(json, reader)`)};`,
      "reader.leave();",
      "return value;",
    ],
  };
}
