/** Every rule about bytes of messages and enums: its example does to real bytes what the rule says. */

import fc from "fast-check";
import { expect, test } from "vitest";
import { seed, tries } from "../../../runtime/test/kit/random.js";
import { fromBytes, toBytes } from "../../../runtime/src/codec/binary.js";
import type { Codec } from "../../../runtime/src/codec/full-codec.js";
import { becomes, breakingCatalog, isBreakingCode } from "../../src/report/catalog/breaking-catalog.js";
import type { Schema } from "../../src/schema/schema.js";
import { messageOf } from "../codec/random-message.js";
import { analyzeText } from "../support/analyze-text.js";
import { generate } from "../support/load-generated.js";
import { viewOf } from "./canonical-view.js";
import { twoBuilds } from "./two-builds.js";

interface Side {
  readonly schema: Schema;
  readonly codec: Codec<object>;
}

/** Where a message is to be found that shows what happened; enums are given one. */
async function sides(code: string, text: string, message: string): Promise<readonly [Side, Side]> {
  const halves = text.split(becomes).map(async (half, index): Promise<Side> => {
    const { schema, load } = generate(`compat-claims/${code}-${index}`, { "claim.rpc": half });
    return { schema, codec: (await load("claim.codec.ts"))[`${message}Codec`] as Codec<object> };
  });
  const [old, now] = await Promise.all(halves);
  if (old === undefined || now === undefined) throw new Error("an example has two halves");
  return [old, now];
}

/** Whether some value of the writer does not arrive as it was, or not at all. */
function isLossy(writer: Side, reader: Side, message: string): boolean {
  const fieldsIn = ({ schema }: Side) => {
    const declared = schema.declarations.get(message);
    return declared !== undefined && "fields" in declared ? declared.fields : [];
  };
  return fc.sample(messageOf(writer.schema, message), { seed, numRuns: tries(200) }).some((value) => {
    const whole = fromBytes(writer.codec, toBytes(writer.codec, value));
    let read: object;
    try {
      read = fromBytes(reader.codec, toBytes(writer.codec, whole));
    } catch (error) {
      expect(error).toMatchObject({ name: "DecodeError" });
      return true;
    }
    return fieldsIn(writer).some((field) => {
      // A name says what a field means, even if its number or its neighbours say something else.
      const match = fieldsIn(reader).find(({ name }) => name === field.name);
      if (match === undefined) return Object.keys(whole).length > 0 && field.number in numbersOf(fieldsIn(reader));
      const viewing = (schema: Schema) => ({ schema, enums: "name" }) as const;
      const was = viewOf(viewing(writer.schema), field, whole);
      return JSON.stringify(was) !== JSON.stringify(viewOf(viewing(reader.schema), match, read));
    });
  });
}

function numbersOf(fields: readonly { readonly number: number }[]): Readonly<Record<number, true>> {
  return Object.fromEntries(fields.map(({ number }) => [number, true]));
}

/** Rules that other tests show: calls of real clients and servers do, or nothing is misread yet. */
const shownElsewhere = /^(method|service|error|throws|package|parameters|declaration)-|reserv|presence-changed/;

for (const code of Object.keys(breakingCatalog).filter(isBreakingCode)) {
  const { levels, wrong, severity } = breakingCatalog[code];
  if (!levels.some((level) => level === "wire") || severity !== "error" || shownElsewhere.test(code)) continue;
  const finding = twoBuilds(wrong).findings.find(({ rule }) => rule === code);
  if (finding?.levels.includes("wire") !== true) continue;
  test(`${code}: values of one build do not arrive in the other (SEED=${seed})`, async () => {
    const isEnum = code.includes("enum");
    const owner = isEnum ? "Holder" : finding.subject.replace(/\..*$/, "");
    const holder = isEnum ? `\nmessage Holder { 1 held: ${finding.subject.replace(/\..*$/, "")} }` : "";
    const [old, now] = await sides(code, wrong.replace(becomes, holder + becomes) + holder, owner);
    expect(isLossy(old, now, owner) || isLossy(now, old, owner)).toBe(true);
  });
}

test("a zero of an implicit field arrives as absent in an explicit one, and the other way round", async () => {
  const [old, now] = await sides("presence", breakingCatalog["presence-changed"].wrong, "Order");
  expect(fromBytes(now.codec, toBytes(old.codec, { quantity: 0 }))).toMatchObject({ quantity: undefined });
  expect(fromBytes(old.codec, toBytes(now.codec, {}))).toMatchObject({ quantity: 0 });
});

test("a number that was given up is misread when it is taken again, which a reservation prevents", async () => {
  const before = "message Order { 1 id: string 2 cents: int64 }";
  const taken = "message Order { 1 id: string 2 weight: int64 }";
  const [old, now] = await sides("reservation", before + becomes + taken, "Order");
  expect(fromBytes(now.codec, toBytes(old.codec, { cents: 5n }))).toMatchObject({ weight: 5n });
  const { findings } = analyzeText(taken.replace("}", 'reserved 2, "cents" }'));
  expect(findings).toEqual([expect.stringContaining("reserved-number")]);
});
