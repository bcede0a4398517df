/** Codes of the text itself: what cannot be read as the language, and habits of other languages that are recognised. */

export const syntaxCatalog = {
  "file-too-large": {
    severity: "error",
    message: (p: { path: string; bytes: number; bytesMax: number }): string =>
      `${p.path} has ${p.bytes} bytes, and at most ${p.bytesMax} are read`,
    explanation:
      "Sources are written by people; one of this size is usually not what was meant. Split it into several files.",
    wrong: "one file with ten megabytes of messages",
    right: "several files that import each other",
  },
  "not-utf8": {
    severity: "error",
    message: (p: { offset: number; reason: string }): string =>
      `the file is not UTF-8 text: at byte ${p.offset} ${p.reason}`,
    explanation: "Sources are UTF-8, with or without a byte order mark. Save the file as UTF-8 in the editor.",
    wrong: "a file saved as UTF-16 or Latin-1",
    right: "the same file saved as UTF-8",
  },
  "nothing-declared": {
    severity: "warning",
    message: (): string => "the file declares nothing",
    explanation: "Nothing is generated for a file without declarations. That is allowed, and rarely meant.",
    wrong: "// soon",
    right: "message Order { 1 id: string }",
  },
  "unterminated-string": {
    severity: "error",
    message: (): string => "this string is not closed before the line ends",
    explanation:
      'A string stands between double quotes on one line; a line break in it is written `\\n`, a quote `\\"`.',
    wrong: 'import "money.rpc',
    right: 'import "money.rpc"',
  },
  "unterminated-comment": {
    severity: "error",
    message: (): string => "this comment is never closed",
    explanation: "A comment that starts with `/*` ends with the next `*/`; such comments do not nest.",
    wrong: "type Id = string /* the rest is missing",
    right: "type Id = string /* all there */",
  },
  "unclosed-bracket": {
    severity: "error",
    message: (p: { opener: string; closer: string }): string =>
      `this \`${p.opener}\` is never closed with \`${p.closer}\``,
    explanation: "Every bracket that opens is closed, and in the right order.",
    wrong: "message Order { 1 id: string",
    right: "message Order { 1 id: string }",
  },
  "unopened-bracket": {
    severity: "error",
    message: (p: { closer: string }): string => `this \`${p.closer}\` closes nothing`,
    explanation: "Every bracket that closes was opened before. Often one bracket too many was typed further up.",
    wrong: "message Order { 1 id: string } }",
    right: "message Order { 1 id: string }",
  },
  "nesting-too-deep": {
    severity: "error",
    message: (p: { depthMax: number }): string => `brackets are nested more than ${p.depthMax} deep`,
    explanation: "Real sources nest a handful of brackets. The file is not read any further.",
    wrong: "message Order { 1 id: list<list<list<...>>> }",
    right: "message Order { 1 ids: string[] }",
  },
  "unexpected-text": {
    severity: "error",
    message: (p: { found: string; wanted: string }): string => `\`${p.found}\` cannot stand here: ${p.wanted}`,
    explanation: "The text cannot be read as part of the language at this place.",
    wrong: "message Order { 1 id: string ! }",
    right: "message Order { 1 id: string }",
  },
  "missing-part": {
    severity: "error",
    message: (p: { part: string; after: string }): string => `${p.part} is missing after ${p.after}`,
    explanation: "Something that belongs here was left out.",
    wrong: "message { 1 id: string }",
    right: "message Order { 1 id: string }",
  },
  "invisible-character": {
    severity: "error",
    message: (p: { name: string; code: string }): string =>
      `there is an invisible character here: ${p.name} (${p.code})`,
    explanation:
      "Characters that cannot be seen, or that change the direction of text, make a source say one thing to people and another to the compiler. They often arrive by copying from a web page.",
    wrong: "message Or\u200bder { }",
    right: "message Order { }",
  },
  "non-ascii-name": {
    severity: "error",
    message: (p: { name: string; character: string; code: string }): string =>
      `\`${p.name}\` is not a name: \`${p.character}\` (${p.code}) is outside A-Z, a-z, 0-9 and _`,
    explanation:
      "Names are ASCII letters, digits and underscores: they become names in many languages, and letters that look alike must not make two names that look alike.",
    wrong: "message Prix { 1 co\u00fbt: int64 }",
    right: "message Prix { 1 cout: int64 }",
  },
  "malformed-name": {
    severity: "error",
    message: (p: { name: string }): string =>
      `\`${p.name}\` is not a name: names are letters, digits and _, and do not start with a digit`,
    explanation: "Names become names in many languages, so they are plain: placedAt, LineItem, PENDING.",
    wrong: "message Order { 1 placed-at: timestamp }",
    right: "message Order { 1 placedAt: timestamp }",
  },
  "malformed-number": {
    severity: "error",
    message: (p: { text: string; reason: string }): string => `\`${p.text}\` ${p.reason}`,
    explanation: "Numbers are written in decimal (7, -7, 0.5), durations with a unit: 500ms, 2s, 5m, 1h, 7d.",
    wrong: "message Order { 1st id: string }",
    right: "message Order { 1 id: string }",
  },
  "malformed-string": {
    severity: "error",
    message: (p: { escape: string }): string => `\`${p.escape}\` is not an escape`,
    explanation:
      "Escapes in strings are \\n \\r \\t \\0 \\\\ \\\" \\' and \\u{1f600} or \\u00e9. A backslash itself is written twice.",
    wrong: '@pattern("\\d+")\ntype Digits = string',
    right: '@pattern("\\\\d+")\ntype Digits = string',
  },
  "single-quotes": {
    severity: "error",
    message: (): string => "strings stand between double quotes",
    explanation: "There is one way to write a string, so that files look alike.",
    wrong: "import 'money.rpc'",
    right: 'import "money.rpc"',
  },
  "missing-number": {
    severity: "error",
    message: (p: { name: string; what: string }): string => `${p.what} \`${p.name}\` has no number`,
    explanation:
      "The number is what identifies a field on the wire, so that names may change. It stands in front of a field's name, and after `=` behind the name of an enum value. Take one that was never used.",
    wrong: "message Order { id: string }",
    right: "message Order { 1 id: string }",
  },
  "missing-type": {
    severity: "error",
    message: (p: { name: string }): string => `\`${p.name}\` has no type`,
    explanation: "A field is a number, a name, a colon and a type.",
    wrong: "message Order { 1 id }",
    right: "message Order { 1 id: string }",
  },
  "missing-colon": {
    severity: "error",
    message: (p: { name: string }): string => `there is no \`:\` between \`${p.name}\` and its type`,
    explanation: "A field is a number, a name, a colon and a type.",
    wrong: "message Order { 1 id string }",
    right: "message Order { 1 id: string }",
  },
  "number-last": {
    severity: "error",
    message: (p: { name: string }): string => `the number of \`${p.name}\` stands in front of the name, not behind`,
    explanation: "Fields are written with the number first, without `=`. Enum values keep `=`: `PAID = 1`.",
    wrong: "message Order { string id = 1; }",
    right: "message Order { 1 id: string }",
  },
  "number-first": {
    severity: "error",
    message: (p: { name: string }): string =>
      `the number of enum value \`${p.name}\` stands behind the name, after \`=\``,
    explanation: "Fields have their number in front; an enum value is its number, so it is written with `=`.",
    wrong: "enum Status { 0 PENDING }",
    right: "enum Status { PENDING = 0 }",
  },
  "type-first": {
    severity: "error",
    message: (p: { name: string; type: string }): string =>
      `the type \`${p.type}\` stands behind the name, after a colon`,
    explanation: "Fields and parameters are written as in TypeScript: the name, a colon, the type.",
    wrong: "message Order { 1 string id }",
    right: "message Order { 1 id: string }",
  },
  "foreign-modifier": {
    severity: "error",
    message: (p: { word: string; advice: string }): string => `there is no \`${p.word}\` here: ${p.advice}`,
    explanation:
      "What Protobuf and Thrift say with a word in front of the type is said otherwise: `optional` is `?` after the name, `repeated T` is `T[]`, and `required` does not exist, because a field that is required can never be retired.",
    wrong: "message Order { 1 optional note: string }",
    right: "message Order { 1 note?: string }",
  },
  "foreign-type": {
    severity: "error",
    message: (p: { found: string; instead: string }): string => `\`${p.found}\` is written \`${p.instead}\` here`,
    explanation:
      "Scalars have Protobuf's names (bool int32 int64 uint32 uint64 sint32 sint64 fixed32 fixed64 sfixed32 sfixed64 float double string bytes), lists are T[], maps are map<K, V>.",
    wrong: "message Order { 1 items: list<int> }",
    right: "message Order { 1 items: int32[] }",
  },
  "unknown-keyword": {
    severity: "error",
    message: (p: { word: string }): string => `\`${p.word}\` begins no declaration`,
    explanation: "Declarations are: package, import, message, enum, union, error, type and service.",
    wrong: "mesage Order { 1 id: string }",
    right: "message Order { 1 id: string }",
  },
  "misspelt-stream": {
    severity: "error",
    message: (p: { word: string }): string => `\`${p.word}\` says nothing in front of a message`,
    explanation: "A method that takes or gives many messages says `stream` in front of theirs.",
    wrong: "service Orders { watch(Order): strem Order }",
    right: "service Orders { watch(Order): stream Order }",
  },
  "foreign-declaration": {
    severity: "error",
    message: (p: { word: string; advice: string }): string => `there is no \`${p.word}\` here: ${p.advice}`,
    explanation: "Declarations are: package, import, message, enum, union, error, type and service.",
    wrong: "struct Order { 1 id: string }",
    right: "message Order { 1 id: string }",
  },
  "foreign-method": {
    severity: "error",
    message: (p: { advice: string }): string => `a method is written otherwise: ${p.advice}`,
    explanation: "A method is a name, its parameters in parentheses, a colon, and what it returns.",
    wrong: "service Orders { rpc Get(GetOrder) returns (Order); }",
    right: "service Orders { get(GetOrder): Order }",
  },
  "foreign-option": {
    severity: "error",
    message: (p: { text: string }): string => `\`${p.text}\` is written as an annotation here, such as \`@deprecated\``,
    explanation:
      "What Protobuf says with options, in brackets or on lines of their own, is said with annotations in front.",
    wrong: "message Order { 1 id: string [deprecated = true] }",
    right: "message Order { @deprecated 1 id: string }",
  },
  "optional-type": {
    severity: "error",
    message: (p: { name: string }): string => `the \`?\` belongs to the name: \`${p.name}?\``,
    explanation: "Presence belongs to the field, not to the type: a list or a map of optional values does not exist.",
    wrong: "message Order { 1 note: string? }",
    right: "message Order { 1 note?: string }",
  },
  "default-value": {
    severity: "error",
    message: (p: { name: string }): string => `\`${p.name}\` cannot have a default value`,
    explanation:
      "An absent field is zero, empty or, with `?`, absent. Other defaults would live in every reader, and changing one would silently change what old messages mean.",
    wrong: "message Page { 1 size: uint32 = 20 }",
    right: "message Page { 1 size?: uint32 }   // and the handler says what absent means",
  },
  "nested-declaration": {
    severity: "error",
    message: (p: { name: string; owner: string }): string => `\`${p.name}\` cannot be declared inside \`${p.owner}\``,
    explanation: "Declarations stand side by side in the file, as in TypeScript. Move this one out, above or below.",
    wrong: "message Order { message Item { 1 sku: string } 1 items: Item[] }",
    right: "message Item { 1 sku: string }\nmessage Order { 1 items: Item[] }",
  },
  "parameter-number": {
    severity: "error",
    message: (p: { name: string }): string =>
      `parameter \`${p.name}\` takes no number: parameters are numbered in order`,
    explanation: "Inline parameters are numbered by the compiler as they stand; new ones are added at the end.",
    wrong: "service Orders { find(1 id: string): Order }",
    right: "service Orders { find(id: string): Order }",
  },
  "parameter-unnamed": {
    severity: "error",
    message: (): string => "a method takes either one message or parameters with names",
    explanation:
      "One message travels as it is. Anything else is put into a message by the compiler, and its fields need names.",
    wrong: "service Orders { move(Order, Place): Order }",
    right: "service Orders { move(order: Order, to: Place): Order }",
  },
  "stream-misplaced": {
    severity: "error",
    message: (): string => "`stream` stands only in front of what a method takes or returns",
    explanation:
      "A stream is what a call carries over time; a field holds a value. A field with several values is a list, `T[]`.",
    wrong: "message Orders { 1 items: stream Order }",
    right: "service Orders { watch(WatchOrders): stream Order }",
  },
  "missing-result": {
    severity: "error",
    message: (p: { name: string }): string => `method \`${p.name}\` does not say what it returns`,
    explanation:
      "A method says what comes back: a type, `stream` and a type, or `void` for nothing. Only a `oneway` method has no result, because its caller does not wait.",
    wrong: "service Orders { cancel(id: string) }",
    right: "service Orders { cancel(id: string): void }",
  },
  "missing-parameters": {
    severity: "error",
    message: (p: { name: string }): string => `method \`${p.name}\` has no parameters in parentheses`,
    explanation: "A method is a name, its parameters in parentheses, which may be empty, a colon, and what it returns.",
    wrong: "service Orders { count: uint32 }",
    right: "service Orders { count(): uint32 }",
  },
  "union-number": {
    severity: "error",
    message: (p: { name: string }): string => `\`${p.name}\` is an inline union and has no number of its own`,
    explanation: "On the wire an inline union is its members, and each of them has a number of the message.",
    wrong: "message Order { 3 payment?: union { 4 card: Card } }",
    right: "message Order { payment?: union { 4 card: Card } }",
  },
  "map-arguments": {
    severity: "error",
    message: (): string => "a map has a type of keys and a type of values: `map<string, Money>`",
    explanation: "A map is written with both of its types. A set does not exist: use a list, or a map to bool.",
    wrong: "message Order { 1 labels: map<string> }",
    right: "message Order { 1 labels: map<string, string> }",
  },
  "oneway-result": {
    severity: "error",
    message: (p: { name: string }): string =>
      `\`${p.name}\` is oneway and answers nothing, so it has no result and throws nothing`,
    explanation: "The caller of a `oneway` method does not wait, so nothing can come back to it.",
    wrong: "service Log { oneway write(Line): Line }",
    right: "service Log { oneway write(Line) }",
  },
  "misplaced-package": {
    severity: "error",
    message: (p: { reason: string }): string => `\`package\` stands once, before everything else: ${p.reason}`,
    explanation: "A file belongs to one package, and says so on top.",
    wrong: 'import "money.rpc"\npackage shop.v1',
    right: 'package shop.v1\nimport "money.rpc"',
  },
  "misplaced-import": {
    severity: "error",
    message: (): string => "imports stand before the first declaration",
    explanation: "What a file builds on can be seen at its top.",
    wrong: 'message Order { }\nimport "money.rpc"',
    right: 'import "money.rpc"\nmessage Order { }',
  },
  "misplaced-annotation": {
    severity: "error",
    message: (p: { name: string; reason: string }): string => `\`@${p.name}\` ${p.reason}`,
    explanation: "An annotation stands in front of the declaration or member that it is about.",
    wrong: "message Order { 1 id: string @deprecated }",
    right: "message Order { @deprecated 1 id: string }",
  },
  "misplaced-doc": {
    severity: "warning",
    message: (p: { reason: string }): string => `this \`///\` comment documents nothing: ${p.reason}`,
    explanation:
      "A `///` comment documents the declaration or member that follows it. Other remarks are written with `//`.",
    wrong: "message Order { 1 id: string /// the key }",
    right: "message Order {\n  /// the key\n  1 id: string\n}",
  },
  "reserved-item": {
    severity: "error",
    message: (p: { text: string; advice: string }): string => `\`${p.text}\` cannot be reserved like this: ${p.advice}`,
    explanation: "Reserved are numbers, ranges with `to`, and names in double quotes, separated by commas.",
    wrong: "message Order { reserved 2-5, total }",
    right: 'message Order { reserved 2 to 5, "total" }',
  },
} as const;
