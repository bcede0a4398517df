/** Takes values out of a buffer in Protobuf's wire format, in as little code as that takes: the reader of browsers. */

import type { UnknownRanges } from "./cursor.js";
import { DecodeError } from "./decode-error.js";
import { decodeDepthMax, decodeMessagesMax } from "./limits.js";
import type { MessageReader } from "./message-reader.js";

// Which of the many ways it is broken in, the reader of Node would say.
const malformed = "malformed";
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** As strict as the reader of Node, with fewer words, and about half as fast. */
export class SmallReader implements MessageReader {
  readonly buffer: Uint8Array;
  position: number;
  readonly end: number;
  readonly #start: number;
  readonly #names: string[] = ["a message"];
  #depth = 0;
  #messages = 0;
  #tagAt = 0;
  /** The upper word of the last varint. */
  high = 0;

  // Learnt from `Scalars` where methods need them.
  declare sint32: MessageReader["sint32"];
  declare fixed32: MessageReader["fixed32"];
  declare sfixed32: MessageReader["sfixed32"];
  declare int64: MessageReader["int64"];
  declare uint64: MessageReader["uint64"];
  declare sint64: MessageReader["sint64"];
  declare fixed64: MessageReader["fixed64"];
  declare sfixed64: MessageReader["sfixed64"];
  declare int64Number: MessageReader["int64Number"];
  declare uint64Number: MessageReader["uint64Number"];
  declare sint64Number: MessageReader["sint64Number"];
  declare fixed64Number: MessageReader["fixed64Number"];
  declare sfixed64Number: MessageReader["sfixed64Number"];
  declare float: MessageReader["float"];
  declare double: MessageReader["double"];
  declare int32s: MessageReader["int32s"];
  declare uint32s: MessageReader["uint32s"];
  declare floats: MessageReader["floats"];
  declare doubles: MessageReader["doubles"];

  constructor(buffer: Uint8Array, start: number = 0, end: number = buffer.length) {
    this.buffer = buffer;
    this.position = this.#start = start;
    this.end = end;
  }

  enter(name: string): void {
    if (this.#depth === 0) this.#messages = 0;
    this.#names[++this.#depth] = name;
    if (this.#depth - 1 > decodeDepthMax || this.#messages++ > decodeMessagesMax)
      this.fail(`more than ${decodeDepthMax} levels or ${decodeMessagesMax} messages`, undefined, "limit");
  }

  leave(end: number): void {
    this.must(this.position === end);
    this.#depth--;
  }

  fail(problem: string, at: number = this.position, kind: "malformed" | "limit" = malformed): never {
    throw new DecodeError(kind, this.#names[this.#depth] as string, at - this.#start, problem);
  }

  /** Fails where it is not so. */
  must(isSo: boolean, at: number = this.position): void {
    if (!isSo) this.fail(malformed, at);
  }

  open(): number {
    const length = this.uint32();
    const end = this.position + length;
    this.must(end <= this.end);
    return end;
  }

  more(end: number): boolean {
    this.must(this.position <= end);
    return this.position < end;
  }

  tag(): number {
    const start = (this.#tagAt = this.position);
    const tag = this.uint32();
    this.must(this.high === 0 && this.position - start < 6, start);
    return tag;
  }

  bool(): boolean {
    return (this.int32() | this.high) !== 0;
  }

  /** The lower word of a varint, signed. */
  int32(): number {
    let at = this.position;
    let low = 0;
    let unit = 1;
    let byte: number;
    this.high = 0;
    do {
      this.must(at < this.end, this.end);
      byte = this.buffer[at++] as number;
      const bits = (byte & 127) * unit;
      low |= bits;
      this.high |= bits / 2 ** 32;
      unit *= 128;
    } while (byte > 127 && unit < 2 ** 70);
    this.must(byte <= (unit < 2 ** 70 ? 127 : 1));
    this.position = at;
    return low;
  }

  uint32(): number {
    return this.int32() >>> 0;
  }

  string(): string {
    const at = this.position;
    const bytes = this.#take(this.open());
    try {
      return decoder.decode(bytes);
    } catch {
      return this.fail(malformed, at);
    }
  }

  bytes(): Uint8Array {
    return this.#take(this.open()).slice();
  }

  known<T>(value: T | undefined): T {
    return value ?? this.fail(malformed);
  }

  unknown(tag: number, ranges: UnknownRanges = []): UnknownRanges {
    const start = this.#tagAt;
    this.skip(tag);
    // One run for neighbours.
    if (ranges.at(-1) === start) ranges.pop();
    else ranges.push(start);
    ranges.push(this.position);
    return ranges;
  }

  skip(tag: number): void {
    const number = tag >>> 3;
    const type = tag & 7;
    this.must(number > 0 && type !== 4 && type < 6, this.#tagAt);
    if (type === 0) this.int32();
    else if (type === 2) this.#take(this.open());
    else if (type !== 3) this.view(type === 1 ? 8 : 4);
    else {
      this.#messages--;
      this.enter(this.#names[this.#depth] as string);
      let inner: number;
      while (((inner = this.tag()) & 7) !== 4) this.skip(inner);
      this.must(inner >>> 3 === number, this.#tagAt);
      this.#depth--;
    }
  }

  /** The bytes up to `end`. */
  #take(end: number): Uint8Array {
    this.must(end <= this.end, this.end);
    return this.buffer.subarray(this.position, (this.position = end));
  }

  /** The next bytes. */
  view(size: number): DataView {
    const bytes = this.#take(this.position + size);
    return new DataView(bytes.buffer, bytes.byteOffset);
  }
}
