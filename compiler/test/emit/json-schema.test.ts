/** The exported JSON Schema, asked of a validator that knows nothing of us: it takes what codecs write, and refuses what they refuse. */

import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { expect, test } from "vitest";
import { seed, tries } from "../../../runtime/test/kit/random.js";
import type { JsonCodec } from "../../../runtime/src/codec/json/json-codec.js";
import { fromJson, toJson } from "../../../runtime/src/codec/json/json.js";
import { emitJsonSchema } from "../../src/emit/json-schema/emit-json-schema.js";
import { everyType } from "../codec/every-type.js";
import { messageOf } from "../codec/random-message.js";
import { schemaOf } from "../support/analyze-text.js";
import { generate } from "../support/load-generated.js";

const names = ["Scalars", "Optionals", "Lists", "Maps", "Shape", "Tree", "Choice", "Wrapper"];
const { schema, load } = generate("json-schema", { "every.rpc": everyType });
const codecs = await load("every.codec.ts");

/** Says of JSON whether the schema of a declaration takes it. */
function validator(of: typeof schema): (fullName: string, json: unknown) => boolean {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema(JSON.parse(emitJsonSchema(of).get("schema.json") ?? "") as object, "all");
  return (fullName, json) => ajv.getSchema(`all#/$defs/${fullName}`)?.(json) === true;
}

const isValid = validator(schema);

test.each(names)(
  "%s: whatever a codec writes is valid, and what it refuses mostly is not (seed " + seed + ")",
  (name) => {
    const codec = codecs[`${name}Codec`] as JsonCodec<object>;
    let refused = 0;
    let missed = 0;
    const property = fc.property(messageOf(schema, `every.v1.${name}`), fc.nat(), fc.nat(), (message, at, how) => {
      const json: unknown = JSON.parse(JSON.stringify(toJson(codec, message)));
      expect(isValid(`every.v1.${name}`, json), JSON.stringify(json)).toBe(true);
      const mutated = mutate(json, at, how);
      try {
        fromJson(codec, mutated as Parameters<typeof fromJson>[1]);
      } catch {
        refused += 1;
        if (isValid(`every.v1.${name}`, mutated)) missed += 1;
      }
    });
    fc.assert(property, { seed, numRuns: tries(60) });
    expect(missed).toBeLessThanOrEqual(2 + refused / 10);
  },
);

// No infinity: a validator takes it for a whole number, and no JSON can hold it.
const replacements: readonly unknown[] = ["x!", -1, 1.5, 3e10, true, { zzz: 1 }, [[]], "2020-13-45", "NaN"];

/** The JSON with one of its values replaced, or with one name more. */
function mutate(json: unknown, at: number, how: number): unknown {
  const copy = structuredClone(json);
  const places: { readonly owner: Record<string, unknown>; readonly key: string }[] = [];
  const visit = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    for (const key of Object.keys(value)) {
      const owner = value as Record<string, unknown>;
      places.push({ owner, key });
      visit(owner[key]);
    }
  };
  visit(copy);
  const place = places[at % Math.max(1, places.length)];
  if (place === undefined) return { noSuchField: 1 };
  place.owner[place.key] = replacements[how % replacements.length];
  return copy;
}

const constrained = `
      @pattern("^[A-Z]{3}$") @example("EUR") type Currency = string
      /// Bought.
      message Order {
        @minLength(1) @maxLength(9) 1 id: string
        2 currency: Currency
        @items(1, 3) @unique @min(2) @max(8) 3 sizes: int32[]
        @items(0, 2) 4 prices: map<int32, Currency>
        @required @deprecated("gone") 5 note?: string
        @secret @minLength(4) @maxLength(4) 6 key: bytes
        @max(9007199254740993) 7 big: int64
        @required pay?: union { 8 card: string, 9 cash: bool }
        @example("7") 10 count: uint32
        11 text: json
      }`;

test("constraints, docs, examples and marks are told", () => {
  const text = emitJsonSchema(schemaOf(constrained)).get("schema.json");
  const { $defs } = JSON.parse(text ?? "") as { readonly $defs: { readonly Order: Readonly<Record<string, unknown>> } };
  const { properties, ...order } = $defs.Order;
  const number = { type: "integer", minimum: 2, maximum: 8 };
  const currency = { type: "string", pattern: "^[A-Z]{3}$" };
  expect(properties).toEqual({
    id: { type: "string", minLength: 1, maxLength: 9 },
    currency,
    sizes: { type: "array", items: number, minItems: 1, maxItems: 3, uniqueItems: true },
    prices: { type: "object", propertyNames: expect.anything(), additionalProperties: currency, maxProperties: 2 },
    note: { type: "string", deprecated: true, "x-deprecated-reason": "gone" },
    key: expect.objectContaining({ contentEncoding: "base64", minLength: 6, maxLength: 8, "x-secret": true }),
    big: expect.objectContaining({ type: ["string", "integer"], "x-maximum": "9007199254740993" }),
    card: { type: "string" },
    cash: { type: "boolean" },
    count: { type: "integer", minimum: 0, maximum: 4294967295, examples: [7] },
    text: {},
  });
  expect(order).toMatchObject({ required: ["note"], description: "Bought.", additionalProperties: false });
  const isOrder = (json: unknown): boolean =>
    new Ajv2020({ strict: false, validateFormats: false }).validate({ $ref: "#/$defs/Order", $defs }, json);
  const right = { note: "", card: "x", sizes: [2, 8], prices: { "1": "EUR" }, key: "AAECAw==", big: "1" };
  expect(isOrder(right)).toBe(true);
  for (const wrong of [
    { note: undefined },
    { card: undefined },
    { cash: true },
    { sizes: [1] },
    { sizes: [2, 2] },
    { sizes: [] },
    { prices: { x: "EUR" } },
    { prices: { "1": "eur" } },
    { key: "AA" },
    { big: "1.5" },
    { other: 1 },
  ]) {
    expect(isOrder(JSON.parse(JSON.stringify({ ...right, ...wrong }))), JSON.stringify(wrong)).toBe(false);
  }
});
