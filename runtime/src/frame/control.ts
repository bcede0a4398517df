/** The payloads of HELLO, BIND, GOAWAY and ERROR: small Protobuf messages, so that later versions may add to them. */

import type { MessageReader } from "../bytes/message-reader.js";
import type { MessageWriter } from "../bytes/message-writer.js";
import { DecodeError } from "../bytes/decode-error.js";
import { closeCodes, FrameError, type CloseCode } from "./frame-error.js";

/** What each side says of itself first. */
export interface Hello {
  /** Name and version of the program that speaks, for people. */
  readonly implementation: string;
  /** Codecs of the messages, the preferred one first. */
  readonly codecs: readonly string[];
  /** Compressions that may be used; none in this version. */
  readonly compressions: readonly string[];
  /** The longest message and the most calls at once that the speaker takes. */
  readonly messageBytesMax: number;
  readonly concurrentCallsMax: number;
  readonly frameBytesMax: number;
  readonly metadataBytesMax: number;
}

/** A service with its methods in the client's order; they get indexes from the frame's method field on. */
export interface Bind {
  readonly service: string;
  readonly fingerprint: string;
  /** Path of the file that the client was generated from, for explanations. */
  readonly source: string;
  readonly methods: readonly BindMethod[];
}

export interface BindMethod {
  readonly name: string;
  /** Place of the method's shape in `methodShapes`. */
  readonly shape: number;
}

/** How methods exchange messages; the order is their number in BIND. */
export const wireShapes = ["unary", "serverStream", "clientStream", "bidiStream", "oneway"] as const;

interface ServiceInfoLike {
  readonly name: string;
  readonly fingerprint: string;
  readonly source: string;
  readonly methods: readonly { readonly wireName: string; readonly shape: (typeof wireShapes)[number] }[];
}

/** Why a connection ends, and which calls were never looked at. */
export interface Goaway {
  readonly code: CloseCode;
  readonly lastStream: number;
  readonly message: string;
}

/** How a call failed. */
export interface Failure {
  readonly status: number;
  readonly message: string;
  readonly neverProcessed: boolean;
  /** Milliseconds; Infinity for never. */
  readonly retryAfterMs: number | undefined;
  /** Full name of the declared error, empty for others. */
  readonly typeName: string;
  /** Where the declared error's fields lie in the frame. */
  readonly detailStart: number;
  readonly detailEnd: number;
}

export function encodeHello(w: MessageWriter, hello: Hello, at: number): number {
  let p = w.string(at, 0x0a, hello.implementation);
  for (const codec of hello.codecs) p = w.string(p, 0x12, codec);
  for (const compression of hello.compressions) p = w.string(p, 0x1a, compression);
  p = w.uint32(p, 0x20, hello.messageBytesMax);
  p = w.uint32(p, 0x28, hello.concurrentCallsMax);
  p = w.uint32(p, 0x30, hello.frameBytesMax);
  return w.uint32(p, 0x38, hello.metadataBytesMax);
}

export function decodeHello(r: MessageReader, end: number): Hello {
  const codecs: string[] = [];
  const compressions: string[] = [];
  let implementation = "";
  let messageBytesMax = 0;
  let concurrentCallsMax = 0;
  let frameBytesMax = 0;
  let metadataBytesMax = 0;
  fields(r, end, "Hello", (tag) => {
    switch (tag) {
      case 0x0a:
        implementation = r.string();
        return;
      case 0x12:
        codecs.push(r.string());
        return;
      case 0x1a:
        compressions.push(r.string());
        return;
      case 0x20:
        messageBytesMax = r.uint32();
        return;
      case 0x28:
        concurrentCallsMax = r.uint32();
        return;
      case 0x30:
        frameBytesMax = r.uint32();
        return;
      case 0x38:
        metadataBytesMax = r.uint32();
        return;
      default:
        r.skip(tag);
    }
  });
  return {
    implementation,
    codecs,
    compressions,
    messageBytesMax,
    concurrentCallsMax,
    frameBytesMax,
    metadataBytesMax,
  };
}

export function encodeBind(w: MessageWriter, bind: Bind, at: number): number {
  let p = w.string(at, 0x0a, bind.service);
  p = w.string(p, 0x12, bind.fingerprint);
  p = w.string(p, 0x1a, bind.source);
  for (const method of bind.methods) {
    p = w.string(p, 0x22, method.name);
    p = w.uint32(p, 0x28, method.shape);
  }
  return p;
}

/** What a client says of a service: all of its methods, in their order. */
export function bindOf({ name, fingerprint, source, methods }: ServiceInfoLike): Bind {
  const bound = methods.map(({ wireName, shape }) => ({ name: wireName, shape: wireShapes.indexOf(shape) }));
  return { service: name, fingerprint, source, methods: bound };
}

export function decodeBind(r: MessageReader, end: number): Bind {
  const names: string[] = [];
  const shapes: number[] = [];
  let service = "";
  let fingerprint = "";
  let source = "";
  fields(r, end, "Bind", (tag) => {
    switch (tag) {
      case 0x0a:
        service = r.string();
        return;
      case 0x12:
        fingerprint = r.string();
        return;
      case 0x1a:
        source = r.string();
        return;
      case 0x22:
        names.push(r.string());
        return;
      case 0x28:
        shapes.push(r.uint32());
        return;
      default:
        r.skip(tag);
    }
  });
  if (names.length !== shapes.length) throw new FrameError("protocol-error", "BIND has not one shape for each method");
  return { service, fingerprint, source, methods: names.map((name, i) => ({ name, shape: shapes[i] as number })) };
}

export function encodeGoaway(w: MessageWriter, goaway: Goaway, at: number): number {
  let p = w.uint32(at, 0x08, closeCodes.indexOf(goaway.code));
  p = w.uint32(p, 0x10, goaway.lastStream);
  return w.string(p, 0x1a, goaway.message);
}

export function decodeGoaway(r: MessageReader, end: number): Goaway {
  let code: CloseCode = "no-error";
  let lastStream = 0;
  let message = "";
  fields(r, end, "Goaway", (tag) => {
    switch (tag) {
      case 0x08:
        code = closeCodes[r.uint32()] ?? "internal";
        return;
      case 0x10:
        lastStream = r.uint32();
        return;
      case 0x1a:
        message = r.string();
        return;
      default:
        r.skip(tag);
    }
  });
  return { code, lastStream, message };
}

/** A declared error's part of a failure. */
export interface Detail {
  readonly typeName: string;
  encode(writer: MessageWriter, position: number): number;
}

export function encodeFailure(
  w: MessageWriter,
  status: number,
  message: string,
  neverProcessed: boolean,
  detail: Detail | undefined,
  at: number,
  retryAfterMs?: number,
): number {
  let p = w.uint32(at, 0x08, status);
  p = w.string(p, 0x12, message);
  if (neverProcessed) p = w.bool(p, 0x18, true);
  if (retryAfterMs !== undefined) p = w.uint32(p, 0x30, wireMs(retryAfterMs));
  if (detail === undefined) return p;
  p = w.string(p, 0x22, detail.typeName);
  return w.close(detail.encode(w, w.open(p, 0x2a)));
}

// The largest number says "never"; whatever is no number says "now".
const neverMs = 0xffff_ffff;

function wireMs(ms: number): number {
  if (ms === Infinity) return neverMs;
  return ms > 0 ? Math.min(neverMs - 1, Math.ceil(ms)) : 0;
}

export function decodeFailure(r: MessageReader, end: number): Failure {
  let status = 2;
  let message = "";
  let neverProcessed = false;
  let retryAfterMs: number | undefined;
  let typeName = "";
  let detailStart = 0;
  let detailEnd = 0;
  fields(r, end, "Failure", (tag) => {
    switch (tag) {
      case 0x08:
        status = r.uint32();
        return;
      case 0x12:
        message = r.string();
        return;
      case 0x18:
        neverProcessed = r.bool();
        return;
      case 0x22:
        typeName = r.string();
        return;
      case 0x2a:
        detailEnd = r.open();
        detailStart = r.position;
        r.position = detailEnd;
        return;
      case 0x30: {
        const ms = r.uint32();
        retryAfterMs = ms === neverMs ? Infinity : ms;
        return;
      }
      default:
        r.skip(tag);
    }
  });
  return { status, message, neverProcessed, retryAfterMs, typeName, detailStart, detailEnd };
}

/** Writes a metadata section's entries, without its length. */
export function encodeEntries(w: MessageWriter, entries: Iterable<readonly [string, string]>, at: number): number {
  let p = at;
  for (const [key, value] of entries) p = w.string(w.string(p, 0x0a, key), 0x12, value);
  return p;
}

/** Reads a metadata section's entries; throws a FrameError where it is not a list of keys and values. */
export function decodeEntries(r: MessageReader, end: number): [string, string][] {
  const entries: [string, string][] = [];
  try {
    r.enter("Metadata");
    while (r.position < end) {
      if (r.tag() !== 0x0a) throw noEntries("is not a list of keys and values");
      const key = r.string();
      if (r.position >= end) throw noEntries("ends in the middle of an entry");
      if (r.tag() !== 0x12) throw noEntries("is not a list of keys and values");
      entries.push([key, r.string()]);
    }
    r.leave(end);
  } catch (error) {
    throw asDamage(error);
  }
  return entries;
}

function noEntries(why: string): FrameError {
  return new FrameError("protocol-error", `a metadata section ${why}`);
}

// These messages are the connection's own: damage in them is damage of the connection.
function fields(r: MessageReader, end: number, name: string, field: (tag: number) => void): void {
  try {
    r.enter(name);
    while (r.position < end) field(r.tag());
    r.leave(end);
  } catch (error) {
    throw asDamage(error);
  }
}

function asDamage(error: unknown): unknown {
  return error instanceof DecodeError ? new FrameError("protocol-error", error.message) : error;
}
