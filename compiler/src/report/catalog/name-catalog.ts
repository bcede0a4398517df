/** Codes of files, imports and names: what cannot be found, and what is found twice. */

export const nameCatalog = {
  "unknown-type": {
    severity: "error",
    message: (p: { name: string }): string => `there is no type \`${p.name}\` here`,
    explanation:
      "A type is one of the built-in ones, or a message, enum, union or alias of this file, of this package, or of a file that is imported. A type of another package is written with its package in front.",
    wrong: "message Cart { 1 items: LineItme[] }\nmessage LineItem { 1 sku: string }",
    right: "message Cart { 1 items: LineItem[] }\nmessage LineItem { 1 sku: string }",
  },
  "unknown-error": {
    severity: "error",
    message: (p: { name: string }): string => `there is no error \`${p.name}\` here`,
    explanation: "What a method throws is an `error` of this file or of a file that is imported.",
    wrong: "service Orders { get(id: string): string throws NotFound }",
    right: "error NotFound { 1 id: string }\nservice Orders { get(id: string): string throws NotFound }",
  },
  "unknown-service": {
    severity: "error",
    message: (p: { name: string }): string => `there is no service \`${p.name}\` here`,
    explanation: "What a service extends is a `service` of this file or of a file that is imported.",
    wrong: "service Orders extends Helth { }\nservice Health { check(): bool }",
    right: "service Orders extends Health { }\nservice Health { check(): bool }",
  },
  "wrong-kind": {
    severity: "error",
    message: (p: { name: string; found: string; wanted: string }): string =>
      `\`${p.name}\` is ${p.found}, and ${p.wanted} is needed here`,
    explanation:
      "The name was found, but it names something that cannot stand in this place: fields take types, `throws` takes errors, `extends` takes a service.",
    wrong: "message Gone { 1 id: string }\nservice Orders { get(id: string): string throws Gone }",
    right: "error Gone { 1 id: string }\nservice Orders { get(id: string): string throws Gone }",
  },
  "not-imported": {
    severity: "error",
    message: (p: { name: string; path: string }): string =>
      `\`${p.name}\` is declared in ${p.path}, which is not imported here`,
    explanation: "A file sees the declarations of the files that it imports itself.",
    wrong: "message Order { 1 total: money.v1.Money }",
    right: 'import "money.rpc"\nmessage Order { 1 total: money.v1.Money }',
  },
  "duplicate-declaration": {
    severity: "error",
    message: (p: { name: string }): string => `\`${p.name}\` is declared twice`,
    explanation: "Within a package, every message, enum, union, error, alias and service has a name of its own.",
    wrong: "message Order { }\nenum Order { NONE = 0 }",
    right: "message Order { }\nenum OrderStatus { NONE = 0 }",
  },
  "missing-package": {
    severity: "warning",
    message: (): string => "the file has no package",
    explanation:
      "The package is part of the name by which every method is called and every type is known. Without one, two files of different people may mean the same name, and a package that is added later changes the names of all methods, so that old clients no longer reach them.",
    wrong: "message Order { 1 id: string }",
    right: "package shop.orders.v1\nmessage Order { 1 id: string }",
  },
  "package-collision": {
    severity: "error",
    message: (p: { name: string }): string => `\`${p.name}\` is both a package and a declaration`,
    explanation:
      "In Protobuf, packages and types share their names, so `shop.orders` cannot be a package and a message `orders` of package `shop` at once.",
    wrong: "package shop.orders, beside a file with package shop and message orders",
    right: "package shop.orders, beside a file with package shop and message Orders",
  },
  "synthetic-name-taken": {
    severity: "error",
    message: (p: { name: string; method: string }): string =>
      `the message that the compiler makes for method \`${p.method}\` would be called \`${p.name}\`, which is taken`,
    explanation:
      "Inline parameters, plain returns and `void` travel in messages named after the service and the method, such as `OrdersFindRequest`. Rename the other declaration, or use it as the method's parameter or result.",
    wrong: "message OrdersFindRequest { 1 id: string }\nservice Orders { find(id: string): void }",
    right: "message OrdersFindRequest { 1 id: string }\nservice Orders { find(OrdersFindRequest): void }",
  },
  "duplicate-member": {
    severity: "error",
    message: (p: { name: string; kind: string; owner: string }): string =>
      `\`${p.owner}\` has two ${p.kind} named \`${p.name}\``,
    explanation: "Fields, union members, enum values, methods and parameters have distinct names within their owner.",
    wrong: "message Order { 1 id: string 2 id: string }",
    right: "message Order { 1 id: string 2 customerId: string }",
  },
  "built-in-name": {
    severity: "error",
    message: (p: { name: string }): string => `\`${p.name}\` is the name of a built-in type and cannot be declared`,
    explanation: "The names of the built-in types, such as `string` or `timestamp`, always mean the built-in types.",
    wrong: "message timestamp { 1 seconds: int64 }",
    right: "message Timestamp { 1 seconds: int64 }",
  },
  "import-not-found": {
    severity: "error",
    message: (p: { path: string }): string => `there is no file ${p.path} to import`,
    explanation:
      "An import is looked up beside the importing file, then under the import roots, then among the files that ship with the compiler. A path that starts with a dot is only looked up beside the importing file.",
    wrong: 'import "monye.rpc"',
    right: 'import "money.rpc"',
  },
  "import-path-invalid": {
    severity: "error",
    message: (p: { path: string; reason: string }): string => `the import path ${p.path} ${p.reason}`,
    explanation:
      "Import paths are relative, use `/`, have no drive, scheme or percent-encoding, and lead to a file under an import root, symbolic links followed: a file means the same wherever it is compiled, and reads nothing else of the machine.",
    wrong: 'import "/etc/money.rpc"',
    right: 'import "shop/money.rpc"',
  },
  "import-cycle": {
    severity: "error",
    message: (p: { cycle: readonly string[] }): string =>
      `files import each other in a circle: ${p.cycle.join(" -> ")}`,
    explanation:
      "Generated modules import each other as their sources do, and a circle of modules breaks at run time. Move what both need into a third file.",
    wrong: '// a.rpc\nimport "b.rpc"\n// b.rpc\nimport "a.rpc"',
    right: '// a.rpc\nimport "shared.rpc"\n// b.rpc\nimport "shared.rpc"',
  },
  "import-repeated": {
    severity: "warning",
    message: (p: { path: string }): string => `${p.path} is imported twice`,
    explanation: "The second import adds nothing.",
    wrong: 'import "money.rpc"\nimport "money.rpc"',
    right: 'import "money.rpc"',
  },
  "import-unused": {
    severity: "warning",
    message: (p: { path: string }): string => `nothing of ${p.path} is used here`,
    explanation: "An import that nothing uses makes every change of that file look like a change of this one.",
    wrong: 'import "money.rpc"\nmessage Order { 1 id: string }',
    right: "message Order { 1 id: string }",
  },
} as const;
