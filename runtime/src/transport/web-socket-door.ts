/** Turns HTTP requests into WebSockets, and answers every other one with a status and a sentence. */

import { createServer, STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Clock } from "../clock.js";
import { RpcError } from "../error/rpc-error.js";
import type { TlsPeer } from "../identity.js";
import type { Limits } from "../limits.js";
import type { ListenerSink } from "./transport.js";
import { refusalOf, type UpgradeRefusal, type UpgradeRules } from "./upgrade-check.js";
import { WebSocketTransport, webSocketMessageBytes, webSocketProtocol } from "./web-socket.js";
import type { WsPackage, WsSocket, WsUpgrader } from "./ws-package.js";

/** What is told beside what every listener tells. */
export interface WebSocketSink extends ListenerSink {
  /** A page of an origin that is not let in was turned away. */
  turnedAway(peer: string, reason: string): void;
  /** A socket did not become a WebSocket. */
  handshakeFailed(peer: string, error: RpcError): void;
}

/** What is known of a socket. */
export interface SocketPlace {
  readonly peer: string;
  readonly local: string;
  readonly tls?: TlsPeer | undefined;
  /** Why whoever is at the other end gets nothing but this sentence. */
  readonly refusal?: string | undefined;
  /** Called when it has become a WebSocket. */
  readonly upgraded?: (() => void) | undefined;
}

// What one message may be cut into; what is more is an attack on memory, since each piece costs more than its bytes.
const [fragmentsMax, chunksMax] = [4096, 16_384];
const headerBytesMax = 16_384;
// Answers to pings of a client that does not read are not piled up.
const pongQueueMax = 65_536;

export class WebSocketDoor {
  readonly rules: UpgradeRules;
  private readonly clock: Clock;
  private readonly limits: Limits;
  private readonly sink: WebSocketSink;
  private readonly upgrader: WsUpgrader;
  /** Never listens: it is given sockets, and reads requests. */
  private readonly parser: Server;
  private readonly places = new WeakMap<object, SocketPlace>();
  /** Sockets that have had their one request. */
  private readonly answered = new WeakSet<object>();

  constructor(rules: UpgradeRules, ws: WsPackage, clock: Clock, limits: Limits, sink: WebSocketSink) {
    this.rules = rules;
    this.clock = clock;
    this.limits = limits;
    this.sink = sink;
    this.upgrader = new ws.WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      autoPong: false,
      maxPayload: webSocketMessageBytes,
      maxFragments: fragmentsMax,
      maxBufferedChunks: chunksMax,
      handleProtocols: () => webSocketProtocol,
    });
    this.parser = this.createParser();
  }

  /** Reads a request from a socket that has begun to speak HTTP. */
  take(socket: Socket, place: SocketPlace): void {
    this.places.set(socket, place);
    this.parser.emit("connection", socket);
  }

  /** A request to become a WebSocket: it does, or is told why not. */
  upgrade(request: IncomingMessage, socket: Socket, head: Uint8Array, place: SocketPlace): void {
    socket.on("error", () => {});
    const { refusal: unwelcome } = place;
    const refusal: UpgradeRefusal | undefined =
      unwelcome === undefined
        ? refusalOf(upgradeRequest(request, socket), this.rules)
        : { status: 403, why: unwelcome };
    if (refusal !== undefined) {
      this.refuse(socket, place, refusal);
      return;
    }
    this.upgrader.handleUpgrade(request, socket, head, (link) => this.opened(link, socket, place));
  }

  /** Answers, closes, and tells. */
  refuse(socket: Socket, { peer }: Pick<SocketPlace, "peer">, { status, why, headers }: UpgradeRefusal): void {
    if (status === 403) this.sink.turnedAway(peer, why);
    else this.failed(peer, why);
    this.answer(socket, status, why, headers);
  }

  private createParser(): Server {
    // Times are kept by whoever hands the sockets over: those of a server that does not listen have no effect.
    const parser = createServer({ maxHeaderSize: headerBytesMax, keepAliveTimeout: 0, noDelay: true });
    parser.on("request", (request, response) => this.plainRequest(request, response));
    parser.on("upgrade", (request: IncomingMessage, stream: Socket, head: Uint8Array) => {
      const place = this.places.get(stream);
      if (place === undefined || this.answered.has(stream)) stream.destroy();
      else this.upgrade(request, stream, head, place);
    });
    parser.on("clientError", (error: NodeJS.ErrnoException, stream: Socket) => this.badRequest(error, stream));
    return parser;
  }

  private plainRequest(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request;
    // One request a socket: what is written behind it is nobody's.
    if (this.answered.has(socket)) return void socket.destroy();
    this.answered.add(socket);
    const refusal = this.places.get(socket)?.refusal;
    const text = refusal ?? "this port speaks rpcgen, natively and over WebSocket, and no other HTTP";
    const headers = refusal === undefined ? { Upgrade: "websocket" } : {};
    response.writeHead(refusal === undefined ? 426 : 403, { ...headers, ...plainHeaders(text), Connection: "close" });
    response.end(`${text}\n`);
  }

  private badRequest(error: NodeJS.ErrnoException, socket: Socket): void {
    if (socket.destroyed || this.answered.has(socket)) return void socket.destroy();
    const isTooLong = error.code === "HPE_HEADER_OVERFLOW";
    const why = isTooLong ? `the headers are longer than ${headerBytesMax} bytes` : "this is no request of HTTP";
    const { peer } = this.places.get(socket) ?? { peer: "?" };
    // Whoever closes before the request is whole has nothing to read.
    this.failed(peer, error.code === "ECONNRESET" ? "the client closed before its request was over" : why, error);
    this.answer(socket, isTooLong ? 431 : 400, why);
  }

  private failed(peer: string, why: string, cause?: Error): void {
    this.sink.handshakeFailed(peer, new RpcError("unavailable", `no WebSocket with ${peer}: ${why}`, { peer, cause }));
  }

  private answer(socket: Socket, status: number, why: string, headers: Readonly<Record<string, string>> = {}): void {
    this.answered.add(socket);
    const fields = Object.entries({ ...plainHeaders(why), ...headers, Connection: "close" });
    const lines = [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}`, ...fields.map((field) => field.join(": "))];
    const timer = this.clock.timer(this.limits.lingerMs, () => socket.destroy());
    socket.once("close", () => timer.cancel());
    // What the client still sends is read, so that the answer is not lost to a reset.
    socket.resume();
    socket.end(`${lines.join("\r\n")}\r\n\r\n${why}\n`);
  }

  private opened(link: WsSocket, socket: Socket, { peer, local, tls, upgraded }: SocketPlace): void {
    upgraded?.();
    const { clock, limits } = this;
    link.binaryType = "nodebuffer";
    link.on("ping", (data) => {
      if (link.bufferedAmount < pongQueueMax) link.pong(data);
    });
    const peerHost = socket.remoteAddress;
    const facts = { peer, peerHost, local, tls, clock, lingerMs: limits.lingerMs, isCopying: false };
    this.sink.opened(new WebSocketTransport(link, facts));
  }
}

function plainHeaders(text: string): Record<string, string> {
  return {
    "Content-Type": "text/plain; charset=utf-8",
    "Content-Length": String(Buffer.byteLength(text) + 1),
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
  };
}

function upgradeRequest(request: IncomingMessage, socket: Socket): Parameters<typeof refusalOf>[0] {
  const { method, url, httpVersion, headers } = request;
  const local = socket.localAddress ?? "";
  return {
    method,
    url,
    httpVersion,
    headers,
    isEncrypted: "encrypted" in socket && socket.encrypted === true,
    isLoopback: local === "" || local === "::1" || /^(::ffff:)?127\./.test(local),
  };
}
