/** Codes of `rpcgen import`: what of a `.proto` or `.thrift` file has no equal in `.rpc`, and what was done instead. */

export const ingestCatalog = {
  "imported-syntax": {
    severity: "error",
    message: (p: { reason: string }): string => p.reason,
    explanation:
      "The file to import is not what its own language allows here, so nobody knows what it means. Mend it there; nothing is written until then.",
    wrong: "message Order { string id = ; }",
    right: "message Order { string id = 1; }",
  },
  "imported-edition": {
    severity: "warning",
    message: (p: { edition: string }): string =>
      `edition \`${p.edition}\` is not known here, so the file is read as one of edition 2024`,
    explanation:
      "An edition decides which fields have presence and which lists are packed, where a file does not say so itself. What a newer edition changes is not known to this version; compare the result.",
    wrong: 'edition = "2031";',
    right: 'edition = "2024";',
  },
  "imported-import-missing": {
    severity: "warning",
    message: (p: { path: string }): string => `there is no ${p.path} under the import roots`,
    explanation:
      "Types of a file that is missing are not known: the fields that have them become comments, and their numbers are reserved. Name the directory that the path is counted from with `--import-root`. A file that only declares options is not needed.",
    wrong: 'import "vendor/money.proto";',
    right: "rpcgen import shop/orders.proto --import-root vendor-protos",
  },
  "imported-import-cycle": {
    severity: "error",
    message: (p: { cycle: string }): string => `files import each other in a circle: ${p.cycle}`,
    explanation: "Neither `.proto`, `.thrift` nor `.rpc` files may import each other in circles.",
    wrong: 'a.proto: import "b.proto"; b.proto: import "a.proto";',
    right: 'a.proto: import "b.proto";',
  },
  "imported-type-unknown": {
    severity: "warning",
    message: (p: { type: string; what: string }): string =>
      `\`${p.type}\` is declared in no file that could be read, so ${p.what}`,
    explanation:
      "Whether an unknown type is a message or an enum decides its bytes, so nothing is guessed. A field's number is reserved: its bytes are kept as unknown fields and sent on. Name the missing directory with `--import-root` and import again.",
    wrong: "message Order { Monee total = 1; }",
    right: "message Order { Money total = 1; }",
  },
  "imported-option": {
    severity: "warning",
    message: (p: { name: string; count: number }): string =>
      `\`${p.name}\` means nothing to rpcgen${times(p.count)}; it is kept as a comment`,
    explanation:
      "Options that steer other code generators or libraries change no byte, and rpcgen has no use for them. They stand as comments where they stood, so that nothing is lost.",
    wrong: 'option java_package = "com.example.shop";',
    right: "a file without options for other languages",
  },
  "imported-annotation": {
    severity: "warning",
    message: (p: { name: string; count: number; annotation: string }): string =>
      `the custom option \`${p.name}\` is kept as \`${p.annotation}\`${times(p.count)}, which rpcgen itself does not read`,
    explanation:
      "A custom option becomes an annotation in a namespace of its own: it is in the schema, and plug-ins can read it. What it made other tools do, rpcgen does not do.",
    wrong: 'rpc Get(GetOrder) returns (Order) { option (google.api.http) = { get: "/v1/orders" }; }',
    right: "rpc Get(GetOrder) returns (Order);",
  },
  "imported-default": {
    severity: "warning",
    message: (p: { name: string; value: string }): string =>
      `\`${p.name}\` has the default ${p.value}, and \`.rpc\` has none: where it is absent, it is undefined`,
    explanation:
      "A default that changes is a silent break, so the language has no defaults but zero. The field keeps its presence and its bytes; give the default where the value is read. It stands as a comment at the field.",
    wrong: "optional int32 pages = 1 [default = 10];",
    right: "optional int32 pages = 1;",
  },
  "imported-group": {
    severity: "warning",
    message: (p: { name: string; number: number }): string =>
      `\`${p.name}\` is encoded as a group, which \`.rpc\` does not have: number ${p.number} is reserved, and its bytes are kept as unknown fields`,
    explanation:
      "Groups are an old encoding with a start and an end tag. They are read over and sent on unchanged, but not decoded. The message that a group declares is imported.",
    wrong: "repeated group Result = 1 { optional string url = 2; }",
    right: "message Result { optional string url = 2; } repeated Result result = 1;",
  },
  "imported-extension": {
    severity: "warning",
    message: (p: { name: string; target: string }): string =>
      `\`${p.name}\` extends \`${p.target}\`; \`.rpc\` has no extensions, so it is kept as a comment`,
    explanation:
      "Extensions add fields to messages of other files. Their values are kept as unknown fields of the extended message and sent on unchanged.",
    wrong: "extend Order { optional string note = 100; }",
    right: "message Order { optional string note = 100; }",
  },
  "imported-extension-range": {
    severity: "warning",
    message: (p: { text: string; name: string }): string =>
      `the numbers ${p.text} of \`${p.name}\` are for extensions, so they are reserved`,
    explanation:
      "Nobody else may use the numbers that extensions use. What arrives with them is kept as unknown fields and sent on unchanged.",
    wrong: "message Order { extensions 100 to 199; }",
    right: "message Order { reserved 100 to 199; }",
  },
  "imported-enum-zero": {
    severity: "warning",
    message: (p: { name: string; value: string }): string =>
      `enum \`${p.name}\` has no value with number 0, so \`${p.value}\` is added`,
    explanation:
      "A field that is absent has the value with number 0, so each enum of `.rpc` has one. Fields with presence do not need it; for others, it is what an older sender left out.",
    wrong: "enum Status { PAID = 1; }",
    right: "enum Status { UNKNOWN = 0; PAID = 1; }",
  },
  "imported-closed-enum": {
    severity: "warning",
    message: (p: { count: number }): string =>
      `the enum is closed${p.count === 1 ? "" : ` (as are ${p.count} in this file)`}: here a number that it does not list is kept as a value such as "#7"`,
    explanation:
      "Where an enum of Protobuf is closed, a number that is not listed counts as an unknown field, and the field as absent. An open enum of `.rpc` keeps the number in its place and sends it on. `closed enum` would refuse the whole message, which Protobuf does not do.",
    wrong: 'syntax = "proto2"; enum Status { UNKNOWN = 0; PAID = 1; }',
    right: 'syntax = "proto3"; enum Status { UNKNOWN = 0; PAID = 1; }',
  },
  "imported-name": {
    severity: "warning",
    message: (p: { name: string; chosen: string; reason: string }): string =>
      `\`${p.name}\` is called \`${p.chosen}\` here: ${p.reason}`,
    explanation:
      "The name is taken, means something in the language, or cannot stand in a path. Names are in no byte but the paths of calls, and the JSON name is kept with `@name` where that is possible.",
    wrong: "message Outer { message Inner {} } message OuterInner {}",
    right: "message Outer { message Inner {} }",
  },
  "imported-number": {
    severity: "warning",
    message: (p: { name: string; reason: string }): string => `\`${p.name}\` ${p.reason}`,
    explanation:
      "Numbers of fields go from 1 to 536870911 without 19000 to 19999, and each is given once. Thrift assigns negative numbers where none are written and takes those below 1, which no wire format of rpcgen can carry.",
    wrong: "struct Order { string id }",
    right: "struct Order { 1: string id }",
  },
  "imported-duplicate": {
    severity: "warning",
    message: (p: { name: string }): string =>
      `\`${p.name}\` is declared a second time, so this one is kept as a comment`,
    explanation: "Of two declarations with one name or number, nobody knows which is meant; the first one stands.",
    wrong: "message Order { string id = 1; string id = 2; }",
    right: "message Order { string id = 1; string sku = 2; }",
  },
  "imported-shape": {
    severity: "warning",
    message: (p: { text: string; instead: string }): string => `\`${p.text}\` has no equal in \`.rpc\`: ${p.instead}`,
    explanation:
      "Lists and maps of `.rpc` hold single values, methods take and give what a message can hold, and every declaration stands by itself. What says the same in another shape is written instead; what does not becomes a comment.",
    wrong: "struct Grid { 1: list<list<i32>> rows }",
    right: "struct Row { 1: list<i32> cells } struct Grid { 1: list<Row> rows }",
  },
  "imported-constant": {
    severity: "warning",
    message: (p: { name: string }): string => `the constant \`${p.name}\` is kept as a comment: \`.rpc\` has none`,
    explanation: "An interface says what travels, and constants do not. Declare them in the code that uses them.",
    wrong: "const i32 LIMIT = 100",
    right: "export const limit = 100; in TypeScript",
  },
  "imported-standard": {
    severity: "warning",
    message: (p: { path: string }): string =>
      `${p.path} is in the standard library already, so nothing is written for it`,
    explanation:
      "The well-known types of Protobuf come with the compiler, with their canonical forms in JSON. Files that use them import them from there.",
    wrong: "rpcgen import google/protobuf/timestamp.proto",
    right: 'import "google/protobuf/timestamp.rpc"',
  },
} as const;

function times(count: number): string {
  return count === 1 ? "" : ` (${count} times in this file)`;
}
