/** What the IDL means: frozen, total, serialisable; nothing below this point knows of text or tokens. */

import type { PolicySchema } from "./policy-schema.js";

/** Everything that one compile knows, files in dependency order (imported before importing). */
export interface Schema {
  readonly files: readonly FileSchema[];
  /** Every named declaration of every file, by full name. */
  readonly declarations: ReadonlyMap<string, Declaration>;
}

/** One file: declarations stand in the order in which they were written. */
export interface FileSchema {
  /** Logical path with POSIX separators, for instance `shop/orders.rpc`. */
  readonly path: string;
  /** Dotted package name, "" where the file has none. */
  readonly package: string;
  readonly docs: string;
  /** Logical paths of the files it imports directly. */
  readonly imports: readonly string[];
  /** True for the files that ship with the compiler (`google/protobuf/*.rpc`). */
  readonly isStandard: boolean;
  readonly messages: readonly MessageSchema[];
  readonly enums: readonly EnumSchema[];
  readonly unions: readonly UnionSchema[];
  readonly errors: readonly ErrorSchema[];
  readonly aliases: readonly AliasSchema[];
  readonly services: readonly ServiceSchema[];
}

export type Declaration = MessageSchema | EnumSchema | UnionSchema | ErrorSchema | AliasSchema | ServiceSchema;

/** What every named thing carries. */
export interface Described {
  /** As written, for instance `placedAt`, `Order`, `PENDING`. */
  readonly name: string;
  /** Markdown from `///`, "" where there is none. */
  readonly docs: string;
  /** The reason given to `@deprecated`, "" where none was given, undefined where it is not deprecated. */
  readonly deprecated: string | undefined;
  /** Annotations as written and checked, in order; `@deprecated`, `@name`, `@js` and the like are here too. */
  readonly annotations: readonly Annotation[];
  /** Where its name stands, counted from 1; for declaration maps and messages. */
  readonly line: number;
  readonly column: number;
}

/** A checked annotation: a built-in of the catalogue or, with a dot in its name, one under a declared namespace. */
export interface Annotation {
  readonly name: string;
  readonly args: readonly AnnotationValue[];
}

export type AnnotationValue =
  | { readonly kind: "string"; readonly value: string }
  /** The canonical decimal spelling, so that no digit is lost. */
  | { readonly kind: "number"; readonly value: string }
  | { readonly kind: "boolean"; readonly value: boolean }
  | { readonly kind: "duration"; readonly milliseconds: number }
  | { readonly kind: "name"; readonly value: string };

export type ScalarName =
  | "bool"
  | "int32"
  | "int64"
  | "uint32"
  | "uint64"
  | "sint32"
  | "sint64"
  | "fixed32"
  | "fixed64"
  | "sfixed32"
  | "sfixed64"
  | "float"
  | "double"
  | "string"
  | "bytes";

/** Built-in messages with the wire form of `google.protobuf.Timestamp`, `Duration` and `Value`. */
export type BuiltinName = "timestamp" | "duration" | "json";

/** A type after aliases were followed. `name` of the last three is a full name in `Schema.declarations`. */
export type TypeSchema =
  | { readonly kind: "scalar"; readonly name: ScalarName }
  | { readonly kind: "builtin"; readonly name: BuiltinName }
  | { readonly kind: "enum"; readonly name: string }
  | { readonly kind: "message"; readonly name: string }
  | { readonly kind: "union"; readonly name: string };

/** How a 64-bit integer shows in TypeScript. */
export type Int64Form = "bigint" | "number" | "string";

/** A field of a message or error, or a member of a union (then `cardinality` is "single", `presence` "explicit"). */
export interface FieldSchema extends Described {
  readonly kind: "field";
  readonly number: number;
  /** Name in canonical JSON: lowerCamelCase, or what `@name` says. */
  readonly jsonName: string;
  /** Name in an exported `.proto`, snake_case; JSON input accepts it too. */
  readonly protoName: string;
  /** The element type of a list, the value type of a map. */
  readonly type: TypeSchema;
  readonly cardinality: "single" | "repeated" | "map";
  /** Only where `cardinality` is "map". */
  readonly mapKey: ScalarName | undefined;
  /** "implicit": zero when absent. Message-like single fields are always "explicit"; lists and maps are "implicit". */
  readonly presence: "implicit" | "explicit";
  /** Repeated numeric and enum fields: whether they are written packed (reading accepts both). */
  readonly packed: boolean;
  readonly int64: Int64Form;
  /** Full name of the alias it was written with, undefined where it was written directly. */
  readonly alias: string | undefined;
  /** Name of the inline union in the same message that it is a member of. */
  readonly union: string | undefined;
}

/** An inline union of a message (`payment?: union { ... }`): at most one of its members is present. */
export interface InlineUnionSchema extends Described {
  readonly kind: "inlineUnion";
  /** Always explicit: it may be absent. Members are fields of the message with `union` set to this name. */
  readonly members: readonly FieldSchema[];
}

export interface ReservedSchema {
  /** Inclusive ranges. */
  readonly ranges: readonly { readonly from: number; readonly to: number }[];
  readonly names: readonly string[];
}

export interface MessageSchema extends Described {
  readonly kind: "message";
  readonly fullName: string;
  /** Plain fields and inline unions in the order in which they were written. */
  readonly members: readonly (FieldSchema | InlineUnionSchema)[];
  /** All fields, members of inline unions included, by ascending number. */
  readonly fields: readonly FieldSchema[];
  readonly reserved: ReservedSchema;
  /** True for messages that the compiler made to wrap inline parameters or a plain return. */
  readonly isSynthetic: boolean;
}

export interface ErrorSchema extends Omit<MessageSchema, "kind"> {
  readonly kind: "error";
  /** A status code in gRPC's spelling, for instance `FAILED_PRECONDITION`; `UNKNOWN` where `@code` is absent. */
  readonly code: StatusName;
}

/** A message that holds exactly one of its members. */
export interface UnionSchema extends Described {
  readonly kind: "union";
  readonly fullName: string;
  /** By ascending number. */
  readonly fields: readonly FieldSchema[];
  readonly reserved: ReservedSchema;
}

export interface EnumValueSchema extends Described {
  readonly kind: "enumValue";
  readonly number: number;
}

export interface EnumSchema extends Described {
  readonly kind: "enum";
  readonly fullName: string;
  readonly isClosed: boolean;
  /** In written order; several names may share a number only under `@allowAlias`, the first one is canonical. */
  readonly values: readonly EnumValueSchema[];
  readonly reserved: ReservedSchema;
}

export interface AliasSchema extends Described {
  readonly kind: "alias";
  readonly fullName: string;
  readonly type: TypeSchema;
  readonly cardinality: "single" | "repeated" | "map";
  readonly mapKey: ScalarName | undefined;
}

export type MethodShape = "unary" | "serverStream" | "clientStream" | "bidiStream" | "oneway";

export interface MethodSchema extends Described {
  readonly kind: "method";
  /** Position in `ServiceSchema.methods`: the dispatch index of servers generated from this schema. */
  readonly index: number;
  /** PascalCase or what `@name` says: the last part of `/shop.orders.v1.Orders/Place`. */
  readonly wireName: string;
  readonly shape: MethodShape;
  /** Full name of the message or union that travels in; synthetic where parameters are inline or absent. */
  readonly input: string;
  /** Full name of what travels out; synthetic for plain returns and `void`. For `oneway` an empty synthetic message. */
  readonly output: string;
  /** True where parameters were written inline: stubs and handlers then take the input's fields one by one. */
  readonly hasInlineInput: boolean;
  /** "message": as it is; "value": the single field of the synthetic output; "void": nothing. */
  readonly outputForm: "message" | "value" | "void";
  /** Full names of declared errors, in written order. */
  readonly throws: readonly string[];
  /** From `@timeout` on the method or, for methods that answer once, on its service; else undefined. */
  readonly timeoutMs: number | undefined;
  readonly isIdempotent: boolean;
  /** How its calls are tried, limited and remembered; undefined where neither it nor its service says anything of it. */
  readonly policy: PolicySchema | undefined;
}

export interface ServiceSchema extends Described {
  readonly kind: "service";
  readonly fullName: string;
  /** Full name of the service it extends. */
  readonly extends: string | undefined;
  /** Inherited methods first, then its own, in written order. */
  readonly methods: readonly MethodSchema[];
  /** 16 hex digits over everything that can change its bytes; equal fingerprints mean equal dispatch indexes. */
  readonly fingerprint: string;
}

/** The status codes of gRPC that an error may have, in their canonical spelling. */
export const statusNames = [
  "CANCELLED",
  "UNKNOWN",
  "INVALID_ARGUMENT",
  "DEADLINE_EXCEEDED",
  "NOT_FOUND",
  "ALREADY_EXISTS",
  "PERMISSION_DENIED",
  "RESOURCE_EXHAUSTED",
  "FAILED_PRECONDITION",
  "ABORTED",
  "OUT_OF_RANGE",
  "UNIMPLEMENTED",
  "INTERNAL",
  "UNAVAILABLE",
  "DATA_LOSS",
  "UNAUTHENTICATED",
] as const;

export type StatusName = (typeof statusNames)[number];
