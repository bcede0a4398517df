/** Gives calls a key by which a server knows one that it has had before. */

import { Metadata } from "../call/metadata.js";
import type { Interceptor, OutgoingCall } from "../call/outgoing-call.js";

/** The key's name in metadata. */
export const idempotencyKey: string = "idempotency-key";

/** A layer that sends a new key with each call that does not bring one; all attempts of the call share it. */
export function sendKeys(newKey: () => string): Interceptor {
  const keyed = <In, Out>(call: OutgoingCall<In, Out>): OutgoingCall<In, Out> => {
    if (call.metadata?.has(idempotencyKey) === true) return call;
    const metadata = call.metadata === undefined ? new Metadata() : Metadata.from(call.metadata);
    return { ...call, metadata: metadata.append(idempotencyKey, newKey()) };
  };
  return {
    one: (call, next) => next(keyed(call)),
    many: (call, next) => next(keyed(call)),
  };
}

/** 128 bits that nobody can guess, as 32 hex digits. */
export function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
