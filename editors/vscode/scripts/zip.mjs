/** Writes a zip archive: the form of a .vsix. Equal entries give equal bytes. */

import { deflateRawSync } from "node:zlib";

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

function crc32(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ table[(crc ^ byte) & 0xff];
  return (crc ^ 0xffffffff) >>> 0;
}

/** 1 January 1980, the first day that a zip knows. */
const date = 0x0021;

/** Names are UTF-8, with `/`; the order of the entries stays. */
export function zip(entries) {
  const bodies = [];
  const directory = [];
  let offset = 0;
  for (const [name, bytes] of entries) {
    const encoded = Buffer.from(name);
    const packed = deflateRawSync(bytes, { level: 9 });
    // Version 2.0, names in UTF-8, deflated.
    const shared = Buffer.alloc(26);
    [20, 0x0800, 8, 0, date].forEach((value, index) => shared.writeUInt16LE(value, index * 2));
    [crc32(bytes), packed.length, bytes.length].forEach((value, index) => shared.writeUInt32LE(value, 10 + index * 4));
    shared.writeUInt16LE(encoded.length, 22);
    bodies.push(Buffer.from("PK\x03\x04", "latin1"), shared, encoded, packed);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    directory.push(Buffer.from("PK\x01\x02\x14\x00", "latin1"), shared, rest, encoded);
    offset += 30 + encoded.length + packed.length;
  }
  const index = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  [entries.length, entries.length].forEach((value, at) => end.writeUInt16LE(value, 8 + at * 2));
  [index.length, offset].forEach((value, at) => end.writeUInt32LE(value, 12 + at * 4));
  return Buffer.concat([...bodies, index, end]);
}
