/** Every codec of every example against protobufjs: messages made and encoded by it survive ours byte for byte, and back. */

import { fromBytes, toBytes } from "@rpcgen/runtime";
import type { Codec } from "@rpcgen/runtime";
import protobuf from "protobufjs";
import { expect, test } from "vitest";
import { analyze } from "../../compiler/src/compile.js";
import { emitProto } from "../../compiler/src/emit/proto/emit-proto.js";
import { createNodeHost } from "../../compiler/src/project/host-node.js";
import { Report } from "../../compiler/src/report/report.js";
import { randomFrom } from "../../runtime/src/testing/seeded-random.js";
import { seed, tries } from "../../runtime/test/kit/random.js";
import { randomMessage } from "./random-by-protobufjs.js";

const messagesOfEachType = tries(400);
const entries = [
  "chat/chat.rpc",
  "greeter/greeter.rpc",
  "library/lending.rpc",
  "route-guide/route-guide.rpc",
  "shop/orders.rpc",
  "torture/torture.rpc",
];

const { schema } = analyze(
  entries.map((path) => `idl-examples/${path}`),
  createNodeHost(process.cwd()),
  { roots: ["idl-examples"] },
  new Report(),
);
const root = new protobuf.Root();
for (const name of ["timestamp", "duration", "struct", "any", "wrappers", "field_mask"]) {
  const standard = protobuf.common.get(`google/protobuf/${name}.proto`);
  if (standard?.nested) root.addJSON(standard.nested);
}
for (const [path, text] of emitProto(schema)) {
  if (!path.startsWith("google/")) protobuf.parse(text, root, { keepCase: true });
}
root.resolveAll();

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

for (const file of schema.files.filter(({ isStandard }) => !isStandard)) {
  const module = `../gen/${file.path.replace(/\.rpc$/, ".codec.ts")}`;
  for (const declared of [...file.messages, ...file.unions]) {
    if (declared.kind === "message" && declared.isSynthetic) continue;

    test(`${declared.fullName} agrees with protobufjs (SEED=${seed})`, async () => {
      const codecs = (await import(/* @vite-ignore */ module)) as Record<string, Codec<object>>;
      const codec = codecs[`${declared.name}Codec`];
      if (codec === undefined) throw new Error(`${module} has no codec for ${declared.name}`);
      const type = root.lookupType(declared.fullName);
      const random = randomFrom(seed);
      for (let i = 0; i < messagesOfEachType; i++) {
        const theirs = type.encode(type.fromObject(randomMessage(type, random))).finish();
        const ours = toBytes(codec, fromBytes(codec, theirs));
        if (hex(ours) !== hex(theirs)) expect(type.decode(ours).toJSON()).toEqual(type.decode(theirs).toJSON());
        // And the other way: what we wrote is to protobufjs what it writes itself.
        expect(hex(type.encode(type.decode(ours)).finish())).toBe(hex(ours));
      }
    });
  }
}
