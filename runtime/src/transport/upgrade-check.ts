/** Decides which requests become WebSockets: the right path, the right words, and a page that may call this server. */

import { RpcError } from "../error/rpc-error.js";
import { plainText } from "../error/plain-text.js";
import { webSocketProtocol } from "./web-socket.js";

/** Who may open WebSockets, and where. */
export interface UpgradeRules {
  /** The path of the requests that are taken. */
  readonly path: string;
  /** Origins that are let in beside the server's own; `*` lets every page in. */
  readonly origins: readonly string[];
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
export function upgradeRules(path: unknown = "/rpc", origins: unknown = []): UpgradeRules {
  if (typeof path !== "string" || !/^\/[\w.~!$&'()*+,;=:@%/-]*$/.test(path)) {
    const given = plainText(String(path), 100);
    throw new RpcError("invalid-argument", `webSocket.path is a path such as /rpc, without a query, not ${given}`);
  }
  if (!Array.isArray(origins)) throw new RpcError("invalid-argument", "webSocket.origins is a list");
  const given: readonly unknown[] = origins;
  return { path, origins: given.map(checkOrigin) };
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
  const why = `the origin ${plainText(text, 200)} is not let in (webSocket.origins lists those that are)`;
  const own = ownOrigin(text);
  const isOwn = own !== undefined && own.host === textOf(headers.host).toLowerCase();
  if (!isOwn || (isEncrypted && own.protocol !== "https:")) return why;
  // A stranger's name may be made to lead to this machine; it is no name that this machine has for itself.
  return isLoopback && !isLocalName(own.hostname) ? why : undefined;
}

function ownOrigin(text: string): URL | undefined {
  try {
    const url = new URL(text);
    return url.origin === text && (url.protocol === "http:" || url.protocol === "https:") ? url : undefined;
  } catch {
    return undefined;
  }
}

function isLocalName(host: string): boolean {
  return host === "localhost" || host.endsWith(".localhost") || host === "[::1]" || /^127(\.\d{1,3}){3}$/.test(host);
}

function textOf(header: string | string[] | undefined): string {
  return header === undefined ? "" : typeof header === "string" ? header : header.join(", ");
}
