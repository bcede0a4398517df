/** Codes of `rpcgen breaking` about methods. */

import type { Change } from "./breaking-declaration-catalog.js";

export const breakingMethodCatalog = {
  "method-removed": {
    severity: "error",
    levels: ["wire", "source"],
    message: (p: Change): string => `\`${p.name}\` is gone`,
    explanation:
      "Calls of old clients are answered with `unimplemented`, and code that calls or serves it does not compile. Deprecate it until nobody calls it.",
    wrong:
      "service Orders { get(id: string): string count(): uint32 }\n// becomes\nservice Orders { get(id: string): string }",
    right:
      "service Orders { get(id: string): string count(): uint32 }\n// becomes\nservice Orders { get(id: string): string @deprecated count(): uint32 }",
  },
  "method-added": {
    severity: "warning",
    levels: ["wire", "source"],
    message: (p: Change): string => `\`${p.name}\` is new`,
    explanation:
      "Handlers do not compile until they serve it, and calls of new clients are answered with `unimplemented` by old servers: update servers first.",
    wrong:
      "service Orders { get(id: string): string }\n// becomes\nservice Orders { get(id: string): string count(): uint32 }",
    right:
      "service Orders { get(id: string): string count(): uint32 }\n// becomes\nservice Orders { count(): uint32 get(id: string): string }",
  },
  "method-renamed": {
    severity: "error",
    levels: ["wire", "source"],
    message: (p: Change): string => `\`${p.name}\` is called \`${p.is}\` now`,
    explanation:
      "A connection agrees on methods by their names. `@name` with the old name keeps the calls working; TypeScript has to follow in any case.",
    wrong: "service Orders { get(id: string): string }\n// becomes\nservice Orders { fetch(id: string): string }",
    right:
      "service Orders { get(id: string): string }\n// becomes\nservice Orders { get(id: string): string fetch(id: string): string }",
  },
  "method-wire-name-changed": {
    severity: "error",
    levels: ["wire"],
    message: (p: Change): string => `\`${p.name}\` is \`${p.is}\` on the wire, was \`${p.was}\``,
    explanation: "A connection agrees on methods by these names, so that calls do not find it any more.",
    wrong:
      'service Orders { get(id: string): string }\n// becomes\nservice Orders { @name("Fetch") get(id: string): string }',
    right:
      'service Orders { get(id: string): string }\n// becomes\nservice Orders { @name("Get") get(id: string): string }',
  },
  "method-shape-changed": {
    severity: "error",
    levels: ["wire", "source"],
    message: (p: Change): string => `\`${p.name}\` is ${p.is}, was ${p.was}`,
    explanation:
      "Calls of another shape are answered with `unimplemented`. Add a method of the new shape beside the old one.",
    wrong:
      "message Order { 1 id: string }\nservice Orders { get(Order): Order }\n// becomes\nmessage Order { 1 id: string }\nservice Orders { get(Order): stream Order }",
    right:
      "message Order { 1 id: string }\nservice Orders { get(Order): Order }\n// becomes\nmessage Order { 1 id: string }\nservice Orders { get(Order): Order watch(Order): stream Order }",
  },
  "method-request-changed": {
    severity: "error",
    levels: ["wire", "json", "source"],
    message: (p: Change): string => `\`${p.name}\` takes \`${p.is}\`, took \`${p.was}\``,
    explanation:
      "Servers of one build read the requests of the other as another message. If the two have the same fields, only TypeScript notices.",
    wrong:
      "message A { 1 id: string }\nmessage B { 1 count: int32 }\nservice Orders { get(A): A }\n// becomes\nmessage A { 1 id: string }\nmessage B { 1 count: int32 }\nservice Orders { get(B): A }",
    right:
      "message A { 1 id: string }\nservice Orders { get(A): A }\n// becomes\nmessage A { 1 id: string 2 count: int32 }\nservice Orders { get(A): A }",
  },
  "method-answer-changed": {
    severity: "error",
    levels: ["wire", "json", "source"],
    message: (p: Change): string => `\`${p.name}\` answers \`${p.is}\`, answered \`${p.was}\``,
    explanation:
      "Clients of one build read the answers of the other as another message. If the two have the same fields, only TypeScript notices.",
    wrong:
      "message A { 1 id: string }\nmessage B { 1 count: int32 }\nservice Orders { get(A): A }\n// becomes\nmessage A { 1 id: string }\nmessage B { 1 count: int32 }\nservice Orders { get(A): B }",
    right:
      "message A { 1 id: string }\nservice Orders { get(A): A }\n// becomes\nmessage A { 1 id: string 2 count: int32 }\nservice Orders { get(A): A }",
  },
  "parameters-form-changed": {
    severity: "error",
    levels: ["wire", "json", "source"],
    message: (p: Change): string => `\`${p.name}\` takes ${p.is}, took ${p.was}`,
    explanation:
      "Stubs and handlers take inline parameters one by one and a message as a whole. A message with the same fields under the same numbers has the same bytes.",
    wrong:
      "message Get { 1 id: string }\nservice Orders { get(id: string): string }\n// becomes\nmessage Get { 1 id: string }\nservice Orders { get(Get): string }",
    right:
      "service Orders { get(id: string): string }\n// becomes\nservice Orders { get(id: string): string find(id: string, exact: bool): string }",
  },
  "parameter-added": {
    severity: "error",
    levels: ["json", "source"],
    message: (p: Change): string => `parameter \`${p.name}\` is new`,
    explanation:
      "Bytes go on as with any new field, but stubs and handlers take parameters by position: every call has one argument more in front of its options. A method that takes a message can grow without that.",
    wrong:
      "service Orders { get(id: string): string }\n// becomes\nservice Orders { get(id: string, exact: bool): string }",
    right:
      "message Get { 1 id: string }\nservice Orders { get(Get): string }\n// becomes\nmessage Get { 1 id: string 2 exact: bool }\nservice Orders { get(Get): string }",
  },
  "throws-added": {
    severity: "warning",
    levels: ["wire", "source"],
    message: (p: Change): string => `\`${p.name}\` may throw \`${p.is}\``,
    explanation:
      "Old clients get a plain error with its code, its sentence and its name, but without its class and its detail.",
    wrong:
      "error Gone { 1 id: string }\nservice Orders { get(id: string): string }\n// becomes\nerror Gone { 1 id: string }\nservice Orders { get(id: string): string throws Gone }",
    right:
      "error Gone { 1 id: string }\nservice Orders { get(id: string): string throws Gone }\n// becomes\nerror Gone { 1 id: string 2 since: timestamp }\nservice Orders { get(id: string): string throws Gone }",
  },
  "throws-removed": {
    severity: "error",
    levels: ["wire", "source"],
    message: (p: Change): string => `\`${p.name}\` does not throw \`${p.was}\` any more`,
    explanation:
      "New clients of old servers get a plain error where the old server still throws it, and code that waits for the class is never reached.",
    wrong:
      "error Gone { 1 id: string }\nservice Orders { get(id: string): string throws Gone }\n// becomes\nerror Gone { 1 id: string }\nservice Orders { get(id: string): string }",
    right:
      "error Gone { 1 id: string }\nerror Lost { 1 id: string }\nservice Orders { get(id: string): string throws Gone, Lost }\n// becomes\nerror Gone { 1 id: string }\nerror Lost { 1 id: string }\nservice Orders { get(id: string): string throws Lost, Gone }",
  },
  "timeout-shortened": {
    severity: "error",
    levels: ["source"],
    message: (p: Change): string => `\`${p.name}\` times out after ${p.is}, was ${p.was}`,
    explanation:
      "Calls that say nothing of their own end earlier than they did, once the client is built anew. A longer deadline breaks nothing.",
    wrong:
      "service Orders { @timeout(20s) get(id: string): string }\n// becomes\nservice Orders { @timeout(2s) get(id: string): string }",
    right:
      "service Orders { @timeout(2s) get(id: string): string }\n// becomes\nservice Orders { @timeout(20s) get(id: string): string }",
  },
  "idempotence-removed": {
    severity: "error",
    levels: ["source"],
    message: (p: Change): string => `\`${p.name}\` may not be repeated any more`,
    explanation:
      "Old clients, and code that retries because the method was `@idempotent` or had an `@idempotencyKey`, go on to repeat calls that now have their effect twice.",
    wrong:
      "service Orders { @idempotent get(id: string): string }\n// becomes\nservice Orders { get(id: string): string }",
    right:
      "service Orders { get(id: string): string }\n// becomes\nservice Orders { @idempotent get(id: string): string }",
  },
} as const;
