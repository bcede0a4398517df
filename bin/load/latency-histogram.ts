/** Counts how long calls took in buckets that grow with the value: bounded memory, and percentiles within half a percent. */

/** Buckets of each power of two; half of one's width is the largest error: 1/512 of the value. */
const bucketsPerOctave = 256;
/** The exponent of the smallest value that is told apart: 2 ** -14 ms is 61 ns. */
const exponentMin = -14;
const octaves = 48;

// A number's first twelve bits are its sign and its exponent, and the eight that follow are its bucket in the octave.
const bits = new Float64Array(1);
const words = new Uint32Array(bits.buffer);
const highWord = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 1 : 0;
const firstBucket = (exponentMin + 1023) * bucketsPerOctave;

export class LatencyHistogram {
  /** How many were recorded. */
  count = 0;
  /** Milliseconds; exact. Zero where nothing was recorded. */
  max = 0;
  private least = Infinity;
  private sum = 0;
  private readonly counts = new Float64Array(octaves * bucketsPerOctave);

  /** Adds one that took `ms`. What is negative or no number counts as zero. */
  record(ms: number): void {
    const value = ms > 0 ? ms : 0;
    bits[0] = value;
    const index = ((words[highWord] ?? 0) >>> 12) - firstBucket;
    const inside = index < 0 ? 0 : index < this.counts.length ? index : this.counts.length - 1;
    this.counts[inside] = (this.counts[inside] ?? 0) + 1;
    this.count++;
    this.sum += value;
    if (value > this.max) this.max = value;
    if (value < this.least) this.least = value;
  }

  /** Milliseconds; exact. Zero where nothing was recorded. */
  get min(): number {
    return this.count === 0 ? 0 : this.least;
  }

  get mean(): number {
    return this.count === 0 ? 0 : this.sum / this.count;
  }

  /** The least value that at least `share` (0 to 1) of all do not exceed, in milliseconds; zero where there is none. */
  percentile(share: number): number {
    if (this.count === 0) return 0;
    const rank = Math.max(1, Math.ceil(share * this.count));
    if (rank >= this.count) return this.max;
    let seen = 0;
    for (let index = 0; index < this.counts.length; index++) {
      seen += this.counts[index] ?? 0;
      if (seen >= rank) return Math.min(this.max, Math.max(this.min, middleOf(index)));
    }
    return this.max;
  }

  /** How many took at least `from` and less than `to` milliseconds, as precisely as the buckets are. */
  between(from: number, to: number): number {
    let sum = 0;
    for (let index = 0; index < this.counts.length; index++) {
      const count = this.counts[index] ?? 0;
      if (count === 0) continue;
      const middle = Math.min(this.max, Math.max(this.min, middleOf(index)));
      if (middle >= from && middle < to) sum += count;
    }
    return sum;
  }
}

function middleOf(index: number): number {
  const octave = Math.floor(index / bucketsPerOctave);
  const step = (index % bucketsPerOctave) + 0.5;
  return 2 ** (octave + exponentMin) * (1 + step / bucketsPerOctave);
}
