/** For every property of the schema: what it means to change it, and a change that shows it. */

import type { BreakingCode } from "../../src/report/catalog/breaking-catalog.js";

export interface Verdict {
  /** What is found in `change`, apart from what only follows from it; none where the change is safe. */
  readonly rules: readonly BreakingCode[];
  /** Why nobody notices; undefined where there are rules. */
  readonly safe?: string;
  /** Two builds with `// becomes` between them; undefined where the property cannot change on its own. */
  readonly change?: string;
}

const order = "message Order { 1 id: string 2 cents: int64 }";
const service = (method: string): string => `error Gone { 1 id: string }\n${order}\nservice Orders { ${method} }`;

function breaks(rules: BreakingCode | readonly BreakingCode[], before: string, after: string): Verdict {
  return { rules: typeof rules === "string" ? [rules] : rules, change: `${before}\n// becomes\n${after}` };
}

function isSafe(safe: string, before?: string, after?: string): Verdict {
  return before === undefined
    ? { rules: [], safe }
    : { rules: [], safe, change: `${before}\n// becomes\n${after ?? ""}` };
}

const structure = isSafe("Holds the parts, which have verdicts of their own.");
const kind = isSafe(
  "Tells one kind of thing from another; declarations that change theirs are `declaration-kind-changed`.",
);

export const verdicts: Readonly<Record<string, Verdict>> = {
  "Schema.files": structure,
  "Schema.declarations": structure,
  "FileSchema.path": breaks(
    "declaration-moved",
    `// file orders.rpc\npackage a\n${order}`,
    `// file shop/orders.rpc\npackage a\n${order}`,
  ),
  "FileSchema.package": breaks(
    "package-changed",
    "package a\nservice Orders { get(id: string): string }",
    "package b\nservice Orders { get(id: string): string }",
  ),
  "FileSchema.docs": isSafe("Docs are for people.", `/// One.\npackage a\n${order}`, `/// Two.\npackage a\n${order}`),
  "FileSchema.imports": isSafe(
    "Which file imports which is in nothing that is generated; what they declare is compared.",
    `// file a.rpc\npackage a\nmessage A { 1 id: string }\n// file b.rpc\npackage a\nmessage B { 1 id: int32 }`,
    `// file a.rpc\npackage a\nmessage A { 1 id: string }\n// file b.rpc\npackage a\nimport "a.rpc"\nmessage B { 1 id: int32 }`,
  ),
  "FileSchema.isStandard": isSafe("The standard library ships with the compiler and is not compared."),
  "FileSchema.messages": breaks("declaration-removed", `${order}\nmessage A { 1 a: bool }`, order),
  "FileSchema.enums": breaks("declaration-removed", `${order}\nenum A { B = 0 }`, order),
  "FileSchema.unions": breaks("declaration-removed", `${order}\nunion A { 1 b: string }`, order),
  "FileSchema.errors": breaks("declaration-removed", `${order}\nerror A { 1 b: string }`, order),
  "FileSchema.aliases": isSafe(
    "Nothing is generated for an alias; the fields that were written with it are compared.",
    `type Id = string\nmessage A { 1 id: Id }`,
    `message A { 1 id: string }`,
  ),
  "FileSchema.services": breaks("service-removed", `${order}\nservice A { get(): Order }`, order),

  "Described.name": breaks("declaration-renamed", order, order.replace("Order", "Purchase")),
  "Described.docs": isSafe("Docs are for people.", `/// One.\n${order}`, `/// Two.\n${order}`),
  "Described.deprecated": isSafe(
    "It stays what it is; editors strike it through.",
    order,
    `@deprecated("use B") ${order}`,
  ),
  "Described.annotations": breaks(
    ["constraint-tightened", "constraint-loosened", "secret-removed"],
    "message A { @max(9) 1 a: int32 @max(5) 2 b: int32 @secret 3 c: string }",
    "message A { @max(5) 1 a: int32 @max(9) 2 b: int32 3 c: string }",
  ),
  "Described.line": isSafe("Where it stands is in nothing that is generated.", order, `\n\n${order}`),
  "Described.column": isSafe("Where it stands is in nothing that is generated.", order, `   ${order}`),
  "Annotation.name": isSafe(
    "Annotations of a namespace mean what a plug-in makes of them; those of the language are compared by what they do.",
    `@namespace("acme")\npackage a\n@acme.audit("x") ${order}`,
    `@namespace("acme")\npackage a\n@acme.log("x") ${order}`,
  ),
  "Annotation.args": isSafe(
    "As with their names.",
    `@namespace("acme")\npackage a\n@acme.audit("x") ${order}`,
    `@namespace("acme")\npackage a\n@acme.audit("y") ${order}`,
  ),

  "FieldSchema.kind": kind,
  "FieldSchema.number": breaks(
    ["field-number-changed", "number-reused", "number-not-reserved"],
    "message A { 1 a: int32 2 b: string }",
    "message A { 3 a: int32 2 c: bool }",
  ),
  "FieldSchema.jsonName": breaks(
    "json-name-changed",
    "message A { 1 a: string }",
    'message A { @name("b") 1 a: string }',
  ),
  "FieldSchema.protoName": breaks(
    ["field-renamed", "proto-name-changed"],
    "message A { 1 placed_at: string }",
    'message A { @name("placedAt") 1 placed__at: string }',
  ),
  "FieldSchema.type": breaks(
    ["field-type-changed", "field-range-changed", "field-form-changed"],
    "message B { 1 id: string }\nmessage C { 1 id: string }\nmessage A { 1 a: int32 2 b: int32 3 c: B }",
    "message B { 1 id: string }\nmessage C { 1 id: string }\nmessage A { 1 a: string 2 b: uint32 3 c: C }",
  ),
  "FieldSchema.cardinality": breaks(
    "field-cardinality-changed",
    "message A { 1 a: string }",
    "message A { 1 a: string[] }",
  ),
  "FieldSchema.mapKey": breaks(
    ["field-type-changed", "field-range-changed"],
    "message A { 1 a: map<string, bool> 2 b: map<int32, bool> }",
    "message A { 1 a: map<int32, bool> 2 b: map<int64, bool> }",
  ),
  "FieldSchema.presence": breaks(
    "presence-changed",
    "message A { 1 a: string 2 b?: bool }",
    "message A { 1 a?: string 2 b: bool }",
  ),
  "FieldSchema.packed": isSafe(
    "Both forms are read, whichever is written.",
    "message A { @packed 1 a: int32[] 2 b: int32[] }",
    "message A { @unpacked 1 a: int32[] @unpacked 2 b: int32[] }",
  ),
  "FieldSchema.int64": breaks("js-form-changed", "message A { 1 a: int64 }", "message A { @js(string) 1 a: int64 }"),
  "FieldSchema.alias": isSafe(
    "The type behind the alias is compared, and what the alias says counts as said by the field.",
    "type Id = string\nmessage A { 1 a: Id }",
    "type Key = string\nmessage A { 1 a: Key }",
  ),
  "FieldSchema.union": breaks(
    "field-union-changed",
    "message A { 1 a?: string 2 b?: string }",
    "message A { c?: union { 1 a: string 2 b: string } }",
  ),

  "InlineUnionSchema.kind": kind,
  "InlineUnionSchema.members": breaks(
    ["union-member-added", "inline-union-renamed"],
    "message A { a?: union { 1 b: string } c?: union { 4 d: bool } }",
    "message A { a?: union { 1 b: string 2 e: string } f?: union { 4 d: bool } }",
  ),
  "ReservedSchema.ranges": breaks(
    "reservation-removed",
    "message A { 1 a: string reserved 2 to 9 }",
    "message A { 1 a: string reserved 2 to 5, 7 to 9 }",
  ),
  "ReservedSchema.names": breaks(
    "reservation-removed",
    'message A { 1 a: string reserved "b" }',
    "message A { 1 a: string }",
  ),

  "MessageSchema.kind": kind,
  "MessageSchema.fullName": breaks(
    ["declaration-renamed", "package-changed"],
    'import "google/protobuf/any.rpc"\nmessage A { 1 a: google.protobuf.Any 2 b: string }\nmessage B { 1 id: string 2 c: int32 }',
    'package p\nimport "google/protobuf/any.rpc"\nmessage A { 1 a: google.protobuf.Any 2 b: string }\nmessage D { 1 id: string 2 c: int32 }',
  ),
  "MessageSchema.members": isSafe(
    "The order in which fields are written is in nothing that travels.",
    order,
    "message Order { 2 cents: int64 1 id: string }",
  ),
  "MessageSchema.fields": breaks(
    ["field-removed", "field-added", "number-not-reserved", "name-not-reserved"],
    "message A { 1 a: string 2 b: string }",
    "message A { 1 a: string 3 c: int32 }",
  ),
  "MessageSchema.reserved": structure,
  "MessageSchema.isSynthetic": breaks(
    "parameters-form-changed",
    service("get(id: string): Order"),
    `${service("get(GetOrder): Order")}\nmessage GetOrder { 1 id: string }`,
  ),
  "ErrorSchema.kind": breaks("declaration-kind-changed", "error A { 1 a: string }", "message A { 1 a: string }"),
  "ErrorSchema.code": breaks("error-code-changed", "@code(ABORTED) error A { 1 a: string }", "error A { 1 a: string }"),
  "ErrorSchema.fullName": breaks("error-renamed", "error A { 1 a: string }", "error B { 1 a: string }"),
  "UnionSchema.kind": kind,
  "UnionSchema.fullName": breaks("declaration-renamed", "union A { 1 a: string }", "union B { 1 a: string }"),
  "UnionSchema.fields": breaks("union-member-added", "union A { 1 a: string }", "union A { 1 a: string 2 b: int32 }"),
  "UnionSchema.reserved": structure,
  "EnumValueSchema.kind": kind,
  "EnumValueSchema.number": breaks(
    "enum-value-number-changed",
    "enum A { NONE = 0 ONE = 1 TWO = 2 }",
    "enum A { NONE = 0 ONE = 2 TWO = 1 }",
  ),
  "EnumSchema.kind": kind,
  "EnumSchema.fullName": breaks("declaration-renamed", "enum A { NONE = 0 ONE = 1 }", "enum B { NONE = 0 ONE = 1 }"),
  "EnumSchema.isClosed": breaks(
    ["enum-closed", "enum-opened", "closed-enum-value-added"],
    "enum A { NONE = 0 }\nclosed enum B { NO = 0 }\nclosed enum C { NOPE = 0 }",
    "closed enum A { NONE = 0 }\nenum B { NO = 0 }\nclosed enum C { NOPE = 0 YES = 1 }",
  ),
  "EnumSchema.values": breaks(
    ["enum-value-removed", "enum-value-added", "enum-value-renamed"],
    "enum A { NONE = 0 ONE = 1 TWO = 2 }",
    'enum A { NONE = 0 UNO = 1 THREE = 3 reserved 2, "TWO" }',
  ),
  "EnumSchema.reserved": breaks("reservation-removed", "enum A { NONE = 0 reserved 4 }", "enum A { NONE = 0 }"),

  "AliasSchema.kind": kind,
  "AliasSchema.fullName": isSafe("Nothing is generated for an alias.", "type A = string", "type B = string"),
  "AliasSchema.type": breaks(
    "field-type-changed",
    "type A = string\nmessage B { 1 a: A }",
    "type A = bool\nmessage B { 1 a: A }",
  ),
  "AliasSchema.cardinality": breaks(
    "field-cardinality-changed",
    "type A = string\nmessage B { 1 a: A }",
    "type A = string[]\nmessage B { 1 a: A }",
  ),
  "AliasSchema.mapKey": breaks(
    "field-type-changed",
    "type A = map<string, bool>\nmessage B { 1 a: A }",
    "type A = map<int32, bool>\nmessage B { 1 a: A }",
  ),

  "MethodSchema.kind": kind,
  "MethodSchema.index": isSafe(
    "A connection maps indexes by name when it opens.",
    service("get(Order): Order put(Order): Order"),
    service("put(Order): Order get(Order): Order"),
  ),
  "MethodSchema.wireName": breaks(
    ["method-wire-name-changed", "method-renamed"],
    service("get(Order): Order put(Order): Order"),
    service('@name("Fetch") get(Order): Order @name("Put") store(Order): Order'),
  ),
  "MethodSchema.shape": breaks(
    "method-shape-changed",
    service("get(Order): Order"),
    service("get(Order): stream Order"),
  ),
  "MethodSchema.input": breaks(
    ["method-request-changed", "parameter-added"],
    `message A { 1 a: bool }\n${service("get(Order): Order find(id: string): Order")}`,
    `message A { 1 a: bool }\n${service("get(A): Order find(id: string, exact: bool): Order")}`,
  ),
  "MethodSchema.output": breaks(
    "method-answer-changed",
    `message A { 1 a: bool }\n${service("get(Order): Order")}`,
    `message A { 1 a: bool }\n${service("get(Order): A")}`,
  ),
  "MethodSchema.hasInlineInput": breaks(
    "parameters-form-changed",
    `message A { 1 a: bool }\n${service("get(a: bool): Order")}`,
    `message A { 1 a: bool }\n${service("get(A): Order")}`,
  ),
  "MethodSchema.outputForm": breaks(
    "method-answer-changed",
    service("get(Order): string"),
    service("get(Order): void"),
  ),
  "MethodSchema.throws": breaks(
    ["throws-added", "throws-removed"],
    service("get(Order): Order throws Gone put(Order): Order"),
    service("get(Order): Order put(Order): Order throws Gone"),
  ),
  "MethodSchema.timeoutMs": breaks(
    "timeout-shortened",
    service("@timeout(9s) get(Order): Order @timeout(1s) put(Order): Order"),
    service("@timeout(1s) get(Order): Order @timeout(9s) put(Order): Order"),
  ),
  "MethodSchema.isIdempotent": breaks(
    "idempotence-removed",
    service("@idempotent get(Order): Order put(Order): Order"),
    service("get(Order): Order @idempotent put(Order): Order"),
  ),
  "MethodSchema.policy": structure,
  "PolicySchema.retry": isSafe(
    "How often clients try again is theirs to say; old ones go on as they did.",
    service("@idempotent get(Order): Order"),
    service("@idempotent @retry(3) get(Order): Order"),
  ),
  "PolicySchema.hedge": isSafe(
    "When clients send again is theirs to say; old ones go on as they did.",
    service("@idempotent get(Order): Order"),
    service("@idempotent @hedge(1s) get(Order): Order"),
  ),
  "PolicySchema.cache": isSafe(
    "Which answers clients keep is theirs to say; old ones go on as they did.",
    service("@idempotent get(Order): Order"),
    service("@idempotent @cache(1s) get(Order): Order"),
  ),
  "PolicySchema.rateLimit": isSafe(
    "What a server takes depends on its configuration too, and every call may be refused by one that has too much to do.",
    service("get(Order): Order"),
    service("@rateLimit(5) get(Order): Order"),
  ),
  "PolicySchema.concurrency": isSafe(
    "What a server takes depends on its configuration too, and every call may be refused by one that has too much to do.",
    service("get(Order): Order"),
    service("@concurrency(5) get(Order): Order"),
  ),
  "PolicySchema.idempotencyKey": breaks(
    "idempotence-removed",
    service("@idempotencyKey get(Order): Order put(Order): Order"),
    service("get(Order): Order @idempotencyKey put(Order): Order"),
  ),
  "ServiceSchema.kind": kind,
  "ServiceSchema.fullName": breaks(
    "service-renamed",
    service("get(Order): Order"),
    service("get(Order): Order").replace("Orders", "Purchases"),
  ),
  "ServiceSchema.extends": isSafe(
    "Inherited methods are methods of the service itself; a method that goes or comes with it is told.",
    `${service("get(Order): Order")}\nservice More { get(Order): Order }`,
    `${service("get(Order): Order")}\nservice More extends Orders { }`,
  ),
  "ServiceSchema.methods": breaks(
    ["method-removed", "method-added"],
    service("get(Order): Order put(Order): Order"),
    service("get(Order): Order count(): uint32"),
  ),
  "ServiceSchema.fingerprint": isSafe("It follows from everything else; where it differs, methods are found by name."),
};
