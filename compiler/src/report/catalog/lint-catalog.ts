/** Codes of the linter: the text is right, and could be wiser. Each is a rule that a project can turn off. */

export const lintCatalog = {
  "package-name": {
    severity: "warning",
    message: (p: { name: string }): string => `the package \`${p.name}\` is not written in lower case`,
    explanation:
      "The parts of a package are lower-case words, as in Protobuf: `shop.orders.v1`. They become paths, and paths that differ in case alone meet on some disks.",
    wrong: "package Shop.Orders.v1",
    right: "package shop.orders.v1",
  },
  "package-version": {
    severity: "warning",
    message: (p: { name: string }): string => `the package \`${p.name}\` does not end in a version`,
    explanation:
      "A package that ends in `v1`, or `v1beta2` while it is tried out, can be followed by a `v2` that stands beside it, so that old clients keep what they know. Adding the version later renames everything on the wire.",
    wrong: "package shop.orders",
    right: "package shop.orders.v1",
  },
  "file-name": {
    severity: "warning",
    message: (p: { file: string; package: string }): string =>
      `the file ${p.file} is named after no part of its package \`${p.package}\``,
    explanation:
      "Generated files are named after the source, and what they hold after the package. A reader who knows the one should find the other: `orders.rpc` for `shop.orders.v1`. Case, hyphens and underscores do not count.",
    wrong: "package shop.orders.v1, in misc.rpc",
    right: "package shop.orders.v1, in orders.rpc",
  },
  "declaration-name": {
    severity: "warning",
    message: (p: { kind: string; name: string }): string => `the ${p.kind} \`${p.name}\` is not written in PascalCase`,
    explanation: "Declarations become types in TypeScript, whose names are PascalCase.",
    wrong: "message line_item { 1 sku: string }",
    right: "message LineItem { 1 sku: string }",
  },
  "field-name": {
    severity: "warning",
    message: (p: { name: string }): string => `\`${p.name}\` is not written in camelCase`,
    explanation:
      "Fields, union members and parameters become properties in TypeScript, whose names are camelCase. In an exported `.proto` they are snake_case either way.",
    wrong: "message Order { 1 placed_at: timestamp }",
    right: "message Order { 1 placedAt: timestamp }",
  },
  "method-name": {
    severity: "warning",
    message: (p: { name: string }): string => `the method \`${p.name}\` is not written in camelCase`,
    explanation:
      "Methods become functions in TypeScript, whose names are camelCase. On the wire they are PascalCase either way.",
    wrong: "service Orders { GetOrder(id: string): string }",
    right: "service Orders { getOrder(id: string): string }",
  },
  "enum-value-name": {
    severity: "warning",
    message: (p: { name: string }): string => `the value \`${p.name}\` is not written in UPPER_CASE`,
    explanation: "By custom the values of enums are UPPER_CASE, in TypeScript as in JSON and in `.proto`.",
    wrong: "enum Status { Pending = 0, Paid = 1 }",
    right: "enum Status { PENDING = 0, PAID = 1 }",
  },
  "enum-value-prefix": {
    severity: "warning",
    message: (p: { name: string; enum: string }): string => `the value \`${p.name}\` repeats the name of \`${p.enum}\``,
    explanation:
      "In Protobuf the values of all enums of a package share one space, and so carry their enum's name. Here they are literals of their own type, and where a `.proto` is exported the prefix is put in front.",
    wrong: "enum Status { STATUS_PENDING = 0, STATUS_PAID = 1 }",
    right: "enum Status { PENDING = 0, PAID = 1 }",
  },
  "enum-zero-name": {
    severity: "warning",
    message: (p: { name: string; names: string }): string =>
      `the value zero is called \`${p.name}\`, and not ${p.names}`,
    explanation:
      "Zero is what a field reads as that was never set. Where that has to differ from every real value, the value zero says so in its name. The option `names` lists those that do.",
    wrong: "enum Status { PENDING = 0, PAID = 1 }",
    right: "enum Status { UNSPECIFIED = 0, PENDING = 1, PAID = 2 }",
  },
  "closed-enum": {
    severity: "warning",
    message: (p: { name: string }): string =>
      `\`${p.name}\` is closed: a value that is added later breaks whoever was built before`,
    explanation:
      "A closed enum refuses messages with a number it does not know, so that no value can ever be added without updating all receivers first. An open one hands the number on.",
    wrong: "closed enum Status { OFF = 0, ON = 1 }",
    right: "enum Status { OFF = 0, ON = 1 }",
  },
  "reserved-gap": {
    severity: "warning",
    message: (p: { owner: string; numbers: string }): string =>
      `\`${p.owner}\` leaves out ${p.numbers} without a word about it`,
    explanation:
      "A gap between numbers is mostly what a removed member left behind. Unless its number is reserved, the next one to add a member takes it, and old bytes are read as something else. Gaps of more numbers than the option `gap` are taken to be meant.",
    wrong: "message Order { 1 id: string, 3 note: string }",
    right: "message Order { 1 id: string, 3 note: string, reserved 2 }",
  },
  "same-name-other-type": {
    severity: "warning",
    message: (p: { name: string; type: string; other: string }): string =>
      `\`${p.name}\` is \`${p.type}\` here and \`${p.other}\` elsewhere in the package`,
    explanation:
      "Within a package, one name for two scalar types is a trap: an `id` that is a string in one message and a number in the next cannot be passed on. Give both the same type, or say in the names what differs.",
    wrong: "message Order { 1 userId: string }\nmessage User { 1 userId: int64 }",
    right: "message Order { 1 userId: string }\nmessage User { 1 userId: string }",
  },
  "unmarked-secret": {
    severity: "warning",
    message: (p: { name: string }): string => `\`${p.name}\` looks like a secret and is not marked as one`,
    explanation:
      "What is marked with `@secret` is known to be kept out of logs. Names that end in `password`, `secret`, `token`, `apiKey` and the like are taken for secrets; tokens of pages, cursors and the like are not.",
    wrong: "message Login { 1 user: string, 2 password: string }",
    right: "message Login { 1 user: string, @secret 2 password: string }",
  },
  "id-as-number": {
    severity: "warning",
    message: (p: { name: string }): string => `\`${p.name}\` is an identifier of 64 bits, and \`@js(number)\` holds 53`,
    explanation:
      "Identifiers that are drawn at random or hold a time use all of their bits, and one beyond 9,007,199,254,740,991 is then refused where it arrives. Leave it a `bigint`, or show it as text.",
    wrong: "message User { @js(number) 1 id: uint64 }",
    right: "message User { @js(string) 1 id: uint64 }",
  },
  "time-as-number": {
    severity: "warning",
    message: (p: { name: string; type: string }): string =>
      `\`${p.name}\` looks like a time; there is \`${p.type}\` for that`,
    explanation:
      "A number does not say in which unit it counts, nor a string in which format it is written. `timestamp` is a `Date`, `duration` is milliseconds, and both are well-known messages on the wire.",
    wrong: "message Order { 1 placedAt: int64, 2 timeoutSeconds: uint32 }",
    right: "message Order { 1 placedAt: timestamp, 2 timeout: duration }",
  },
  "money-as-float": {
    severity: "warning",
    message: (p: { name: string; type: string }): string =>
      `\`${p.name}\` looks like money, and \`${p.type}\` cannot hold a cent`,
    explanation:
      "Binary fractions have no exact tenth, and sums of them drift. Count the smallest unit of the currency in an integer, beside the currency.",
    wrong: "message Item { 1 price: double }",
    right: "message Item { 1 priceCents: int64 }",
  },
  "prefer-builtin": {
    severity: "warning",
    message: (p: { name: string; instead: string }): string => `\`${p.name}\` is better written ${p.instead}`,
    explanation:
      "The messages that Protobuf wraps scalars in were made for absence, which `?` says here; `void`, `timestamp`, `duration` and `json` have the bytes of their messages and plain values in TypeScript. Keep the message where all of its digits are needed, and say so beside it.",
    wrong: 'import "google/protobuf/wrappers.rpc"\nmessage A { 1 note: google.protobuf.StringValue }',
    right: "message A { 1 note?: string }",
  },
  "too-many-parameters": {
    severity: "warning",
    message: (p: { name: string; count: number; max: number }): string =>
      `\`${p.name}\` takes ${p.count} parameters, and ${p.max} are what a reader keeps apart`,
    explanation:
      "Inline parameters become plain arguments, told apart by their place alone, and can only be added at the end. A message names each of them where it is passed. The option `max` says how many are well.",
    wrong: "service S { find(a: bool, b: bool, c: bool, d: bool, e: bool, f: bool): bool }",
    right:
      "message Find { 1 a: bool, 2 b: bool, 3 c: bool, 4 d: bool, 5 e: bool, 6 f: bool }\nservice S { find(Find): bool }",
  },
  "missing-idempotent": {
    severity: "warning",
    message: (p: { name: string }): string =>
      `\`${p.name}\` looks as if it only reads, and does not say \`@idempotent\``,
    explanation:
      "Only a method that says `@idempotent` may be repeated by itself when a connection breaks. Names that begin with one of the option `verbs` promise a look that changes nothing. Where it does change something, another name would be kinder.",
    wrong: "service Orders { getOrder(id: string): string }",
    right: "service Orders { @idempotent getOrder(id: string): string }",
  },
  "missing-timeout": {
    severity: "warning",
    message: (p: { name: string }): string => `the service \`${p.name}\` has no \`@timeout\``,
    explanation:
      "A call without a deadline of its own gets the default of the runtime, which knows nothing of this service. `@timeout` says what is usual here.",
    wrong: "service Orders { count(): uint32 }",
    right: "@timeout(2s) service Orders { count(): uint32 }",
  },
  "missing-code": {
    severity: "warning",
    message: (p: { name: string }): string => `the error \`${p.name}\` has no \`@code\`, and so the status UNKNOWN`,
    explanation:
      "The status is what those see who do not know the error: other languages, gateways, retries, dashboards. UNKNOWN tells them that nobody thought about it.",
    wrong: "error OutOfStock { 1 sku: string }",
    right: "@code(FAILED_PRECONDITION) error OutOfStock { 1 sku: string }",
  },
  "deprecated-reason": {
    severity: "warning",
    message: (p: { name: string }): string => `\`${p.name}\` is deprecated without saying what to use instead`,
    explanation: "The reason is what a user of the generated code reads where the name is struck through.",
    wrong: "message Order { @deprecated 1 total: int64 }",
    right: 'message Order { @deprecated("use price") 1 total: int64 }',
  },
  "stream-docs": {
    severity: "warning",
    message: (p: { name: string }): string => `\`${p.name}\` streams and does not say when the stream ends`,
    explanation:
      "A signature shows that many values come, but not whether they ever stop, what makes them stop, and what it means when they do. That stands in the documentation of the method.",
    wrong: "message M { 1 id: string }\nservice S { watch(M): stream M }",
    right: "message M { 1 id: string }\nservice S {\n  /// Every change, until it is deleted.\n  watch(M): stream M\n}",
  },
  "missing-docs": {
    severity: "warning",
    message: (p: { kind: string; name: string }): string => `the ${p.kind} \`${p.name}\` has no documentation`,
    explanation:
      "`///` travels into the generated code, where an editor shows it. The option `kinds` says what has to have some: of package, message, enum, union, error, type, service, method, field and value.",
    wrong: "message Order { 1 id: string }",
    right: "/// What a customer wants.\nmessage Order { 1 id: string }",
  },
  "shared-request": {
    severity: "warning",
    message: (p: { name: string; method: string }): string => `\`${p.name}\` is what \`${p.method}\` takes already`,
    explanation:
      "A method whose message is its own can grow without its neighbours. Two methods that take the same message always grow together.",
    wrong: "message M { 1 id: string }\nservice S { get(M): bool, delete(M): bool }",
    right:
      "message Get { 1 id: string }\nmessage Delete { 1 id: string }\nservice S { get(Get): bool, delete(Delete): bool }",
  },
  "unbounded-list": {
    severity: "warning",
    message: (p: { name: string }): string => `nothing bounds how many \`${p.name}\` there may be`,
    explanation:
      "What a caller may send without end, somebody will. `@items(least, most)` says how many a list or map may hold.",
    wrong: "message M { 1 ids: string[] }\nservice S { delete(M): bool }",
    right: "message M { @items(1, 100) 1 ids: string[] }\nservice S { delete(M): bool }",
  },
  "allow-without-reason": {
    severity: "warning",
    message: (): string => "a finding is allowed without a reason",
    explanation:
      "`// rpcgen-allow rule -- reason` keeps a rule quiet about the declaration, member or line that it stands at, `// rpcgen-allow-file rule -- reason` about the whole file. Whoever reads it later has to know why; without a reason it allows nothing.",
    wrong: "// rpcgen-allow package-version\npackage shop",
    right: "// rpcgen-allow package-version -- it never leaves this process\npackage shop",
  },
  "allow-unused": {
    severity: "warning",
    message: (p: { rule: string }): string => `there is no finding of \`${p.rule}\` that this allows`,
    explanation: "An allowance that nothing needs any more would hide the next finding.",
    wrong: "// rpcgen-allow package-version -- a test\npackage shop.v1",
    right: "package shop.v1",
  },
  "allow-unknown": {
    severity: "warning",
    message: (p: { rule: string }): string => `there is no rule \`${p.rule}\``,
    explanation: "An allowance names rules of the linter, or warnings of the compiler, with commas between them.",
    wrong: "// rpcgen-allow packge-version -- a test\npackage shop",
    right: "// rpcgen-allow package-version -- a test\npackage shop",
  },
} as const;
