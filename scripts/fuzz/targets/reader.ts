/** Fuzzes what reads values out of bytes: scalars, lists, control frames, messages. */

import { DecodeError } from "../../../runtime/src/bytes/decode-error.js";
import { Reader } from "../../../runtime/src/bytes/reader.js";
import { decodeJson } from "../../../runtime/src/codec/builtin/json-on-wire.js";
import { decodeTimestamp } from "../../../runtime/src/codec/builtin/timestamp.js";
import {
  decodeBind,
  decodeEntries,
  decodeFailure,
  decodeGoaway,
  decodeHello,
} from "../../../runtime/src/frame/control.js";
import { FrameError } from "../../../runtime/src/frame/frame-error.js";
import { decodeNote } from "../../../runtime/test/kit/echo-service.js";
import { bindFrame, goawayFrame, helloFrame } from "../../../runtime/test/kit/raw-peer.js";
import { EchoService } from "../../../runtime/test/kit/echo-service.js";
import { damagedBytes } from "../mutate.js";
import { broken, type FuzzTarget } from "../target.js";

const headerBytes = 12;
const whole = [helloFrame(), bindFrame(EchoService), goawayFrame({ code: "no-error", lastStream: 7, message: "bye" })]
  .map((frame) => frame.subarray(headerBytes))
  .concat([
    Buffer.from("0a03616263100a", "hex"),
    Buffer.from("0801120b68656c6c6f20776f726c641a00", "hex"),
    Buffer.from("08ffffffffffffffffff0110ff93ebdc03", "hex"),
    Buffer.from("0a0c0a016112070a05120301020322040a020800", "hex"),
  ]);

type Decode = (reader: Reader, end: number) => unknown;

function eachScalar(reader: Reader, end: number): void {
  const list: number[] = [];
  const ways: readonly ((r: Reader) => unknown)[] = [
    (r) => r.int32(),
    (r) => r.uint64(),
    (r) => r.sint64(),
    (r) => r.bool(),
    (r) => r.string(),
    (r) => r.bytes(),
    (r) => r.double(),
    (r) => r.float(),
    (r) => r.int32s(r.open(), list),
    (r) => r.doubles(r.open(), []),
    (r) => r.floats(r.open(), []),
    (r) => r.skip(r.tag()),
  ];
  for (let turn = 0; reader.position < end; turn++) ways[turn % ways.length]?.(reader);
}

const decoders: Readonly<Record<string, Decode>> = {
  hello: decodeHello,
  bind: decodeBind,
  goaway: decodeGoaway,
  failure: decodeFailure,
  entries: decodeEntries,
  note: decodeNote,
  json: decodeJson,
  timestamp: decodeTimestamp,
  scalars: eachScalar,
};

export const reader: FuzzTarget = {
  name: "reader",
  about: "values out of bytes: nothing but a DecodeError or FrameError is thrown, and nothing is read behind the end",
  generate: (chance) => [chance.oneOf(Object.keys(decoders)), damagedBytes(chance.oneOf(whole), chance)],
  run([name, bytes]) {
    const decode = decoders[String(name)];
    if (decode === undefined || !(bytes instanceof Uint8Array)) return;
    // Behind the end is something that decoders must not see.
    const buffer = new Uint8Array(bytes.length + 16).fill(0x08);
    buffer.set(bytes);
    const read = new Reader(buffer);
    read.reset(buffer, 0, bytes.length);
    try {
      decode(read, bytes.length);
    } catch (error) {
      if (!(error instanceof DecodeError || error instanceof FrameError)) throw error;
      return;
    }
    if (read.position > bytes.length) broken(`${String(name)} read ${read.position - bytes.length} bytes too many`);
  },
};
