/** The values that all codecs carry, as plain data: what a value is made of decides what a codec costs. */

const pad = (number, width) => String(number).padStart(width, "0");

const small = { id: 123_456, name: "Ada Lovelace", email: "ada.lovelace@example.com", active: true, score: 99.25 };

const medium = {
  id: "order-000001234567",
  status: "PAID",
  customer: {
    name: "Grace Brewster Hopper",
    email: "grace.hopper@example.com",
    address: { street: "Sixth Avenue 1211", city: "New York", zip: "10036" },
  },
  items: Array.from({ length: 10 }, (_, i) => ({
    sku: `SKU-${pad(i * 7919, 8)}`,
    quantity: i + 1,
    price: 9.99 + i * 3.5,
    tags: ["new", `aisle-${pad(i, 2)}`, `colour-${pad(i * 31, 3)}`],
  })),
  labels: {
    channel: "web",
    region: "eu-central-1",
    campaign: "spring-sale",
    priority: "standard",
    warehouse: "hamburg-2",
  },
  createdAt: 1_767_225_600_123,
  updatedAt: 1_767_229_200_456,
  total: 257.4,
};

/** Whole numbers of one to four bytes, and a negative one now and then, which takes ten. */
const count = (i) => (i % 50 === 49 ? -i : ((i * 2_654_435_761) % 2 ** 31) >>> (10 + (i % 4) * 6));

const numeric = {
  samples: Array.from({ length: 1000 }, (_, i) => Math.sin(i) * 1000),
  counts: Array.from({ length: 1000 }, (_, i) => count(i)),
  blob: Uint8Array.from({ length: 4096 }, (_, i) => (i * 31) & 255),
};

const words = ["amber", "birch", "cedar", "delta", "ember", "fjord"];
const sentence = (i) =>
  `${words[i % 6]}-${words[(i * 5 + 1) % 6]}-${words[(i * 7 + 2) % 6]}-${pad(i * 104_729, 8)}xyz0`;

/** Sixty strings of 20 to 30 characters. */
export const wideFields = Array.from({ length: 60 }, (_, i) => `f${i + 1}`);
const wide = Object.fromEntries(wideFields.map((name, i) => [name, sentence(i).slice(0, 20 + (i % 11))]));

/** Every payload by its name, in the order of the tables. */
export const payloads = { small, medium, numeric, wide };

/** The values of an enum, for codecs that carry its numbers. */
export const statusNumbers = { PENDING: 0, PAID: 1, SHIPPED: 2 };

/** The message's name in the schemas. */
export const messageName = (payload) => payload[0].toUpperCase() + payload.slice(1);

/** A copy of a payload with the parts replaced that a codec wants in another form. */
export function payloadAs(name, { status, labels, time, blob, list } = {}) {
  const value = structuredClone(payloads[name]);
  if (name === "medium") {
    if (status !== undefined) value.status = status(value.status);
    if (labels !== undefined) value.labels = labels(value.labels);
    if (time !== undefined)
      Object.assign(value, { createdAt: time(value.createdAt), updatedAt: time(value.updatedAt) });
  }
  if (name === "numeric" && blob !== undefined) value.blob = blob(value.blob);
  if (name === "numeric" && list !== undefined) Object.assign(value, list(value));
  return value;
}

/** How many equal messages take turns: an engine folds what it knows of a single one, which no program has. */
const turns = 8;

/** Encodes one message after the other, each made by `make` and all alike. */
export function inTurn(make, encode) {
  const values = Array.from({ length: turns }, make);
  let at = 0;
  return () => {
    at = (at + 1) % turns;
    return encode(values[at]);
  };
}
