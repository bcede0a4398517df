/** Reads the address of a registry: which system, where it is, which service, and what else is said of it. */

import { parseHostPort, registrySchemeOf, registrySchemes, shownAddress, type RegistryScheme } from "../address.js";
import { plainText } from "../error/plain-text.js";
import { RpcError } from "../error/rpc-error.js";
import { nearest } from "./nearest.js";

/** The parts of `etcd://user:password@h1:2379,h2:2379/shop.orders.v1.Orders?namespace=test`. */
export interface RegistryAddress {
  readonly scheme: RegistryScheme;
  /** Where its servers are; empty for `file:` and `kubernetes:///`. */
  readonly hosts: readonly { readonly host: string; readonly port: number }[];
  /** What follows the hosts, decoded and without the first slash; for `file:` the whole path, for `srv:` the name. */
  readonly path: string;
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly parameters: ReadonlyMap<string, string>;
  /** For people: the address without user, password and parameters. */
  readonly label: string;
}

const forms: Readonly<Record<RegistryScheme, string>> = {
  dns: "dns://host:port",
  srv: "srv://_name._tcp.domain",
  file: "file:/path/to/endpoints.json",
  etcd: "etcd://host:2379,host:2379/SERVICE",
  consul: "consul://host:8500/SERVICE",
  zookeeper: "zookeeper://host:2181,host:2181/SERVICE",
  nacos: "nacos://host:8848/SERVICE",
  eureka: "eureka://host:8761/SERVICE",
  kubernetes: "kubernetes:///NAMESPACE/SERVICE:PORTNAME",
  hub: "hub://host:7700/SERVICE",
};

/** Throws an `invalid-argument` RpcError that says what is wrong, and what was probably meant. */
export function parseRegistryAddress(text: string): RegistryAddress {
  const scheme = registrySchemeOf(text);
  if (scheme === undefined) throw unknownScheme(text);
  if (scheme === "file") return parseFile(text);
  const match = /^[a-z]+:\/\/([^/?#]*)(?:\/([^?#]*))?(?:\?([^#]*))?$/.exec(text);
  if (match === null) throw wrong(text, `write ${forms[scheme]}`);
  const [, authority = "", path = "", query = ""] = match;
  const at = authority.lastIndexOf("@");
  const places = authority.slice(at + 1);
  const [user, password] = at < 0 ? [] : readUser(text, authority.slice(0, at));
  const isNamed = scheme === "srv";
  return {
    scheme,
    hosts: isNamed || places === "" ? [] : places.split(",").map((place) => readHost(text, scheme, place)),
    path: isNamed ? places : decode(text, path),
    user,
    password,
    parameters: readParameters(text, query),
    label: `${scheme}://${plainText(places, 200)}${isNamed ? "" : `/${plainText(path, 200)}`}`,
  };
}

function parseFile(text: string): RegistryAddress {
  const [, path = "", service = ""] = /^file:(?:\/\/(?=\/))?([^#]*)(?:#(.*))?$/.exec(text) ?? [];
  if (path === "") throw wrong(text, `write ${forms.file}`);
  // In `file:///C:/endpoints.json` the slash before the drive is the URL's.
  const decoded = decode(text, path).replace(/^\/(?=[A-Za-z]:\/)/, "");
  return {
    scheme: "file",
    hosts: [],
    path: decoded,
    user: undefined,
    password: undefined,
    parameters: new Map(service === "" ? [] : [["service", decode(text, service)]]),
    label: `file:${plainText(decoded, 200)}`,
  };
}

function readHost(
  text: string,
  scheme: RegistryScheme,
  place: string,
): { readonly host: string; readonly port: number } {
  const found = parseHostPort(place);
  if (found === undefined) throw wrong(text, `${shownPlace(text, place)} is no host:port; write ${forms[scheme]}`);
  return found;
}

/** A password with a / in it ends where it should not, and then its beginning looks like a host. */
function shownPlace(text: string, place: string): string {
  const end = text.indexOf(place) + place.length;
  return text.includes("@", end) ? "what stands before its first /" : JSON.stringify(plainText(place, 80));
}

function readUser(text: string, both: string): readonly [string, string | undefined] {
  const colon = both.indexOf(":");
  const read = (part: string): string => decode(text, part, "its user or password");
  return colon < 0 ? [read(both), undefined] : [read(both.slice(0, colon)), read(both.slice(colon + 1))];
}

function readParameters(text: string, query: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (const part of query.split("&")) {
    if (part === "") continue;
    const equals = part.indexOf("=");
    const name = equals < 0 ? part : part.slice(0, equals);
    if (parameters.has(name)) throw wrong(text, `${plainText(name, 80)} is there twice`);
    parameters.set(name, equals < 0 ? "" : decode(text, part.slice(equals + 1)));
  }
  return parameters;
}

function decode(text: string, part: string, name: string = plainText(part, 80)): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw wrong(text, `${name} has a % that begins no escape`);
  }
}

function unknownScheme(text: string): RpcError {
  const scheme = /^([\w+.-]+):/.exec(text)?.[1] ?? "";
  const meant = nearest(scheme, registrySchemes);
  const hint = meant === undefined ? "" : `; did you mean ${forms[meant]}?`;
  return wrong(text, `it names no registry (${registrySchemes.map((known) => `${known}:`).join(", ")})${hint}`);
}

function wrong(text: string, why: string): RpcError {
  // Passwords stay out of errors.
  return new RpcError("invalid-argument", `${shownAddress(text, "…")}: ${why}`);
}

const withoutService: readonly RegistryScheme[] = ["dns", "srv", "file"];

/** Throws an `invalid-argument` RpcError where the address should say which service is looked for, and does not. */
export function checkNamesService({ scheme, path, label }: RegistryAddress): void {
  if (path !== "" || withoutService.includes(scheme)) return;
  throw new RpcError("invalid-argument", `${label}: it names no service; write ${forms[scheme]}`);
}

/** Throws an `invalid-argument` RpcError for a parameter that the system knows nothing of. */
export function checkParameters(address: RegistryAddress, known: readonly string[]): void {
  for (const name of address.parameters.keys()) {
    if (known.includes(name)) continue;
    const meant = nearest(name, known);
    const hint = meant === undefined ? `; known are ${known.join(", ")}` : `; did you mean ${meant}?`;
    throw new RpcError("invalid-argument", `${address.label}: there is no parameter ${plainText(name, 80)}${hint}`);
  }
}

/** The value of a parameter that is `true` or `false`. */
export function readSwitch(address: RegistryAddress, name: string): boolean {
  const value = address.parameters.get(name) ?? "false";
  if (value === "true" || value === "") return true;
  if (value === "false") return false;
  throw new RpcError("invalid-argument", `${address.label}: ${name} is true or false, not ${plainText(value, 80)}`);
}
