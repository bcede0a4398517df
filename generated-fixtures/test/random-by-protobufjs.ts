/** Makes random messages out of protobufjs's own reflection, without any code of this project. */

import protobuf from "protobufjs";

const texts = [
  "a",
  "sku-1",
  "ünïcödé",
  "😈 and more",
  "x".repeat(23),
  "y".repeat(25),
  "z".repeat(200),
  "\u0000",
  "\u2028",
];

// Fields with `@js(number)` refuse what a double cannot hold; closed enums refuse what they do not name.
const safeIntegers = new Set(["countNumber", "plain", "byKey", "version", "count_number", "by_key"]);
const closedEnums = new Set(["Switch"]);

/** A message in protobufjs's object form. Implicit fields are never zero, so that its bytes are canonical. */
export function randomMessage(type: protobuf.Type, random: () => number, depth = 0): Record<string, unknown> {
  const milliseconds = Math.floor(random() * 1000) * 1e6;
  // Built-in types have values of their own, with the precision that they keep.
  if (type.fullName === ".google.protobuf.Timestamp")
    return { seconds: Math.floor(random() * 2e9), nanos: milliseconds };
  if (type.fullName === ".google.protobuf.Duration")
    return { seconds: Math.floor(random() * 1e6), nanos: milliseconds };
  if (type.fullName === ".google.protobuf.Value") return randomJson(random, depth);
  const message: Record<string, unknown> = {};
  const chosen = new Set(
    type.oneofsArray.map((oneof) => oneof.fieldsArray[Math.floor(random() * oneof.fieldsArray.length)]?.name),
  );
  for (const field of type.fieldsArray) {
    field.resolve();
    if (field.partOf !== null && !chosen.has(field.name)) continue;
    if (random() < 0.3 || (field.resolvedType instanceof protobuf.Type && depth > 2)) continue;
    const one = (): unknown => randomValue(field, random, depth);
    if (field instanceof protobuf.MapField) {
      const entries = Array.from({ length: 1 + Math.floor(random() * 3) }, () => [
        randomKey(field.keyType, random),
        one(),
      ]);
      message[field.name] = Object.fromEntries(entries);
    } else if (field.repeated) {
      message[field.name] = Array.from({ length: 1 + Math.floor(random() * 4) }, one);
    } else {
      message[field.name] = one();
    }
  }
  return message;
}

function randomJson(random: () => number, depth: number): Record<string, unknown> {
  const kind = Math.floor(random() * (depth > 3 ? 4 : 6));
  if (kind === 0) return { nullValue: 0, null_value: 0 };
  if (kind === 1) return { numberValue: random(), number_value: random() };
  if (kind === 2) return { stringValue: "text", string_value: "text" };
  if (kind === 3) return { boolValue: true, bool_value: true };
  const inner = randomJson(random, depth + 1);
  if (kind === 4) return { listValue: { values: [inner, inner] } };
  return { structValue: { fields: { a: inner, __proto__x: inner } } };
}

function randomKey(type: string, random: () => number): string {
  if (type === "string") return `k${String(Math.floor(random() * 1000))}`;
  // In protobufjs's object form a 64-bit key is eight characters of its hash.
  if (/64$/.test(type)) return protobuf.util.longToHash(randomLong(random));
  return type === "bool" ? String(random() < 0.5) : String(1 + Math.floor(random() * 1000));
}

function randomLong(random: () => number, isSafe = false): protobuf.Long {
  const word = (): number => Math.floor(random() * 2 ** 32) | 0;
  return new protobuf.util.Long(word() | 1, random() < 0.5 ? 0 : isSafe ? word() & 0xfffff : word() >> 3);
}

function randomValue(field: protobuf.Field, random: () => number, depth: number): unknown {
  if (field.resolvedType instanceof protobuf.Type) return randomMessage(field.resolvedType, random, depth + 1);
  if (field.resolvedType !== null && closedEnums.has(field.resolvedType.name)) return 1;
  // Known and unknown numbers alike: enums are open.
  if (field.resolvedType instanceof protobuf.Enum) return 1 + Math.floor(random() * 40);
  switch (field.type) {
    case "bool":
      return true;
    case "string":
      return texts[Math.floor(random() * texts.length)];
    case "bytes":
      return Buffer.from(Array.from({ length: 1 + Math.floor(random() * 20) }, () => Math.floor(random() * 256)));
    case "double":
      return random() * 1e9 - 5e8;
    case "float":
      return Math.fround(random() * 100 + 1);
    case "uint32":
    case "fixed32":
      return 1 + Math.floor(random() * (2 ** 32 - 1));
    case "int32":
    case "sint32":
    case "sfixed32":
      return Math.floor(random() * 2 ** 32) | 0 || 1;
    default:
      return randomLong(random, safeIntegers.has(field.name));
  }
}
