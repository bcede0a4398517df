/** Makes text from the other side, or from a thrown value, safe to show, to log and to send. */

import { RpcError } from "./rpc-error.js";

/** The longest message that an error carries over the wire, in UTF-16 units. */
export const errorTextUnitsMax = 1024;

// C0, DEL, C1, the line separators, bidirectional controls, and halves of surrogate pairs. Tab and newline are kept.
const unsafe = /[\0-\x08\v-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\p{Cs}]/gu;

/** `text` with control characters replaced by U+FFFD and cut to `unitsMax`. */
export function plainText(text: string, unitsMax: number = errorTextUnitsMax): string {
  const cut = text.length > unitsMax ? `${text.slice(0, unitsMax - 1)}…` : text;
  return cut.replace(unsafe, "\ufffd");
}

/**
 * What a value that `who` threw says about itself, whatever it is: null, a string, an object whose getters throw, a revoked
 * proxy. Never throws, never contains a stack.
 */
export function thrownText(thrown: unknown, who: string): string {
  try {
    if (typeof thrown === "string") return plainText(thrown);
    if (typeof thrown === "object" && thrown !== null) {
      const message: unknown = (thrown as { readonly message?: unknown }).message;
      if (typeof message === "string" && message !== "") return plainText(message);
      return `${who} threw a value that carries no message`;
    }
    return plainText(`${who} threw ${String(thrown)}`);
  } catch {
    return `${who} threw a value that cannot be read`;
  }
}

/** The error itself where it is an RpcError; never throws, even for a value that throws when it is looked at. */
export function asRpcError(thrown: unknown): RpcError | undefined {
  try {
    return RpcError.is(thrown) ? thrown : undefined;
  } catch {
    return undefined;
  }
}
