/** What is generated from an imported `.rpc` has the bytes that the original `.proto` has: protobufjs, which reads that one, is asked. */

import fc from "fast-check";
import protobuf from "protobufjs";
import { expect, test } from "vitest";
import { seed, tries } from "../../../runtime/test/kit/random.js";
import { fromBytes, toBytes } from "../../../runtime/src/codec/binary.js";
import type { BinaryCodec } from "../../../runtime/src/codec/codec.js";
import { messageOf } from "../codec/random-message.js";
import { analyzeTexts } from "../support/analyze-text.js";
import { generate } from "../support/load-generated.js";
import { importTexts } from "./import-text.js";

const scalars =
  "bool int32 int64 uint32 uint64 sint32 sint64 fixed32 fixed64 sfixed32 sfixed64 float double string bytes".split(" ");
const keys = scalars.filter((name) => !["float", "double", "bytes"].includes(name));
const fields = (label: string, from: number, names: readonly string[] = scalars): string =>
  names.map((name, index) => `${label} ${name} ${label}_${name} = ${from + index};`).join("\n");

const imports = ["duration", "field_mask", "struct", "timestamp", "wrappers", "empty", "any"]
  .map((name) => `import "google/protobuf/${name}.proto";`)
  .join("\n");

const body = `
  message Lists {
    ${fields("repeated", 1)}
    repeated int32 loose_one = 40 [LOOSE];
    repeated State states = 41;
    map<string, State> by_name = 42;
    map<int32, Inner> by_number = 43;
    ${keys.map((name, index) => `map<${name}, ${name}> from_${name} = ${50 + index};`).join("\n")}
    message Inner { LABEL string text = 1; }
  }
  message Choices {
    oneof first { string a_text = 1; Lists.Inner inner = 2; State state = 3; google.protobuf.Timestamp at = 4; }
    oneof second { bytes raw = 5; double number = 6; }
    LABEL int32 field_1 = 7;
    LABEL string clusterIP = 8 [json_name = "cluster"];
    reserved 9, 20 to max;
  }
  message Known {
    LABEL google.protobuf.Timestamp placed_at = 1;
    LABEL google.protobuf.Duration patience = 2;
    LABEL google.protobuf.Value any_json = 3;
    LABEL google.protobuf.Struct object = 4;
    LABEL google.protobuf.Int64Value maybe = 5;
    LABEL google.protobuf.FieldMask mask = 6;
    LABEL google.protobuf.Any any = 7;
    repeated google.protobuf.StringValue names = 8;
    LABEL google.protobuf.Empty nothing = 9;
    LABEL Known again = 536870911;
  }
  enum State { option allow_alias = true; STATE_NONE = 0; STATE_ON = 1; STATE_LIT = 1; STATE_GONE = -5; }
`;
const filled = (label: string, loose: string): string =>
  body.replaceAll("LABEL", label).replaceAll("LOOSE", `packed = ${loose}`);

/** Every syntax, and what protobufjs is told of it. */
const sources: Readonly<Record<string, string>> = {
  "three.proto": `syntax = "proto3"; package three; ${imports}
    message Scalars { ${fields("", 1)} ${fields("optional", 20)} State state = 50; optional State maybe = 51; }
    ${filled("", "false")}`,
  "two.proto": `syntax = "proto2"; package two; ${imports}
    message Scalars { ${fields("optional", 1)} optional State state = 50 [default = STATE_ON]; }
    ${filled("optional", "true")}`,
  "edition.proto": `edition = "2023"; package edition; ${imports}
    message Scalars {
      ${fields("", 1)}
      ${scalars.map((name, index) => `${name} implicit_${name} = ${20 + index} [features.field_presence = IMPLICIT];`).join("\n")}
      State state = 50;
    }
    ${filled("", "false").replaceAll("[packed = false]", "[features.repeated_field_encoding = EXPANDED]")}`,
};

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

function originals(text: string): protobuf.Root {
  const root = new protobuf.Root();
  for (const name of ["any", "duration", "empty", "field_mask", "struct", "timestamp", "wrappers"]) {
    const nested = protobuf.common.get(`google/protobuf/${name}.proto`)?.nested;
    if (nested !== undefined) root.addJSON(nested);
  }
  protobuf.parse(text, root, { keepCase: true });
  root.resolveAll();
  return root;
}

for (const [path, text] of Object.entries(sources)) {
  const packageName = path.replace(".proto", "");
  const { texts } = importTexts({ [path]: text });
  const { schema, load } = generate(`import-${packageName}`, texts);
  // protobufjs drops numbers that a closed enum of proto2 does not list, where protoc keeps them as unknown fields.
  const isClosed = packageName === "two";
  const listed = Object.entries(texts).map(([name, one]) => [name, one.replace(/^enum /gm, "closed enum ")] as const);
  const values = isClosed ? analyzeTexts(Object.fromEntries(listed)).schema : schema;
  const codecs = await load(`${packageName}.codec.ts`);
  const root = originals(text);

  test.each(["Scalars", "Lists", "Choices", "Known"])(
    `${path}: %s has the bytes of the original (SEED=${seed})`,
    (name) => {
      const codec = codecs[`${name}Codec`] as BinaryCodec<object>;
      const type = root.lookupType(`${packageName}.${name}`);
      const property = fc.property(messageOf(values, `${packageName}.${name}`), (message) => {
        const original = type.encode(type.decode(toBytes(codec, message))).finish();
        expect(hex(toBytes(codec, fromBytes(codec, original)))).toBe(hex(original));
        expect(hex(toBytes(codec, message))).toBe(hex(original));
      });
      fc.assert(property, { seed, numRuns: tries(150) });
    },
  );

  test(`${path}: fields are known by the names in JSON that protobufjs and protoc know`, () => {
    const choices = schema.declarations.get(`${packageName}.Choices`);
    const names = choices?.kind === "message" ? choices.fields.map(({ jsonName }) => jsonName) : [];
    expect(names).toEqual(["aText", "inner", "state", "at", "raw", "number", "field1", "cluster"]);
  });
}

test("what has no equal is carried on: groups and extensions come back as they arrived", async () => {
  const text = `syntax = "proto2"; package kept;
    message Search {
      optional string query = 1;
      repeated group Result = 2 { optional string url = 3; }
      extensions 100 to 199;
    }`;
  const { texts } = importTexts({ "kept.proto": text });
  const codec = (await generate("import-kept", texts).load("kept.codec.ts"))["SearchCodec"] as BinaryCodec<object>;
  const query = Buffer.from([0x0a, 0x01, 0x61]);
  const group = Buffer.from([0x13, 0x1a, 0x01, 0x62, 0x14]);
  const extension = Buffer.from([0xa2, 0x06, 0x01, 0x63]);
  const bytes = Buffer.concat([query, group, group, extension]);
  expect(hex(toBytes(codec, fromBytes(codec, bytes)))).toBe(hex(bytes));
});
