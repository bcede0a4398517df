/** Codes of `rpcgen breaking` about declarations: messages, enums, unions, errors, services and the packages around them. */

/** What a sentence about a change needs: the thing, and what was and is said about it. */
export interface Change {
  readonly name: string;
  readonly was: string;
  readonly is: string;
}

export const breakingDeclarationCatalog = {
  "declaration-removed": {
    severity: "error",
    levels: ["source"],
    message: (p: Change): string => `${p.was} \`${p.name}\` is gone`,
    explanation:
      "The types, classes and functions that were generated for it are gone, and so is every import of them. Deprecate it first, and remove it when nobody imports it any more.",
    wrong:
      "message Order { 1 id: string }\nmessage Refund { 1 id: string 2 cents: int64 }\n// becomes\nmessage Order { 1 id: string }",
    right:
      "message Order { 1 id: string }\nmessage Refund { 1 id: string 2 cents: int64 }\n// becomes\nmessage Order { 1 id: string }\n@deprecated message Refund { 1 id: string 2 cents: int64 }",
  },
  "declaration-renamed": {
    severity: "error",
    levels: ["wire", "json", "source"],
    message: (p: Change): string => `\`${p.name}\` is called \`${p.is}\` now`,
    explanation:
      "Names of messages, enums and unions are in no byte, but in the names of everything that is generated for them. Where the schema uses `google.protobuf.Any`, the full name is in the bytes and in JSON, too.",
    wrong:
      "message Order { 1 id: string 2 cents: int64 }\n// becomes\nmessage Purchase { 1 id: string 2 cents: int64 }",
    right:
      "message Order { 1 id: string 2 cents: int64 }\n// becomes\nmessage Order { 1 id: string 2 cents: int64 3 note: string }",
  },
  "declaration-moved": {
    severity: "error",
    levels: ["source"],
    message: (p: Change): string => `${p.name} moved from \`${p.was}\` to \`${p.is}\``,
    explanation:
      "Generated files are named after the `.rpc` file, so that everything in them is imported from another path now. Bytes and JSON stay the same.",
    wrong: "two declarations that go from orders.rpc to refunds.rpc",
    right: "declarations that stay in their file",
  },
  "declaration-kind-changed": {
    severity: "error",
    levels: ["source"],
    message: (p: Change): string => `\`${p.name}\` is ${p.is}, was ${p.was}`,
    explanation:
      "Each kind of declaration is something else in TypeScript. What it does to bytes is said where it is used.",
    wrong:
      "message Event { 1 placed: string 2 cancelled: string }\n// becomes\nunion Event { 1 placed: string 2 cancelled: string }",
    right: "message Event { 1 placed: string }\n// becomes\nmessage Event { 1 placed: string 2 cancelled: string }",
  },
  "package-changed": {
    severity: "error",
    levels: ["wire", "json"],
    message: (p: Change): string => `package \`${p.was}\` is called \`${p.is}\` now`,
    explanation:
      "Calls find their service by its full name, declared errors travel under theirs, and `google.protobuf.Any` names messages so; the package is a part of all of these. Serve both packages until every client has moved.",
    wrong:
      "package shop.v1\nservice Orders { get(id: string): string }\n// becomes\npackage shop.v2\nservice Orders { get(id: string): string }",
    right:
      "package shop.v1\nmessage Order { 1 id: string }\n// becomes\npackage shop.v2\nmessage Order { 1 id: string }",
  },
  "service-removed": {
    severity: "error",
    levels: ["wire", "source"],
    message: (p: Change): string => `service \`${p.name}\` is gone`,
    explanation:
      "Calls of old clients are answered with `unimplemented`, and the generated client and handler are gone. Deprecate it until nobody calls it.",
    wrong: "service Orders { get(id: string): string }\n// becomes\nservice Stock { count(sku: string): uint32 }",
    right:
      "service Orders { get(id: string): string }\n// becomes\n@deprecated service Orders { get(id: string): string }",
  },
  "service-renamed": {
    severity: "error",
    levels: ["wire", "source"],
    message: (p: Change): string => `service \`${p.name}\` is called \`${p.is}\` now`,
    explanation:
      "A connection agrees on services by their full names, so that old clients find nothing. Serve the same handler under both names until every client has moved.",
    wrong: "service Orders { get(id: string): string }\n// becomes\nservice Purchases { get(id: string): string }",
    right:
      "service Orders { get(id: string): string }\n// becomes\nservice Orders { get(id: string): string }\nservice Purchases { get(id: string): string }",
  },
  "error-renamed": {
    severity: "error",
    levels: ["wire", "source"],
    message: (p: Change): string => `error \`${p.name}\` is called \`${p.is}\` now`,
    explanation:
      "A declared error travels under its full name. A client that knows another name gets a plain error with the code and the sentence, but without its class and its detail.",
    wrong: "error OutOfStock { 1 sku: string }\n// becomes\nerror SoldOut { 1 sku: string }",
    right: "error OutOfStock { 1 sku: string }\n// becomes\nerror OutOfStock { 1 sku: string 2 available: uint32 }",
  },
  "error-code-changed": {
    severity: "error",
    levels: ["wire", "source"],
    message: (p: Change): string => `\`${p.name}\` has the code \`${p.is}\`, had \`${p.was}\``,
    explanation:
      "The code travels as a number. Code that decides by it, and everything in between that retries, counts or alerts by it, does something else now.",
    wrong: "@code(NOT_FOUND) error Gone { 1 id: string }\n// becomes\n@code(ABORTED) error Gone { 1 id: string }",
    right:
      "@code(NOT_FOUND) error Gone { 1 id: string }\n// becomes\n@code(NOT_FOUND) error Gone { 1 id: string 2 since: timestamp }",
  },
  "enum-value-removed": {
    severity: "error",
    levels: ["wire", "json", "source"],
    message: (p: Change): string => `\`${p.name}\` (${p.was}) is gone`,
    explanation:
      'JSON with its name is refused, and TypeScript that names it does not compile. Its number arrives as "#2" in an open enum, and is refused in a closed one.',
    wrong: 'enum Status { NEW = 0 PAID = 1 LOST = 2 }\n// becomes\nenum Status { NEW = 0 PAID = 1 reserved 2, "LOST" }',
    right:
      "enum Status { NEW = 0 PAID = 1 LOST = 2 }\n// becomes\nenum Status { NEW = 0 PAID = 1 @deprecated LOST = 2 }",
  },
  "enum-value-renamed": {
    severity: "error",
    levels: ["json", "source"],
    message: (p: Change): string => `\`${p.name}\` is called \`${p.is}\` now`,
    explanation:
      "Enum values are numbers in bytes, and names in JSON and in TypeScript. `@allowAlias` keeps an old name readable; the first name that is written for a number is the one that is printed.",
    wrong: "enum Status { NEW = 0 PAID = 1 }\n// becomes\nenum Status { NEW = 0 SETTLED = 1 }",
    right: "enum Status { NEW = 0 PAID = 1 }\n// becomes\n@allowAlias enum Status { NEW = 0 PAID = 1 SETTLED = 1 }",
  },
  "enum-value-number-changed": {
    severity: "error",
    levels: ["wire"],
    message: (p: Change): string => `\`${p.name}\` is ${p.is}, was ${p.was}`,
    explanation: "The number is what travels. Each build takes the other's value for another one.",
    wrong: "enum Status { NEW = 0 PAID = 1 SENT = 2 }\n// becomes\nenum Status { NEW = 0 PAID = 2 SENT = 1 }",
    right: "enum Status { NEW = 0 PAID = 1 SENT = 2 }\n// becomes\nenum Status { NEW = 0 SENT = 2 PAID = 1 }",
  },
  "enum-value-added": {
    severity: "warning",
    levels: ["json", "source"],
    message: (p: Change): string => `\`${p.name}\` (${p.is}) is new`,
    explanation:
      'An old build keeps the number as "#3" and hands it on; its JSON reader refuses the name. A `switch` that names every value becomes a type error where the new one is missing.',
    wrong: "enum Status { NEW = 0 PAID = 1 }\n// becomes\nenum Status { NEW = 0 PAID = 1 SENT = 2 }",
    right: "enum Status { NEW = 0 PAID = 1 }\n// becomes\nenum Status { NEW = 0 PAID = 1 reserved 2 }",
  },
  "closed-enum-value-added": {
    severity: "error",
    levels: ["wire", "json", "source"],
    message: (p: Change): string => `\`${p.name}\` (${p.is}) is new, and the enum is closed`,
    explanation:
      "A closed enum refuses numbers that it does not know, and the message around them. Update every reader before anybody writes the new value, or leave the enum open.",
    wrong: "closed enum Level { LOW = 0 HIGH = 1 }\n// becomes\nclosed enum Level { LOW = 0 HIGH = 1 TOP = 2 }",
    right: "enum Level { LOW = 0 HIGH = 1 }\n// becomes\nenum Level { LOW = 0 HIGH = 1 TOP = 2 }",
  },
  "enum-closed": {
    severity: "error",
    levels: ["wire", "json", "source"],
    message: (p: Change): string => `\`${p.name}\` is closed now`,
    explanation:
      "An open enum keeps numbers that it does not know; a closed one refuses the message. Values that a third build knows, and that the old one handed on, are refused now.",
    wrong: "enum Level { LOW = 0 HIGH = 1 }\n// becomes\nclosed enum Level { LOW = 0 HIGH = 1 }",
    right: "enum Level { LOW = 0 HIGH = 1 }\n// becomes\nenum Level { LOW = 0 HIGH = 1 }",
  },
  "enum-opened": {
    severity: "error",
    levels: ["source"],
    message: (p: Change): string => `\`${p.name}\` is open now`,
    explanation:
      "The type of an open enum has an arm for numbers that it does not know, so that a `switch` without a default is not exhaustive any more.",
    wrong: "closed enum Level { LOW = 0 HIGH = 1 }\n// becomes\nenum Level { LOW = 0 HIGH = 1 }",
    right:
      "closed enum Level { LOW = 0 HIGH = 1 }\n// becomes\nclosed enum Level { LOW = 0 HIGH = 1 }\nenum OpenLevel { NONE = 0 }",
  },
  "number-not-reserved": {
    severity: "error",
    levels: ["wire"],
    message: (p: Change): string => `number ${p.was} of \`${p.name}\` is gone and not reserved`,
    explanation:
      "Old peers and stored bytes still give the number its old meaning. Nothing keeps it from being given to something else, which would then be misread; `reserved` does.",
    wrong: "message Order { 1 id: string 2 cents: int64 }\n// becomes\nmessage Order { 1 id: string }",
    right:
      'message Order { 1 id: string 2 cents: int64 }\n// becomes\nmessage Order { 1 id: string reserved 2, "cents" }',
  },
  "name-not-reserved": {
    severity: "error",
    levels: ["json"],
    message: (p: Change): string => `the name ${p.was} of \`${p.name}\` is gone and not reserved`,
    explanation:
      "JSON that was written by old builds still carries the name with its old meaning. Nothing keeps it from being given to something else, which would then be misread; `reserved` does.",
    wrong: "message Order { 1 id: string 2 cents: int64 }\n// becomes\nmessage Order { 1 id: string reserved 2 }",
    right:
      'message Order { 1 id: string 2 cents: int64 }\n// becomes\nmessage Order { 1 id: string reserved 2, "cents" }',
  },
  "reservation-removed": {
    severity: "error",
    levels: ["wire", "json"],
    message: (p: Change): string => `\`${p.name}\` does not reserve ${p.was} any more`,
    explanation:
      "What was reserved belonged to something that was removed. Old peers and stored data still give it the old meaning, so the reservation stays for good.",
    wrong: 'message Order { 1 id: string reserved 2, "cents" }\n// becomes\nmessage Order { 1 id: string }',
    right:
      'message Order { 1 id: string reserved 2, "cents" }\n// becomes\nmessage Order { 1 id: string reserved 2 to 4, "cents" }',
  },
} as const;
