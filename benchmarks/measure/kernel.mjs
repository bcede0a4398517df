/** A fixed piece of work, timed beside everything else: what the machine is worth at this moment. */

const bytes = new Uint8Array(4096);
const words = Array.from({ length: 64 }, (_, i) => `word-${i}`);

/** Bytes, whole numbers, doubles and small objects: a little of everything that codecs are made of. */
function kernel() {
  let hash = 0;
  let sum = 0.5;
  for (let i = 0; i < bytes.length; i++) {
    hash = (Math.imul(hash, 31) + i) | 0;
    bytes[i] = hash;
    sum += bytes[(i * 7) & 4095] * 1.0001;
  }
  const made = [];
  for (let i = 0; i < 64; i++) made.push({ name: words[i], code: words[i].charCodeAt(5), sum });
  return hash + made[hash & 63].sum;
}

export let sink = 0;

/** Runs of the kernel per second, looked at for about `ms`. */
export function kernelRate(ms) {
  return rate(() => (sink += kernel()), ms, 16);
}

/** Runs of `run` per second over about `ms`, `batch` between two looks at the clock. */
export function rate(run, ms, batch) {
  const start = performance.now();
  let count = 0;
  let now;
  do {
    for (let i = 0; i < batch; i++) run();
    count += batch;
    now = performance.now();
  } while (now - start < ms);
  return (count / (now - start)) * 1000;
}
