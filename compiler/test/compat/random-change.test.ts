/** Whatever is changed at random: a field about which nothing is said carries its values over, both ways, through real codecs. */

import fc from "fast-check";
import { expect, test } from "vitest";
import { seed, tries } from "../../../runtime/test/kit/random.js";
import { fromBytes, toBytes } from "../../../runtime/src/codec/binary.js";
import type { Codec } from "../../../runtime/src/codec/full-codec.js";
import type { Finding, Level } from "../../src/check/compat/finding.js";
import type { FieldSchema, MessageSchema, Schema } from "../../src/schema/schema.js";
import { messageOf } from "../codec/random-message.js";
import { generate } from "../support/load-generated.js";
import { viewOf, zeros } from "./canonical-view.js";
import type { View } from "./canonical-view.js";
import { randomChange } from "./random-change.js";
import { compareTexts } from "./two-builds.js";

const changeCount = tries(25);
const valueCount = 25;

interface Side {
  readonly schema: Schema;
  readonly outer: MessageSchema;
  readonly codec: Codec<object>;
}

async function sideOf(name: string, text: string): Promise<Side> {
  const { schema, load } = generate(name, { "changed.rpc": text });
  const outer = schema.declarations.get("changed.Outer");
  if (outer?.kind !== "message") throw new Error("there is no Outer");
  return { schema, outer, codec: (await load("changed.codec.ts"))["OuterCodec"] as Codec<object> };
}

/** Full names of fields and declarations about which something is said at this level. */
function spokenOf(findings: readonly Finding[], level: Level): ReadonlySet<string> {
  const breaking = findings.filter(({ weight, levels }) => weight === "breaking" && levels.includes(level));
  return new Set(breaking.map(({ subject }) => subject));
}

/** Whether something is said about a field, or about what it consists of. */
function isSpokenOf({ name, type }: FieldSchema, spoken: ReadonlySet<string>): boolean {
  const isTypeSpokenOf = [...spoken].some((subject) => subject === type.name || subject.startsWith(`${type.name}.`));
  return spoken.has(`changed.Outer.${name}`) || (type.kind !== "scalar" && type.kind !== "builtin" && isTypeSpokenOf);
}

type Pair = readonly [old: FieldSchema, now: FieldSchema];

/** Fields of which nobody says that they break. A union holds one member, so that one which breaks takes the others along. */
function silentPairs(old: Side, now: Side, findings: readonly Finding[], level: Level): readonly Pair[] {
  const spoken = spokenOf(findings, level);
  const lost = [...old.outer.fields, ...now.outer.fields].filter((field) => isSpokenOf(field, spoken));
  const isAloof = ({ union }: FieldSchema): boolean =>
    union === undefined || lost.every((field) => field.union !== union);
  return old.outer.fields
    .filter((field) => !isSpokenOf(field, spoken) && isAloof(field))
    .flatMap((field): Pair[] => {
      const match =
        level === "json"
          ? now.outer.fields.find(({ jsonName }) => jsonName === field.jsonName)
          : now.outer.fields.find(({ number }) => number === field.number);
      return match === undefined || !isAloof(match) ? [] : [[field, match]];
    });
}

function comparable(views: readonly View[]): string {
  return views.filter((view) => !(views.length === 1 && (zeros.has(view) || view === "NONE"))).join();
}

/** What did not arrive although nobody said so. */
function losses(writer: Side, reader: Side, pairs: readonly Pair[], level: Level): readonly string[] {
  const values = fc.sample(messageOf(writer.schema, "changed.Outer"), { seed, numRuns: valueCount });
  return values.flatMap((value) => {
    const whole = fromBytes(writer.codec, toBytes(writer.codec, value));
    let read: object;
    try {
      read =
        level === "json"
          ? reader.codec.fromJson(writer.codec.toJson(whole), undefined)
          : fromBytes(reader.codec, toBytes(writer.codec, whole));
    } catch (error) {
      // A field that breaks may take the message along; a message in which none does may not be refused.
      if (pairs.length < writer.outer.fields.length) return [];
      return [`refused: ${error instanceof Error ? error.message : String(error)}`];
    }
    return pairs.flatMap(([from, to]) => {
      const enums = level === "json" ? "name" : "number";
      const was = comparable(viewOf({ schema: writer.schema, enums }, from, whole));
      const is = comparable(viewOf({ schema: reader.schema, enums }, to, read));
      return was === is ? [] : [`${from.name}: ${was} arrives as ${is}`];
    });
  });
}

test(`what nobody says to break survives (SEED=${seed})`, async () => {
  let silentCount = 0;
  let spokenCount = 0;
  for (const [index, change] of fc.sample(randomChange, { seed, numRuns: changeCount }).entries()) {
    const { findings } = compareTexts(change.old, change.new);
    const old = await sideOf(`compat-random/${index}-old`, change.old);
    const now = await sideOf(`compat-random/${index}-new`, change.new);
    for (const level of ["wire", "json"] as const) {
      const pairs = silentPairs(old, now, findings, level);
      silentCount += pairs.length;
      spokenCount += spokenOf(findings, level).size;
      const back = pairs.map(([from, to]): Pair => [to, from]);
      const lost = [...losses(old, now, pairs, level), ...losses(now, old, back, level)];
      expect(lost, `SEED=${seed} ${level}\n${change.old}\n// becomes\n${change.new}`).toEqual([]);
    }
  }
  // Neither silence nor noise would prove anything.
  expect(silentCount).toBeGreaterThan(changeCount);
  expect(spokenCount).toBeGreaterThan(changeCount / 4);
});
