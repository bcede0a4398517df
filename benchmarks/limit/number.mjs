/** Numbers at the limit: the one-byte case first, the rest as straight as it goes, doubles in bulk. */

/** Where the last `read` of this file ended. */
export let at = 0;

export function writeVarint(b, p, value) {
  while (value > 127) {
    b[p++] = (value & 127) | 128;
    value >>>= 7;
  }
  b[p] = value;
  return p + 1;
}

/** A whole number that a double holds exactly and that is not negative. */
export function writeWide(b, p, value) {
  while (value > 4_294_967_295) {
    b[p++] = (value & 127) | 128;
    value = Math.floor(value / 128);
  }
  return writeVarint(b, p, value);
}

export function readVarint(b, p) {
  let byte = b[p++];
  let value = byte & 127;
  if (byte < 128) return end(p, value);
  byte = b[p++];
  value |= (byte & 127) << 7;
  if (byte < 128) return end(p, value);
  byte = b[p++];
  value |= (byte & 127) << 14;
  if (byte < 128) return end(p, value);
  byte = b[p++];
  value |= (byte & 127) << 21;
  if (byte < 128) return end(p, value);
  byte = b[p++];
  value |= byte << 28;
  // The upper half of a negative number says nothing new.
  while (byte > 127) byte = b[p++];
  return end(p, value);
}

export function readWide(b, p) {
  let value = 0;
  let factor = 1;
  let byte;
  do {
    byte = b[p++];
    value += (byte & 127) * factor;
    factor *= 128;
  } while (byte > 127);
  return end(p, value);
}

function end(p, value) {
  at = p;
  return value;
}

export function writeInts(b, p, values) {
  for (let i = 0; i < values.length; i++) {
    let value = values[i];
    if (value < 0) {
      p = writeNegative(b, p, value);
      continue;
    }
    while (value > 127) {
      b[p++] = (value & 127) | 128;
      value >>>= 7;
    }
    b[p++] = value;
  }
  return p;
}

function writeNegative(b, p, value) {
  b[p] = value | 128;
  b[p + 1] = (value >> 7) | 128;
  b[p + 2] = (value >> 14) | 128;
  b[p + 3] = (value >> 21) | 128;
  b[p + 4] = (value >> 28) | 240;
  for (let i = 5; i < 9; i++) b[p + i] = 255;
  b[p + 9] = 1;
  return p + 10;
}

export function readInts(b, p, end) {
  let count = 0;
  for (let i = p; i < end; i++) if (b[i] < 128) count++;
  const values = new Array(count);
  for (let i = 0; i < count; i++) {
    const byte = b[p];
    if (byte < 128) {
      values[i] = byte;
      p++;
    } else {
      values[i] = readVarint(b, p);
      p = at;
    }
  }
  return values;
}

// Wire bytes are not aligned, and copying them at once is what makes doubles fast.
const chunk = new Float64Array(1024);
const chunkBytes = new Uint8Array(chunk.buffer);

export function writeDoubles(b, p, values) {
  const { length } = values;
  for (let i = 0; i < length; i++) chunk[i] = values[i];
  b.set(length === chunk.length ? chunkBytes : chunkBytes.subarray(0, length * 8), p);
  return p + length * 8;
}

export function readDoubles(b, p, end) {
  const length = (end - p) >> 3;
  chunkBytes.set(b.subarray(p, end));
  const values = new Array(length);
  for (let i = 0; i < length; i++) values[i] = chunk[i];
  return values;
}
