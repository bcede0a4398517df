/** What systems with fields of their own cannot say of a server, said in their metadata instead. */

import { formatHostPort, parseAddress } from "../address.js";
import { RpcError } from "../error/rpc-error.js";
import type { Endpoint } from "./endpoint.js";

const prefix = "rpcgen.";

/** The metadata of an endpoint with what has no place elsewhere; `facts` are told under names that users' own do not have. */
export function printMetadata(
  { metadata }: Endpoint,
  facts: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const named = Object.entries(facts).map(([name, value]) => [`${prefix}${name}`, value]);
  return Object.fromEntries([...metadata, ...named]) as Record<string, string>;
}

/** Takes metadata apart again: the user's own, and the facts by their names. Anything that is no object has neither. */
export function splitMetadata(value: unknown): {
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly facts: ReadonlyMap<string, string>;
} {
  const metadata: [string, unknown][] = [];
  const facts = new Map<string, string>();
  for (const [key, text] of Object.entries(asRecord(value) ?? {})) {
    if (!key.startsWith(prefix)) metadata.push([key, text]);
    else if (typeof text === "string") facts.set(key.slice(prefix.length), text);
  }
  return { metadata: Object.fromEntries(metadata), facts };
}

/** Host and port of an endpoint, for systems that know nothing else; throws for one that has none. */
export function placeOf(address: string): { readonly host: string; readonly port: number; readonly isTls: boolean } {
  const parsed = parseAddress(address);
  if (parsed.kind === "tcp" || parsed.kind === "tls") {
    return { host: parsed.host, port: parsed.port, isTls: parsed.kind === "tls" };
  }
  throw new RpcError("invalid-argument", `${address} is a place on this machine, and cannot be entered`);
}

/** The address of a host and a port that some system names; something that no check lets pass where they are none. */
export function addressFrom(host: unknown, port: unknown, isTls: boolean): string {
  return `${isTls ? "rpcs" : "rpc"}://${typeof host === "string" && typeof port === "number" ? formatHostPort(host, port) : ""}`;
}

export function asRecord(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;
}

export function asList(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) ? (value as readonly unknown[]) : undefined;
}

/** A number that a fact says; undefined where it says none, so that it is checked as one. */
export function numberFrom(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}
