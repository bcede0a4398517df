/** A Nacos server in this process, as far as its Open API v1 for instances goes: beats, expiry, tokens that end. */

import type { ServerResponse } from "node:http";
import { FakeHttp, sendJson, type Asked } from "./fake-http.js";

interface Instance {
  readonly ip: string;
  readonly port: number;
  readonly weight: number;
  readonly metadata: unknown;
  readonly clusterName: string;
  enabled: boolean;
  healthy: boolean;
}

export class FakeNacos {
  readonly http = new FakeHttp((asked, response) => this.answer(asked, response));
  /** Where set, requests need a token that was given for these. */
  credentials: { readonly user: string; readonly password: string } | undefined;
  logins = 0;
  private tokens = new Set<string>();
  private takesFrom = 0;
  private readonly services = new Map<string, Map<string, Instance>>();

  clear(): void {
    this.services.clear();
  }

  /** Forgets everything, and takes nothing for a while, so that whoever asks finds it empty. */
  beginEmpty(): void {
    this.clear();
    this.takesFrom = performance.now() + 400;
  }

  /** Tokens that were given are of no use any more. */
  endTokens(): void {
    this.tokens = new Set();
  }

  /** Puts an instance as another client of Nacos would, or anything else. */
  put(service: string, key: string, instance: Partial<Instance> & Record<string, unknown>): void {
    const defaults = {
      ip: "10.0.0.1",
      port: 1,
      weight: 1,
      metadata: {},
      clusterName: "DEFAULT",
      enabled: true,
      healthy: true,
    };
    this.of(service).set(key, { ...defaults, ...instance });
  }

  private of(service: string): Map<string, Instance> {
    const known = this.services.get(service) ?? new Map<string, Instance>();
    this.services.set(service, known);
    return known;
  }

  private answer(asked: Asked, response: ServerResponse): void {
    if (asked.method !== "GET" && performance.now() < this.takesFrom) return void response.writeHead(503).end();
    const { path, method, query } = asked;
    if (path === "/nacos/v1/auth/login" && method === "POST") return this.login(asked, response);
    if (this.credentials !== undefined && !this.tokens.has(query.get("accessToken") ?? "")) {
      return sendJson(response, { status: 403, message: "token invalid!" }, 403);
    }
    const service = query.get("serviceName");
    if (service === null) return sendJson(response, { message: "Param 'serviceName' is required." }, 400);
    const full = `${query.get("namespaceId") ?? "public"}/${query.get("groupName") ?? ""}/${service}`;
    switch (`${method} ${path}`) {
      case "GET /nacos/v1/ns/instance/list": {
        // Those that are not enabled are left out, as Nacos does.
        const hosts = [...this.of(full).values()].filter(({ enabled }) => enabled);
        return sendJson(response, { name: service, cacheMillis: 10_000, hosts });
      }
      case "POST /nacos/v1/ns/instance":
        return this.register(full, query, response);
      case "DELETE /nacos/v1/ns/instance":
        this.of(full).delete(keyOf(query));
        return void response.end("ok");
      case "PUT /nacos/v1/ns/instance/beat": {
        const isKnown = this.of(full).has(keyOf(query));
        return sendJson(response, { code: isKnown ? 10_200 : 20_404, clientBeatInterval: 100, lightBeatEnabled: true });
      }
      default:
        return sendJson(response, { message: "no such path" }, 404);
    }
  }

  private register(full: string, query: URLSearchParams, response: ServerResponse): void {
    const port = Number(query.get("port"));
    const weight = Number(query.get("weight"));
    if (!(weight >= 0 && weight <= 10_000))
      return sendJson(response, { message: "instance weights range from: 0-10000" }, 400);
    this.of(full).set(keyOf(query), {
      ip: query.get("ip") ?? "",
      port,
      weight,
      metadata: JSON.parse(query.get("metadata") ?? "{}"),
      clusterName: "DEFAULT",
      enabled: query.get("enabled") === "true",
      healthy: true,
    });
    response.end("ok");
  }

  private login({ body }: Asked, response: ServerResponse): void {
    this.logins++;
    const form = new URLSearchParams(body);
    const { user, password } = this.credentials ?? { user: "", password: "" };
    if (form.get("username") !== user || form.get("password") !== password) {
      return sendJson(response, { message: "unknown user!" }, 403);
    }
    const accessToken = `token-${this.logins}`;
    this.tokens.add(accessToken);
    sendJson(response, { accessToken, tokenTtl: 18_000, globalAdmin: true });
  }
}

function keyOf(query: URLSearchParams): string {
  return `${query.get("ip")}#${query.get("port")}`;
}
