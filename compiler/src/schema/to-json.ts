/** Writes a schema as JSON: a stable, versioned form for snapshots and other tools, without what has its default. */

import type {
  AliasSchema,
  Annotation,
  AnnotationValue,
  Described,
  EnumSchema,
  ErrorSchema,
  FieldSchema,
  FileSchema,
  InlineUnionSchema,
  MessageSchema,
  MethodSchema,
  ReservedSchema,
  Schema,
  ServiceSchema,
  UnionSchema,
} from "./schema.js";
import type { PolicySchema } from "./policy-schema.js";

/** The mark by which the form is recognised. */
export const schemaFormat = "rpcgen-schema";

/** Grows when a reader of the older form would misread the newer one. */
export const schemaFormatVersion = 1;

type Json = string | number | boolean | readonly Json[] | { readonly [key: string]: Json | undefined };

/** The JSON text of a schema, indented by two spaces, with a line break at the end. Equal schemas give equal texts. */
export function schemaToJson(schema: Schema): string {
  const document = { format: schemaFormat, version: schemaFormatVersion, files: schema.files.map(fileToJson) };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

function fileToJson(file: FileSchema): Json {
  return {
    path: file.path,
    package: file.package,
    docs: unlessEmpty(file.docs),
    imports: unlessNone(file.imports),
    isStandard: unlessFalse(file.isStandard),
    messages: unlessNone(file.messages.map(messageToJson)),
    enums: unlessNone(file.enums.map(enumToJson)),
    unions: unlessNone(file.unions.map(unionToJson)),
    errors: unlessNone(file.errors.map(errorToJson)),
    aliases: unlessNone(file.aliases.map(aliasToJson)),
    services: unlessNone(file.services.map(serviceToJson)),
  };
}

function messageToJson(message: MessageSchema): Json {
  return {
    ...describedToJson(message),
    members: message.members.map(memberToJson),
    reserved: reservedToJson(message.reserved),
    isSynthetic: unlessFalse(message.isSynthetic),
  };
}

function errorToJson(error: ErrorSchema): Json {
  return {
    ...describedToJson(error),
    code: error.code,
    members: error.members.map(memberToJson),
    reserved: reservedToJson(error.reserved),
  };
}

function unionToJson(union: UnionSchema): Json {
  return { ...describedToJson(union), fields: union.fields.map(fieldToJson), reserved: reservedToJson(union.reserved) };
}

function enumToJson(declaration: EnumSchema): Json {
  return {
    ...describedToJson(declaration),
    isClosed: unlessFalse(declaration.isClosed),
    values: declaration.values.map((value) => ({ ...describedToJson(value), number: value.number })),
    reserved: reservedToJson(declaration.reserved),
  };
}

function aliasToJson(alias: AliasSchema): Json {
  return {
    ...describedToJson(alias),
    type: { kind: alias.type.kind, name: alias.type.name },
    cardinality: unlessSingle(alias.cardinality),
    mapKey: alias.mapKey,
  };
}

function serviceToJson(service: ServiceSchema): Json {
  return {
    ...describedToJson(service),
    extends: service.extends,
    methods: service.methods.map(methodToJson),
    fingerprint: service.fingerprint,
  };
}

function methodToJson(method: MethodSchema): Json {
  return {
    ...describedToJson(method),
    wireName: method.wireName,
    shape: method.shape,
    input: method.input,
    output: method.output,
    hasInlineInput: unlessFalse(method.hasInlineInput),
    outputForm: method.outputForm === "message" ? undefined : method.outputForm,
    throws: unlessNone(method.throws),
    timeoutMs: method.timeoutMs,
    isIdempotent: unlessFalse(method.isIdempotent),
    policy: method.policy && policyToJson(method.policy),
  };
}

function policyToJson({ retry, hedge, cache, rateLimit, concurrency, idempotencyKey }: PolicySchema): Json {
  return {
    retry: retry && { ...retry },
    hedge: hedge && { ...hedge },
    cache: cache && { ...cache },
    rateLimit: rateLimit && { ...rateLimit },
    concurrency: concurrency && { max: concurrency.max, isAdaptive: unlessFalse(concurrency.isAdaptive) },
    idempotencyKey,
  };
}

function memberToJson(member: FieldSchema | InlineUnionSchema): Json {
  if (member.kind === "field") return fieldToJson(member);
  return { kind: "inlineUnion", ...describedToJson(member), members: member.members.map(fieldToJson) };
}

function fieldToJson(field: FieldSchema): Json {
  return {
    ...describedToJson(field),
    number: field.number,
    jsonName: field.jsonName,
    protoName: field.protoName,
    type: { kind: field.type.kind, name: field.type.name },
    cardinality: unlessSingle(field.cardinality),
    mapKey: field.mapKey,
    presence: field.presence,
    packed: unlessFalse(field.packed),
    int64: field.int64 === "bigint" ? undefined : field.int64,
    alias: field.alias,
  };
}

function describedToJson(thing: Described): Record<string, Json | undefined> {
  return {
    name: thing.name,
    docs: unlessEmpty(thing.docs),
    deprecated: thing.deprecated,
    annotations: unlessNone(thing.annotations.map(annotationToJson)),
    line: thing.line,
    column: thing.column,
  };
}

function annotationToJson(annotation: Annotation): Json {
  return { name: annotation.name, args: unlessNone(annotation.args.map(argumentToJson)) };
}

function argumentToJson(value: AnnotationValue): Json {
  return value.kind === "duration"
    ? { kind: value.kind, milliseconds: value.milliseconds }
    : { kind: value.kind, value: value.value };
}

function reservedToJson(reserved: ReservedSchema): Json | undefined {
  if (reserved.ranges.length === 0 && reserved.names.length === 0) return undefined;
  return {
    ranges: unlessNone(reserved.ranges.map(({ from, to }) => ({ from, to }))),
    names: unlessNone(reserved.names),
  };
}

function unlessNone(list: readonly Json[]): readonly Json[] | undefined {
  return list.length === 0 ? undefined : list;
}

function unlessEmpty(text: string): string | undefined {
  return text === "" ? undefined : text;
}

function unlessFalse(flag: boolean): true | undefined {
  return flag ? true : undefined;
}

function unlessSingle(cardinality: "single" | "repeated" | "map"): string | undefined {
  return cardinality === "single" ? undefined : cardinality;
}
