/** Samples of the standard messages whose fields are bound to each other in ways that no annotation says. */

type Random = () => number;

function upTo(count: number, random: Random): number {
  return Math.floor(random() * count);
}

const makers: Readonly<Record<string, (random: Random) => object>> = {
  // What it may hold is known to nobody here: an Any that holds nothing.
  "google.protobuf.Any": () => ({ typeUrl: "", value: new Uint8Array(0) }),
  "google.protobuf.Timestamp": (random) => ({
    seconds: BigInt(1_577_836_800 + upTo(315_360_000, random)),
    nanos: upTo(1000, random) * 1_000_000,
  }),
  "google.protobuf.Duration": (random) => ({
    seconds: BigInt(upTo(600, random)),
    nanos: upTo(1000, random) * 1_000_000,
  }),
  "google.protobuf.FieldMask": (random) => ({ paths: ["name", "items.price", "note"].slice(0, 1 + upTo(3, random)) }),
  "google.protobuf.Value": (random) => ({ kind: valueOf(random) }),
  "google.protobuf.ListValue": (random) => ({
    values: Array.from({ length: upTo(3, random) }, () => ({ kind: valueOf(random) })),
  }),
  "google.protobuf.Struct": (random) => ({ fields: new Map([["name", { kind: valueOf(random) }]]) }),
};

function valueOf(random: Random): object {
  return [
    { kind: "nullValue", value: "NULL_VALUE" },
    { kind: "numberValue", value: upTo(1000, random) },
    { kind: "stringValue", value: "text" },
    { kind: "boolValue", value: random() < 0.5 },
  ][upTo(4, random)] as object;
}

/** A sample of a standard message that needs one of its own; undefined for every other message. */
export function standardSample(name: string, random: Random): object | undefined {
  return Object.hasOwn(makers, name) ? makers[name]?.(random) : undefined;
}
