/** Values of scalars that keep the rules of their field. */

import { matchesLength, textOf } from "./sample-text.js";
import type { SampleRules, SampleScalar } from "./sample-shape.js";

type Random = () => number;

/** A value; undefined where none was found that keeps the rules. */
export function sampleScalar(type: SampleScalar, rules: SampleRules, random: Random): unknown {
  switch (type) {
    case "bool":
      return random() < 0.5;
    case "string":
      return textOf(rules, random);
    case "bytes":
      return bytesOf(rules, random);
    case "timestamp":
      return new Date(Date.UTC(2020, 0, 1) + Math.floor(random() * 315_360_000_000));
    case "duration":
      return Math.floor(random() * 600_000);
    case "json":
      return jsonOf(random);
    case "double":
    case "float":
      return fractionOf(type, rules, random);
    default:
      return integerOf(type, rules, random);
  }
}

function bytesOf(rules: SampleRules, random: Random): Uint8Array | undefined {
  const { minLength = 0, maxLength = Infinity } = rules;
  if (!matchesLength(minLength, maxLength)) return undefined;
  const length = minLength + Math.floor(random() * (Math.min(maxLength, minLength + 8) - minLength + 1));
  return Uint8Array.from({ length }, () => Math.floor(random() * 256));
}

function jsonOf(random: Random): unknown {
  const kinds = [null, random() < 0.5, Math.floor(random() * 1000), "text", ["list", 1], { name: "value" }];
  return kinds[Math.floor(random() * kinds.length)];
}

function fractionOf(type: "double" | "float", rules: SampleRules, random: Random): number | undefined {
  const least = rules.min === undefined ? undefined : Number(rules.min);
  const most = rules.max === undefined ? undefined : Number(rules.max);
  const from = least ?? Math.min(0, (most ?? 0) - 1000);
  const to = most ?? Math.max(1000, from + 1000);
  for (let attempt = 0; attempt < 20; attempt++) {
    const exact = attempt === 19 ? from : attempt === 18 ? to : Math.round((from + random() * (to - from)) * 64) / 64;
    const value = type === "float" ? Math.fround(exact) : exact;
    if (value >= (least ?? -Infinity) && value <= (most ?? Infinity) && Number.isFinite(value)) return value;
  }
  return undefined;
}

const ranges = {
  int32: [-(2n ** 31n), 2n ** 31n - 1n],
  uint32: [0n, 2n ** 32n - 1n],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  uint64: [0n, 2n ** 64n - 1n],
} as const;

const safe = BigInt(Number.MAX_SAFE_INTEGER);

function integerOf(
  type: Exclude<SampleScalar, "bool" | "string" | "bytes" | "timestamp" | "duration" | "json" | "double" | "float">,
  rules: SampleRules,
  random: Random,
): number | bigint | string | undefined {
  const [name, form = type.endsWith("64") ? "bigint" : "number"] = type.split(":") as [keyof typeof ranges, string?];
  const [lowest, highest] = ranges[name];
  const least = biggest(lowest, form === "number" ? -safe : lowest, wholeOf(rules.min, Math.ceil) ?? lowest);
  const most = smallest(highest, form === "number" ? safe : highest, wholeOf(rules.max, Math.floor) ?? highest);
  if (least > most) return undefined;
  // Small ones, as people like them, where the rules have room for those; now and then one from anywhere.
  const isUsual = random() < 0.9;
  const from = isUsual ? biggest(least, smallest(0n, most)) : least;
  const to = isUsual ? smallest(most, from + 1000n) : most;
  const value = from + bigBelow(to - from + 1n, random);
  return form === "number" ? Number(value) : form === "string" ? String(value) : value;
}

function bigBelow(limit: bigint, random: Random): bigint {
  const wide = (BigInt(Math.floor(random() * 2 ** 32)) << 32n) | BigInt(Math.floor(random() * 2 ** 32));
  return wide % limit;
}

function wholeOf(limit: string | undefined, round: (value: number) => number): bigint | undefined {
  if (limit === undefined) return undefined;
  return /^-?\d+$/.test(limit) ? BigInt(limit) : BigInt(round(Number(limit)));
}

function biggest(...values: readonly bigint[]): bigint {
  return values.reduce((a, b) => (a > b ? a : b));
}

function smallest(...values: readonly bigint[]): bigint {
  return values.reduce((a, b) => (a < b ? a : b));
}
