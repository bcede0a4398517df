/** Copies the values that templates get, so that nothing but the values themselves can be reached from them. */

import { visible } from "./html.js";

/** Handlebars says in its messages what it looked into. */
const withoutPrototype: object = Object.freeze(
  Object.create(null, { [Symbol.toPrimitive]: { value: () => "this place" } }) as object,
);

/** The same value made of objects and arrays that inherit no named property; only strings, numbers and booleans stay, and what they hold can be seen. */
export function inert(value: unknown): unknown {
  if (Array.isArray(value)) {
    const copy = value.map(inert);
    Object.setPrototypeOf(copy, withoutPrototype);
    return copy;
  }
  if (typeof value === "string") return visible(value);
  if (typeof value !== "object" || value === null) return typeof value === "function" ? undefined : value;
  const copy = Object.create(withoutPrototype) as Record<string, unknown>;
  for (const [key, entry] of Object.entries(value)) {
    Object.defineProperty(copy, key, { value: inert(entry), enumerable: true });
  }
  return copy;
}
