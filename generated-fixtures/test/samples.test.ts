/** Samples of every message of every example keep the rules and come back from bytes and JSON as they were. */

import { fromBytes, fromJson, fromJsonString, toBytes, toJson, toJsonString } from "@rpcgen/runtime";
import type { Codec } from "@rpcgen/runtime";
import { SampleError, samples, type SampleFactory } from "@rpcgen/runtime/testing";
import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { Check } from "../../runtime/src/codec/rules/check.js";
import { OrderCodec } from "../gen/shop/orders.codec.js";
import { sampleOrder, sampleOutOfStockDetail } from "../gen/shop/orders.samples.js";
import { OutOfStock } from "../gen/shop/orders.types.js";
import { samplePayment } from "../gen/shop/payments.samples.js";
import { sampleRegistration } from "../gen/signup/accounts.samples.js";

const seed = Number(process.env["SEED"] ?? Math.floor(Math.random() * 2 ** 31));
const gen = new URL("../gen/", import.meta.url);
const stems = readdirSync(gen, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".samples.ts"))
  .map((path) => path.replaceAll("\\", "/").replace(/\.samples\.ts$/, ""))
  .sort();

type Module = Readonly<Record<string, unknown>>;

async function load(stem: string, role: string): Promise<Module> {
  return (await import(/* @vite-ignore */ new URL(`${stem}.${role}.ts`, gen).href)) as Module;
}

/** A factory beside the codec of its message. */
interface Pair {
  readonly name: string;
  readonly factory: SampleFactory<unknown>;
  readonly codec: Codec<unknown>;
  readonly check: ((check: Check, message: unknown) => void) | undefined;
}

async function pairsIn(stem: string): Promise<readonly Pair[]> {
  const [factories, codecs] = [await load(stem, "samples"), await load(stem, "codec")];
  const hasRules = readdirSync(new URL(".", new URL(stem, gen))).includes(`${stem.split("/").at(-1) ?? ""}.rules.ts`);
  const rules = hasRules ? await load(stem, "rules") : {};
  return Object.entries(factories).flatMap(([key, factory]) => {
    if (!key.startsWith("sample")) return [];
    const name = key.slice("sample".length);
    const codec = codecs[`${name}Codec`] ?? codecs[`${name.slice(0, 1).toLowerCase()}${name.slice(1)}Codec`];
    const check = rules[`check${name}`] as Pair["check"];
    return [{ name, factory: factory as SampleFactory<unknown>, codec: codec as Codec<unknown>, check }];
  });
}

/** Without properties that are undefined, which JSON leaves out. */
const received = (codec: Codec<unknown>, value: unknown): unknown => fromBytes(codec, toBytes(codec, value));

describe.each(stems)("%s", (stem) => {
  test(`every sample keeps the rules and goes round (SEED=${seed})`, async () => {
    const pairs = await pairsIn(stem);
    expect(pairs.length).toBeGreaterThan(0);
    for (const { name, factory, codec, check } of pairs) {
      for (const sample of samples(factory, 60, { seed })) {
        expect(received(codec, sample), name).toEqual(sample);
        expect(fromJson(codec, toJson(codec, sample)), name).toEqual(sample);
        expect(fromJsonString(codec, toJsonString(codec, sample, { emitDefaults: true })), name).toEqual(sample);
        if (check === undefined) continue;
        const checked = new Check();
        check(checked, sample);
        expect(checked.violations, name).toEqual([]);
      }
    }
  });
});

test("the same seed makes the same sample, another one another", () => {
  expect(sampleOrder()).toEqual(sampleOrder());
  expect(sampleOrder({}, { seed: 7 })).toEqual(sampleOrder({}, { seed: 7 }));
  const texts = samples(sampleOrder, 50).map((order) => toJsonString(OrderCodec, order));
  expect(new Set(texts).size).toBeGreaterThan(45);
  expect(samples(sampleOrder, 50).map((order) => toJsonString(OrderCodec, order))).toEqual(texts);
});

test("samples are not all alike: optional fields come and go, lists are long and short, each member of a union is there", () => {
  const orders = samples(sampleOrder, 100);
  expect(new Set(orders.map(({ note }) => note === undefined)).size).toBe(2);
  expect(new Set(orders.map(({ items }) => items.length)).size).toBeGreaterThan(2);
  expect(new Set(orders.map(({ delivery }) => delivery?.kind))).toEqual(new Set(["pickup", "courier", undefined]));
  expect(new Set(orders.map(({ status }) => status)).size).toBe(5);
});

test("overrides take the place of what would be made, and may break the rules", () => {
  const order = sampleOrder({ id: "mine", note: undefined });
  expect([order.id, order.note]).toEqual(["mine", undefined]);
  expect(sampleRegistration({ password: "short" }).password).toBe("short");
  expect(samplePayment({ kind: "card" }).kind).toBe("card");
  expect(samplePayment({ kind: "card", value: { token: "t", lastDigits: "1" } })).toEqual({
    kind: "card",
    value: { token: "t", lastDigits: "1" },
  });
  expect(new OutOfStock(sampleOutOfStockDetail({ available: 2 })).detail.available).toBe(2);
});

test("errors name the field", () => {
  expect(new SampleError("a.B.c", "no value was found for @min(1)").message).toBe(
    "a.B.c: no value was found for @min(1); pass a value of your own for it",
  );
});
