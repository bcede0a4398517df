/** The HTTP client of registries, and their door to the network: several servers, limits on everything, and no waiting for ever. */

import { Agent, request as plainRequest, type ClientRequest, type IncomingMessage } from "node:http";
import { Agent as TlsAgent, request as tlsRequest } from "node:https";
import { formatHostPort, parseHostPort } from "../address.js";
import type { Clock } from "../clock.js";
import { plainText } from "../error/plain-text.js";
import { RpcError } from "../error/rpc-error.js";
import type { ClientTls } from "../tls/tls-settings.js";
import { httpFailure, tooLong } from "./http-failure.js";
import { HttpTls, type TlsRequestOptions } from "./http-tls.js";

/** What one request says. */
export interface HttpRequest {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** From the first slash on, with the query, already escaped. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Until the whole answer is there, or a stream has begun; the client's where left out. */
  readonly timeoutMs?: number | undefined;
}

export interface HttpAnswer {
  readonly status: number;
  /** One header's value; "" where it is not there. */
  header(name: string): string;
  /** The body, read as UTF-8. */
  readonly text: string;
  /** Who answered, for errors: `http://h:2379`. */
  readonly server: string;
}

/** An answer that goes on. Ends when the server ends it, fails when the connection breaks. */
export interface HttpStream {
  readonly status: number;
  /** One header's value; "" where it is not there. */
  header(name: string): string;
  readonly server: string;
  /** The body line by line, without the ends of lines. To be read once. */
  lines(): AsyncIterable<string>;
  /** Cuts the connection. */
  close(): void;
}

export interface HttpOptions {
  /** `http://host:port` or `https://host:port`; of the same system, each as good as the others. */
  readonly servers: readonly string[];
  readonly clock: Clock;
  readonly tls?: ClientTls | undefined;
  /** Of one request to one server; 5 s where left out. */
  readonly timeoutMs?: number | undefined;
  /** The longest answer, and the longest line of a stream; 64 MiB where left out. */
  readonly answerBytesMax?: number | undefined;
}

const keepaliveMs = 5000;

/**
 * Sends requests to one of several servers. A server that cannot be reached, or that is silent for too long, makes room for the
 * next, and each is tried once before a request fails: requests have to be such that doing them twice does no harm.
 */
export class HttpClient {
  private readonly servers: readonly HttpServer[];
  private readonly clock: Clock;
  private readonly tls: HttpTls;
  private readonly timeoutMs: number;
  private readonly answerBytesMax: number;
  private readonly plainAgent = new Agent({ keepAlive: true });
  private readonly tlsAgent = new TlsAgent({ keepAlive: true });
  private readonly open = new Set<Exchange>();
  private current: number;
  private isClosed = false;

  /** Throws an `invalid-argument` RpcError for servers that make no sense. `first` is the server to begin with, by its index. */
  constructor(options: HttpOptions, first: number = 0) {
    if (options.servers.length === 0) throw new RpcError("invalid-argument", "a registry has at least one server");
    this.servers = options.servers.map((server) => readServer(server, options.tls !== undefined));
    this.clock = options.clock;
    this.tls = new HttpTls(options.tls);
    this.timeoutMs = options.timeoutMs ?? 5000;
    this.answerBytesMax = options.answerBytesMax ?? 64 * 1024 * 1024;
    this.current = first % this.servers.length;
  }

  /** The server that the next request goes to. */
  get server(): string {
    return this.servers[this.current]?.label ?? "";
  }

  /** Any answer at all, whatever its status; rejects with `unavailable` where there is none, and `cancelled` after an abort. */
  async request(request: HttpRequest): Promise<HttpAnswer> {
    return this.fromAnyone(request, async (exchange, message) => {
      const text = await exchange.readAll(message, this.answerBytesMax);
      return { status: message.statusCode ?? 0, header: headersOf(message), text, server: exchange.server };
    });
  }

  /** An answer that is read while it comes. `timeoutMs` counts until its head is there. */
  async stream(request: HttpRequest): Promise<HttpStream> {
    return this.fromAnyone(request, async (exchange, message) => {
      exchange.goOn();
      return {
        status: message.statusCode ?? 0,
        header: headersOf(message),
        server: exchange.server,
        lines: () => exchange.lines(message, this.answerBytesMax),
        close: () => exchange.destroy(),
      };
    });
  }

  /** Turns to the next server: for an answer that says that this one is of no use now. */
  moveOn(from: string): void {
    // Several requests may find out about the same server.
    if (from === this.server) this.current = (this.current + 1) % this.servers.length;
  }

  /** Cuts everything that is under way, and lets go of all connections. */
  close(): void {
    this.isClosed = true;
    for (const exchange of [...this.open])
      exchange.fail(new RpcError("cancelled", "the client of the registry was closed"));
    this.plainAgent.destroy();
    this.tlsAgent.destroy();
  }

  private async fromAnyone<T>(
    request: HttpRequest,
    read: (exchange: Exchange, message: IncomingMessage) => Promise<T>,
  ): Promise<T> {
    let last: unknown;
    for (let tries = 0; tries < this.servers.length; tries++) {
      const server = this.servers[this.current];
      if (server === undefined) break;
      try {
        return await this.exchange(server, request, read);
      } catch (error) {
        last = error;
        if (!RpcError.is(error) || error.code !== "unavailable") break;
        this.moveOn(server.label);
      }
    }
    throw last;
  }

  private async exchange<T>(
    server: HttpServer,
    request: HttpRequest,
    read: (exchange: Exchange, message: IncomingMessage) => Promise<T>,
  ): Promise<T> {
    const tls = server.isTls ? await this.tls.options(server.host) : undefined;
    if (this.isClosed || request.signal?.aborted === true) throw new RpcError("cancelled", "the request was given up");
    const exchange = new Exchange(server.label, () => this.open.delete(exchange));
    this.open.add(exchange);
    const timeoutMs = request.timeoutMs ?? this.timeoutMs;
    const timer = this.clock.timer(timeoutMs, () =>
      exchange.fail(new RpcError("unavailable", `${server.label} did not answer within timeoutMs = ${timeoutMs}`)),
    );
    const abort = (): void => exchange.fail(new RpcError("cancelled", "the request was given up"));
    request.signal?.addEventListener("abort", abort, { once: true });
    exchange.ended = () => request.signal?.removeEventListener("abort", abort);
    try {
      return await read(exchange, await exchange.send(this.start(server, request, tls), request.body));
    } catch (error) {
      exchange.destroy();
      throw error;
    } finally {
      timer.cancel();
    }
  }

  private start(server: HttpServer, request: HttpRequest, tls: TlsRequestOptions | undefined): ClientRequest {
    const { host, port } = server;
    const { method, path, body } = request;
    const length = body === undefined ? {} : { "content-length": Buffer.byteLength(body) };
    const options = { host, port, method, path, headers: { ...request.headers, ...length } };
    if (tls === undefined) return plainRequest({ ...options, agent: this.plainAgent });
    return tlsRequest({ ...options, ...tls, agent: this.tlsAgent });
  }
}

function headersOf(message: IncomingMessage): (name: string) => string {
  return (name) => String(message.headers[name.toLowerCase()] ?? "");
}

interface HttpServer {
  readonly label: string;
  readonly isTls: boolean;
  readonly host: string;
  readonly port: number;
}

function readServer(text: string, wantsTls: boolean): HttpServer {
  const [, scheme = "", rest = ""] = /^(https?):\/\/(.*)$/.exec(text) ?? [];
  const place = parseHostPort(rest);
  if (place === undefined) {
    throw new RpcError(
      "invalid-argument",
      `${plainText(text, 200)} is no server of a registry; write http://host:port`,
    );
  }
  const isTls = scheme === "https";
  // Whoever gives certificates does not mean to go without.
  if (wantsTls && !isTls)
    throw new RpcError("invalid-argument", `${plainText(text, 200)}: with tls it has to be https://`);
  return { label: `${scheme}://${formatHostPort(place.host, place.port)}`, isTls, ...place };
}

/** One request and its answer. */
class Exchange {
  readonly server: string;
  ended: () => void = () => {};
  private readonly forget: () => void;
  private request: ClientRequest | undefined;
  private failure: RpcError | undefined;
  private rejectHead: ((error: RpcError) => void) | undefined;
  private isEndless = false;

  constructor(server: string, forget: () => void) {
    this.server = server;
    this.forget = forget;
  }

  /** Settles with the head of the answer. */
  send(request: ClientRequest, body: string | undefined): Promise<IncomingMessage> {
    this.request = request;
    request.on("close", () => this.end());
    // Finds out that the other side is gone, where only the other side would speak.
    request.on("socket", (socket) => socket.setKeepAlive(true, keepaliveMs));
    const head = new Promise<IncomingMessage>((resolve, reject) => {
      this.rejectHead = reject;
      request.on("response", resolve);
      request.on("error", (error) => reject(this.failure ?? httpFailure(error, this.server)));
    });
    if (this.failure !== undefined) request.destroy();
    request.end(body);
    return head;
  }

  async readAll(message: IncomingMessage, bytesMax: number): Promise<string> {
    const pieces: Buffer[] = [];
    let size = 0;
    for await (const piece of this.pieces(message)) {
      size += piece.length;
      if (size > bytesMax) throw tooLong(this.server, "the answer", bytesMax);
      pieces.push(piece);
    }
    return Buffer.concat(pieces).toString("utf8");
  }

  async *lines(message: IncomingMessage, bytesMax: number): AsyncIterable<string> {
    const decoder = new TextDecoder();
    let rest = "";
    for await (const piece of this.pieces(message)) {
      const text = decoder.decode(piece, { stream: true });
      // Only what is new is looked through, so that a long line in small pieces stays cheap.
      if (!text.includes("\n")) {
        rest += text;
      } else {
        const lines = (rest + text).split("\n");
        rest = lines.pop() ?? "";
        yield* lines.map((line) => (line.endsWith("\r") ? line.slice(0, -1) : line));
      }
      if (rest.length > bytesMax) throw tooLong(this.server, "a line", bytesMax);
    }
    if (rest !== "") yield rest;
  }

  /** The head is there, and what follows may take as long as it likes. */
  goOn(): void {
    this.isEndless = true;
  }

  fail(error: RpcError): void {
    this.failure ??= error;
    this.rejectHead?.(this.failure);
    this.destroy();
  }

  destroy(): void {
    this.request?.destroy();
    this.end();
  }

  private async *pieces(message: IncomingMessage): AsyncIterable<Buffer> {
    try {
      for await (const piece of message) yield piece as Buffer;
    } catch (error) {
      throw this.failure ?? httpFailure(error, this.server);
    } finally {
      if (this.isEndless) this.destroy();
    }
  }

  private end(): void {
    this.ended();
    this.forget();
  }
}
