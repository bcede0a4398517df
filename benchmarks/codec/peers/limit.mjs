/** The hand-written ceiling with the three duties that codecs come with. */

import * as limit from "../../limit/codec.mjs";
import { messageName, payloadAs, payloads } from "../../payloads.mjs";

const buffer = Buffer.allocUnsafeSlow(65_536);
const view = new DataView(buffer.buffer);

const duties = {
  "in place": (encode, value) => ({
    encode: () => encode(buffer, view, 0, value),
    bytes: (end) => buffer.subarray(0, end),
  }),
  "view out": (encode, value) => ({
    encode: () => buffer.subarray(0, encode(buffer, view, 0, value)),
    bytes: (bytes) => bytes,
  }),
  "copy out": (encode, value) => ({
    encode: () => {
      const end = encode(buffer, view, 0, value);
      const bytes = new Uint8Array(end);
      bytes.set(buffer.subarray(0, end));
      return bytes;
    },
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
          const value = payloadAs(name, { labels: (labels) => new Map(Object.entries(labels)) });
          // One view for each received chunk is what a connection would have.
          let chunk;
          let chunkView;
          return [
            name,
            {
              ...duties[duty](encode, value),
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
