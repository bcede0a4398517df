/** The service of chaos runs: answers carry the id that the request had, so that a wrong answer is noticed. */

import { method, mount } from "@rpcgen/runtime/codegen/v1";

/** @typedef {{ id: string, count: number, text: string, server: string }} Work */

function encodeWork(writer, { id, count, text, server }, position) {
  let p = writer.string(position, 10, id);
  if (count !== 0) p = writer.uint32(p, 16, count);
  if (text !== "") p = writer.string(p, 26, text);
  return server === "" ? p : writer.string(p, 34, server);
}

function decodeWork(reader, end) {
  const work = { id: "", count: 0, text: "", server: "" };
  while (reader.position < end) {
    const tag = reader.tag();
    if (tag === 10) work.id = reader.string();
    else if (tag === 16) work.count = reader.uint32();
    else if (tag === 26) work.text = reader.string();
    else if (tag === 34) work.server = reader.string();
    else reader.skip(tag);
  }
  return work;
}

const info = (name, shape, isIdempotent) => ({
  name,
  wireName: name[0].toUpperCase() + name.slice(1),
  shape,
  throws: [],
  timeoutMs: undefined,
  isIdempotent,
});

export const WorkService = {
  name: "chaos.v1.Work",
  fingerprint: "00000000c4a05000",
  source: "scripts/chaos/work-service.mjs",
  methods: [
    info("look", "unary", true),
    info("add", "unary", false),
    info("count", "serverStream", true),
    info("upload", "clientStream", false),
    info("stay", "serverStream", true),
    info("block", "unary", false),
  ],
};

/** Another service with the same method indexes, for a port that has changed hands. */
export const OtherService = { ...WorkService, name: "chaos.v1.Other", fingerprint: "00000000c4a05001" };

const methodsOf = (service) =>
  Object.fromEntries(service.methods.map(({ name }, index) => [name, method(service, index, encodeWork, decodeWork)]));

export const work = methodsOf(WorkService);

function dispatchWork(handler, index, call) {
  const request = () => decodeWork(call.reader, call.end);
  switch (index) {
    case 0:
      return call.later(handler.look(request(), call), encodeWork);
    case 1:
      return call.later(handler.add(request(), call), encodeWork);
    case 2:
      return call.stream(handler.count(request(), call), encodeWork);
    case 3:
      return call.later(handler.upload(call.receive(decodeWork), call), encodeWork);
    case 4:
      return call.stream(handler.stay(request(), call), encodeWork);
    case 5:
      return call.later(handler.block(request(), call), encodeWork);
    default:
      return call.unimplemented(index);
  }
}

export const mountWork = (handler, service = WorkService) => mount(service, handler, dispatchWork);

/** Text of about so many characters that belongs to an id, and to no other. */
export function textFor(id, size) {
  return size === 0 ? "" : `${id}.`.repeat(Math.ceil(size / (id.length + 1))).slice(0, size);
}
