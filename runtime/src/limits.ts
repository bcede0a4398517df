/** Every limit by name, with its default and what it may be set to. The errors that limits cause carry these names. */

import { RpcError } from "./error/rpc-error.js";

interface LimitDefinition {
  readonly default: number;
  /** The smallest value that may be set. */
  readonly least: number;
  /** The largest, where there is one. */
  readonly most?: number;
}

/** The names of all limits. */
export type LimitName =
  | "messageBytesMax"
  | "frameBytesMax"
  | "metadataBytesMax"
  | "metadataEntriesMax"
  | "reassemblyBytesMax"
  | "unsentBytesMax"
  | "writeQueueBytesMax"
  | "concurrentCallsMax"
  | "boundMethodsMax"
  | "waitingCallsMax"
  | "waitingTimeoutMs"
  | "connectionsMax"
  | "connectionsPerHostMax"
  | "upgradesMax"
  | "tlsHandshakesMax"
  | "tlsHandshakeTimeoutMs"
  | "handshakeTimeoutMs"
  | "frameReadTimeoutMs"
  | "connectTimeoutMs"
  | "lingerMs"
  | "cancelsMax"
  | "pingsMax"
  | "idleFramesMax";

// Products are written out: esbuild takes arithmetic for a side effect, and would bring the table into clients without limits.
/** The table behind `Limits`; PROTOCOL.md prints it, with what `limit-docs.ts` says of each. */
export const limitDefinitions: Readonly<Record<LimitName, LimitDefinition>> = {
  messageBytesMax: { default: 4_194_304, least: 1 },
  frameBytesMax: { default: 196_608, least: 196_608 },
  metadataBytesMax: { default: 8192, least: 0, most: 32_768 },
  metadataEntriesMax: { default: 64, least: 0, most: 1024 },
  reassemblyBytesMax: { default: 67_108_864, least: 65_536 },
  unsentBytesMax: { default: 67_108_864, least: 65_536 },
  writeQueueBytesMax: { default: 1_048_576, least: 1 },
  concurrentCallsMax: { default: 1024, least: 1 },
  boundMethodsMax: { default: 16_384, least: 1 },
  waitingCallsMax: { default: 10_000, least: 0 },
  waitingTimeoutMs: { default: 30_000, least: 0 },
  connectionsMax: { default: 10_000, least: 1 },
  connectionsPerHostMax: { default: 10_000, least: 1 },
  upgradesMax: { default: 1000, least: 1 },
  tlsHandshakesMax: { default: 1000, least: 1 },
  tlsHandshakeTimeoutMs: { default: 10_000, least: 1 },
  handshakeTimeoutMs: { default: 5000, least: 1 },
  frameReadTimeoutMs: { default: 30_000, least: 1 },
  connectTimeoutMs: { default: 20_000, least: 1 },
  lingerMs: { default: 1000, least: 0 },
  cancelsMax: { default: 3000, least: 1 },
  pingsMax: { default: 30, least: 1 },
  idleFramesMax: { default: 30_000, least: 1 },
};

/** All limits with their values. */
export type Limits = { readonly [Name in LimitName]: number };

/** Limits as they are given: those left out keep their defaults. */
export type LimitOptions = { readonly [Name in LimitName]?: number | undefined };

/** Fills in the defaults. Throws an `invalid-argument` RpcError that names the limit whose value cannot be used. */
export function resolveLimits(options: LimitOptions | undefined): Limits {
  const limits: Record<string, number> = {};
  for (const [name, definition] of Object.entries(limitDefinitions)) limits[name] = definition.default;
  for (const [name, value] of Object.entries(options ?? {})) {
    if (value === undefined) continue;
    if (!isLimitName(name)) throw new RpcError("invalid-argument", `there is no limit named ${name}`);
    const { least, most = Infinity } = limitDefinitions[name];
    if (!(value >= least))
      throw new RpcError("invalid-argument", `limit ${name} must be at least ${least}, not ${value}`);
    if (value > most) throw new RpcError("invalid-argument", `limit ${name} must be at most ${most}, not ${value}`);
    limits[name] = value;
  }
  return limits as Limits;
}

/** The sentence for an error that a limit caused: names the limit, its value and, where it is known, the demand. */
export function limitText(what: string, name: LimitName, max: number, actual?: number): string {
  const size = actual === undefined ? "" : ` (${actual})`;
  return `${what}${size} is over the limit ${name} = ${max}`;
}

function isLimitName(name: string): name is LimitName {
  return Object.hasOwn(limitDefinitions, name);
}
