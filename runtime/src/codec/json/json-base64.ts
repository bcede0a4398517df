/** Base64 for bytes in JSON: writes the standard alphabet with padding, reads that and the URL-safe one. */

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** The six bits of each ASCII character, 64 for those that stand for none. */
const sextets: Uint8Array = /* @__PURE__ */ sextetTable();

function sextetTable(): Uint8Array {
  const table = new Uint8Array(128).fill(64);
  for (let index = 0; index < 64; index++) table[alphabet.charCodeAt(index)] = index;
  table["-".charCodeAt(0)] = 62;
  table["_".charCodeAt(0)] = 63;
  return table;
}

export function formatBase64(bytes: Uint8Array): string {
  let text = "";
  for (let index = 0; index < bytes.length; index += 3) {
    const group = ((bytes[index] ?? 0) << 16) | ((bytes[index + 1] ?? 0) << 8) | (bytes[index + 2] ?? 0);
    text += alphabet.charAt(group >> 18) + alphabet.charAt((group >> 12) & 63);
    text += index + 1 < bytes.length ? alphabet.charAt((group >> 6) & 63) : "=";
    text += index + 2 < bytes.length ? alphabet.charAt(group & 63) : "=";
  }
  return text;
}

/** The bytes of base64 text; padding may be left out. Undefined where it is not base64. */
export function parseBase64(text: string): Uint8Array | undefined {
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  if (padding > 0 && text.length % 4 !== 0) return undefined;
  const length = text.length - padding;
  if (length % 4 === 1) return undefined;
  const bytes = new Uint8Array(Math.floor((length * 3) / 4));
  let position = 0;
  let bits = 0;
  let bitCount = 0;
  for (let index = 0; index < length; index++) {
    const sextet = sextets[text.charCodeAt(index)] ?? 64;
    if (sextet === 64) return undefined;
    bits = ((bits << 6) | sextet) & 0xffff;
    bitCount += 6;
    if (bitCount >= 8) {
      bitCount -= 8;
      bytes[position++] = bits >> bitCount;
    }
  }
  return bytes;
}
