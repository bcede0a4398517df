/** Codes of `rpcgen breaking` about fields, members of unions and parameters. */

import type { Change } from "./breaking-declaration-catalog.js";

export const breakingFieldCatalog = {
  "field-removed": {
    severity: "error",
    levels: ["json", "source"],
    message: (p: Change): string => `\`${p.name}\` is gone`,
    explanation:
      "Bytes with its number are kept as an unknown field; JSON with its name is refused by the new build, and TypeScript that uses it does not compile. Deprecate it first; when it goes, reserve its number and its name.",
    wrong:
      'message Order { 1 id: string 2 cents: int64 }\n// becomes\nmessage Order { 1 id: string reserved 2, "cents" }',
    right:
      "message Order { 1 id: string 2 cents: int64 }\n// becomes\nmessage Order { 1 id: string @deprecated 2 cents: int64 }",
  },
  "field-added": {
    severity: "warning",
    levels: ["json", "source"],
    message: (p: Change): string => `\`${p.name}\` is new`,
    explanation:
      "An old build keeps its bytes and hands them on; its JSON reader refuses the name, unless it ignores what it does not know. Code that builds complete messages by hand, such as a test's, meets one property more.",
    wrong: "message Order { 1 id: string }\n// becomes\nmessage Order { 1 id: string 2 cents: int64 }",
    right: "message Order { 1 id: string }\n// becomes\nmessage Order { 1 id: string reserved 2 }",
  },
  "union-member-added": {
    severity: "warning",
    levels: ["json", "source"],
    message: (p: Change): string => `\`${p.name}\` is a new member`,
    explanation:
      'An old build gets the arm as `{ kind: "#3" }` with its bytes, or as an absent union inside a message; its JSON reader refuses the name. A `switch` that names every member becomes a type error where the new one is missing.',
    wrong: "union Event { 1 placed: string }\n// becomes\nunion Event { 1 placed: string 2 cancelled: string }",
    right: "union Event { 1 placed: string }\n// becomes\nunion Event { 1 placed: string reserved 2 }",
  },
  "field-renamed": {
    severity: "error",
    levels: ["json", "source"],
    message: (p: Change): string => `\`${p.name}\` is called \`${p.is}\` now`,
    explanation:
      "Names of fields are in no byte, but in JSON and in TypeScript. `@name` with the old name keeps the JSON as it is.",
    wrong:
      "message Order { 1 id: string 2 cents: int64 }\n// becomes\nmessage Order { 1 id: string 2 totalCents: int64 }",
    right: "message Order { 1 id: string }\n// becomes\nmessage Order { 1 id: string 2 totalCents: int64 }",
  },
  "json-name-changed": {
    severity: "error",
    levels: ["json"],
    message: (p: Change): string => `\`${p.name}\` is \`${p.is}\` in JSON, was \`${p.was}\``,
    explanation: "Neither build knows the other's name, and JSON readers refuse names that they do not know.",
    wrong: 'message Order { 1 placed: string }\n// becomes\nmessage Order { @name("placedAt") 1 placed: string }',
    right: 'message Order { 1 placed: string }\n// becomes\nmessage Order { @name("placed") 1 placed: string }',
  },
  "proto-name-changed": {
    severity: "error",
    levels: ["json"],
    message: (p: Change): string => `\`${p.name}\` is \`${p.is}\` in an exported .proto, was \`${p.was}\``,
    explanation:
      "JSON readers take the name of the `.proto`, too, and other languages name their code after it. It follows the written name.",
    wrong:
      'message Order { 1 placed_at: string }\n// becomes\nmessage Order { @name("placedAt") 1 placed__at: string }',
    right: "message Order { 1 placed_at: string }\n// becomes\nmessage Order { 1 placedAt: string }",
  },
  "field-number-changed": {
    severity: "error",
    levels: ["wire", "source"],
    message: (p: Change): string => `\`${p.name}\` has number ${p.is}, had ${p.was}`,
    explanation:
      "The number is what identifies a field in bytes. Each build takes the other's field for an unknown one, or for another. Parameters are numbered in order, so that they are added at the end only.",
    wrong: "message Order { 1 id: string 2 cents: int64 }\n// becomes\nmessage Order { 1 id: string 3 cents: int64 }",
    right: "message Order { 1 id: string 2 cents: int64 }\n// becomes\nmessage Order { 2 cents: int64 1 id: string }",
  },
  "number-reused": {
    severity: "error",
    levels: ["wire", "json", "source"],
    message: (p: Change): string => `number ${p.name} is \`${p.is}\`, was \`${p.was}\``,
    explanation:
      "A number that belonged to one field was given to another one. Old peers and stored bytes still give it the old meaning. Reserve it and take a new one.",
    wrong: "message Order { 1 id: string 2 cents: int64 }\n// becomes\nmessage Order { 1 id: string 2 note: string }",
    right:
      'message Order { 1 id: string 2 cents: int64 }\n// becomes\nmessage Order { 1 id: string reserved 2, "cents" 3 note: string }',
  },
  "field-type-changed": {
    severity: "error",
    levels: ["wire", "json", "source"],
    message: (p: Change): string => `\`${p.name}\` is \`${p.is}\`, was \`${p.was}\``,
    explanation:
      "The two types have other bytes for the same value. Add a field of the new type under a new number, fill both while old peers are around, and remove the old one then.",
    wrong: "message Order { 1 cents: int64 }\n// becomes\nmessage Order { 1 cents: string }",
    right: "message Order { 1 cents: int64 }\n// becomes\nmessage Order { @deprecated 1 cents: int64 2 price: string }",
  },
  "field-range-changed": {
    severity: "error",
    levels: ["wire", "json", "source"],
    message: (p: Change): string => `\`${p.name}\` is \`${p.is}\`, was \`${p.was}\``,
    explanation:
      "The bytes are read without a complaint, but values that one of the types does not hold arrive as others. It is safe only while nobody sends such values.",
    wrong: "message Order { 1 quantity: int32 }\n// becomes\nmessage Order { 1 quantity: int64 }",
    right:
      "message Order { 1 quantity: int32 }\n// becomes\nmessage Order { @deprecated 1 quantity: int32 2 amount: int64 }",
  },
  "field-form-changed": {
    severity: "error",
    levels: ["json", "source"],
    message: (p: Change): string => `\`${p.name}\` is \`${p.is}\`, was \`${p.was}\``,
    explanation: "The bytes are the same, but not the JSON or the type in TypeScript.",
    wrong:
      "message A { 1 id: string }\nmessage B { 1 id: string }\nmessage Order { 1 a: A }\n// becomes\nmessage A { 1 id: string }\nmessage B { 1 id: string }\nmessage Order { 1 a: B }",
    right: "type Id = string\nmessage Order { 1 id: Id }\n// becomes\nmessage Order { 1 id: string }",
  },
  "field-cardinality-changed": {
    severity: "error",
    levels: ["wire", "json", "source"],
    message: (p: Change): string => `\`${p.name}\` is \`${p.is}\`, was \`${p.was}\``,
    explanation:
      "A single value, a list and a map are read from other bytes: a reader of one value does not see a packed list, and takes the last item of any other.",
    wrong: "message Order { 1 sku: string }\n// becomes\nmessage Order { 1 sku: string[] }",
    right: "message Order { 1 sku: string }\n// becomes\nmessage Order { 1 sku: string 2 skus: string[] }",
  },
  "presence-changed": {
    severity: "error",
    levels: ["wire", "json", "source"],
    message: (p: Change): string => `\`${p.name}\` is ${p.is}, was ${p.was}`,
    explanation:
      "An implicit field does not write its zero, which an explicit one reads as absent; an implicit one reads what is absent as zero. In TypeScript the field may be undefined, or may not be any more.",
    wrong: "message Order { 1 quantity: uint32 }\n// becomes\nmessage Order { 1 quantity?: uint32 }",
    right: "message Order { 1 quantity: uint32 }\n// becomes\nmessage Order { 1 quantity: uint32 2 exact?: uint32 }",
  },
  "js-form-changed": {
    severity: "error",
    levels: ["wire", "json", "source"],
    message: (p: Change): string => `\`${p.name}\` is a ${p.is} in TypeScript, was a ${p.was}`,
    explanation:
      "`@js` decides how a 64-bit integer shows. Bytes and JSON stay the same, but under `@js(number)` values are refused that a number does not hold exactly.",
    wrong: "message Order { 1 cents: int64 }\n// becomes\nmessage Order { @js(number) 1 cents: int64 }",
    right: "message Order { 1 cents: int64 }\n// becomes\nmessage Order { @js(bigint) 1 cents: int64 }",
  },
  "field-union-changed": {
    severity: "error",
    levels: ["wire", "json", "source"],
    message: (p: Change): string => `\`${p.name}\` is ${p.is}, was ${p.was}`,
    explanation:
      "Of a union only one member is there. Where one build may write two fields that exclude each other in the other build, all but the last are lost; JSON with both is refused.",
    wrong:
      "message Order { 1 card?: string 2 cash?: string }\n// becomes\nmessage Order { payment?: union { 1 card: string 2 cash: string } }",
    right:
      "message Order { 1 card?: string }\n// becomes\nmessage Order { 1 card?: string payment?: union { 2 cash: string } }",
  },
  "inline-union-renamed": {
    severity: "error",
    levels: ["source"],
    message: (p: Change): string => `\`${p.name}\` is called \`${p.is}\` now`,
    explanation: "The name of an inline union is in neither bytes nor JSON; in TypeScript it is a property and a type.",
    wrong:
      "message Order { payment?: union { 1 card: string } }\n// becomes\nmessage Order { means?: union { 1 card: string } }",
    right:
      "message Order { payment?: union { 1 card: string } }\n// becomes\nmessage Order { payment?: union { 1 card: string 2 cash: string } }",
  },
  "constraint-tightened": {
    severity: "error",
    levels: ["wire", "source"],
    message: (p: Change): string => `\`${p.name}\` allows less: ${p.is}, was ${p.was}`,
    explanation:
      "Values that were right are wrong now. Servers check requests before a handler sees them, so that calls of old clients may be refused; bytes and JSON are read as before, and messages that only travel in answers break nothing but promises (`source`).",
    wrong: "message Order { @max(10) 1 quantity: uint32 }\n// becomes\nmessage Order { @max(5) 1 quantity: uint32 }",
    right:
      "message Order { @max(10) 1 quantity: uint32 }\n// becomes\nmessage Order { @max(10) 1 quantity: uint32 @max(5) 2 boxes: uint32 }",
  },
  "constraint-loosened": {
    severity: "warning",
    levels: ["source"],
    message: (p: Change): string => `\`${p.name}\` allows more: ${p.is}, was ${p.was}`,
    explanation: "Code that relied on the constraint meets values that could not come before.",
    wrong: "message Order { @max(5) 1 quantity: uint32 }\n// becomes\nmessage Order { @max(10) 1 quantity: uint32 }",
    right:
      "message Order { @max(5) 1 quantity: uint32 }\n// becomes\nmessage Order { @max(5) 1 quantity: uint32 2 boxes: uint32 }",
  },
  "secret-removed": {
    severity: "error",
    levels: ["source"],
    message: (p: Change): string => `\`${p.name}\` is no secret any more`,
    explanation: "Logs and tools that left the value out may print it now.",
    wrong: "message Login { @secret 1 password: string }\n// becomes\nmessage Login { 1 password: string }",
    right:
      "message Login { @secret 1 password: string }\n// becomes\nmessage Login { @secret 1 password: string 2 user: string }",
  },
} as const;
