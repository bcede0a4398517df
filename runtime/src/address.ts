/** Reads the addresses that users write: `rpc://host:port`, `rpcs://`, `ws://host:port/path`, `wss://`, `unix:/path` and `memory:name`. */

import { RpcError } from "./error/rpc-error.js";
import { plainText } from "./error/plain-text.js";

/** Where a server takes WebSockets. */
export interface WebSocketPlace {
  readonly host: string;
  readonly port: number;
  /** With the query, if there is one. */
  readonly path: string;
}

/** Where a server is. */
export type Address =
  | { readonly kind: "tcp"; readonly host: string; readonly port: number }
  | { readonly kind: "tls"; readonly host: string; readonly port: number }
  | ({ readonly kind: "ws" } & WebSocketPlace)
  | ({ readonly kind: "wss" } & WebSocketPlace)
  | { readonly kind: "unix"; readonly path: string }
  | { readonly kind: "memory"; readonly name: string };

/** Schemes of addresses that name a registry, which knows where the servers of a service are. */
export const registrySchemes = [
  "dns",
  "srv",
  "file",
  "etcd",
  "consul",
  "zookeeper",
  "nacos",
  "eureka",
  "kubernetes",
  "hub",
] as const;

export type RegistryScheme = (typeof registrySchemes)[number];

/** The scheme of an address that names a registry; undefined for any other text. */
export function registrySchemeOf(text: string): RegistryScheme | undefined {
  const colon = text.indexOf(":");
  return registrySchemes.find((scheme) => colon === scheme.length && text.startsWith(scheme));
}

/**
 * An address for people, of bounded length: without user, password and query, for which `sign` stands. A password that is not escaped
 * may hold every character, so it ends at the last `@`; places on this machine have none of all that.
 */
export function shownAddress(text: string, sign: string = ""): string {
  if (/^(?:file|unix|memory):/.test(text)) return plainText(text, 200);
  const webSocket = /^wss?:/.exec(text)?.[0];
  const hasUser = webSocket === undefined || parseWebSocket("ws", text.slice(webSocket.length)) === undefined;
  const user = text.includes("//") ? /(?<=\/\/).*@/s : /^.*@/s;
  const rest = hasUser ? text.replace(user, sign && `${sign}@`) : text;
  return plainText(rest.replace(/\?.*/s, sign && `?${sign}`), 200);
}

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
  if (scheme === "ws:" || scheme === "wss:") {
    const place = parseWebSocket(scheme === "ws:" ? "ws" : "wss", rest);
    if (place !== undefined) return place;
  }
  const registry = registrySchemeOf(text);
  if (registry !== undefined) {
    const why = `${registry}: names a registry, and here the address of one server is wanted`;
    throw new RpcError("invalid-argument", `${shownAddress(text, "…")}: ${why}`);
  }
  throw notAnAddress(text);
}

// A path without spaces, fragment, and whatever a URL would have to escape.
const webSocketRest = /^\/\/([^/?#]+)((?:[/?][!$-;=?-Z_a-z~%]*)?)$/;

function parseWebSocket(kind: "ws" | "wss", rest: string): Address | undefined {
  const [, authority = "", path = ""] = webSocketRest.exec(rest) ?? [];
  const hasPort = /:\d+$/.test(authority) && !authority.endsWith("]");
  const place = parseHostPort(hasPort ? authority : `${authority}:${kind === "ws" ? 80 : 443}`);
  return place === undefined ? undefined : { kind, ...place, path: path.startsWith("/") ? path : `/${path}` };
}

function notAnAddress(text: string): RpcError {
  const bare = /^(?:\w+:)?\/{0,2}([^\s/]+:\d{1,5})\/?$/.exec(text)?.[1];
  const meant = bare !== undefined && parseHostPort(bare) !== undefined ? `; did you mean rpc://${bare}?` : "";
  const forms =
    "write rpc://host:port, rpcs://host:port for TLS, ws://host:port/path for WebSocket, unix:/path or memory:name";
  const isOther = /^[a-z\d]+:\/\//.test(text) && !text.startsWith("rpc");
  const registries = isOther ? ` (registries are ${registrySchemes.map((name) => `${name}:`).join(", ")})` : "";
  return new RpcError(
    "invalid-argument",
    `${shownAddress(text, "…")} is not an address; ${forms}${registries}${meant}`,
  );
}

// Letters of all languages, because names of hosts may have them; nothing that means something to a shell or in an address.
const hostPort = /^(?:\[([0-9A-Fa-f:.]+(?:%[\w.-]+)?)\]|([\p{L}\p{N}\p{M}_.-]{1,253})):(\d{1,5})\/?$/u;

/** Reads `host:port`, or `[::1]:port`; undefined where the text is something else. */
export function parseHostPort(text: string): { readonly host: string; readonly port: number } | undefined {
  const match = hostPort.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  return host === undefined || !(port >= 1 && port <= 65_535) ? undefined : { host, port };
}

/** `host:port` as addresses have it, with brackets around an IPv6 address. */
export function formatHostPort(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
