/** One codec in a process of its own: encodes and decodes every payload, slice by slice beside the kernel. */

import { payloads } from "../payloads.mjs";
import { answer } from "../measure/child.mjs";
import { kernelRate, rate } from "../measure/kernel.mjs";
import { allCodecs } from "./codecs.mjs";

const [name, tree] = process.argv.slice(2);
const codec = allCodecs(tree).find((candidate) => candidate.name === name);
const loading = codec.load();
loading.catch(() => {});

const kernelMs = 4;
let sink;

/** Operations per run of the kernel, one figure a slice. */
function measure(run, { warmMs, sliceMs, slices }) {
  const perSecond = rate(() => (sink = run()), warmMs, 1);
  const batch = Math.max(1, Math.round(perSecond / 1000));
  kernelRate(kernelMs);
  const figures = [];
  let before = kernelRate(kernelMs);
  for (let i = 0; i < slices; i++) {
    const operations = rate(() => (sink = run()), sliceMs, batch);
    const after = kernelRate(kernelMs);
    figures.push({ perSecond: operations, kernel: (before + after) / 2 });
    before = after;
  }
  return figures;
}

answer({
  /** The bytes of every payload, and what is read back from the bytes of others. */
  async check({ reference }) {
    const loaded = await loading;
    return Object.fromEntries(
      Object.keys(payloads).map((payload) => {
        const { encode, bytes, decode, plain } = loaded[payload];
        const own = Uint8Array.from(bytes(encode()));
        return [payload, { bytes: own, value: comparable(plain(decode(Buffer.from(reference?.[payload] ?? own)))) }];
      }),
    );
  },
  async measure({ options, only }) {
    const loaded = await loading;
    const results = {};
    for (const payload of only) {
      const { encode, bytes, decode } = loaded[payload];
      const received = Buffer.from(bytes(encode()));
      const encoding = measure(encode, options);
      const decoding = measure(() => decode(received), options);
      results[payload] = { bytes: received.length, encode: encoding, decode: decoding };
    }
    return { results, sink: typeof sink };
  },
});

/** Plain data as text, without what codecs add of their own and with all bytes in one form. */
function comparable(value) {
  const bytes = value.blob === undefined ? {} : { blob: Buffer.from(value.blob).toString("base64") };
  return JSON.stringify({ ...value, ...bytes }, (key, part) => (key.startsWith("$") ? undefined : ordered(part)));
}

function ordered(part) {
  if (typeof part !== "object" || part === null || Array.isArray(part)) return part;
  return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)));
}
