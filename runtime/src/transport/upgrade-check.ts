/** Decides which requests become WebSockets: the right path, the right words, and a page that may call this server. */

import { isIP } from "node:net";
import { RpcError } from "../error/rpc-error.js";
import { plainText } from "../error/plain-text.js";
import { webSocketProtocol } from "./web-socket.js";

/** Who may open WebSockets, and where. */
export interface UpgradeRules {
  /** The path of the requests that are taken. */
  readonly path: string;
  /** Origins that are let in beside the server's own; `*` lets every page in. */
  readonly origins: readonly string[];
  /** Names of this server, as `WebSocketOptions` has them. */
  readonly hosts: readonly string[];
}

/** What is looked at of a request. */
export interface UpgradeRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly httpVersion: string;
  readonly headers: { readonly [name: string]: string | string[] | undefined };
  /** Whether it came through TLS. */
  readonly isEncrypted: boolean;
  /** Whether it came to an address that only this machine has. */
  readonly isLoopback: boolean;
}

/** Why a request is not taken, as HTTP says it. */
export interface UpgradeRefusal {
  readonly status: 400 | 403 | 404 | 405 | 426;
  /** For whoever reads the answer, and for the observer. */
  readonly why: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The rules that a user's words amount to; throws an `invalid-argument` RpcError for words that make no sense. */
export function upgradeRules(path: unknown = "/rpc", origins: unknown = [], hosts: unknown = []): UpgradeRules {
  if (typeof path !== "string" || !/^\/[\w.~!$&'()*+,;=:@%/-]*$/.test(path)) {
    const given = plainText(String(path), 100);
    throw new RpcError("invalid-argument", `webSocket.path is a path such as /rpc, without a query, not ${given}`);
  }
  return { path, origins: listOf("origins", origins).map(checkOrigin), hosts: listOf("hosts", hosts).map(checkHost) };
}

function listOf(name: string, value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new RpcError("invalid-argument", `webSocket.${name} is a list`);
  return value;
}

function checkHost(host: unknown): string {
  const text = typeof host === "string" ? host : "";
  // As URLs have names: in small letters, those of other scripts as Punycode.
  const name = nameIn(text.replace(/^\./, ""));
  const dot = text.startsWith(".") ? "." : "";
  if (name !== undefined && dot + name === text) return text;
  const meant = name === undefined ? "" : `; did you mean ${dot}${name}?`;
  const form =
    "a host is a name without scheme and port, such as orders.example, or .example for all names under it, too";
  throw new RpcError("invalid-argument", `webSocket.hosts: ${form}, not ${plainText(String(host), 100)}${meant}`);
}

function nameIn(text: string): string | undefined {
  try {
    const { hostname } = new URL(text.includes("://") ? text : `http://${text}`);
    return /^[\w-]+(\.[\w-]+)*$/.test(hostname) ? hostname : undefined;
  } catch {
    return undefined;
  }
}

function checkOrigin(origin: unknown): string {
  if (origin === "*") return origin;
  const parsed = typeof origin === "string" ? originOf(origin) : undefined;
  if (parsed !== undefined && parsed === origin && !parsed.includes("*")) return parsed;
  const meant = parsed === undefined || parsed === origin ? "" : `; did you mean ${parsed}?`;
  const form = "an origin is a scheme, a host and perhaps a port, such as https://app.example, or *";
  throw new RpcError("invalid-argument", `webSocket.origins: ${form}, not ${plainText(String(origin), 100)}${meant}`);
}

function originOf(text: string): string | undefined {
  try {
    const { origin, protocol, host } = new URL(text);
    // Schemes that are not the web's own, such as an app's, have an origin all the same.
    return origin === "null" && host !== "" ? `${protocol}//${host}` : origin === "null" ? undefined : origin;
  } catch {
    return undefined;
  }
}

/** Whether the request asks for the path of these rules. */
export function isForPath({ url }: Pick<UpgradeRequest, "url">, { path }: UpgradeRules): boolean {
  return url !== undefined && url.split("?", 1)[0] === path;
}

/** Why the request does not become a WebSocket; undefined where it does. */
export function refusalOf(request: UpgradeRequest, rules: UpgradeRules): UpgradeRefusal | undefined {
  const { headers } = request;
  if (!isForPath(request, rules)) return { status: 404, why: "nothing takes WebSockets at this path" };
  if (request.method !== "GET") return { status: 405, why: "a WebSocket begins with GET", headers: { Allow: "GET" } };
  if (request.httpVersion !== "1.1" || textOf(headers.upgrade).toLowerCase() !== "websocket") {
    return { status: 400, why: "a WebSocket begins with HTTP/1.1 and `Upgrade: websocket`" };
  }
  const version = textOf(headers["sec-websocket-version"]);
  if (version !== "13") {
    return { status: 426, why: "WebSocket version 13 is spoken here", headers: { "Sec-WebSocket-Version": "13" } };
  }
  if (!/^[+/0-9A-Za-z]{22}==$/.test(textOf(headers["sec-websocket-key"]))) {
    return { status: 400, why: "the header Sec-WebSocket-Key is missing or has the wrong form" };
  }
  const why = strangerText(request, rules);
  if (why !== undefined) return { status: 403, why };
  const protocols = textOf(headers["sec-websocket-protocol"]).split(",");
  if (protocols.some((protocol) => protocol.trim() === webSocketProtocol)) return undefined;
  return { status: 400, why: `the client does not name the sub-protocol ${webSocketProtocol}` };
}

/** Why a page may not call; undefined for pages that may, and for whoever is no page. */
function strangerText({ headers, isEncrypted, isLoopback }: UpgradeRequest, rules: UpgradeRules): string | undefined {
  const { origin } = headers;
  // Browsers always send one, and no page can keep them from it.
  if (origin === undefined || rules.origins.includes("*")) return undefined;
  const text = textOf(origin);
  if (rules.origins.includes(text)) return undefined;
  const who = `the origin ${plainText(text, 200)} is not let in`;
  const own = ownOrigin(text);
  const isOwn = own !== undefined && own.host === textOf(headers.host).toLowerCase();
  if (!isOwn || (isEncrypted && own.protocol !== "https:")) return `${who} (webSocket.origins lists those that are)`;
  if (isNameless(own.hostname) || isListed(own.hostname, rules.hosts)) return undefined;
  // A page of https has shown a certificate for its name, and browsers let it speak to names through TLS only: so there is a proxy that
  // has the certificate, and no stranger's name gets past it. What developers run on their own machines does not rely on that.
  if (own.protocol === "https:" && !isLoopback) return undefined;
  return `${who}: anybody can make a name lead here (webSocket.hosts lists the names of this server)`;
}

/** Whether no name server has a say in where the host leads. */
function isNameless(host: string): boolean {
  return host === "localhost" || host.endsWith(".localhost") || isIP(host.replace(/^\[(.*)\]$/, "$1")) !== 0;
}

function isListed(host: string, hosts: readonly string[]): boolean {
  return hosts.some((name) => (name.startsWith(".") ? `.${host}`.endsWith(name) : host === name));
}

function ownOrigin(text: string): URL | undefined {
  try {
    const url = new URL(text);
    return url.origin === text && (url.protocol === "http:" || url.protocol === "https:") ? url : undefined;
  } catch {
    return undefined;
  }
}

function textOf(header: string | string[] | undefined): string {
  return header === undefined ? "" : typeof header === "string" ? header : header.join(", ");
}
