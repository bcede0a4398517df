/** Reads and writes jute, ZooKeeper's record format: big-endian numbers, and texts and buffers behind their lengths. */

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

/** Writes one record into memory that grows. */
export class JuteWriter {
  private bytes = new Uint8Array(256);
  private view = new DataView(this.bytes.buffer);
  private at = 0;

  bool(value: boolean): this {
    this.room(1);
    this.view.setUint8(this.at, value ? 1 : 0);
    this.at += 1;
    return this;
  }

  int(value: number): this {
    this.room(4);
    this.view.setInt32(this.at, value);
    this.at += 4;
    return this;
  }

  long(value: bigint): this {
    this.room(8);
    this.view.setBigInt64(this.at, value);
    this.at += 8;
    return this;
  }

  text(value: string): this {
    return this.buffer(encoder.encode(value));
  }

  buffer(value: Uint8Array): this {
    this.int(value.length);
    this.room(value.length);
    this.bytes.set(value, this.at);
    this.at += value.length;
    return this;
  }

  /** What was written. */
  done(): Uint8Array {
    return this.bytes.subarray(0, this.at);
  }

  /** What was written, with its length in front: a frame. */
  frame(): Uint8Array {
    const frame = new Uint8Array(4 + this.at);
    new DataView(frame.buffer).setInt32(0, this.at);
    frame.set(this.done(), 4);
    return frame;
  }

  private room(bytes: number): void {
    if (this.at + bytes <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(2 * this.bytes.length, this.at + bytes));
    grown.set(this.done());
    this.bytes = grown;
    this.view = new DataView(grown.buffer);
  }
}

/** A record that is not what it should be; says where. */
export class JuteError extends Error {
  override readonly name: string = "JuteError";
}

/** Reads one record; throws a JuteError where it ends too early or says something impossible. */
export class JuteReader {
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left(): number {
    return this.bytes.length - this.at;
  }

  bool(): boolean {
    return this.view.getUint8(this.take(1)) !== 0;
  }

  int(): number {
    return this.view.getInt32(this.take(4));
  }

  long(): bigint {
    return this.view.getBigInt64(this.take(8));
  }

  text(): string {
    const bytes = this.buffer();
    try {
      return decoder.decode(bytes);
    } catch {
      throw new JuteError(`the text before byte ${this.at} is not UTF-8`);
    }
  }

  /** The bytes are the record's own memory. Length -1 stands for nothing, and is read as empty. */
  buffer(): Uint8Array {
    const length = this.int();
    if (length < -1) throw new JuteError(`a length of ${length} bytes before byte ${this.at}`);
    if (length === -1) return new Uint8Array(0);
    const from = this.take(length);
    return this.bytes.subarray(from, from + length);
  }

  texts(): readonly string[] {
    const count = this.int();
    // Each text has at least its length, so a count that the record cannot hold is refused before anything is allocated.
    if (count < -1 || count * 4 > this.left) throw new JuteError(`a list of ${count} texts before byte ${this.at}`);
    const texts: string[] = [];
    for (let i = 0; i < count; i++) texts.push(this.text());
    return texts;
  }

  private take(bytes: number): number {
    if (bytes > this.left) throw new JuteError(`${bytes} bytes wanted at byte ${this.at}, only ${this.left} are there`);
    const from = this.at;
    this.at += bytes;
    return from;
  }
}
