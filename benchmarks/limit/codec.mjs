/**
 * The ceiling: the same bytes by hand. It writes and reads every value of these messages rightly, and believes its
 * input: no checks of types, UTF-8, lengths, depth or unknown fields.
 */

import { wideFields } from "../payloads.mjs";
import * as number from "./number.mjs";
import {
  readDoubles,
  readInts,
  readVarint,
  readWide,
  writeDoubles,
  writeInts,
  writeVarint,
  writeWide,
} from "./number.mjs";
import { readText, writeText } from "./text.mjs";

export function encodeSmall(b, view, p, m) {
  if (m.id !== 0) {
    b[p] = 8;
    p = writeVarint(b, p + 1, m.id);
  }
  if (m.name !== "") {
    b[p] = 18;
    p = writeText(b, p + 1, m.name);
  }
  if (m.email !== "") {
    b[p] = 26;
    p = writeText(b, p + 1, m.email);
  }
  if (m.active) {
    b[p] = 32;
    b[p + 1] = 1;
    p += 2;
  }
  if (m.score !== 0) {
    b[p] = 41;
    view.setFloat64(p + 1, m.score, true);
    p += 9;
  }
  return p;
}

export function decodeSmall(b, view, p, end) {
  let id = 0;
  let name = "";
  let email = "";
  let active = false;
  let score = 0;
  // Fields nearly always come in order; the loop is for those that do not.
  while (p < end) {
    if (p < end && b[p] === 8) {
      id = readVarint(b, p + 1);
      p = number.at;
    }
    if (p < end && b[p] === 18) {
      name = readText(b, p + 2, b[p + 1]);
      p += 2 + b[p + 1];
    }
    if (p < end && b[p] === 26) {
      email = readText(b, p + 2, b[p + 1]);
      p += 2 + b[p + 1];
    }
    if (p < end && b[p] === 32) {
      active = b[p + 1] !== 0;
      p += 2;
    }
    if (p < end && b[p] === 41) {
      score = view.getFloat64(p + 1, true);
      p += 9;
    }
  }
  return { id, name, email, active, score };
}

const statusNumber = (status) => (status === "PENDING" ? 0 : status === "PAID" ? 1 : 2);
const statusName = (value) => (value === 0 ? "PENDING" : value === 1 ? "PAID" : "SHIPPED");

function text(b, p, tag, value) {
  if (value === "") return p;
  b[p] = tag;
  return writeText(b, p + 1, value);
}

function encodeAddress(b, p, m) {
  p = text(b, p, 10, m.street);
  p = text(b, p, 18, m.city);
  return text(b, p, 26, m.zip);
}

function encodeCustomer(b, p, m) {
  p = text(b, p, 10, m.name);
  p = text(b, p, 18, m.email);
  b[p] = 26;
  const end = encodeAddress(b, p + 2, m.address);
  b[p + 1] = end - p - 2;
  return end;
}

function encodeItem(b, view, p, m) {
  p = text(b, p, 10, m.sku);
  if (m.quantity !== 0) {
    b[p] = 16;
    p = writeVarint(b, p + 1, m.quantity);
  }
  if (m.price !== 0) {
    b[p] = 25;
    view.setFloat64(p + 1, m.price, true);
    p += 9;
  }
  for (let i = 0; i < m.tags.length; i++) {
    b[p] = 34;
    p = writeText(b, p + 1, m.tags[i]);
  }
  return p;
}

/** Ends a nested message whose length was given one byte. */
function close(b, start, p) {
  const length = p - start;
  if (length < 128) {
    b[start - 1] = length;
    return p;
  }
  b.copyWithin(start + 1, start, p);
  b[start - 1] = (length & 127) | 128;
  b[start] = length >>> 7;
  return p + 1;
}

export function encodeMedium(b, view, p, m) {
  p = text(b, p, 10, m.id);
  const status = statusNumber(m.status);
  if (status !== 0) {
    b[p] = 16;
    b[p + 1] = status;
    p += 2;
  }
  b[p] = 26;
  p = close(b, p + 2, encodeCustomer(b, p + 2, m.customer));
  for (let i = 0; i < m.items.length; i++) {
    b[p] = 34;
    p = close(b, p + 2, encodeItem(b, view, p + 2, m.items[i]));
  }
  for (const [key, value] of m.labels) {
    b[p] = 42;
    b[p + 2] = 10;
    const next = writeText(b, p + 3, key);
    b[next] = 18;
    p = close(b, p + 2, writeText(b, next + 1, value));
  }
  if (m.createdAt !== 0) {
    b[p] = 48;
    p = writeWide(b, p + 1, m.createdAt);
  }
  if (m.updatedAt !== 0) {
    b[p] = 56;
    p = writeWide(b, p + 1, m.updatedAt);
  }
  if (m.total !== 0) {
    b[p] = 65;
    view.setFloat64(p + 1, m.total, true);
    p += 9;
  }
  return p;
}

function decodeAddress(b, p, end) {
  let street = "";
  let city = "";
  let zip = "";
  while (p < end) {
    if (p < end && b[p] === 10) {
      street = readText(b, p + 2, b[p + 1]);
      p += 2 + b[p + 1];
    }
    if (p < end && b[p] === 18) {
      city = readText(b, p + 2, b[p + 1]);
      p += 2 + b[p + 1];
    }
    if (p < end && b[p] === 26) {
      zip = readText(b, p + 2, b[p + 1]);
      p += 2 + b[p + 1];
    }
  }
  return { street, city, zip };
}

function decodeCustomer(b, p, end) {
  let name = "";
  let email = "";
  let address;
  while (p < end) {
    if (p < end && b[p] === 10) {
      name = readText(b, p + 2, b[p + 1]);
      p += 2 + b[p + 1];
    }
    if (p < end && b[p] === 18) {
      email = readText(b, p + 2, b[p + 1]);
      p += 2 + b[p + 1];
    }
    if (p < end && b[p] === 26) {
      const length = readVarint(b, p + 1);
      p = number.at + length;
      address = decodeAddress(b, number.at, p);
    }
  }
  return { name, email, address };
}

function decodeItem(b, view, p, end) {
  let sku = "";
  let quantity = 0;
  let price = 0;
  const tags = [];
  while (p < end) {
    if (p < end && b[p] === 10) {
      sku = readText(b, p + 2, b[p + 1]);
      p += 2 + b[p + 1];
    }
    if (p < end && b[p] === 16) {
      quantity = readVarint(b, p + 1);
      p = number.at;
    }
    if (p < end && b[p] === 25) {
      price = view.getFloat64(p + 1, true);
      p += 9;
    }
    while (p < end && b[p] === 34) {
      tags.push(readText(b, p + 2, b[p + 1]));
      p += 2 + b[p + 1];
    }
  }
  return { sku, quantity, price, tags };
}

function decodeLabel(b, p, map) {
  const key = readText(b, p + 2, b[p + 1]);
  p += 2 + b[p + 1];
  map.set(key, readText(b, p + 2, b[p + 1]));
}

export function decodeMedium(b, view, p, end) {
  let id = "";
  let status = "PENDING";
  let customer;
  const items = [];
  const labels = new Map();
  let createdAt = 0;
  let updatedAt = 0;
  let total = 0;
  while (p < end) {
    switch (b[p]) {
      case 10:
        id = readText(b, p + 2, b[p + 1]);
        p += 2 + b[p + 1];
        break;
      case 16:
        status = statusName(b[p + 1]);
        p += 2;
        break;
      case 26: {
        const length = readVarint(b, p + 1);
        p = number.at + length;
        customer = decodeCustomer(b, number.at, p);
        break;
      }
      case 34: {
        const length = readVarint(b, p + 1);
        const start = number.at;
        p = start + length;
        items.push(decodeItem(b, view, start, p));
        break;
      }
      case 42: {
        const length = readVarint(b, p + 1);
        p = number.at + length;
        decodeLabel(b, number.at, labels);
        break;
      }
      case 48:
        createdAt = readWide(b, p + 1);
        p = number.at;
        break;
      case 56:
        updatedAt = readWide(b, p + 1);
        p = number.at;
        break;
      case 65:
        total = view.getFloat64(p + 1, true);
        p += 9;
        break;
      default:
        throw new Error("a field that is not measured");
    }
  }
  return { id, status, customer, items, labels, createdAt, updatedAt, total };
}

/** Room for a length that is known only afterwards, and for most lists right. */
function closeList(b, start, p) {
  const length = p - start;
  if (length < 128 || length > 16_383) throw new RangeError("a list of this length is not measured");
  b[start - 2] = (length & 127) | 128;
  b[start - 1] = length >>> 7;
  return p;
}

export function encodeNumeric(b, view, p, m) {
  b[p] = 10;
  p = writeDoubles(b, writeVarint(b, p + 1, m.samples.length * 8), m.samples);
  b[p] = 18;
  p = closeList(b, p + 3, writeInts(b, p + 3, m.counts));
  b[p] = 26;
  p = writeVarint(b, p + 1, m.blob.length);
  b.set(m.blob, p);
  return p + m.blob.length;
}

export function decodeNumeric(b, view, p, end) {
  let samples = [];
  let counts = [];
  let blob;
  while (p < end) {
    const tag = b[p];
    const length = readVarint(b, p + 1);
    const start = number.at;
    p = start + length;
    if (tag === 10) samples = readDoubles(b, start, p);
    else if (tag === 18) counts = readInts(b, start, p);
    else blob = new Uint8Array(b.subarray(start, p));
  }
  return { samples, counts, blob };
}

// Sixty fields of one kind are typed by a loop; what comes out is the straight line that a patient hand would write.
const wideLines = wideFields.map((name, i) => ({ name, tag: ((i + 1) << 3) | 2 }));
const tagTest = (tag) => (tag < 128 ? `b[p] === ${tag}` : `b[p] === ${(tag & 127) | 128} && b[p + 1] === ${tag >>> 7}`);
const tagPut = (tag) => (tag < 128 ? `b[p] = ${tag};` : `b[p] = ${(tag & 127) | 128}; b[p + 1] = ${tag >>> 7};`);
const tagWidth = (tag) => (tag < 128 ? 1 : 2);

export const encodeWide = new Function(
  "writeText",
  `return (b, view, p, m) => {
    ${wideLines.map(({ name, tag }) => `if (m.${name} !== "") { ${tagPut(tag)} p = writeText(b, p + ${tagWidth(tag)}, m.${name}); }`).join("\n")}
    return p;
  };`,
)(writeText);

export const decodeWide = new Function(
  "readText",
  `return (b, view, p, end) => {
    let length = 0, ${wideFields.map((name) => `${name} = ""`).join(", ")};
    while (p < end) {
      ${wideLines.map(({ name, tag }) => `if (p < end && ${tagTest(tag)}) { p += ${tagWidth(tag) + 1}; length = b[p - 1]; ${name} = readText(b, p, length); p += length; }`).join("\n")}
    }
    return { ${wideFields.join(", ")} };
  };`,
)(readText);
