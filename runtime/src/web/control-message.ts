/** Writes control messages: HELLO, BIND and GOAWAY have their fields numbered in order. */

import type { MessageWriter } from "../bytes/message-writer.js";
import { written } from "./small-writer.js";

type Field = string | number;

/** A message whose n-th field is the n-th value, or the values where it repeats. */
export function controlMessage(...fields: readonly (Field | readonly Field[])[]): Uint8Array {
  return written((writer) =>
    fields.reduce<number>(
      (position, values, i) => [values].flat().reduce<number>((p, value) => put(writer, p, i + 1, value), position),
      0,
    ),
  );
}

function put(writer: MessageWriter, p: number, field: number, value: Field): number {
  return typeof value === "string" ? writer.string(p, field * 8 + 2, value) : writer.uint32(p, field * 8, value);
}
