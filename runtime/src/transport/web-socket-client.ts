/** Opens WebSockets: the platform's own, or those of the package `ws` where there is none, or where TLS has settings. */

import type { IncomingMessage } from "node:http";
import type { Clock } from "../clock.js";
import { plainText } from "../error/plain-text.js";
import { cannotConnect, reason } from "./socket-transport.js";
import type { TlsClient } from "./tls-client.js";
import type { Transport } from "./transport.js";
import { WebSocketTransport, webSocketMessageBytes, webSocketProtocol, type WebSocketLink } from "./web-socket.js";
import type { WsSocket } from "./ws-package.js";

/** What an attempt to open one is allowed. */
export interface WebSocketOpening {
  /** What errors and events call the other side. */
  readonly peer: string;
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly lingerMs: number;
  readonly signal: AbortSignal;
  /** Opens the TLS below it, where that has settings. */
  readonly tls?: TlsClient | undefined;
}

/** Opens a WebSocket to a `ws://` or `wss://` URL; fails with an `unavailable` RpcError that says what is known of why, and when `signal` aborts. */
export async function openWebSocket(url: string, opening: WebSocketOpening): Promise<Transport> {
  const Platform = platformWebSocket();
  if (Platform !== undefined && opening.tls === undefined) {
    return whenOpen(url, opening, () => new Platform(url, webSocketProtocol));
  }
  const wish = opening.tls === undefined ? "a WebSocket on this Node" : "wss:// with settings of TLS";
  const { loadWs } = await import("./ws-package.js");
  const { WebSocket } = await loadWs(wish);
  const socket = await opening.tls?.openSocket(opening.signal);
  const options = {
    perMessageDeflate: false,
    maxPayload: webSocketMessageBytes,
    handshakeTimeout: opening.timeoutMs,
    // Proved already; what there is left to do is HTTP's.
    ...(socket === undefined ? {} : { createConnection: () => socket }),
  };
  const opened = whenOpen(url, opening, (refused) => {
    const link = new WebSocket(url, [webSocketProtocol], options);
    link.binaryType = "nodebuffer";
    link.on("unexpected-response", (request, response) => {
      readRefusal(response, (why) => {
        request.destroy();
        refused(why);
      });
    });
    return link;
  });
  // Also where nothing was made of it, because it was not wanted any more.
  opened.catch(() => socket?.destroy());
  return opened;
}

/** Settles with a transport over the link that `create` makes, once that is open. */
function whenOpen(
  url: string,
  { peer, clock, timeoutMs, lingerMs, signal }: WebSocketOpening,
  create: (refused: (why: string) => void) => WebSocketLink | WsSocket,
): Promise<Transport> {
  return new Promise((resolve, reject) => {
    let link: WebSocketLink | undefined;
    let isOver = false;
    const stop = (): void => {
      isOver = true;
      timer.cancel();
      signal.removeEventListener("abort", onAbort);
    };
    const fail = (why: string, cause?: Error): void => {
      if (isOver) return;
      stop();
      reject(cannotConnect(peer, why.replaceAll(url, peer), cause));
      if (link !== undefined) discard(link);
    };
    const onAbort = (): void => fail("it is not wanted any more");
    const timer = clock.timer(timeoutMs, () => fail(`no answer within connectTimeoutMs = ${timeoutMs}`));
    if (signal.aborted) return onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      link = create((why) => fail(why));
    } catch (thrown) {
      return fail(thrown instanceof Error ? thrown.message : String(thrown));
    }
    const opened = link;
    if (opened.binaryType === "blob") opened.binaryType = "arraybuffer";
    opened.onerror = ({ error, message }) => {
      const cause = error instanceof Error ? error : undefined;
      fail(cause === undefined ? withoutReason(message) : reasonOf(cause), cause);
    };
    opened.onclose = () => fail(withoutReason(undefined));
    opened.onopen = () => {
      if (isOver) return;
      if (opened.protocol !== webSocketProtocol) {
        return fail(`WebSockets are taken there, but not for rpcgen (no sub-protocol ${webSocketProtocol})`);
      }
      stop();
      resolve(new WebSocketTransport(opened, { peer, local: "", clock, lingerMs, isCopying: true }));
    };
  });
}

// What it has to say after it was given up is of no interest.
function discard(link: WebSocketLink): void {
  link.onopen = link.onmessage = link.onclose = null;
  link.onerror = () => {};
  if (link.terminate === undefined) link.close();
  else link.terminate();
}

type PlatformWebSocket = new (url: string, protocols: string) => WebSocketLink;

function platformWebSocket(): PlatformWebSocket | undefined {
  const found: unknown = Reflect.get(globalThis, "WebSocket");
  return isConstructor(found) ? found : undefined;
}

function isConstructor(found: unknown): found is PlatformWebSocket {
  return typeof found === "function";
}

function withoutReason(message: unknown): string {
  const said = typeof message === "string" && message !== "" ? ` (${plainText(message, 200)})` : "";
  return `the WebSocket was not opened${said}: nothing listens there, or the server does not let this origin in`;
}

// Node's own WebSocket wraps what has happened.
function reasonOf(error: Error): string {
  const { cause } = error;
  return reason(cause instanceof Error ? cause : error);
}

const answerUnitsMax = 300;

/** The status and the sentence that a server gave instead of a WebSocket. */
function readRefusal(response: IncomingMessage, done: (why: string) => void): void {
  let text = "";
  response.setEncoding("utf8");
  response.on("data", (chunk: string) => {
    text += chunk;
    if (text.length > answerUnitsMax) response.destroy();
  });
  response.on("error", () => {});
  response.on("close", () => {
    const said = plainText(text.trim(), answerUnitsMax);
    done(`the server answers ${response.statusCode ?? 0}${said === "" ? "" : `: ${said}`}`);
  });
}
