/** A Eureka server in this process, as far as its REST API for instances goes: leases, upper case, timestamps that decide. */

import type { ServerResponse } from "node:http";
import { FakeHttp, sendJson, type Asked } from "./fake-http.js";

type Instance = Record<string, unknown>;

export class FakeEureka {
  readonly http = new FakeHttp((asked, response) => this.answer(asked, response));
  /** What `authorization` has to be, where it is set. */
  authorization: string | undefined;
  /** Writes a list of one as that one, as old servers do. */
  isOld = false;
  private time = 1000;
  private takesFrom = 0;
  private readonly applications = new Map<string, Map<string, Instance>>();

  clear(): void {
    this.applications.clear();
  }

  /** Forgets everything, and takes nothing for a while, so that whoever asks finds it empty. */
  beginEmpty(): void {
    this.clear();
    this.takesFrom = performance.now() + 400;
  }

  /** Puts an instance as another client of Eureka would, or anything else. */
  put(application: string, id: string, instance: Instance): void {
    const known = this.applications.get(application) ?? new Map<string, Instance>();
    this.applications.set(application, known);
    known.set(id, { leaseInfo: { registrationTimestamp: this.time++ }, ...instance });
  }

  instance(application: string, id: string): Instance | undefined {
    return this.applications.get(application)?.get(id);
  }

  ids(application: string): readonly string[] {
    return [...(this.applications.get(application)?.keys() ?? [])];
  }

  private answer(asked: Asked, response: ServerResponse): void {
    if (asked.method !== "GET" && performance.now() < this.takesFrom) return void response.writeHead(503).end();
    if (this.authorization !== undefined && asked.headers.authorization !== this.authorization) {
      return sendJson(response, { error: "Unauthorized" }, 401);
    }
    const [, application = "", id] =
      /^\/eureka\/apps\/([^/]+)(?:\/(.+))?$/.exec(asked.path)?.map(decodeURIComponentSafe) ?? [];
    const known = this.applications.get(application);
    if (asked.method === "GET" && id === "undefined") {
      if (known === undefined || known.size === 0) return sendJson(response, {}, 404);
      const instances = [...known.values()];
      const instance = this.isOld && instances.length === 1 ? instances[0] : instances;
      return sendJson(response, { application: { name: application, instance } });
    }
    if (asked.method === "POST") return this.register(application, asked.body, response);
    const instance = known?.get(id ?? "");
    if (instance === undefined || known === undefined) return void response.writeHead(404).end();
    if (asked.method === "DELETE") known.delete(id ?? "");
    response.writeHead(200).end();
  }

  private register(application: string, body: string, response: ServerResponse): void {
    const { instance } = JSON.parse(body) as { instance: Instance };
    const id = String(instance.instanceId);
    if (instance.app !== application || instance.dataCenterInfo === undefined) return sendJson(response, {}, 400);
    const before = this.instance(application, id);
    // What is not younger than what is there is not believed.
    const isNewer = Number(instance.lastDirtyTimestamp) > Number(before?.lastDirtyTimestamp ?? 0);
    if (isNewer) this.put(application, id, { ...instance, leaseInfo: { registrationTimestamp: this.time++ } });
    response.writeHead(204).end();
  }
}

function decodeURIComponentSafe(text: string | undefined): string {
  return decodeURIComponent(String(text));
}
