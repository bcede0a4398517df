/** Checks what registries and users say of servers: nothing of it is believed before it has passed here. */

import { formatHostPort, parseAddress, shownAddress, type Address } from "../address.js";
import { plainText, thrownText } from "../error/plain-text.js";
import { RpcError } from "../error/rpc-error.js";
import type { Endpoint, EndpointHealth } from "./endpoint.js";

/** What an endpoint may hold at most. */
export const endpointLimits = {
  weightMax: 65_535,
  zoneUnitsMax: 128,
  metadataEntriesMax: 64,
  metadataKeyUnitsMax: 128,
  metadataValueUnitsMax: 1024,
} as const;

export const defaultWeight = 100;

/** How many servers of one service are looked at, where nothing else is said. */
export const defaultEndpointsMax = 10_000;

/** Where an entry comes from: `near` ones are written by whoever runs this program, and may be sockets of this machine. */
export type EndpointSource = "near" | "registry";

const healths: readonly string[] = ["healthy", "unhealthy", "draining"] satisfies readonly EndpointHealth[];

/**
 * The endpoint that a value says, with defaults for what it leaves out and its address in one form. Throws an
 * `invalid-argument` RpcError that says what cannot be used.
 */
export function checkEndpoint(value: unknown, source: EndpointSource): Endpoint {
  if (!isRecord(value)) throw wrong("an endpoint is an object with an address");
  const address = checkAddress(value.address, source);
  const shown = shownAddress(address);
  const { weight = defaultWeight, zone = "", health = "healthy" } = value;
  if (typeof weight !== "number" || !Number.isInteger(weight) || weight < 0 || weight > endpointLimits.weightMax) {
    throw wrong(`weight ${show(weight)} of ${shown} is not a whole number from 0 to ${endpointLimits.weightMax}`);
  }
  if (!isPlain(zone, endpointLimits.zoneUnitsMax)) {
    throw wrong(
      `the zone of ${shown} is not a text of up to ${endpointLimits.zoneUnitsMax} units without control characters`,
    );
  }
  if (!isHealth(health)) {
    throw wrong(`health ${show(health)} of ${shown} is none of healthy, unhealthy and draining`);
  }
  return { address, weight, zone, health, metadata: checkMetadata(value.metadata, shown) };
}

/** What came of a list. */
export interface CheckedEndpoints {
  /** Those that are of use, in their order, each address once. */
  readonly endpoints: readonly Endpoint[];
  /** How many entries were left out because they are of no use, repeat an address, or are beyond `endpointsMax`. */
  readonly dropped: number;
  /** Sentences about the first of them, at most five. */
  readonly reasons: readonly string[];
}

const reasonsMax = 5;

/** Checks a whole list: what is of no use is left out and told, and never spoils the rest. Never throws. */
export function checkEndpoints(
  values: readonly unknown[],
  source: EndpointSource,
  endpointsMax: number = defaultEndpointsMax,
): CheckedEndpoints {
  const byAddress = new Map<string, Endpoint>();
  const reasons: string[] = [];
  let dropped = 0;
  const drop = (count: number, reason: string): void => {
    dropped += count;
    if (reasons.length < reasonsMax) reasons.push(reason);
  };
  const over = values.length - endpointsMax;
  if (over > 0) drop(over, `${over} of ${values.length} entries are over the limit endpointsMax = ${endpointsMax}`);
  for (const value of over > 0 ? values.slice(0, endpointsMax) : values) {
    try {
      const endpoint = checkEndpoint(value, source);
      if (byAddress.has(endpoint.address)) drop(1, `${shownAddress(endpoint.address)} is there more than once`);
      else byAddress.set(endpoint.address, endpoint);
    } catch (error) {
      drop(1, thrownText(error, "an entry"));
    }
  }
  return { endpoints: [...byAddress.values()], dropped, reasons };
}

/** Whether two endpoints say the same. */
export function isSameEndpoint(a: Endpoint, b: Endpoint): boolean {
  return (
    a.address === b.address &&
    a.weight === b.weight &&
    a.zone === b.zone &&
    a.health === b.health &&
    a.metadata.size === b.metadata.size &&
    [...a.metadata].every(([key, value]) => b.metadata.get(key) === value)
  );
}

function checkAddress(value: unknown, source: EndpointSource): string {
  if (typeof value !== "string") throw wrong(`the address of an endpoint is a text, not ${show(value)}`);
  const address = parseAddress(value);
  const isHere = address.kind === "unix" || address.kind === "memory";
  if (isHere && source !== "near") {
    throw wrong(`${plainText(value, 200)} is a place on this machine, which a registry of the network cannot know`);
  }
  return formatAddress(address);
}

function formatAddress(address: Address): string {
  switch (address.kind) {
    case "tcp":
      return `rpc://${formatHostPort(address.host.toLowerCase(), address.port)}`;
    case "tls":
      return `rpcs://${formatHostPort(address.host.toLowerCase(), address.port)}`;
    case "ws":
    case "wss":
      return `${address.kind}://${formatHostPort(address.host.toLowerCase(), address.port)}${address.path}`;
    case "unix":
      return `unix:${address.path}`;
    case "memory":
      return `memory:${address.name}`;
  }
}

function checkMetadata(value: unknown, address: string): ReadonlyMap<string, string> {
  if (value === undefined) return new Map();
  const entries: readonly (readonly [unknown, unknown])[] | undefined =
    value instanceof Map ? [...value] : isRecord(value) ? Object.entries(value) : undefined;
  if (entries === undefined) throw wrong(`the metadata of ${address} is not an object of texts`);
  const { metadataEntriesMax, metadataKeyUnitsMax, metadataValueUnitsMax } = endpointLimits;
  if (entries.length > metadataEntriesMax) {
    const count = `${entries.length} entries of metadata of ${address}`;
    throw wrong(`${count} are over the limit metadataEntriesMax = ${metadataEntriesMax}`);
  }
  const metadata = new Map<string, string>();
  for (const [key, text] of entries) {
    if (!isPlain(key, metadataKeyUnitsMax) || key === "" || !isPlain(text, metadataValueUnitsMax)) {
      const form = `texts without control characters, of up to ${metadataKeyUnitsMax} and ${metadataValueUnitsMax} units`;
      throw wrong(`metadata ${show(key)} of ${address}: key and value have to be ${form}`);
    }
    metadata.set(key, text);
  }
  return metadata;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isHealth(value: unknown): value is EndpointHealth {
  return typeof value === "string" && healths.includes(value);
}

function isPlain(value: unknown, unitsMax: number): value is string {
  return (
    typeof value === "string" &&
    value.length <= unitsMax &&
    plainText(value, unitsMax) === value &&
    !/[\t\n]/.test(value)
  );
}

function show(value: unknown): string {
  return typeof value === "string" ? plainText(JSON.stringify(value), 80) : plainText(String(value), 80);
}

function wrong(why: string): RpcError {
  return new RpcError("invalid-argument", why);
}
