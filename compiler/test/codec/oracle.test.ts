/** Generated codecs against protobufjs, which reads the exported `.proto`: the same bytes, in both directions. */

import fc from "fast-check";
import protobuf from "protobufjs";
import { expect, test } from "vitest";
import { seed, tries } from "../../../runtime/test/kit/random.js";
import { fromBytes, toBytes } from "../../../runtime/src/codec/binary.js";
import type { BinaryCodec } from "../../../runtime/src/codec/codec.js";
import { emitProto } from "../../src/emit/proto/emit-proto.js";
import { generate } from "../support/load-generated.js";
import { everyType } from "./every-type.js";
import { messageOf } from "./random-message.js";

const { schema, load } = generate("oracle", { "every.rpc": everyType });
const codecs = await load("every.codec.ts");
const root = new protobuf.Root();
for (const name of ["timestamp", "duration", "struct"]) {
  const standard = protobuf.common.get(`google/protobuf/${name}.proto`);
  if (standard?.nested) root.addJSON(standard.nested);
}
for (const text of emitProto(schema).values()) protobuf.parse(text, root, { keepCase: true });
root.resolveAll();

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

for (const name of ["Scalars", "Optionals", "Lists", "Maps", "Shape", "Tree", "Choice", "Wrapper"]) {
  const codec = codecs[`${name}Codec`] as BinaryCodec<object>;
  const type = root.lookupType(`every.v1.${name}`);
  const value = messageOf(schema, `every.v1.${name}`);

  test(`${name}: protobufjs reads what we write and writes the same bytes`, () => {
    const property = fc.property(value, (message) => {
      const bytes = toBytes(codec, message);
      expect(hex(type.encode(type.decode(bytes)).finish())).toBe(hex(bytes));
    });
    fc.assert(property, { seed, numRuns: tries(300) });
  });

  test(`${name}: what is read is written as the same bytes again`, () => {
    const property = fc.property(value, (message) => {
      const bytes = toBytes(codec, message);
      expect(hex(toBytes(codec, fromBytes(codec, bytes)))).toBe(hex(bytes));
    });
    fc.assert(property, { seed, numRuns: tries(300) });
  });

  test(`${name}: bytes that are cut, changed or made up are a value or a DecodeError`, () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      fc.tuple(value, fc.nat(), fc.nat(255), fc.boolean()).map(([message, at, byte, isCut]) => {
        const whole = toBytes(codec, message);
        if (whole.length === 0) return whole;
        whole[at % whole.length] = byte;
        return isCut ? whole.subarray(0, at % whole.length) : whole;
      }),
    );
    const property = fc.property(bytes, (input) => {
      let read: object;
      try {
        read = fromBytes(codec, input);
      } catch (error) {
        expect(error).toMatchObject({ name: "DecodeError" });
        return;
      }
      // What could be read can be written, and then stays as it is.
      const written = toBytes(codec, read);
      expect(hex(toBytes(codec, fromBytes(codec, written)))).toBe(hex(written));
    });
    fc.assert(property, { seed, numRuns: tries(500) });
  });
}

test("values come back as they were passed in", () => {
  const codec = codecs["ScalarsCodec"] as BinaryCodec<object>;
  const complete = messageOf(schema, "every.v1.Scalars").filter((message) => Object.keys(message).length === 19);
  const property = fc.property(complete, (message) => {
    expect(fromBytes(codec, toBytes(codec, message))).toEqual(message);
  });
  fc.assert(property, { seed, numRuns: tries(300) });
});
