/** A service written by hand in the shape of generated code: one method of each shape, for tests of the wire. */

import type { Decode, Encode, ErrorCodec } from "../../src/codec/codec.js";
import type { Channel, CallOptions } from "../../src/call/outgoing-call.js";
import { isPending, mount, type Dispatch, type Mount, type ServerCall } from "../../src/call/server-call.js";
import { JsonReader, JsonWriter, type JsonCodec } from "../../src/codec/json/json-codec.js";
import { JsonFields } from "../../src/codec/json/json-fields.js";
import { JsonObjectWriter } from "../../src/codec/json/json-object.js";
import { readString, readUint32 } from "../../src/codec/json/json-read-scalar.js";
import { writeString, writeUint32 } from "../../src/codec/json/json-write-scalar.js";
import { DeclaredError, type RpcErrorFacts } from "../../src/error/rpc-error.js";
import { method, type MethodInfo, type ServiceInfo } from "../../src/method/method.js";
import type { ErrorJson, ServiceJson } from "../../src/method/service-json.js";

/** What all its methods take and answer. */
export interface Note {
  readonly text: string;
  readonly count: number;
}

export const encodeNote: Encode<Note> = (w, note, position) => {
  w.enter("test.v1.Note", note);
  let p = position;
  if (note.text !== "") p = w.string(p, 10, note.text);
  if (note.count !== 0) p = w.uint32(p, 16, note.count);
  return p;
};

export const decodeNote: Decode<Note> = (r, end) => {
  r.enter("test.v1.Note");
  let text = "";
  let count = 0;
  while (r.position < end) {
    const tag = r.tag();
    switch (tag) {
      case 10:
        text = r.string();
        break;
      case 16:
        count = r.uint32();
        break;
      default:
        r.skip(tag);
    }
  }
  r.leave(end);
  return { text, count };
};

/** A note in JSON, as the compiler would write it. */
export const NoteCodec: JsonCodec<Note> = {
  name: "test.v1.Note",
  toJson(note, writer = new JsonWriter()) {
    const object = new JsonObjectWriter(writer, note);
    object.implicit("text", note.text, "", writeString);
    object.implicit("count", note.count, 0, writeUint32);
    return object.close();
  },
  fromJson(json, reader = new JsonReader()) {
    const fields = new JsonFields(json, reader);
    const note = { text: fields.read("text", readString) ?? "", count: fields.read("count", readUint32) ?? 0 };
    fields.close();
    return note;
  },
};

/** A declared error whose detail is a note. */
export class TooMany extends DeclaredError<Note> {
  override readonly name: string = "TooMany";
  readonly typeName: string = "test.v1.TooMany";

  constructor(detail: Note, message = "too many", facts?: RpcErrorFacts) {
    super("resource-exhausted", detail, message, facts);
  }
}

export const TooManyError: ErrorCodec = {
  name: "test.v1.TooMany",
  encode: (writer, error, position) => encodeNote(writer, error.detail as Note, position),
  decode: (reader, end, message, facts) => new TooMany(decodeNote(reader, end), message, facts),
};

export const TooManyErrorJson: ErrorJson = {
  name: "test.v1.TooMany",
  toJson: (error, writer) => NoteCodec.toJson(error.detail as Note, writer),
  fromJson: (json, reader, message, facts) => new TooMany(NoteCodec.fromJson(json, reader), message, facts),
};

const info = (name: string, shape: MethodInfo["shape"]): MethodInfo => ({
  name,
  wireName: name.charAt(0).toUpperCase() + name.slice(1),
  shape,
  throws: [TooManyError],
  timeoutMs: undefined,
  isIdempotent: false,
});

export const EchoService: ServiceInfo = {
  name: "test.v1.Echo",
  fingerprint: "0123456789abcdef",
  source: "test/echo.rpc",
  methods: [
    info("echo", "unary"),
    info("count", "serverStream"),
    info("sum", "clientStream"),
    info("chat", "bidiStream"),
    info("log", "oneway"),
  ],
};

export const Echo = {
  echo: method(EchoService, 0, encodeNote, decodeNote),
  count: method(EchoService, 1, encodeNote, decodeNote),
  sum: method(EchoService, 2, encodeNote, decodeNote),
  chat: method(EchoService, 3, encodeNote, decodeNote),
  log: method(EchoService, 4, encodeNote, decodeNote),
};

export const EchoJson: ServiceJson = {
  service: EchoService,
  methods: [
    { request: NoteCodec, answer: NoteCodec },
    { request: NoteCodec, answer: NoteCodec },
    { request: NoteCodec, answer: NoteCodec },
    { request: NoteCodec, answer: NoteCodec },
    { request: NoteCodec, answer: undefined },
  ],
  errors: [TooManyErrorJson],
};

type Answers = AsyncIterable<Note> | Iterable<Note>;

export interface EchoHandler {
  echo(request: Note, call: ServerCall): Note | Promise<Note>;
  count(request: Note, call: ServerCall): Answers;
  sum(requests: AsyncIterable<Note>, call: ServerCall): Promise<Note>;
  chat(requests: AsyncIterable<Note>, call: ServerCall): Answers;
  log(request: Note, call: ServerCall): void | Promise<void>;
}

export const dispatchEcho: Dispatch<EchoHandler> = (handler, index, call) => {
  switch (index) {
    case 0: {
      const answer = handler.echo(decodeNote(call.reader, call.end), call);
      if (isPending(answer)) call.later(answer, encodeNote);
      else call.reply(encodeNote(call.writer, answer, call.begin()));
      return;
    }
    case 1:
      return call.stream(handler.count(decodeNote(call.reader, call.end), call), encodeNote);
    case 2:
      return call.later(handler.sum(call.receive(decodeNote), call), encodeNote);
    case 3:
      return call.stream(handler.chat(call.receive(decodeNote), call), encodeNote);
    case 4:
      return call.forget(handler.log(decodeNote(call.reader, call.end), call));
    default:
      return call.unimplemented(index);
  }
};

/** A handler that does the obvious; tests replace the methods that they are about. */
export const plainHandler: EchoHandler = {
  echo: (request) => request,
  *count(request) {
    for (let i = 0; i < request.count; i++) yield { text: request.text, count: i };
  },
  async sum(requests) {
    let count = 0;
    for await (const note of requests) count += note.count;
    return { text: "", count };
  },
  async *chat(requests) {
    for await (const note of requests) yield note;
  },
  log: () => {},
};

export const mountEcho = (handler: Partial<EchoHandler> = {}): Mount =>
  mount(EchoService, { ...plainHandler, ...handler }, dispatchEcho, EchoJson);

/** The client that would be generated. */
export interface EchoClient {
  echo(request: Note, options?: CallOptions): Promise<Note>;
  count(request: Note, options?: CallOptions): AsyncIterable<Note>;
  sum(requests: AsyncIterable<Note> | Iterable<Note>, options?: CallOptions): Promise<Note>;
  chat(requests: AsyncIterable<Note> | Iterable<Note>, options?: CallOptions): AsyncIterable<Note>;
  log(request: Note, options?: CallOptions): Promise<void>;
}

export const createEchoClient = (channel: Channel): EchoClient => ({
  echo: (request, options) => channel.unary(Echo.echo, request, options),
  count: (request, options) => channel.serverStream(Echo.count, request, options),
  sum: (requests, options) => channel.clientStream(Echo.sum, requests, options),
  chat: (requests, options) => channel.bidiStream(Echo.chat, requests, options),
  log: (request, options) => channel.oneway(Echo.log, request, options),
});

/** Everything that a stream gives. */
export async function collect<T>(messages: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const message of messages) all.push(message);
  return all;
}
