/** Cuts what a ZooKeeper server sends into frames, each behind its length, and holds no more memory than has arrived. */

const firstBytes = 16_384;

export class FrameSplitter {
  private readonly frameBytesMax: number;
  private readonly head = new Uint8Array(4);
  private headFilled = 0;
  private frame = new Uint8Array(0);
  private filled = 0;
  private length = -1;

  constructor(frameBytesMax: number) {
    this.frameBytesMax = frameBytesMax;
  }

  /**
   * Takes what has arrived, and calls `take` for every frame that is whole; its bytes are the taker's. Throws a RangeError
   * for a length that is negative or above the limit: nothing that follows can be understood.
   */
  push(chunk: Uint8Array, take: (frame: Uint8Array) => void): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.length < 0) {
        const part = chunk.subarray(at, at + 4 - this.headFilled);
        this.head.set(part, this.headFilled);
        this.headFilled += part.length;
        at += part.length;
        if (this.headFilled < 4) return;
        this.begin(new DataView(this.head.buffer).getInt32(0));
      }
      const part = chunk.subarray(at, at + this.length - this.filled);
      this.append(part);
      at += part.length;
      if (this.filled < this.length) continue;
      const whole = this.frame.subarray(0, this.length);
      this.length = -1;
      this.headFilled = 0;
      this.frame = new Uint8Array(0);
      take(whole);
    }
  }

  private begin(length: number): void {
    if (length < 0 || length > this.frameBytesMax) {
      throw new RangeError(`a frame of ${length} bytes, where 0 to ${this.frameBytesMax} are allowed`);
    }
    this.length = length;
    this.filled = 0;
    // What a length announces is not allocated before it comes.
    this.frame = new Uint8Array(Math.min(length, firstBytes));
  }

  private append(part: Uint8Array): void {
    const needed = this.filled + part.length;
    if (needed > this.frame.length) {
      const grown = new Uint8Array(Math.min(this.length, Math.max(needed, 2 * this.frame.length)));
      grown.set(this.frame.subarray(0, this.filled));
      this.frame = grown;
    }
    this.frame.set(part, this.filled);
    this.filled = needed;
  }
}
