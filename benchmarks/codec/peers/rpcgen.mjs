/** The product: generated codecs over the runtime's Writer and Reader, as its own connections use them. */

import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { inTurn, messageName, payloadAs, payloads } from "../../payloads.mjs";
import { productOut, project } from "../../setup/paths.mjs";

const load = (tree, path) => import(pathToFileURL(join(tree, path)).href);

/** What is given back: a position in a buffer that others write to too, a view of that buffer, or bytes of one's own. */
const duties = {
  "in place": (writer, encode, codec, make) => ({
    encode: inTurn(make, (value) => {
      writer.rewind();
      return encode(writer, value, 0);
    }),
    bytes: (end) => writer.buffer.slice(0, end),
  }),
  "view out": (writer, encode, codec, make) => ({
    encode: inTurn(make, (value) => {
      writer.rewind();
      const end = encode(writer, value, 0);
      return writer.buffer.subarray(0, end);
    }),
    bytes: (view) => view,
  }),
  "copy out": (writer, encode, codec, make, toBytes) => ({
    encode: inTurn(make, (value) => toBytes(codec, value)),
    bytes: (copy) => copy,
  }),
};

export function rpcgen(duty, tree = project) {
  return {
    name: `rpcgen, ${duty}`,
    duty,
    isProtobuf: true,
    async load() {
      const { Writer } = await load(tree, "runtime/dist/bytes/writer.js");
      const { Reader } = await load(tree, "runtime/dist/bytes/reader.js");
      const { fromBytes, toBytes } = await load(tree, "runtime/dist/codec/binary.js");
      const generated = await import(pathToFileURL(join(productOut(tree), "bench.codec.js")).href);
      const writer = new Writer();
      const reader = new Reader();
      return Object.fromEntries(
        Object.keys(payloads).map((name) => {
          const message = messageName(name);
          const codec = generated[`${message}Codec`];
          const encode = generated[`encode${message}`];
          const decode = generated[`decode${message}`];
          const made = () => payloadAs(name, { labels: (labels) => new Map(Object.entries(labels)) });
          const inPlace = (bytes) => {
            reader.reset(bytes, 0, bytes.length);
            return decode(reader, bytes.length);
          };
          const make = duties[duty];
          return [
            name,
            {
              ...make(writer, encode, codec, made, toBytes),
              decode: duty === "copy out" ? (bytes) => fromBytes(codec, bytes) : inPlace,
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
