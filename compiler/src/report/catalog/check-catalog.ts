/** Codes of the rules: what was understood and is still refused. */

export const checkCatalog = {
  "number-out-of-range": {
    severity: "error",
    message: (p: { number: string; what: string; range: string }): string =>
      `${p.number} is no ${p.what}: these go ${p.range}`,
    explanation:
      "Field and member numbers go from 1 to 536870911 without 19000 to 19999, which Protobuf keeps for itself. Enum numbers are 32-bit integers.",
    wrong: "message Order { 0 id: string }",
    right: "message Order { 1 id: string }",
  },
  "duplicate-number": {
    severity: "error",
    message: (p: { number: string; first: string; second: string }): string =>
      `\`${p.second}\` has number ${p.number}, which \`${p.first}\` already has`,
    explanation:
      "A number is what identifies a field on the wire, so within a message, its inline unions included, each is given once. In an enum, two names may share a number only under `@allowAlias`.",
    wrong: "message Order { 1 id: string 1 sku: string }",
    right: "message Order { 1 id: string 2 sku: string }",
  },
  "alias-not-needed": {
    severity: "warning",
    message: (p: { name: string }): string =>
      `\`@allowAlias\` does nothing here: no two values of \`${p.name}\` share a number`,
    explanation: "`@allowAlias` lets two names share a number. Without such names it would only hide a later mistake.",
    wrong: "@allowAlias enum Status { UNKNOWN = 0 PAID = 1 }",
    right: "enum Status { UNKNOWN = 0 PAID = 1 }",
  },
  "reserved-number": {
    severity: "error",
    message: (p: { number: string; name: string }): string =>
      `\`${p.name}\` takes number ${p.number}, which is reserved`,
    explanation:
      "A reserved number belonged to something that was removed. Old peers and stored data still give it the old meaning, so it is never used again.",
    wrong: "message Order { reserved 2 2 total: int64 }",
    right: "message Order { reserved 2 3 total: int64 }",
  },
  "reserved-name": {
    severity: "error",
    message: (p: { name: string }): string => `the name \`${p.name}\` is reserved`,
    explanation: "A reserved name belonged to something that was removed; JSON written then still carries it.",
    wrong: 'message Order { reserved "total" 1 total: int64 }',
    right: 'message Order { reserved "total" 1 totalCents: int64 }',
  },
  "reserved-invalid": {
    severity: "error",
    message: (p: { text: string; reason: string }): string => `\`reserved ${p.text}\` ${p.reason}`,
    explanation:
      "Reserved are numbers, ranges from a lower to a higher number, and names in quotes; each is reserved once.",
    wrong: "message Order { reserved 15 to 12 }",
    right: "message Order { reserved 12 to 15 }",
  },
  "enum-zero-missing": {
    severity: "error",
    message: (p: { name: string }): string => `enum \`${p.name}\` has no value with number 0`,
    explanation: "A field that is absent has the value with number 0, so there has to be one.",
    wrong: "enum Status { PAID = 1 }",
    right: "enum Status { UNKNOWN = 0 PAID = 1 }",
  },
  "union-empty": {
    severity: "error",
    message: (p: { name: string }): string => `union \`${p.name}\` has no members`,
    explanation: "A union holds one of its members, so there has to be at least one.",
    wrong: "union Event { }",
    right: "union Event { 1 placed: string }",
  },
  "names-differ-in-case": {
    severity: "warning",
    message: (p: { first: string; second: string }): string =>
      `\`${p.first}\` and \`${p.second}\` differ in case alone`,
    explanation:
      "Both are legal and are kept apart, but people, some languages and some file systems do not keep them apart.",
    wrong: "enum Status { NONE = 0 none = 1 }",
    right: "enum Status { NONE = 0 UNKNOWN = 1 }",
  },
  "name-not-portable": {
    severity: "error",
    message: (p: { name: string; reason: string }): string => `\`${p.name}\` cannot be used in a path: it ${p.reason}`,
    explanation:
      "Packages and declarations give their names to files and folders of generated code, so they keep to what every operating system allows, up to 200 characters.",
    wrong: "package shop.aux",
    right: "package shop.auxiliary",
  },
  "deprecated-use": {
    severity: "warning",
    message: (p: { name: string }): string => `\`${p.name}\` is deprecated`,
    explanation: "Something that is not deprecated is built on something that is. Deprecate both, or move on.",
    wrong: "@deprecated message Old { 1 id: string }\nmessage Order { 1 old: Old }",
    right: "message New { 1 id: string }\nmessage Order { 1 new: New }",
  },
  "too-many-methods": {
    severity: "error",
    message: (p: { name: string; count: number; countMax: number }): string =>
      `service \`${p.name}\` has ${p.count} methods, and ${p.countMax} are the most`,
    explanation: "Methods are told apart by a 16-bit index on the wire. Split the service.",
    wrong: "a service with 70,000 methods",
    right: "two services",
  },
  "map-key-invalid": {
    severity: "error",
    message: (p: { type: string }): string => `a map cannot have keys of type \`${p.type}\``,
    explanation:
      "Keys are strings, bools or integers, as in Protobuf: a key needs one spelling, and floats and messages have many.",
    wrong: "message Prices { 1 byRate: map<double, string> }",
    right: "message Prices { 1 byName: map<string, double> }",
  },
  "type-not-allowed": {
    severity: "error",
    message: (p: { type: string; where: string }): string => `\`${p.type}\` cannot stand ${p.where}`,
    explanation:
      "Lists and maps hold single values, not lists or maps; union members are single values; `void` is only what a method returns; wrap what does not fit into a message.",
    wrong: "message Grid { 1 rows: int32[][] }",
    right: "message Grid { 1 rows: Row[] }\nmessage Row { 1 cells: int32[] }",
  },
  "optional-not-allowed": {
    severity: "error",
    message: (p: { name: string; what: string }): string => `\`${p.name}\` cannot be optional: ${p.what}`,
    explanation:
      "`?` tells an absent value from a zero one. Lists and maps that are absent are empty, and members of a union are always told apart by the union.",
    wrong: "message Order { 1 items?: string[] }",
    right: "message Order { 1 items: string[] }",
  },
  "alias-cycle": {
    severity: "error",
    message: (p: { cycle: readonly string[] }): string =>
      `aliases lead to each other in a circle: ${p.cycle.join(" -> ")}`,
    explanation: "An alias is another name for a type, and in the end there has to be one.",
    wrong: "type A = B\ntype B = A",
    right: "type A = B\ntype B = string",
  },
  "extends-cycle": {
    severity: "error",
    message: (p: { cycle: readonly string[] }): string =>
      `services extend each other in a circle: ${p.cycle.join(" -> ")}`,
    explanation:
      "A service has its own methods and those of the service it extends, and in the end there has to be a first one.",
    wrong: "service A extends B { }\nservice B extends A { }",
    right: "service A { }\nservice B extends A { }",
  },
  "unknown-annotation": {
    severity: "error",
    message: (p: { name: string }): string => `there is no annotation \`@${p.name}\``,
    explanation:
      "Annotations come from a closed list, so that a misspelt one does not silently do nothing. Your own stand under a namespace, for instance `@acme.audit`, and go to plugins untouched.",
    wrong: "message Order { @mni(1) 1 quantity: uint32 }",
    right: "message Order { @min(1) 1 quantity: uint32 }",
  },
  "unknown-namespace": {
    severity: "error",
    message: (p: { name: string }): string => `the annotation namespace \`${p.name}\` is not declared`,
    explanation:
      "Annotations of your own stand under a namespace that the file declares in front of its package, so that a misspelt one is noticed. They are handed to plug-ins as they are.",
    wrong: 'package shop.v1\n@acme.audit("orders") message Order { 1 id: string }',
    right: '@namespace("acme")\npackage shop.v1\n@acme.audit("orders") message Order { 1 id: string }',
  },
  "annotation-target": {
    severity: "error",
    message: (p: { name: string; target: string; allowed: string }): string =>
      `\`@${p.name}\` cannot stand on ${p.target}: it belongs on ${p.allowed}`,
    explanation: "Every annotation says something about certain things only.",
    wrong: "@timeout(2s)\nmessage Order { 1 id: string }",
    right: "@timeout(2s)\nservice Orders { get(id: string): string }",
  },
  "annotation-argument": {
    severity: "error",
    message: (p: { name: string; reason: string }): string => `\`@${p.name}\` ${p.reason}`,
    explanation: "Annotations take a fixed number of arguments of fixed types.",
    wrong: '@timeout("2s")\nservice Orders { get(id: string): string }',
    right: "@timeout(2s)\nservice Orders { get(id: string): string }",
  },
  "constraint-type": {
    severity: "error",
    message: (p: { name: string; wanted: string; type: string }): string =>
      `\`@${p.name}\` is for ${p.wanted}, and this is \`${p.type}\``,
    explanation:
      "An annotation that cannot hold for a type would never do anything. On a list or map, those about values count for each item; `@items` and `@unique` are about the list itself.",
    wrong: 'message Order { @pattern("^[A-Z]+$") 1 quantity: uint32 }',
    right: 'message Order { @pattern("^[A-Z]+$") 1 sku: string }',
  },
  "annotation-repeated": {
    severity: "error",
    message: (p: { name: string }): string => `\`@${p.name}\` stands here twice`,
    explanation: "One of two annotations would be ignored, so there may be only one.",
    wrong: "service Orders { @timeout(1s) @timeout(2s) get(id: string): string }",
    right: "service Orders { @timeout(2s) get(id: string): string }",
  },
  "policy-cannot-hold": {
    severity: "error",
    message: (p: { name: string; method: string; reason: string }): string =>
      `\`@${p.name}\` cannot hold for \`${p.method}\`: ${p.reason}`,
    explanation:
      "What makes calls twice (`@retry`, `@hedge`) or not at all (`@cache`) belongs on methods for which that is the same as once: `@idempotent` ones. With `@idempotencyKey` the server sees to that, if it is the same server or all of them share the keys (`@idempotencyKey(shared)`). On a service, a policy holds for those of its methods only for which it makes sense.",
    wrong: "service Orders { @retry(3) place(sku: string): string }",
    right:
      "service Orders { @retry(3) @idempotencyKey place(sku: string): string @idempotent @retry get(id: string): string }",
  },
  "method-shape": {
    severity: "error",
    message: (p: { name: string; reason: string }): string => `method \`${p.name}\` ${p.reason}`,
    explanation:
      "A stream carries messages or unions; a `oneway` method takes one message or inline parameters, and answers and throws nothing.",
    wrong: "service Orders { watch(id: string): stream int32 }",
    right: "message Tick { 1 count: int32 }\nservice Orders { watch(id: string): stream Tick }",
  },
} as const;
