/** The alphabet of the wire: preface, frame types, flags and the header that every frame starts with. */

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
export const creditMax = 2_147_483_647;

/** The highest stream id; behind it the client opens a new connection. */
export const streamIdMax = 2_147_483_647;

/** How many calls a client may open before it has seen the server's HELLO. */
export const callsBeforeHello = 128;

// Each number stands by itself as well, for clients in browsers: bundlers put single numbers where they are used (esbuild only
// those that stand before anything else), and keep objects with their names. A test holds both equal.
export const helloType = 1;
export const bindType = 2;
export const requestType = 3;
export const responseType = 4;
export const errorType = 5;
export const dataType = 6;
export const endType = 7;
export const cancelType = 8;
export const creditType = 9;
export const pingType = 10;
export const pongType = 11;
export const goawayType = 12;

export const deadlineFlag = 0x01;
export const metadataFlag = 0x02;
export const traceFlag = 0x04;
export const compressedFlag = 0x08;
export const onewayFlag = 0x10;
export const moreFlag = 0x20;
export const noBodyFlag = 0x40;

/** Flags that are defined but not offered in this version: they fail the call, not the connection. */
export const reservedFlags = 0x0c;

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

/**
 * What a connection starts with, on both sides. 0xE7 followed by ASCII is no UTF-8, no TLS record, no Thrift frame
 * (its length would be negative) and no HTTP; CR LF catch a link that rewrites line ends; the last byte is the version.
 */
export const prefaceStart: Uint8Array = Uint8Array.of(0xe7, 0x52, 0x50, 0x43, 0x47, 0x0d, 0x0a);

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
