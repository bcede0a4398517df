/** Enum values and union members that a newer peer knows and this build does not: kept, and sent on as they came. */

import { joinRanges } from "../bytes/unknown-fields.js";
import type { MessageReader } from "../bytes/message-reader.js";
import type { MessageWriter } from "../bytes/message-writer.js";

/** A number that an open enum has no name for here, for instance `#7`. */
export type UnknownEnumValue = `#${number}`;

/**
 * A union's member that this build does not know: its number, for instance `#12`, and the raw bytes of its field.
 * `#0`, with no bytes, is a union that came without any member.
 */
export interface UnknownMember {
  readonly kind: `#${number}`;
  readonly value: Uint8Array;
}

/** A union that came without any member. */
export const noMember: UnknownMember = { kind: "#0", value: new Uint8Array(0) };

/** The number of `#7`; NaN, which no encoder accepts, for a name that is none. */
export function unknownEnumNumber(value: string): number {
  return typeof value === "string" && /^#-?[0-9]{1,10}$/.test(value) ? Number(value.slice(1)) : NaN;
}

/** Reads a member that this build does not know, whose tag was just read; a repetition continues what came before. */
export function unknownMember(
  r: MessageReader,
  tag: number,
  before: { readonly kind: string; readonly value: unknown },
): UnknownMember {
  const kind = `#${tag >>> 3}` as const;
  const ranges = r.unknown(tag, undefined);
  const head = before.kind === kind && before.value instanceof Uint8Array ? before.value : undefined;
  return { kind, value: joinRanges(r.buffer, head, ranges) };
}

/** Writes a member that this build does not know; any other kind that the union does not have is an EncodeError. */
export function encodeUnknownMember(w: MessageWriter, m: UnknownMember, p: number): number {
  if (!/^#[0-9]+$/.test(m.kind)) w.fail(0, "wants one of its members as `kind`");
  return w.raw(p, m.value);
}
