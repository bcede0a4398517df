/** The alphabet of the wire: preface, frame types, flags and the header that every frame starts with. */

/**
 * What a connection starts with, on both sides. 0xE7 followed by ASCII is no UTF-8, no TLS record, no Thrift frame
 * (its length would be negative) and no HTTP; CR LF catch a link that rewrites line ends; the last byte is the version.
 */
export const prefaceStart: Uint8Array = Uint8Array.of(0xe7, 0x52, 0x50, 0x43, 0x47, 0x0d, 0x0a);

/** The version of the protocol spoken here: the last byte of the preface. */
export const protocolVersion = 1;

export const prefaceBytes = 8;
export const headerBytes = 12;

/** The most bytes of a message that one frame carries; longer messages are sent in parts. */
export const chunkBytes = 131_072;

/** What each direction of each call may send before the other side has granted more. */
export const initialCredit = 262_144;

/** What comes on top for a message in parts that a REQUEST or RESPONSE begins: nobody reads it before it is whole. */
export const wholeCredit = 1_048_576;

/** No credit may ever grow above this. */
export const creditMax: number = 2 ** 31 - 1;

/** The highest stream id; behind it the client opens a new connection. */
export const streamIdMax: number = 2 ** 31 - 1;

/** How many calls a client may open before it has seen the server's HELLO. */
export const callsBeforeHello = 128;

export const FrameType = {
  hello: 1,
  bind: 2,
  request: 3,
  response: 4,
  error: 5,
  data: 6,
  end: 7,
  cancel: 8,
  credit: 9,
  ping: 10,
  pong: 11,
  goaway: 12,
} as const;
export type FrameType = (typeof FrameType)[keyof typeof FrameType];

export const Flag = {
  /** A section with the remaining time, u32 milliseconds. */
  deadline: 0x01,
  /** A section with metadata: u32 length, then entries. */
  metadata: 0x02,
  /** Reserved for trace context; refused. */
  trace: 0x04,
  /** Reserved for compressed messages; refused. */
  compressed: 0x08,
  /** Nothing is answered. */
  oneway: 0x10,
  /** The message goes on in the next DATA frame of the stream. */
  more: 0x20,
  /** The frame carries no message: a REQUEST whose messages follow as DATA. */
  noBody: 0x40,
} as const;

/** Flags that are defined but not offered in this version: they fail the call, not the connection. */
export const reservedFlags: number = Flag.trace | Flag.compressed;

interface FrameDefinition {
  readonly type: FrameType;
  readonly name: string;
  readonly from: "client" | "server" | "both";
  /** Whether the frame belongs to a call (a stream id above 0) or to the connection (0). */
  readonly on: "stream" | "connection";
  readonly flags: number;
  /** What the header's method field holds; 0 where undefined. */
  readonly method?: string;
  readonly payload: string;
  readonly doc: string;
}

const body = Flag.trace | Flag.compressed | Flag.more;

/** One row a frame type, in the order of their numbers; PROTOCOL.md prints it and the receiving side obeys it. */
export const frameTable: readonly FrameDefinition[] = [
  {
    type: FrameType.hello,
    name: "HELLO",
    from: "both",
    on: "connection",
    flags: 0,
    payload: "Hello",
    doc: "First frame of each side, once.",
  },
  {
    type: FrameType.bind,
    name: "BIND",
    from: "client",
    on: "connection",
    flags: 0,
    method: "first index of the range",
    payload: "Bind",
    doc: "Gives each method of a service an index on this connection.",
  },
  {
    type: FrameType.request,
    name: "REQUEST",
    from: "client",
    on: "stream",
    flags: Flag.deadline | Flag.metadata | body | Flag.oneway | Flag.noBody,
    method: "bound index",
    payload: "sections, message",
    doc: "Opens a call.",
  },
  {
    type: FrameType.response,
    name: "RESPONSE",
    from: "server",
    on: "stream",
    flags: Flag.metadata | body,
    payload: "sections, message",
    doc: "The answer of a method that answers once; ends the call.",
  },
  {
    type: FrameType.error,
    name: "ERROR",
    from: "server",
    on: "stream",
    flags: Flag.metadata,
    payload: "sections, Failure",
    doc: "Ends the call without an answer.",
  },
  {
    type: FrameType.data,
    name: "DATA",
    from: "both",
    on: "stream",
    flags: body,
    payload: "sections, message",
    doc: "One message of a stream, or the next part of a message whose last frame had MORE.",
  },
  {
    type: FrameType.end,
    name: "END",
    from: "both",
    on: "stream",
    flags: Flag.metadata,
    payload: "sections",
    doc: "No more messages in this direction; from the server it ends the call.",
  },
  {
    type: FrameType.cancel,
    name: "CANCEL",
    from: "client",
    on: "stream",
    flags: 0,
    payload: "empty",
    doc: "The client wants no answer any more.",
  },
  {
    type: FrameType.credit,
    name: "CREDIT",
    from: "both",
    on: "stream",
    flags: 0,
    payload: "u32",
    doc: "Lets the other side send this many bytes more on the stream.",
  },
  {
    type: FrameType.ping,
    name: "PING",
    from: "both",
    on: "connection",
    flags: 0,
    payload: "8 bytes",
    doc: "Asks for a PONG with the same bytes.",
  },
  {
    type: FrameType.pong,
    name: "PONG",
    from: "both",
    on: "connection",
    flags: 0,
    payload: "8 bytes",
    doc: "Answers a PING.",
  },
  {
    type: FrameType.goaway,
    name: "GOAWAY",
    from: "both",
    on: "connection",
    flags: 0,
    payload: "Goaway",
    doc: "No new calls; those above the named stream id will never be looked at.",
  },
];

/** What a frame of each type may look like when it comes from the given side; undefined for what it may not send. */
export function allowedFrom(side: "client" | "server"): readonly (FrameDefinition | undefined)[] {
  const allowed: (FrameDefinition | undefined)[] = [undefined];
  for (const row of frameTable) allowed[row.type] = row.from === "both" || row.from === side ? row : undefined;
  return allowed;
}

/** The name of a frame type, for messages. */
export function frameName(type: number): string {
  return frameTable.find((row) => row.type === type)?.name ?? `type ${type}`;
}

/** Writes a header at `at`; everything is big-endian. */
export function writeHeader(
  view: DataView,
  at: number,
  length: number,
  type: number,
  flags: number,
  method: number,
  stream: number,
): void {
  view.setUint32(at, length);
  view.setUint32(at + 4, (type << 24) | (flags << 16) | method);
  view.setUint32(at + 8, stream);
}

/** Reads four bytes that the caller knows to be there. */
export function readU32(buffer: Uint8Array, at: number): number {
  return (
    (((buffer[at] as number) << 24) |
      ((buffer[at + 1] as number) << 16) |
      ((buffer[at + 2] as number) << 8) |
      (buffer[at + 3] as number)) >>>
    0
  );
}
