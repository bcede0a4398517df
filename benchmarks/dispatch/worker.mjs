/** Finds the method of a call in five ways; each leads to the same work: decode, call the handler, encode. */

import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { answer } from "../measure/child.mjs";
import { kernelRate, rate } from "../measure/kernel.mjs";

const [tree, generated, countText] = process.argv.slice(2);
const count = Number(countText);
const load = (path) => import(pathToFileURL(path).href);

const { Reader } = await load(join(tree, "runtime/dist/bytes/reader.js"));
const { Writer } = await load(join(tree, "runtime/dist/bytes/writer.js"));
const { isPending } = await load(join(tree, "runtime/dist/codegen/v1.js"));
const { dispatchMany } = await load(join(generated, "many.server.js"));
const { decodePing, encodePing } = await load(join(generated, "many.codec.js"));

const names = Array.from({ length: count }, (_, i) => `method${i}`);
const handler = new Function(`return { ${names.map((name) => `${name}(request) { return request; }`).join(", ")} };`)();

// A case of the generated switch as a function of its own, for the ways that look a function up.
const doors = new Function(
  "decodePing",
  "encodePing",
  "isPending",
  `return [${names.map((name) => doorText(name)).join(",\n")}];`,
)(decodePing, encodePing, isPending);

function doorText(name) {
  return `(handler, call) => {
    const answer = handler.${name}(decodePing(call.reader, call.end), call);
    if (isPending(answer)) return call.later(answer, encodePing);
    return call.reply(encodePing(call.writer, answer, call.begin()));
  }`;
}

const byName = new Map(names.map((name, i) => [name, doors[i]]));
const objectByName = Object.fromEntries(byName);

const message = Buffer.from([8, 42]);
let sink = 0;
const call = {
  reader: new Reader(),
  writer: new Writer(),
  end: message.length,
  begin: () => 0,
  reply: (position) => void (sink += position),
  later: () => {},
  unimplemented: () => {},
};

// The same random order for all.
let seed = 12345;
const order = Array.from({ length: 4096 }, () => (seed = (Math.imul(seed, 1103515245) + 12345) >>> 0) % count);
const orderedNames = order.map((index) => names[index]);
const wireNames = orderedNames.map((name) => Buffer.from(name));
const { utf8Slice } = Buffer.prototype;

const ways = {
  "switch on a number (generated)": (i) => dispatchMany(handler, order[i], call),
  "array of functions": (i) => doors[order[i]](handler, call),
  "Map by name": (i) => byName.get(orderedNames[i])(handler, call),
  "object by name": (i) => objectByName[orderedNames[i]](handler, call),
  "name read from the wire, then Map": (i) => {
    const bytes = wireNames[i];
    return byName.get(utf8Slice.call(bytes, 0, bytes.length))(handler, call);
  },
  "no dispatch": () => doors[0](handler, call),
};

let next = 0;

/** Nanoseconds a call, each slice with what the kernel did beside it. */
function measure(way, { warmMs, sliceMs, slices }) {
  const run = () => {
    next = (next + 1) & 4095;
    call.reader.reset(message, 0, message.length);
    way(next);
  };
  rate(run, warmMs, 1024);
  return Array.from({ length: slices }, () => {
    const before = kernelRate(3);
    const perSecond = rate(run, sliceMs, 1024);
    return { perSecond, kernel: (before + kernelRate(3)) / 2 };
  });
}

answer({
  measure: ({ options, way }) => measure(ways[way], options),
  ways: () => Object.keys(ways),
});
