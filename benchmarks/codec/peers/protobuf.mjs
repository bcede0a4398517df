/** The other implementations of Protobuf, each used as its documentation says, with numbers for 64 bits where offered. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { inTurn, messageName, payloadAs, payloads, statusNumbers } from "../../payloads.mjs";
import { peersOut } from "../../setup/paths.mjs";

const generated = (path) => import(pathToFileURL(join(peersOut, path)).href);
const status = (name) => statusNumbers[name];
const statusName = (number) => Object.keys(statusNumbers)[number];

/** What all of these share: enums as numbers; `make` says how a message is encoded and decoded. */
function peer(name, packages, duty, make, forms = {}) {
  return {
    name,
    packages,
    duty,
    isProtobuf: true,
    async load() {
      const codecOf = await make();
      return Object.fromEntries(
        Object.keys(payloads).map((payload) => {
          const { encode, decode, plain = asIs, input = asIs } = codecOf(messageName(payload));
          const made = () => input(payloadAs(payload, { status, ...forms }));
          return [
            payload,
            { encode: inTurn(made, encode), bytes: asIs, decode, plain: (decoded) => named(plain(decoded)) },
          ];
        }),
      );
    },
  };
}

const asIs = (value) => value;

/** As plain data again, for comparing. */
function named(decoded) {
  const plain = { ...decoded };
  if (plain.status !== undefined) plain.status = statusName(plain.status);
  for (const time of ["createdAt", "updatedAt"]) if (time in plain) plain[time] = Number(plain[time]);
  return plain;
}

async function withoutLong(module) {
  const { default: protobuf } = await import(module);
  protobuf.util.Long = null;
  protobuf.configure();
  return protobuf;
}

export const protobufjsStatic = peer("protobufjs static", ["protobufjs"], "copy out", async () => {
  await withoutLong("protobufjs/minimal.js");
  const { bench } = await generated("protobufjs/bench.mjs");
  return (message) => {
    const type = bench.v1[message];
    const toPlain = (decoded) => type.toObject(decoded, { defaults: true });
    return { encode: (value) => type.encode(value).finish(), decode: (bytes) => type.decode(bytes), plain: toPlain };
  };
});

export const protobufjsReflect = peer("protobufjs reflection", ["protobufjs"], "copy out", async () => {
  const protobuf = await withoutLong("protobufjs");
  const root = protobuf.parse(readFileSync(join(peersOut, "proto/bench.proto"), "utf8")).root;
  return (message) => {
    const type = root.lookupType(`bench.v1.${message}`);
    const toPlain = (decoded) => type.toObject(decoded, { defaults: true });
    return { encode: (value) => type.encode(value).finish(), decode: (bytes) => type.decode(bytes), plain: toPlain };
  };
});

export const protobufEs = peer(
  "protobuf-es",
  ["@bufbuild/protobuf"],
  "copy out",
  async () => {
    const { create, fromBinary, toBinary } = await import("@bufbuild/protobuf");
    const schemas = await generated("protobuf-es/bench_pb.js");
    return (message) => {
      const schema = schemas[`${message}Schema`];
      return {
        input: (value) => create(schema, value),
        encode: (value) => toBinary(schema, value),
        decode: (bytes) => fromBinary(schema, bytes),
      };
    };
  },
  { time: BigInt },
);

export const protobufTs = peer("protobuf-ts", ["@protobuf-ts/runtime"], "copy out", async () => {
  const types = await generated("protobuf-ts/bench.js");
  return (message) => {
    const type = types[message];
    return { encode: (value) => type.toBinary(value), decode: (bytes) => type.fromBinary(bytes) };
  };
});

export const tsProto = peer("ts-proto", ["ts-proto"], "copy out", async () => {
  const types = await generated("ts-proto/bench.js");
  return (message) => {
    const type = types[message];
    return { encode: (value) => type.encode(value).finish(), decode: (bytes) => type.decode(bytes) };
  };
});

export const pbf = peer("pbf", ["pbf"], "view out", async () => {
  const { PbfReader, PbfWriter } = await import("pbf");
  const { compile } = await import("pbf/compile");
  const { default: schema } = await import("protocol-buffers-schema");
  const text = readFileSync(join(peersOut, "proto/bench.proto"), "utf8").replaceAll(" .bench.v1.", " ");
  const functions = compile(schema.parse(text));
  const rename = (value, from, to) => {
    const { [from]: moved, ...rest } = value;
    return moved === undefined ? value : { ...rest, [to]: moved };
  };
  return (message) => ({
    input: (value) => rename(rename(value, "createdAt", "created_at"), "updatedAt", "updated_at"),
    encode: (value) => {
      const writer = new PbfWriter();
      functions[`write${message}`](value, writer);
      return writer.finish();
    },
    decode: (bytes) => functions[`read${message}`](new PbfReader(bytes)),
    plain: (value) => rename(rename(value, "created_at", "createdAt"), "updated_at", "updatedAt"),
  });
});
