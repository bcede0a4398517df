/** What decides where a call goes when calls that belong together shall meet the same server. */

import type { OutgoingCall } from "../call/outgoing-call.js";
import { checkText } from "./check-option.js";
import { hashText } from "./hash-text.js";

/**
 * The key of a call; calls with the same key go to the same server. Undefined, "" and a thrown error are no key: the call
 * goes to any server. Numbers count as their digits, so that 7, 7n and "7" are one key.
 */
export type HashKey = (call: OutgoingCall<unknown, unknown>) => string | number | bigint | undefined;

/** The first value of a key of the call's metadata, for instance `user-id`. */
export function byMetadata(name: string): HashKey {
  checkText("metadata", name);
  const key = name.toLowerCase();
  return ({ metadata }) => {
    if (metadata === undefined) return undefined;
    for (const [entry, value] of metadata) if (entry === key) return value;
    return undefined;
  };
}

/**
 * A field of the request by its name in TypeScript; a path such as `customer.id` leads through messages, and through a union by
 * `value`. Methods that take a stream of requests have none.
 */
export function byField(path: string): HashKey {
  checkText("field", path);
  const names = path.split(".");
  return ({ request }) => {
    let at: unknown = request;
    for (const name of names) {
      if (typeof at !== "object" || at === null || !Object.hasOwn(at, name)) return undefined;
      at = Reflect.get(at, name);
    }
    return typeof at === "string" || typeof at === "number" || typeof at === "bigint" ? at : undefined;
  };
}

/** Whatever a function makes of the call, for instance the tenant that the process works for. */
export function bySource(source: HashKey): HashKey {
  return source;
}

/** 32 bits of the call's key; -1 where it has none. Never throws, whatever the key's function does. */
export function hashOf(key: HashKey, call: OutgoingCall<unknown, unknown>): number {
  try {
    const value = key(call);
    if (value === undefined || value === "") return -1;
    return hashText(typeof value === "string" ? value : String(value));
  } catch {
    return -1;
  }
}
