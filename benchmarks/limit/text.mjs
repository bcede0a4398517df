/** Text at the limit: short runs without leaving JavaScript, the rest with one native call. */

const { utf8Write, utf8Slice } = Buffer.prototype;

const shortMax = 24;

/** Writes length and text; there is room. */
export function writeText(b, p, text) {
  const { length } = text;
  if (length > shortMax) return writeLong(b, p, text);
  let q = p + 1;
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 127) return writeLong(b, p, text);
    b[q++] = unit;
  }
  b[p] = length;
  return q;
}

// Lengths of one byte are what is measured; others take the two-byte form or fail.
function writeLong(b, p, text) {
  const width = text.length < 128 ? 1 : 2;
  const written = utf8Write.call(b, text, p + width, b.length - p - width);
  if (width === 1 && written < 128) b[p] = written;
  else if (width === 2 && written < 16_384) {
    b[p] = (written & 127) | 128;
    b[p + 1] = written >>> 7;
  } else throw new RangeError("text of this length is not measured");
  return p + width + written;
}

/** Reads `length` bytes as text. */
export function readText(b, p, length) {
  if (length > shortMax) return utf8Slice.call(b, p, p + length);
  const text = readShort(b, p, length);
  return text === undefined ? utf8Slice.call(b, p, p + length) : text;
}

// One straight line for each length: `case 2: c0 = b[p], c1 = b[p + 1]; return (c0 | c1) < 128 ? text(c0, c1) : undefined`.
const readShort = new Function(`
  const text = String.fromCharCode;
  return (b, p, length) => {
    switch (length) {
      case 0: return "";
      ${Array.from({ length: shortMax }, (_, i) => straightLine(i + 1)).join("\n")}
    }
  };`)();

function straightLine(length) {
  const names = Array.from({ length }, (_, i) => `c${i}`);
  const reads = names.map((name, i) => `${name} = b[p + ${i}]`);
  return `case ${length}: { const ${reads.join(", ")}; return (${names.join(" | ")}) < 128 ? text(${names.join(", ")}) : undefined; }`;
}
