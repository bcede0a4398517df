/** One message for every kind of field there is, with values that reach the edges of its type. */

export interface SlotKind {
  /** Of the message, whose only field is number 1 and called `x`. */
  readonly name: string;
  readonly values: readonly unknown[];
}

interface ValueKind {
  readonly type: string;
  readonly annotation?: string;
  readonly isPackable?: boolean;
  readonly values: readonly unknown[];
}

const int32s = [0, 1, 2, -1, 7, 150, -1000, 2 ** 31 - 1, -(2 ** 31)];
const uint32s = [0, 1, 2, 7, 150, 1000, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1];
const int64s = [0n, 1n, 2n, -1n, 7n, 150n, 2n ** 31n, -(2n ** 31n) - 1n, 2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 63n)];
const uint64s = [0n, 1n, 2n, 7n, 150n, 2n ** 31n, 2n ** 32n, 2n ** 53n + 1n, 2n ** 63n, 2n ** 64n - 1n];
const safeInts = [0, 1, -1, 7, 2 ** 32, 2 ** 53 - 1, -(2 ** 53) + 1];
const doubles = [0, 1, -1, 0.1, 1.5, 1e300, 2 ** 60, NaN, -0, Infinity];
const bytes = [[], [0xff], [8, 1], [8, 1, 18, 1, 97], [0, 0xc0], Array.from({ length: 40 }, (_, i) => i * 6)];
const parts = [{}, { a: 1 }, { a: -1, b: "x" }, { b: "a longer text, that is no message" }];

const scalars: Readonly<Record<string, readonly unknown[]>> = {
  bool: [false, true],
  int32: int32s,
  sint32: int32s,
  sfixed32: int32s,
  uint32: uint32s,
  fixed32: uint32s,
  int64: int64s,
  sint64: int64s,
  sfixed64: int64s,
  uint64: uint64s,
  fixed64: uint64s,
  float: doubles.map(Math.fround),
  double: doubles,
};

const kinds: Readonly<Record<string, ValueKind>> = {
  ...Object.fromEntries(Object.entries(scalars).map(([type, values]) => [type, { type, values, isPackable: true }])),
  string: {
    type: "string",
    values: ["", "a", "5", "true", "ONE", "\u00e9", "QUJD", "not base64!", "a longer text, for more"],
  },
  bytes: { type: "bytes", values: bytes.map((list) => Uint8Array.from(list)) },
  safeInt64: { type: "int64", annotation: "@js(number)", values: safeInts, isPackable: true },
  safeUint64: { type: "uint64", annotation: "@js(number)", values: safeInts.map(Math.abs), isPackable: true },
  textInt64: { type: "int64", annotation: "@js(string)", values: int64s.map(String), isPackable: true },
  open: { type: "Open", values: ["NONE", "ONE", "TWO", "#7", "#-5", "#2147483647"], isPackable: true },
  closed: { type: "Closed", values: ["NONE", "ONE"], isPackable: true },
  timestamp: { type: "timestamp", values: [0, 1, 1500, -1, 1e12].map((ms) => new Date(ms)) },
  duration: { type: "duration", values: [0, 1, 1500, -1, 1e12] },
  json: { type: "json", values: [null, true, "a", 5, [1, "b"], { c: 1 }] },
  stamp: {
    type: "google.protobuf.Timestamp",
    values: [{}, { seconds: 5n, nanos: 1 }, { seconds: 1n, nanos: 999_999_999 }],
  },
  span: {
    type: "google.protobuf.Duration",
    values: [{}, { seconds: 300_000_000_000n, nanos: 1 }, { seconds: -1n, nanos: -1 }],
  },
  small: { type: "Small", values: parts },
  large: { type: "Large", values: [...parts, { c: true }] },
  other: { type: "Other", values: [{}, { a: "text" }, { a: "t", b: 5 }] },
  either: {
    type: "Either",
    values: [
      { kind: "a", value: 5 },
      { kind: "b", value: "x" },
    ],
  },
};

const head = `package slots
import "google/protobuf/timestamp.rpc"
import "google/protobuf/duration.rpc"
enum Open { NONE = 0 ONE = 1 TWO = 2 }
closed enum Closed { NONE = 0 ONE = 1 }
message Small { 1 a: int32 2 b: string }
message Large { 1 a: int32 2 b: string 3 c: bool }
message Other { 1 a: string 2 b: int32 }
union Either { 1 a: int32 2 b: string }
`;

/** The text that declares every slot, and the slots. */
export function everySlot(): { readonly text: string; readonly slots: readonly SlotKind[] } {
  const lines: string[] = [head];
  const slots: SlotKind[] = [];
  const add = (name: string, annotation: string, type: string, values: readonly unknown[]): void => {
    lines.push(`message ${name} { ${annotation} 1 x: ${type} }`);
    slots.push({ name, values });
  };
  for (const [name, { type, annotation = "", isPackable = false, values }] of Object.entries(kinds)) {
    const title = name.slice(0, 1).toUpperCase() + name.slice(1);
    const lists = [[], ...values.map((value) => [value]), values, [...values].reverse()];
    add(`One${title}`, annotation, type, values);
    add(`List${title}`, annotation, `${type}[]`, lists);
    if (isPackable) add(`Loose${title}`, `${annotation} @unpacked`, `${type}[]`, lists);
    const byText = values.map((value, i) => new Map([[i === 0 ? "" : `k${i}`, value]]));
    add(`Map${title}`, annotation, `map<string, ${type}>`, [
      new Map(),
      ...byText,
      new Map(byText.flatMap((map) => [...map])),
    ]);
  }
  for (const [key, values] of [...Object.entries(scalars), ["string", ["", "a", "5", "true"]] as const]) {
    if (key === "float" || key === "double") continue;
    const entries = values.map((value): readonly [unknown, boolean] => [value, true]);
    const maps = [...entries.map((entry) => new Map([entry])), new Map(entries)];
    add(`Key${key.slice(0, 1).toUpperCase()}${key.slice(1)}`, "", `map<${key}, bool>`, maps);
  }
  return { text: lines.join("\n"), slots };
}
