/** Reads the addresses that users write: `rpc://host:port`, `rpcs://host:port`, `unix:/path` and `memory:name`. */

import { RpcError } from "../error/rpc-error.js";
import { plainText } from "../error/plain-text.js";

/** Where a server is. */
export type Address =
  | { readonly kind: "tcp"; readonly host: string; readonly port: number }
  | { readonly kind: "tls"; readonly host: string; readonly port: number }
  | { readonly kind: "unix"; readonly path: string }
  | { readonly kind: "memory"; readonly name: string };

const schemesToCome = new Map([
  ["etcd:", "the etcd registry"],
  ["consul:", "the Consul registry"],
  ["zookeeper:", "the ZooKeeper registry"],
]);

/** Reads an address; throws an `invalid-argument` RpcError that says what an address looks like. */
export function parseAddress(text: string): Address {
  if (typeof text !== "string") throw notAnAddress(String(text));
  const colon = text.indexOf(":");
  const scheme = text.slice(0, colon + 1);
  const rest = text.slice(colon + 1);
  if (scheme === "memory:" && rest !== "") return { kind: "memory", name: rest };
  if (scheme === "unix:" && rest !== "" && !rest.includes("\0")) return { kind: "unix", path: rest };
  if ((scheme === "rpc:" || scheme === "rpcs:") && rest.startsWith("//")) {
    const place = parseHostPort(rest.slice(2));
    if (place !== undefined) return { kind: scheme === "rpc:" ? "tcp" : "tls", ...place };
  }
  const toCome = schemesToCome.get(scheme);
  if (toCome !== undefined) {
    throw new RpcError("unimplemented", `${plainText(text, 200)}: ${toCome} is not available in this version`);
  }
  throw notAnAddress(text);
}

function notAnAddress(text: string): RpcError {
  const bare = /^(?:\w+:)?\/{0,2}([^\s/]+:\d{1,5})\/?$/.exec(text)?.[1];
  const meant = bare !== undefined && parseHostPort(bare) !== undefined ? `; did you mean rpc://${bare}?` : "";
  const forms = "write rpc://host:port, rpcs://host:port for TLS, unix:/path or memory:name";
  return new RpcError("invalid-argument", `${plainText(text, 200)} is not an address; ${forms}${meant}`);
}

function parseHostPort(text: string): { readonly host: string; readonly port: number } | undefined {
  const match = /^(?:\[([0-9A-Fa-f:.%]+)\]|([^\s/:@?#[\]]+)):(\d{1,5})\/?$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  return host === undefined || !(port >= 1 && port <= 65_535) ? undefined : { host, port };
}
