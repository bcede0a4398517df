/** A service written by hand in the shape of generated code, so that nothing has to be compiled for it. */

import { method, mount } from "@rpcgen/runtime/codegen/v1";

const encode = (writer, { text }, position) => writer.string(position, 10, text);

function decode(reader, end) {
  let text = "";
  while (reader.position < end) {
    const tag = reader.tag();
    if (tag === 10) text = reader.string();
    else reader.skip(tag);
  }
  return { text };
}

const info = (name, shape) => ({
  name,
  wireName: name.charAt(0).toUpperCase() + name.slice(1),
  shape,
  throws: [],
  timeoutMs: undefined,
  isIdempotent: true,
});

const service = {
  name: "test.v1.Notes",
  fingerprint: "0123456789abcdef",
  source: "test/notes.rpc",
  methods: [info("get", "unary"), info("watch", "serverStream")],
};

const Get = method(service, 0, encode, decode);
const Watch = method(service, 1, encode, decode);

/** A handler, mounted. */
export function serveNotes(handler) {
  return mount(service, handler, (notes, index, call) => {
    const request = decode(call.reader, call.end);
    if (index === 0)
      call.later(
        Promise.resolve().then(() => notes.get(request, call)),
        encode,
      );
    else call.stream(notes.watch(request, call), encode);
  });
}

/** A client of a channel. */
export function createNotesClient(channel) {
  return {
    get: (request, options) => channel.unary(Get, request, options),
    watch: (request, options) => channel.serverStream(Watch, request, options),
  };
}
