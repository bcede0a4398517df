/** The closed list of annotations: where each may stand and what it takes. */

import { statusNames } from "../schema/schema.js";

/** What an annotation may stand on. */
export type Target =
  | "package"
  | "message"
  | "error"
  | "union"
  | "enum"
  | "alias"
  | "service"
  | "field"
  | "unionMember"
  | "inlineUnion"
  | "parameter"
  | "enumValue"
  | "method";

export type ArgumentRule =
  | { readonly kind: "string"; readonly example: string }
  /** Any number; whether it suits the type is for the rules to say. */
  | { readonly kind: "number"; readonly example: string }
  /** A whole number that is not negative. */
  | { readonly kind: "count"; readonly example: string }
  | { readonly kind: "duration"; readonly example: string }
  | { readonly kind: "word"; readonly words: readonly string[]; readonly example: string };

export interface AnnotationRule {
  readonly name: string;
  readonly targets: readonly Target[];
  readonly arguments: readonly ArgumentRule[];
  /** How many arguments may not be left out; all of them where this is absent. */
  readonly argumentCountMin?: number;
  readonly isRepeatable?: boolean;
  /** On an alias, it counts for every field that is written with it. */
  readonly isInherited?: boolean;
  /** The one that contradicts it. */
  readonly excludes?: string;
}

/** Words in which a finding speaks of a target. */
export const targetPhrases: Readonly<Record<Target, string>> = {
  package: "a package",
  message: "a message",
  error: "an error",
  union: "a union",
  enum: "an enum",
  alias: "a type alias",
  service: "a service",
  field: "a field",
  unionMember: "a union member",
  inlineUnion: "an inline union",
  parameter: "a parameter",
  enumValue: "an enum value",
  method: "a method",
};

const anything: readonly Target[] = [
  "message",
  "error",
  "union",
  "enum",
  "alias",
  "service",
  "field",
  "unionMember",
  "inlineUnion",
  "parameter",
  "enumValue",
  "method",
];
const values: readonly Target[] = ["field", "unionMember", "parameter"];
const constrained: readonly Target[] = [...values, "alias"];
const count: ArgumentRule = { kind: "count", example: "10" };

const rules: readonly AnnotationRule[] = [
  { name: "namespace", targets: ["package"], arguments: [{ kind: "string", example: '"acme"' }], isRepeatable: true },
  {
    name: "deprecated",
    targets: anything,
    arguments: [{ kind: "string", example: '"use get"' }],
    argumentCountMin: 0,
  },
  { name: "example", targets: anything, arguments: [{ kind: "string", example: '"EUR"' }], isRepeatable: true },
  { name: "name", targets: [...values, "method"], arguments: [{ kind: "string", example: '"placed_at"' }] },
  {
    name: "js",
    targets: constrained,
    arguments: [{ kind: "word", words: ["bigint", "number", "string"], example: "number" }],
    isInherited: true,
  },
  { name: "packed", targets: ["field", "parameter"], arguments: [], excludes: "unpacked" },
  { name: "unpacked", targets: ["field", "parameter"], arguments: [], excludes: "packed" },
  { name: "allowAlias", targets: ["enum"], arguments: [] },
  {
    name: "code",
    targets: ["error"],
    arguments: [{ kind: "word", words: statusNames, example: "FAILED_PRECONDITION" }],
  },
  { name: "timeout", targets: ["service", "method"], arguments: [{ kind: "duration", example: "2s" }] },
  { name: "idempotent", targets: ["method"], arguments: [] },
  {
    name: "idempotencyKey",
    targets: ["service", "method"],
    arguments: [{ kind: "word", words: ["shared"], example: "shared" }],
    argumentCountMin: 0,
  },
  {
    name: "retry",
    targets: ["service", "method"],
    arguments: [
      { kind: "count", example: "3" },
      { kind: "duration", example: "50ms" },
      { kind: "duration", example: "2s" },
    ],
    argumentCountMin: 0,
  },
  {
    name: "hedge",
    targets: ["service", "method"],
    arguments: [
      { kind: "duration", example: "100ms" },
      { kind: "count", example: "2" },
    ],
    argumentCountMin: 1,
  },
  {
    name: "cache",
    targets: ["service", "method"],
    arguments: [{ kind: "duration", example: "30s" }, count],
    argumentCountMin: 1,
  },
  {
    name: "rateLimit",
    targets: ["service", "method"],
    arguments: [{ kind: "number", example: "100" }, count],
    argumentCountMin: 1,
  },
  {
    name: "concurrency",
    targets: ["service", "method"],
    arguments: [
      { kind: "count", example: "64" },
      { kind: "word", words: ["adaptive"], example: "adaptive" },
    ],
    argumentCountMin: 1,
  },
  { name: "min", targets: constrained, arguments: [{ kind: "number", example: "1" }], isInherited: true },
  { name: "max", targets: constrained, arguments: [{ kind: "number", example: "100" }], isInherited: true },
  { name: "minLength", targets: constrained, arguments: [count], isInherited: true },
  { name: "maxLength", targets: constrained, arguments: [count], isInherited: true },
  { name: "pattern", targets: constrained, arguments: [{ kind: "string", example: '"^[A-Z]+$"' }], isInherited: true },
  {
    name: "items",
    targets: ["field", "parameter", "alias"],
    arguments: [{ kind: "count", example: "1" }, count],
    isInherited: true,
  },
  { name: "unique", targets: ["field", "parameter", "alias"], arguments: [], isInherited: true },
  { name: "required", targets: ["field", "parameter", "inlineUnion"], arguments: [] },
  { name: "secret", targets: constrained, arguments: [], isInherited: true },
];

/** By name without `@`. A Map, since a user may write `@constructor`. */
export const annotationCatalog: ReadonlyMap<string, AnnotationRule> = new Map(rules.map((rule) => [rule.name, rule]));
