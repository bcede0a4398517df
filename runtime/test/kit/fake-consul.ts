/** As much of a Consul agent as a registry sees: services with TTL checks, and queries that wait for a change. */

import type { ServerResponse } from "node:http";
import { FakeHttp, sendJson, type Asked } from "./fake-http.js";

type Json = Readonly<Record<string, unknown>>;

interface FakeService {
  readonly described: Json;
  readonly createdAt: number;
  readonly ttlMs: number;
  status: "passing" | "critical";
  timer: NodeJS.Timeout | undefined;
}

interface Waiting {
  readonly name: string;
  readonly response: ServerResponse;
  readonly timer: NodeJS.Timeout;
}

export class FakeConsul {
  readonly http = new FakeHttp((asked, response) => this.answer(asked, response));
  /** The token that is wanted, where one is. */
  token: string | undefined;
  /** Counts all changes; can be set back, as it is when a snapshot is restored. */
  index = 10;
  private readonly services = new Map<string, FakeService>();
  private readonly waiting = new Set<Waiting>();

  /** Forgets all, as an agent in development does when it is started again. */
  clear(): void {
    for (const service of this.services.values()) clearTimeout(service.timer);
    this.services.clear();
    this.index = 10;
  }

  async end(): Promise<void> {
    await this.http.stop();
    for (const query of this.waiting) clearTimeout(query.timer);
    this.waiting.clear();
    this.clear();
  }

  loseServices(): void {
    for (const id of [...this.services.keys()]) this.remove(id);
  }

  /** As an operator does it: of a service without any check. */
  put(described: Json): void {
    this.register(described);
  }

  private answer({ method, path, query, headers, body }: Asked, response: ServerResponse): void {
    if (this.token !== undefined && headers["x-consul-token"] !== this.token) {
      response.statusCode = 403;
      return void response.end("Permission denied: token with AccessorID '' lacks permission");
    }
    const [, kind = "", rest = ""] =
      /^\/v1\/(agent\/service\/register|agent\/service\/deregister|agent\/check\/pass|health\/service)\/?(.*)$/.exec(
        path,
      ) ?? [];
    const name = decodeURIComponent(rest);
    switch (`${method} ${kind}`) {
      case "PUT agent/service/register":
        this.register(JSON.parse(body) as Json);
        return void response.end();
      case "PUT agent/service/deregister":
        return this.say(response, this.remove(name), `Unknown service ID "${name}"`);
      case "PUT agent/check/pass":
        return this.say(response, this.pass(name), `Unknown check ID "${name}"`);
      case "GET health/service":
        return this.health(name, query, response);
      default:
        return sendJson(response, { path }, 404);
    }
  }

  private say(response: ServerResponse, isKnown: boolean, otherwise: string): void {
    response.statusCode = isKnown ? 200 : 404;
    response.end(isKnown ? "" : otherwise);
  }

  private register(described: Json): void {
    const id = String(described.ID);
    const before = this.services.get(id);
    clearTimeout(before?.timer);
    const check = described.Check as Json | undefined;
    const ttlMs = check === undefined ? Infinity : Number.parseInt(String(check.TTL), 10);
    this.index++;
    const createdAt = before?.createdAt ?? this.index;
    this.services.set(id, { described, createdAt, ttlMs, status: "passing", timer: this.expire(id, ttlMs) });
    this.changed();
  }

  private pass(id: string): boolean {
    const service = this.services.get(id);
    if (service === undefined) return false;
    clearTimeout(service.timer);
    service.timer = this.expire(id, service.ttlMs);
    if (service.status === "passing") return true;
    service.status = "passing";
    this.index++;
    this.changed();
    return true;
  }

  private expire(id: string, ttlMs: number): NodeJS.Timeout | undefined {
    if (ttlMs === Infinity) return undefined;
    return setTimeout(() => {
      const service = this.services.get(id);
      if (service === undefined) return;
      service.status = "critical";
      this.index++;
      this.changed();
    }, ttlMs);
  }

  private remove(id: string): boolean {
    const service = this.services.get(id);
    if (service === undefined) return false;
    clearTimeout(service.timer);
    this.services.delete(id);
    this.index++;
    this.changed();
    return true;
  }

  private health(name: string, query: URLSearchParams, response: ServerResponse): void {
    if (Number(query.get("index") ?? "0") !== this.index) return this.list(name, response);
    const waitMs = Number.parseInt(query.get("wait") ?? "", 10);
    const waiting: Waiting = {
      name,
      response,
      timer: setTimeout(() => {
        this.waiting.delete(waiting);
        this.list(name, response);
      }, waitMs),
    };
    this.waiting.add(waiting);
    response.on("close", () => {
      clearTimeout(waiting.timer);
      this.waiting.delete(waiting);
    });
  }

  private changed(): void {
    for (const query of [...this.waiting]) {
      this.waiting.delete(query);
      clearTimeout(query.timer);
      this.list(query.name, query.response);
    }
  }

  private list(name: string, response: ServerResponse): void {
    const found = [...this.services.values()].filter(({ described }) => described.Name === name);
    response.setHeader("x-consul-index", String(this.index));
    sendJson(
      response,
      found.map(({ described, status, createdAt }) => ({
        Node: { Node: "fake", Address: "10.9.9.9", Datacenter: "dc1" },
        Service: { ...described, Service: described.Name, CreateIndex: createdAt, Check: undefined },
        Checks: [
          { CheckID: "serfHealth", Status: "passing" },
          { CheckID: described.ID, Status: status },
        ],
      })),
    );
  }
}
