/** Samples under rules of every kind, of shapes that nest without end, and of random shapes. */

import { expect, test } from "vitest";
import { hasTwins, isLonger, isShorter } from "../../codec/rules/rule.js";
import { randomFrom } from "../seeded-random.js";
import { textMaker } from "./matching-text.js";
import { textOf } from "./sample-text.js";
import { sample, type SampleOverrides } from "./sample.js";
import { SampleError } from "./sample-error.js";
import type { SampleField, SampleRules, SampleScalar, SampleShape } from "./sample-shape.js";

const seed = Number(process.env["SEED"] ?? Math.floor(Math.random() * 2 ** 31));

function shape(...members: SampleShape["members"]): SampleShape {
  return { name: "a.B", members };
}

function make(of: SampleShape, one = 1, overrides?: SampleOverrides<unknown>): Readonly<Record<string, unknown>> {
  return sample(of, overrides, { seed: one }) as Readonly<Record<string, unknown>>;
}

test.each([
  "^[A-Z]{2}$",
  "^[\\p{L}\\p{N}_]+$",
  "^[^@ ]+@[^@ ]+$",
  "^\\d{4}-\\d{2}-\\d{2}$",
  "^(foo|bar|ba[^a-y])+$",
  "^(?:\\+\\d{1,3} ?)?\\(?\\d{3}\\)?[- ]?\\d{4,}$",
  "^(?<year>\\d{4})W(?<week>[0-5]\\d)$",
  "^[a-f0-9]{8}(?:-[a-f0-9]{4}){3}-[a-f0-9]{12}$",
  "^https?://[\\w.-]+(?:/[\\w./-]*)?$",
  "^[\\w.+-]+@[\\w-]+(?:\\.[\\w-]+)+$",
  "^[^\\x00-\\x1f\\]]*\\u{61}\\u0062\\/$",
  "needle",
  "^\\s*\\S+\\s*$",
  "^\\p{Lu}\\p{Ll}+$",
  "^\\p{Script=Greek}+$",
  "^.{5,9}$",
  "^a{0}b??c*?$",
  "^(a|(b(c|d)))*$",
  "^[\\]\\[-]+$",
  "^$",
])("texts for %s", (pattern) => {
  const maker = textMaker(pattern);
  const random = randomFrom(seed);
  for (let i = 0; i < 50; i++) expect(maker?.(random, 5, 1000), `SEED=${seed}`).toMatch(new RegExp(pattern, "u"));
});

test.each(["^(?=a)b", "^(?!a)b", "(?<=a)b", "(?<!a)b", "(a)\\1", "(?<n>a)\\k<n>", "\\bword\\b"])(
  "%s is not understood, and says so",
  (pattern) => {
    expect(textMaker(pattern)).toBeUndefined();
    const of = shape({ name: "code", type: "string", rules: { pattern } });
    expect(() => make(of)).toThrow(
      `a.B.code: no value was found for @pattern(${JSON.stringify(pattern)}); pass a value`,
    );
    expect(make(of, 1, { code: "own" })).toEqual({ code: "own" });
  },
);

test("rules that leave nothing, and lists of more different values than there are", () => {
  const impossible: readonly SampleField[] = [
    { name: "x", type: "string", rules: { pattern: "^a{3}$", minLength: 4 } },
    { name: "x", type: "string", rules: { minLength: 4, maxLength: 3 } },
    { name: "x", type: "int32", rules: { min: "5", max: "4" } },
    { name: "x", type: "uint32", rules: { max: "-1" } },
    { name: "x", type: "double", rules: { min: "5", max: "4" } },
    { name: "x", type: ["A", "B"], many: "list", rules: { items: [3, 4], isUnique: true } },
    { name: "x", type: "string", many: { key: "bool" }, rules: { items: [3, 4] } },
  ];
  for (const field of impossible) expect(() => make(shape(field)), JSON.stringify(field)).toThrow(SampleError);
});

test("messages in themselves end, unless they have to hold themselves", () => {
  const tree: SampleShape = { name: "a.Tree", members: [] };
  const of = (...members: SampleShape["members"]): SampleShape => Object.assign(tree, { members });
  const child = { name: "child", type: () => tree } as const;
  of({ ...child, isOptional: true }, { name: "children", type: () => tree, many: "list" });
  for (let one = 0; one < 100; one++) expect(JSON.stringify(make(tree, one)).length).toBeLessThan(5000);

  const expression: SampleShape = {
    name: "a.Expression",
    isUnion: true,
    members: [
      {
        name: "sum",
        type: () => ({
          name: "a.Sum",
          members: [
            { name: "left", type: () => expression, isOptional: true, rules: { isRequired: true } },
            { name: "right", type: () => expression, isOptional: true, rules: { isRequired: true } },
          ],
        }),
      },
      { name: "number", type: "int32" },
    ],
  };
  for (let one = 0; one < 100; one++) expect(JSON.stringify(make(expression, one)).length).toBeLessThan(5000);

  of({ ...child, isOptional: true, rules: { isRequired: true } });
  expect(() => make(tree)).toThrow("it has to hold itself without end");
});

test("fields may be named like what every object has", () => {
  const names = ["__proto__", "constructor", "toString"];
  const made = make(shape(...names.map((name) => ({ name, type: "bool" }) as const)));
  expect(Object.keys(made)).toEqual(names);
  expect(make(shape({ name: "constructor", type: "bool" }), 1, { constructor: 5 })).toEqual({ constructor: 5 });
});

const wholes: readonly SampleScalar[] = [
  "int32",
  "uint32",
  "int64",
  "uint64",
  "int64:number",
  "uint64:number",
  "int64:string",
  "uint64:string",
];

test(`random rules are kept (SEED=${seed})`, () => {
  const random = randomFrom(seed);
  const below = (count: number): number => Math.floor(random() * count);
  for (let run = 0; run < 3000; run++) {
    const least = below(40);
    const most = least + below(5);
    const rules: SampleRules = { min: String(least), max: String(most), minLength: least, maxLength: most };
    const type = (["string", "bytes", "double", "float", ...wholes] as const)[below(4 + wholes.length)]!;
    const isList = below(3) === 0;
    const listed = { ...rules, items: [1, 3] as const, ...(most > least + 2 ? { isUnique: true as const } : {}) };
    const field: SampleField = { name: "x", type, ...(isList ? { many: "list", rules: listed } : { rules }) };
    const { x } = make(shape(field), run);
    const values = isList ? (x as readonly unknown[]) : [x];
    for (const value of values)
      expect(keeps(value, least, most), `${type} ${least} ${most} ${String(value)}`).toBe(true);
    if (isList && most > least + 2) expect(hasTwins(values)).toBe(false);
  }
});

function keeps(value: unknown, least: number, most: number): boolean {
  if (value instanceof Uint8Array) return value.length >= least && value.length <= most;
  if (typeof value === "string" && !/^\d+$/.test(value)) return !isShorter(value, least) && !isLonger(value, most);
  return Number(value) >= least && Number(value) <= most;
}

test.each([
  "^((a{1000}){1000}){1000}$",
  "^(((x{99}y{99}){99}){99}){99}$",
  "^((){100000}){100000}$",
  "^((a{9999}|b{9999}){9999}|(c{9999}){9999})$",
  `${"(".repeat(5000)}a${")".repeat(5000)}`,
])("%s makes no giant texts", (pattern) => {
  // A text of a million characters and more would take longer than a test may.
  expect(textOf({ pattern }, randomFrom(seed))).toBeUndefined();
});

test("repetitions within repetitions are made where they stay within bounds", () => {
  const random = randomFrom(seed);
  expect(textOf({ pattern: "^((a{10}){10}){10}$" }, random)).toBe("a".repeat(1000));
  expect(textOf({ pattern: "^a{50000}$" }, random)).toBe("a".repeat(50_000));
  expect(textOf({ pattern: "^(ab?)*$", minLength: 300_000, maxLength: 900_000 }, random)?.length).toBeGreaterThan(
    299_999,
  );
});
