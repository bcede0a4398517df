/** Reads declarations from the JSON form of a schema. */

import { JsonObject } from "./json-reader.js";
import type { JsonNode } from "./json-reader.js";
import { readPolicy } from "./read-policy.js";
import { statusNames } from "./schema.js";
import type {
  AliasSchema,
  Annotation,
  AnnotationValue,
  Described,
  EnumSchema,
  ErrorSchema,
  FieldSchema,
  InlineUnionSchema,
  MessageSchema,
  MethodSchema,
  ReservedSchema,
  ScalarName,
  ServiceSchema,
  TypeSchema,
  UnionSchema,
} from "./schema.js";

/** A service before its fingerprint is computed. */
export type UnfinishedService = Omit<ServiceSchema, "fingerprint">;

const describedKeys = ["name", "docs", "deprecated", "annotations", "line", "column"];

const scalarNames: readonly ScalarName[] = [
  "bool",
  "int32",
  "int64",
  "uint32",
  "uint64",
  "sint32",
  "sint64",
  "fixed32",
  "fixed64",
  "sfixed32",
  "sfixed64",
  "float",
  "double",
  "string",
  "bytes",
];

export function readMessage(node: JsonNode, packageName: string): MessageSchema {
  const message = new JsonObject(node, [...describedKeys, "members", "reserved", "isSynthetic"]);
  const described = readDescribed(message);
  return {
    kind: "message",
    ...described,
    fullName: qualified(packageName, described.name),
    ...readMembers(message),
    reserved: readReserved(message),
    isSynthetic: message.flag("isSynthetic"),
  };
}

export function readError(node: JsonNode, packageName: string): ErrorSchema {
  const error = new JsonObject(node, [...describedKeys, "code", "members", "reserved"]);
  const described = readDescribed(error);
  return {
    kind: "error",
    ...described,
    fullName: qualified(packageName, described.name),
    code: error.required("code").oneOf(statusNames),
    ...readMembers(error),
    reserved: readReserved(error),
    isSynthetic: false,
  };
}

export function readUnion(node: JsonNode, packageName: string): UnionSchema {
  const union = new JsonObject(node, [...describedKeys, "fields", "reserved"]);
  const described = readDescribed(union);
  return {
    kind: "union",
    ...described,
    fullName: qualified(packageName, described.name),
    fields: byNumber(union.items("fields", (field) => readField(field, undefined))),
    reserved: readReserved(union),
  };
}

export function readEnum(node: JsonNode, packageName: string): EnumSchema {
  const declaration = new JsonObject(node, [...describedKeys, "isClosed", "values", "reserved"]);
  const described = readDescribed(declaration);
  return {
    kind: "enum",
    ...described,
    fullName: qualified(packageName, described.name),
    isClosed: declaration.flag("isClosed"),
    values: declaration.items("values", (valueNode) => {
      const value = new JsonObject(valueNode, [...describedKeys, "number"]);
      return { kind: "enumValue", ...readDescribed(value), number: value.required("number").integer() };
    }),
    reserved: readReserved(declaration),
  };
}

export function readAlias(node: JsonNode, packageName: string): AliasSchema {
  const alias = new JsonObject(node, [...describedKeys, "type", "cardinality", "mapKey"]);
  const described = readDescribed(alias);
  return { kind: "alias", ...described, fullName: qualified(packageName, described.name), ...readType(alias) };
}

export function readService(node: JsonNode, packageName: string): UnfinishedService {
  const service = new JsonObject(node, [...describedKeys, "extends", "methods", "fingerprint"]);
  const described = readDescribed(service);
  service.optional("fingerprint", (fingerprint) => fingerprint.string(), "");
  return {
    kind: "service",
    ...described,
    fullName: qualified(packageName, described.name),
    extends: service.optional("extends", (name) => name.string(), undefined),
    methods: service.required("methods").list().map(readMethod),
  };
}

function readMethod(node: JsonNode, index: number): MethodSchema {
  const method = new JsonObject(node, [
    ...describedKeys,
    "wireName",
    "shape",
    "input",
    "output",
    "hasInlineInput",
    "outputForm",
    "throws",
    "timeoutMs",
    "isIdempotent",
    "policy",
  ]);
  return {
    kind: "method",
    ...readDescribed(method),
    index,
    wireName: method.required("wireName").string(),
    shape: method.required("shape").oneOf(["unary", "serverStream", "clientStream", "bidiStream", "oneway"]),
    input: method.required("input").string(),
    output: method.required("output").string(),
    hasInlineInput: method.flag("hasInlineInput"),
    outputForm: method.optional("outputForm", (form) => form.oneOf(["message", "value", "void"]), "message"),
    throws: method.items("throws", (name) => name.string()),
    timeoutMs: method.optional("timeoutMs", (timeout) => timeout.number(), undefined),
    isIdempotent: method.flag("isIdempotent"),
    policy: method.optional("policy", readPolicy, undefined),
  };
}

function readMembers(owner: JsonObject): Pick<MessageSchema, "members" | "fields"> {
  const members = owner.required("members").list().map(readMember);
  const fields = members.flatMap((member) => (member.kind === "field" ? [member] : member.members));
  return { members, fields: byNumber(fields) };
}

const fieldKeys = [
  ...describedKeys,
  "number",
  "jsonName",
  "protoName",
  "type",
  "cardinality",
  "mapKey",
  "presence",
  "packed",
  "int64",
  "alias",
];

function readMember(node: JsonNode): FieldSchema | InlineUnionSchema {
  const member = new JsonObject(node, [...fieldKeys, "kind", "members"]);
  const kind = member.optional("kind", (word) => word.oneOf(["inlineUnion"]), "field");
  if (kind === "field") return readField(node, undefined);
  const union = new JsonObject(node, ["kind", ...describedKeys, "members"]);
  const described = readDescribed(union);
  return {
    kind,
    ...described,
    members: union
      .required("members")
      .list()
      .map((field) => readField(field, described.name)),
  };
}

function readField(node: JsonNode, union: string | undefined): FieldSchema {
  const field = new JsonObject(node, fieldKeys);
  return {
    kind: "field",
    ...readDescribed(field),
    number: field.required("number").integer(),
    jsonName: field.required("jsonName").string(),
    protoName: field.required("protoName").string(),
    ...readType(field),
    presence: field.required("presence").oneOf(["implicit", "explicit"]),
    packed: field.flag("packed"),
    int64: field.optional("int64", (form) => form.oneOf(["bigint", "number", "string"]), "bigint"),
    alias: field.optional("alias", (name) => name.string(), undefined),
    union,
  };
}

function readType(owner: JsonObject): Pick<FieldSchema, "type" | "cardinality" | "mapKey"> {
  const cardinality = owner.optional("cardinality", (word) => word.oneOf(["repeated", "map"]), "single");
  return {
    type: readTypeName(owner.required("type")),
    cardinality,
    mapKey: cardinality === "map" ? owner.required("mapKey").oneOf(scalarNames) : undefined,
  };
}

function readTypeName(node: JsonNode): TypeSchema {
  const type = new JsonObject(node, ["kind", "name"]);
  const kind = type.required("kind").oneOf(["scalar", "builtin", "enum", "message", "union"]);
  const name = type.required("name");
  if (kind === "scalar") return { kind, name: name.oneOf(scalarNames) };
  if (kind === "builtin") return { kind, name: name.oneOf(["timestamp", "duration", "json"]) };
  return { kind, name: name.string() };
}

function readDescribed(thing: JsonObject): Described {
  return {
    name: thing.required("name").string(),
    docs: thing.optional("docs", (docs) => docs.string(), ""),
    deprecated: thing.optional("deprecated", (reason) => reason.string(), undefined),
    annotations: thing.items("annotations", readAnnotation),
    line: thing.required("line").integer(),
    column: thing.required("column").integer(),
  };
}

function readAnnotation(node: JsonNode): Annotation {
  const annotation = new JsonObject(node, ["name", "args"]);
  return { name: annotation.required("name").string(), args: annotation.items("args", readArgument) };
}

function readArgument(node: JsonNode): AnnotationValue {
  const argument = new JsonObject(node, ["kind", "value", "milliseconds"]);
  const kind = argument.required("kind").oneOf(["string", "number", "boolean", "duration", "name"]);
  if (kind === "duration") return { kind, milliseconds: argument.required("milliseconds").number() };
  if (kind === "boolean") return { kind, value: argument.required("value").boolean() };
  return { kind, value: argument.required("value").string() };
}

function readReserved(owner: JsonObject): ReservedSchema {
  const none: ReservedSchema = { ranges: [], names: [] };
  return owner.optional(
    "reserved",
    (node) => {
      const reserved = new JsonObject(node, ["ranges", "names"]);
      return {
        ranges: reserved.items("ranges", (rangeNode) => {
          const range = new JsonObject(rangeNode, ["from", "to"]);
          return { from: range.required("from").integer(), to: range.required("to").integer() };
        }),
        names: reserved.items("names", (name) => name.string()),
      };
    },
    none,
  );
}

function byNumber(fields: readonly FieldSchema[]): readonly FieldSchema[] {
  return [...fields].sort((a, b) => a.number - b.number);
}

function qualified(packageName: string, name: string): string {
  return packageName === "" ? name : `${packageName}.${name}`;
}
