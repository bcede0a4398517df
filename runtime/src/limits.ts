/** Every limit by name: what it bounds, its unit and its default. The errors that limits cause carry these names. */

import { RpcError } from "./error/rpc-error.js";

interface LimitDefinition {
  readonly default: number;
  /** The smallest value that may be set. */
  readonly least: number;
  /** The largest, where there is one. */
  readonly most?: number;
  readonly unit: "bytes" | "ms" | "count" | "per 30 s";
  readonly doc: string;
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
  | "tlsHandshakesMax"
  | "tlsHandshakeTimeoutMs"
  | "handshakeTimeoutMs"
  | "frameReadTimeoutMs"
  | "connectTimeoutMs"
  | "lingerMs"
  | "cancelsMax"
  | "pingsMax"
  | "idleFramesMax";

/** The table behind `Limits`; PROTOCOL.md prints it. */
export const limitDefinitions: Readonly<Record<LimitName, LimitDefinition>> = {
  messageBytesMax: {
    default: 4 * 1024 * 1024,
    least: 1,
    unit: "bytes",
    doc: "One received message, put together from its frames.",
  },
  frameBytesMax: {
    default: 196_608,
    least: 196_608,
    unit: "bytes",
    doc: "One received frame's payload. The least is what every peer may send without asking.",
  },
  metadataBytesMax: {
    default: 8192,
    least: 0,
    most: 32_768,
    unit: "bytes",
    doc: "Keys and values of one call's metadata, together, in either direction.",
  },
  metadataEntriesMax: { default: 64, least: 0, most: 1024, unit: "count", doc: "Entries of one call's metadata." },
  reassemblyBytesMax: {
    default: 64 * 1024 * 1024,
    least: 65_536,
    unit: "bytes",
    doc: "Parts of messages that wait for their rest, over all calls of a connection.",
  },
  unsentBytesMax: {
    default: 64 * 1024 * 1024,
    least: 65_536,
    unit: "bytes",
    doc: "Large messages that wait for credit, over all calls of a connection.",
  },
  writeQueueBytesMax: {
    default: 1024 * 1024,
    least: 1,
    unit: "bytes",
    doc: "Bytes handed to the transport and not yet taken by the system. Above it streams pause and a server stops reading.",
  },
  concurrentCallsMax: {
    default: 1024,
    least: 1,
    unit: "count",
    doc: "Calls of one connection that run at once. More are refused, surely not processed.",
  },
  boundMethodsMax: { default: 16_384, least: 1, unit: "count", doc: "Methods that one connection may bind." },
  waitingCallsMax: {
    default: 10_000,
    least: 0,
    unit: "count",
    doc: "Calls that a channel holds back while there is no connection, or none with room.",
  },
  waitingTimeoutMs: {
    default: 30_000,
    least: 0,
    unit: "ms",
    doc: "How long a call without a deadline is held back while there is no connection, or none with room.",
  },
  connectionsMax: { default: 10_000, least: 1, unit: "count", doc: "Connections that a server holds open." },
  connectionsPerHostMax: {
    default: 10_000,
    least: 1,
    unit: "count",
    doc: "Of those, connections from one IP address. As many as in all by default, because proxies and gateways share one.",
  },
  tlsHandshakesMax: {
    default: 1000,
    least: 1,
    unit: "count",
    doc: "TLS handshakes that a server has under way, sockets that have sent nothing yet included. More are closed at once.",
  },
  tlsHandshakeTimeoutMs: {
    default: 10_000,
    least: 1,
    unit: "ms",
    doc: "From the opened socket to the end of the TLS handshake.",
  },
  handshakeTimeoutMs: {
    default: 5000,
    least: 1,
    unit: "ms",
    doc: "From the opened transport to the peer's HELLO.",
  },
  frameReadTimeoutMs: { default: 30_000, least: 1, unit: "ms", doc: "From a frame's first byte to its last." },
  connectTimeoutMs: { default: 20_000, least: 1, unit: "ms", doc: "One attempt to open a transport." },
  lingerMs: {
    default: 1000,
    least: 0,
    unit: "ms",
    doc: "How long a closed connection may take to hand over its last bytes before it is cut.",
  },
  cancelsMax: {
    default: 3000,
    least: 1,
    unit: "per 30 s",
    doc: "Calls of one connection that the client cancels before anything of an answer was sent.",
  },
  pingsMax: { default: 30, least: 1, unit: "per 30 s", doc: "PING frames of one peer." },
  idleFramesMax: {
    default: 30_000,
    least: 1,
    unit: "per 30 s",
    doc: "Frames of one peer that carry next to nothing: CREDIT, PONG, CANCEL and BIND, fragments under 1 KiB, and frames for calls that are over beyond what their credit allowed.",
  },
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
