/** The other end of a connection, played by a test: sends frames written as text, shows those that come as text. */

import { Reader } from "../../src/bytes/reader.js";
import { Writer } from "../../src/bytes/writer.js";
import {
  decodeFailure,
  decodeGoaway,
  encodeBind,
  encodeGoaway,
  encodeHello,
  wireShapes,
} from "../../src/frame/control.js";
import {
  Flag,
  FrameType,
  headerBytes,
  prefaceStart,
  protocolVersion,
  readU32,
  writeHeader,
} from "../../src/frame/frame.js";
import { frameTable } from "../../src/frame/frame-table.js";
import { FrameJoiner, type FrameView } from "../../src/frame/frame-joiner.js";
import { limitDefinitions } from "../../src/limits.js";
import type { ServiceInfo } from "../../src/method/method.js";
import { statusFromNumber } from "../../src/error/status.js";
import { listenMemory, openMemory } from "../../src/transport/memory.js";
import type { Listener, Transport } from "../../src/transport/transport.js";
import type { VirtualClock } from "../../src/testing/virtual-clock.js";

/** The eight bytes that a connection starts with. */
export const prefaceHex: string = [...prefaceStart, protocolVersion].map(hexByte).join("");

/** A frame as bytes; `payload` is hex or bytes. */
export function frameBytes(
  type: number,
  flags: number,
  method: number,
  stream: number,
  payload: string | Uint8Array,
): Uint8Array {
  const body = typeof payload === "string" ? fromHex(payload) : payload;
  const bytes = new Uint8Array(headerBytes + body.length);
  writeHeader(new DataView(bytes.buffer), 0, body.length, type, flags, method, stream);
  bytes.set(body, headerBytes);
  return bytes;
}

/**
 * Reads a line such as `REQUEST #1 m0 deadline,more 00007530 0a0161`: type, stream, method, flags and the payload in
 * hex, all but the type optional. `HELLO` alone stands for an ordinary one, `PREFACE` for the first eight bytes.
 */
export function parseLine(line: string): Uint8Array {
  const [name, ...words] = line.split(/\s+/);
  if (name === "PREFACE") return fromHex(prefaceHex);
  if (name === "HELLO" && words.length === 0) return helloFrame();
  if (name === "RAW") return fromHex(words.join(""));
  const row = frameTable.find((candidate) => candidate.name === name);
  let stream = 0;
  let method = 0;
  let flags = 0;
  let payload = "";
  for (const word of words) {
    if (word.startsWith("#")) stream = Number(word.slice(1));
    else if (/^m\d+$/.test(word)) method = Number(word.slice(1));
    else if (/^[a-zB]+(,[a-zB]+)*$/.test(word) && word.split(",").every((flag) => flag in Flag)) {
      for (const flag of word.split(",")) flags |= Flag[flag as keyof typeof Flag];
    } else if (word.startsWith("+")) payload += Number(word.slice(1)).toString(16).padStart(8, "0");
    else payload += word;
  }
  return frameBytes(row?.type ?? Number(name), flags, method, stream, payload);
}

/** An ordinary HELLO with the default limits, or others. */
export function helloFrame(changes: Partial<Parameters<typeof encodeHello>[1]> = {}): Uint8Array {
  const writer = new Writer();
  const end = encodeHello(
    writer,
    {
      implementation: "test",
      codecs: ["protobuf"],
      compressions: [],
      messageBytesMax: limitDefinitions.messageBytesMax.default,
      concurrentCallsMax: limitDefinitions.concurrentCallsMax.default,
      frameBytesMax: limitDefinitions.frameBytesMax.default,
      metadataBytesMax: limitDefinitions.metadataBytesMax.default,
      ...changes,
    },
    0,
  );
  return frameBytes(FrameType.hello, 0, 0, 0, new Uint8Array(writer.buffer.subarray(0, end)));
}

/** BIND of a service from an index on. */
export function bindFrame(service: ServiceInfo, base = 0): Uint8Array {
  const writer = new Writer();
  const methods = service.methods.map((method) => ({ name: method.wireName, shape: wireShapes.indexOf(method.shape) }));
  const { name, fingerprint, source } = service;
  const end = encodeBind(writer, { service: name, fingerprint, source, methods }, 0);
  return frameBytes(FrameType.bind, 0, base, 0, new Uint8Array(writer.buffer.subarray(0, end)));
}

/** GOAWAY from the other side. */
export function goawayFrame(goaway: Parameters<typeof encodeGoaway>[1]): Uint8Array {
  const writer = new Writer();
  const end = encodeGoaway(writer, goaway, 0);
  return frameBytes(FrameType.goaway, 0, 0, 0, new Uint8Array(writer.buffer.subarray(0, end)));
}

/** One end of a transport, driven by hand. */
export class RawPeer {
  /** The frames that came since they were last taken, as text. */
  readonly lines: string[] = [];
  /** The other side's preface in hex, once it has come. */
  preface = "";
  isClosed = false;
  readonly transport: Transport;
  private readonly clock: VirtualClock;
  private readonly joiner: FrameJoiner;

  constructor(transport: Transport, clock: VirtualClock) {
    this.transport = transport;
    this.clock = clock;
    this.joiner = new FrameJoiner(2 ** 31, (frame) => this.lines.push(show(frame)));
    transport.start({
      bytes: (chunk) => this.receive(chunk),
      drained: () => {},
      closed: () => {
        this.isClosed = true;
      },
    });
  }

  /** Sends lines and frames, in one write, and waits until all that follows has happened. */
  async send(...parts: readonly (string | Uint8Array)[]): Promise<void> {
    const chunks = parts.map((part) => (typeof part === "string" ? parseLine(part) : part));
    const size = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    const bytes = new Uint8Array(size);
    let at = 0;
    for (const chunk of chunks) {
      bytes.set(chunk, at);
      at += chunk.length;
    }
    this.transport.write(bytes);
    await this.clock.settle();
  }

  /** The frames that came since the last time. */
  take(): string[] {
    return this.lines.splice(0);
  }

  private receive(chunk: Uint8Array): void {
    let at = 0;
    while (this.preface.length < 16 && at < chunk.length) this.preface += hexByte(chunk[at++] as number);
    this.joiner.push(chunk, at);
  }
}

/** A hand-driven client that has connected to a served memory address. */
export function rawClient(name: string, clock: VirtualClock): RawPeer {
  return new RawPeer(openMemory(name, clock), clock);
}

/** A hand-driven server: every connection that comes in is a RawPeer. */
export function rawServer(
  name: string,
  clock: VirtualClock,
): { readonly peers: RawPeer[]; readonly listener: Listener } {
  const peers: RawPeer[] = [];
  const listener = listenMemory(name, {
    opened: (transport) => void peers.push(new RawPeer(transport, clock)),
    failed: () => {},
  });
  return { peers, listener };
}

export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, hexByte).join("");
}

export function fromHex(hex: string): Uint8Array {
  const digits = hex.replace(/\s+/g, "");
  if (!/^(?:[0-9a-f]{2})*$/i.test(digits)) throw new Error(`not hex: ${hex}`);
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

function hexByte(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}

function show(frame: FrameView): string {
  const row = frameTable.find((candidate) => candidate.type === frame.type);
  const flags = Object.entries(Flag).filter(([, bit]) => (frame.flags & bit) !== 0);
  const words = [row?.name ?? String(frame.type)];
  if (frame.stream > 0) words.push(`#${frame.stream}`);
  if (frame.type === FrameType.request) words.push(`m${frame.method}`);
  if (flags.length > 0) words.push(flags.map(([name]) => name).join(","));
  const payload = new Uint8Array(frame.buffer.subarray(frame.start, frame.end));
  const text = showPayload(frame.type, frame.flags, payload);
  if (text !== "") words.push(text);
  return words.join(" ");
}

function showPayload(type: number, flags: number, payload: Uint8Array): string {
  if (type === FrameType.hello || type === FrameType.bind) return "";
  if (type === FrameType.credit) return `+${readU32(payload, 0)}`;
  if (type === FrameType.goaway) {
    const { code, lastStream, message } = decodeGoaway(new Reader(payload), payload.length);
    return `${code} last=${lastStream} "${message}"`;
  }
  if (type === FrameType.error && flags === 0) {
    const failure = decodeFailure(new Reader(payload), payload.length);
    const mark = failure.neverProcessed ? " never-processed" : "";
    return `${statusFromNumber(failure.status)}${mark} "${failure.message}"`;
  }
  return payload.length > 64 ? `(${payload.length} bytes)` : toHex(payload);
}
