/** The address under which others reach a server: what it listens at, where that means anything to them. */

import { networkInterfaces, type NetworkInterfaceInfo } from "node:os";
import { formatHostPort, parseAddress, type Address } from "../address.js";

/** Interfaces by name, as the system lists them. */
export type Interfaces = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;

/**
 * The address itself, but where it stands for all addresses of the machine (0.0.0.0 or ::): then with the first one that is
 * not only for the machine itself, IPv4 before IPv6, and with 127.0.0.1 where there is none.
 */
export function advertisedAddress(listening: string, interfaces: Interfaces = networkInterfaces()): string {
  const host = hostOf(parseAddress(listening));
  if (host !== "0.0.0.0" && host !== "::") return listening;
  const outer = Object.values(interfaces).flatMap((list) => (list ?? []).filter(({ internal }) => !internal));
  const reachable = outer.filter(({ family, address: text }) => family === "IPv4" || !text.startsWith("fe80:"));
  const found = reachable.find(({ family }) => family === "IPv4") ?? (host === "::" ? reachable[0] : undefined);
  return withHost(listening, found?.address ?? "127.0.0.1");
}

/** The address with another host; the host alone where the address has none. */
export function withHost(listening: string, host: string): string {
  const address = parseAddress(listening);
  switch (address.kind) {
    case "tcp":
      return `rpc://${formatHostPort(host, address.port)}`;
    case "tls":
      return `rpcs://${formatHostPort(host, address.port)}`;
    case "ws":
    case "wss":
      return `${address.kind}://${formatHostPort(host, address.port)}${address.path}`;
    default:
      return host;
  }
}

function hostOf(address: Address): string | undefined {
  return "host" in address ? address.host : undefined;
}
