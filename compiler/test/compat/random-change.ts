/** Random schemas and random changes of them, as text that compiles. */

import fc from "fast-check";

/** Two builds of one package, whose messages are `Outer` and `Inner`. */
export interface RandomChange {
  readonly old: string;
  readonly new: string;
}

interface Field {
  number: number;
  name: string;
  type: string;
  shape: "single" | "optional" | "list" | "map";
  isInUnion: boolean;
}

interface Value {
  number: number;
  name: string;
}

interface Model {
  readonly outer: Field[];
  readonly inner: Field[];
  readonly values: Value[];
  isClosed: boolean;
}

const scalars = ["bool", "int32", "int64", "uint32", "sint64", "fixed32", "double", "string", "bytes", "timestamp"];
const types = [...scalars, "Inner", "Kind"];
const shapes = ["single", "optional", "list", "map"] as const;

interface Change {
  readonly what: keyof typeof changes;
  /** What it is done to, and with what; counted around. */
  readonly at: number;
  readonly by: number;
}

/** Each leaves a model that compiles, whatever the numbers are. */
const changes = {
  type: (model: Model, at: number, by: number): void => {
    const field = pick(model.outer, at);
    if (field !== undefined) field.type = types[by % types.length] ?? "bool";
  },
  shape: (model: Model, at: number, by: number): void => {
    const field = pick(model.outer, at);
    if (field !== undefined && !field.isInUnion) field.shape = shapes[by % shapes.length] ?? "single";
  },
  rename: (model: Model, at: number, by: number): void => {
    const field = pick(model.outer, at);
    if (field !== undefined) field.name = `renamed${by}`;
  },
  renumber: (model: Model, at: number, by: number): void => {
    const field = pick(model.outer, at);
    if (field !== undefined) field.number = 100 + by;
  },
  remove: (model: Model, at: number): void => {
    model.outer.splice(at % model.outer.length, 1);
  },
  add: (model: Model, at: number, by: number): void => {
    const type = types[at % types.length] ?? "bool";
    model.outer.push({ number: 200 + by, name: `added${by}`, type, shape: "single", isInUnion: at % 3 === 0 });
  },
  union: (model: Model, at: number): void => {
    const field = pick(model.outer, at);
    if (field !== undefined) Object.assign(field, { isInUnion: !field.isInUnion, shape: "single" });
  },
  inner: (model: Model, at: number, by: number): void => {
    const field = pick(model.inner, at);
    if (field !== undefined) field.type = scalars[by % scalars.length] ?? "bool";
  },
  value: (model: Model, at: number, by: number): void => {
    const value = pick(model.values.slice(1), at);
    if (value !== undefined) value.number = 50 + by;
  },
  close: (model: Model): void => {
    model.isClosed = !model.isClosed;
  },
} as const;

function pick<T>(list: readonly T[], at: number): T | undefined {
  return list[at % list.length];
}

export const randomChange: fc.Arbitrary<RandomChange> = fc
  .record({
    outer: fc.array(fieldOf(types), { minLength: 5, maxLength: 9 }),
    inner: fc.array(fieldOf(scalars), { minLength: 2, maxLength: 4 }),
    changes: fc.uniqueArray(
      fc.record<Change>({
        what: fc.constantFrom(...(Object.keys(changes) as (keyof typeof changes)[])),
        at: fc.nat(1000),
        by: fc.nat(99),
      }),
      { minLength: 1, maxLength: 3, selector: ({ by }) => by },
    ),
  })
  .map(({ outer, inner, changes: list }): RandomChange => {
    const model: Model = {
      outer: outer.map((field, index) => ({ ...field, number: index + 1, name: `f${index + 1}` })),
      inner: inner.map((field, index) => ({ ...field, number: index + 1, name: `g${index + 1}`, isInUnion: false })),
      values: ["NONE", "ONE", "TWO"].map((name, number) => ({ name, number })),
      isClosed: false,
    };
    const old = print(model);
    for (const { what, at, by } of list) changes[what](model, at, by);
    return { old, new: print(model) };
  });

function fieldOf(names: readonly string[]): fc.Arbitrary<Field> {
  return fc
    .record({ type: fc.constantFrom(...names), shape: fc.constantFrom(...shapes), isInUnion: fc.boolean() })
    .map(({ type, shape, isInUnion }) => {
      const isMember = isInUnion && shape === "single";
      return { number: 0, name: "", type, shape, isInUnion: isMember };
    });
}

function print({ outer, inner, values, isClosed }: Model): string {
  return [
    "package changed",
    `${isClosed ? "closed " : ""}enum Kind { ${values.map(({ name, number }) => `${name} = ${number}`).join(" ")} }`,
    `message Inner { ${inner.map(printField).join(" ")} }`,
    `message Outer { ${outer
      .filter(({ isInUnion }) => !isInUnion)
      .map(printField)
      .join(" ")} ${printUnion(outer)} }`,
  ].join("\n");
}

function printUnion(fields: readonly Field[]): string {
  const members = fields.filter(({ isInUnion }) => isInUnion).map(printField);
  return members.length === 0 ? "" : `one?: union { ${members.join(" ")} }`;
}

function printField({ number, name, type, shape }: Field): string {
  if (shape === "list") return `${number} ${name}: ${type}[]`;
  if (shape === "map") return `${number} ${name}: map<string, ${type}>`;
  return `${number} ${name}${shape === "optional" ? "?" : ""}: ${type}`;
}
