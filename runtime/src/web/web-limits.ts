/** The limits of a small client, with their defaults; those that are not here are fixed, or bound what it has not. */

import { RpcError } from "../error/rpc-error.js";
import type { Limits } from "../limits.js";

/** Limits by name; what each bounds is said in the protocol. `connectTimeoutMs` lasts until the server's HELLO. */
export type WebLimits = Pick<
  Limits,
  | "messageBytesMax"
  | "metadataBytesMax"
  | "metadataEntriesMax"
  | "reassemblyBytesMax"
  | "writeQueueBytesMax"
  | "waitingCallsMax"
  | "waitingTimeoutMs"
  | "connectTimeoutMs"
>;

/** The defaults are those of all clients, which a test holds them to. */
export const defaultWebLimits: WebLimits = {
  messageBytesMax: 4_194_304,
  metadataBytesMax: 8192,
  metadataEntriesMax: 64,
  reassemblyBytesMax: 67_108_864,
  writeQueueBytesMax: 1_048_576,
  waitingCallsMax: 10_000,
  waitingTimeoutMs: 30_000,
  connectTimeoutMs: 20_000,
};

/** Fills in the defaults. Throws an `invalid-argument` RpcError for values that are no limit. */
export function resolveWebLimits(options: { readonly [Name in keyof WebLimits]?: number | undefined } = {}): WebLimits {
  const limits: Record<string, number> & WebLimits = { ...defaultWebLimits };
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue;
    if (!(name in limits) || !(value >= 0)) throw new RpcError("invalid-argument", `no limit: ${name} = ${value}`);
    limits[name] = value;
  }
  return limits;
}
