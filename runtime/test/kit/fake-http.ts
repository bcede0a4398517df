/** An HTTP server for fakes of registries: can be stopped, started again at the same port, and told to misbehave. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What one request asks, with its body read. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export type Answer = (asked: Asked, response: ServerResponse) => void;

export class FakeHttp {
  /** All that was asked so far, as `POST /path`. */
  readonly asked: string[] = [];
  /** Answers every request with this status instead. */
  status: number | undefined;
  /** Answers every request with this body instead. */
  override: string | undefined;
  /** Waits so long before it answers. */
  delayMs = 0;
  /** Takes requests and never answers, as if it were frozen. */
  isFrozen = false;
  private readonly answer: Answer;
  private server: Server | undefined;
  private port = 0;

  constructor(answer: Answer) {
    this.answer = answer;
  }

  get place(): string {
    return `127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    const server = createServer((request, response) => this.take(request, response));
    await new Promise<void>((resolve, reject) => {
      server.on("error", reject);
      server.listen(this.port, "127.0.0.1", resolve);
    });
    this.port = (server.address() as AddressInfo).port;
    this.server = server;
  }

  async stop(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    if (server === undefined) return;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }

  private take(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? "/", "http://fake");
    this.asked.push(`${request.method ?? ""} ${url.pathname}`);
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (piece: string) => (body += piece));
    request.on("end", () => {
      const { method = "", headers } = request;
      const asked = { method, path: url.pathname, query: url.searchParams, headers, body };
      if (this.delayMs === 0) this.reply(asked, response);
      else setTimeout(() => this.reply(asked, response), this.delayMs);
    });
  }

  private reply(asked: Asked, response: ServerResponse): void {
    if (this.isFrozen || response.destroyed) return;
    if (this.status === undefined && this.override === undefined) return this.answer(asked, response);
    response.statusCode = this.status ?? 200;
    response.end(this.override ?? "the fake says no");
  }
}

export function sendJson(response: ServerResponse, value: unknown, status: number = 200): void {
  response.statusCode = status;
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify(value));
}
