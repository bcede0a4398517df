/** The hand-written ceiling with the three duties that codecs come with. */

import * as limit from "../../limit/codec.mjs";
import { inTurn, messageName, payloadAs, payloads } from "../../payloads.mjs";

const buffer = Buffer.allocUnsafeSlow(65_536);
const view = new DataView(buffer.buffer);

const duties = {
  "in place": (encode, make) => ({
    encode: inTurn(make, (value) => encode(buffer, view, 0, value)),
    bytes: (end) => buffer.subarray(0, end),
  }),
  "view out": (encode, make) => ({
    encode: inTurn(make, (value) => buffer.subarray(0, encode(buffer, view, 0, value))),
    bytes: (bytes) => bytes,
  }),
  "copy out": (encode, make) => ({
    encode: inTurn(make, (value) => {
      const end = encode(buffer, view, 0, value);
      const bytes = new Uint8Array(end);
      bytes.set(buffer.subarray(0, end));
      return bytes;
    }),
    bytes: (bytes) => bytes,
  }),
};

export function limitCodec(duty) {
  return {
    name: `limit, ${duty}`,
    duty,
    isProtobuf: true,
    async load() {
      return Object.fromEntries(
        Object.keys(payloads).map((name) => {
          const encode = limit[`encode${messageName(name)}`];
          const decode = limit[`decode${messageName(name)}`];
          const make = () => payloadAs(name, { labels: (labels) => new Map(Object.entries(labels)) });
          // One view for each received chunk is what a connection would have.
          let chunk;
          let chunkView;
          return [
            name,
            {
              ...duties[duty](encode, make),
              decode: (bytes) => {
                if (chunk !== bytes) {
                  chunk = bytes;
                  chunkView = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
                }
                return decode(bytes, chunkView, 0, bytes.length);
              },
              plain: (decoded) => ({
                ...decoded,
                ...(decoded.labels && { labels: Object.fromEntries(decoded.labels) }),
              }),
            },
          ];
        }),
      );
    },
  };
}
