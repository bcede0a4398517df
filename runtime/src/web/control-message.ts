/** Writes control messages: HELLO, BIND and GOAWAY have their fields numbered in order. */

import { written } from "../bytes/small-writer.js";

type Field = string | number;

/** A message whose n-th field is the n-th value, or the values where it repeats. */
export function controlMessage(fields: readonly (Field | readonly Field[])[]): Uint8Array {
  return written((writer) => {
    let p = 0;
    fields.forEach((values, i) => {
      for (const value of [values].flat()) {
        p = typeof value === "string" ? writer.string(p, i * 8 + 10, value) : writer.uint32(p, i * 8 + 8, value);
      }
    });
    return p;
  });
}
