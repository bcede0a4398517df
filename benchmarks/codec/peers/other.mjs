/** Codecs with bytes of their own: JSON, MessagePack, Avro and bebop. */

import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { inTurn, messageName, payloadAs, payloads, statusNumbers, wideFields } from "../../payloads.mjs";
import { peersOut } from "../../setup/paths.mjs";

const asIs = (value) => value;

function peer(name, packages, duty, make, forms = {}) {
  return {
    name,
    packages,
    duty,
    isProtobuf: false,
    async load() {
      const codecOf = await make();
      return Object.fromEntries(
        Object.keys(payloads).map((payload) => {
          const { encode, decode, plain = asIs, bytes = asIs } = codecOf(payload);
          return [payload, { encode: inTurn(() => payloadAs(payload, forms), encode), bytes, decode, plain }];
        }),
      );
    },
  };
}

const base64 = (blob) => Buffer.from(blob).toString("base64");

export const json = peer("JSON", [], "copy out", async () => (payload) => ({
  // JSON has no bytes: whoever sends them pays for base64.
  encode:
    payload === "numeric"
      ? (value) => Buffer.from(JSON.stringify({ ...value, blob: base64(value.blob) }))
      : (value) => Buffer.from(JSON.stringify(value)),
  decode:
    payload === "numeric"
      ? (bytes) => {
          const value = JSON.parse(bytes.toString());
          value.blob = Buffer.from(value.blob, "base64");
          return value;
        }
      : (bytes) => JSON.parse(bytes.toString()),
}));

async function packr(options) {
  const { Packr } = await import("msgpackr");
  return () => {
    const packer = new Packr(options());
    return { encode: (value) => packer.pack(value), decode: (bytes) => packer.unpack(bytes) };
  };
}

export const msgpackr = peer("msgpackr", ["msgpackr"], "view out", () => packr(() => ({ useRecords: false })));
export const msgpackrRecords = peer("msgpackr records", ["msgpackr"], "view out", () =>
  packr(() => ({ structures: [] })),
);

const record = (name, fields) => ({
  type: "record",
  name,
  fields: Object.entries(fields).map(([field, type]) => ({ name: field, type })),
});
const list = (items) => ({ type: "array", items });
const address = record("Address", { street: "string", city: "string", zip: "string" });
const customer = record("Customer", { name: "string", email: "string", address });
const item = record("Item", { sku: "string", quantity: "int", price: "double", tags: list("string") });

const avroSchemas = {
  small: record("Small", { id: "int", name: "string", email: "string", active: "boolean", score: "double" }),
  medium: record("Medium", {
    id: "string",
    status: { type: "enum", name: "Status", symbols: Object.keys(statusNumbers) },
    customer,
    items: list(item),
    labels: { type: "map", values: "string" },
    createdAt: "long",
    updatedAt: "long",
    total: "double",
  }),
  numeric: record("Numeric", { samples: list("double"), counts: list("int"), blob: "bytes" }),
  wide: record("Wide", Object.fromEntries(wideFields.map((name) => [name, "string"]))),
};

export const avsc = peer(
  "avsc",
  ["avsc"],
  "copy out",
  async () => {
    const { default: avro } = await import("avsc");
    return (payload) => {
      const type = avro.Type.forSchema(avroSchemas[payload]);
      return { encode: (value) => type.toBuffer(value), decode: (bytes) => type.fromBuffer(bytes) };
    };
  },
  { blob: (bytes) => Buffer.from(bytes) },
);

const statusName = (number) => Object.keys(statusNumbers)[number];

export const bebop = peer(
  "bebop",
  ["bebop"],
  "view out",
  async () => {
    const types = await import(pathToFileURL(join(peersOut, "bebop/bench.js")).href);
    return (payload) => {
      const type = types[messageName(payload)];
      const plain = (decoded) => ({
        ...decoded,
        ...(payload === "medium" && {
          status: statusName(decoded.status),
          labels: Object.fromEntries(decoded.labels),
          createdAt: Number(decoded.createdAt),
          updatedAt: Number(decoded.updatedAt),
        }),
      });
      return { encode: (value) => type.encode(value), decode: (bytes) => type.decode(bytes), plain };
    };
  },
  {
    status: (name) => statusNumbers[name],
    labels: (labels) => new Map(Object.entries(labels)),
    time: BigInt,
  },
);
