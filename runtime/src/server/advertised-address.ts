/** The address under which others reach a server: what it listens at, where that means anything to them. */

import { networkInterfaces, type NetworkInterfaceInfo } from "node:os";
import { formatHostPort, parseAddress } from "../address.js";

/** Interfaces by name, as the system lists them. */
export type Interfaces = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;

/**
 * The address itself, but where it stands for all addresses of the machine (0.0.0.0 or ::): then with the first one that is
 * not only for the machine itself, IPv4 before IPv6, and with 127.0.0.1 where there is none.
 */
export function advertisedAddress(listening: string, interfaces: Interfaces = networkInterfaces()): string {
  const address = parseAddress(listening);
  if (address.kind !== "tcp" && address.kind !== "tls") return listening;
  if (address.host !== "0.0.0.0" && address.host !== "::") return listening;
  const outer = Object.values(interfaces).flatMap((list) => (list ?? []).filter(({ internal }) => !internal));
  const reachable = outer.filter(({ family, address: text }) => family === "IPv4" || !text.startsWith("fe80:"));
  const found = reachable.find(({ family }) => family === "IPv4") ?? (address.host === "::" ? reachable[0] : undefined);
  const scheme = address.kind === "tls" ? "rpcs" : "rpc";
  return `${scheme}://${formatHostPort(found?.address ?? "127.0.0.1", address.port)}`;
}
