/** As much of etcd as its JSON gateway shows to a registry: keys with revisions, leases, watches, compaction, tokens. */

import type { ServerResponse } from "node:http";
import { FakeHttp, sendJson, type Asked } from "./fake-http.js";

interface Entry {
  readonly key: string;
  readonly value: string;
  readonly lease: string;
  readonly createdAt: number;
  readonly writtenAt: number;
}

interface Change {
  readonly key: string;
  readonly revision: number;
  readonly entry: Entry | undefined;
}

interface FakeLease {
  readonly seconds: number;
  timer: NodeJS.Timeout;
}

interface FakeWatch {
  readonly from: string;
  readonly to: string;
  readonly response: ServerResponse;
  next: number;
}

type Body = Readonly<Record<string, unknown>>;

export class FakeEtcd {
  readonly http = new FakeHttp((asked, response) => this.answer(asked, response));
  /** Name and password that are wanted, where any are. */
  login: { readonly name: string; readonly password: string } | undefined;
  private entries = new Map<string, Entry>();
  private changes: Change[] = [];
  private leases = new Map<string, FakeLease>();
  private readonly watches = new Set<FakeWatch>();
  private tokens = new Set<string>();
  /** From which revision on somebody last began to watch. */
  watchedFrom = 0;
  private revision = 1;
  private compactedAt = 0;
  private count = 0;

  /** Watches that are open. */
  get watching(): number {
    return this.watches.size;
  }

  /** Comes back with nothing of what it knew. */
  clear(): void {
    for (const lease of this.leases.values()) clearTimeout(lease.timer);
    this.entries = new Map();
    this.changes = [];
    this.leases = new Map();
    this.tokens = new Set();
    this.revision = 1;
    this.compactedAt = 0;
  }

  async end(): Promise<void> {
    await this.http.stop();
    this.clear();
  }

  loseLeases(): void {
    for (const id of [...this.leases.keys()]) this.revoke(id);
  }

  /** Forgets the past, and ends all watches at a time from which on they would have to know it. */
  compact(): void {
    this.compactedAt = this.revision + 1;
    for (const watch of [...this.watches]) {
      watch.next = 0;
      this.serve(watch);
    }
  }

  /** Tells all watches of the first change once more. */
  replay(): void {
    const events = this.changes.slice(0, 1).map(printChange);
    for (const { response } of this.watches) {
      response.write(`${JSON.stringify({ result: { header: this.header(), events } })}\n`);
    }
  }

  loseTokens(): void {
    this.tokens.clear();
  }

  put(key: string, value: string, lease: string = ""): void {
    const revision = ++this.revision;
    const createdAt = this.entries.get(key)?.createdAt ?? revision;
    this.change({ key, revision, entry: { key, value, lease, createdAt, writtenAt: revision } });
  }

  private change(change: Change): void {
    if (change.entry === undefined) this.entries.delete(change.key);
    else this.entries.set(change.key, change.entry);
    this.changes.push(change);
    for (const watch of [...this.watches]) this.serve(watch);
  }

  private answer(asked: Asked, response: ServerResponse): void {
    const body = JSON.parse(asked.body) as Body;
    if (asked.path === "/v3/auth/authenticate") return this.authenticate(body, response);
    const token = asked.headers.authorization;
    if (this.login !== undefined && (token === undefined || !this.tokens.has(token))) {
      const error = token === undefined ? "etcdserver: user name is empty" : "etcdserver: invalid auth token";
      return sendJson(response, { error, code: token === undefined ? 3 : 16 }, token === undefined ? 400 : 401);
    }
    switch (asked.path) {
      case "/v3/kv/range":
        return this.range(body, response);
      case "/v3/kv/put":
        return this.take(body, response);
      case "/v3/lease/grant":
        return this.grant(body, response);
      case "/v3/lease/keepalive":
        return this.keepAlive(String(body.ID), response);
      case "/v3/lease/revoke":
        if (!this.revoke(String(body.ID))) return noLease(response);
        return this.send(response, {});
      case "/v3/watch":
        return this.watch(body.create_request as Body, response);
      default:
        return sendJson(response, { error: "Not Found" }, 404);
    }
  }

  private authenticate({ name, password }: Body, response: ServerResponse): void {
    if (this.login === undefined) {
      return sendJson(response, { error: "etcdserver: authentication is not enabled", code: 9 }, 412);
    }
    if (name !== this.login.name || password !== this.login.password) {
      const error = "etcdserver: authentication failed, invalid user ID or password";
      return sendJson(response, { error, code: 3 }, 400);
    }
    const token = `token.${++this.count}`;
    this.tokens.add(token);
    this.send(response, { token });
  }

  private range(body: Body, response: ServerResponse): void {
    const [from, to] = rangeOf(body);
    const found = [...this.entries.values()]
      .filter(({ key }) => key >= from && key < to)
      .sort((a, b) => b.createdAt - a.createdAt);
    this.send(response, found.length === 0 ? {} : { kvs: found.map(printEntry), count: String(found.length) });
  }

  private take({ key, value, lease = "" }: Body, response: ServerResponse): void {
    if (lease !== "" && !this.leases.has(String(lease))) return noLease(response);
    this.put(plain(key), plain(value), String(lease));
    this.send(response, {});
  }

  private grant({ TTL }: Body, response: ServerResponse): void {
    const id = String(1_000_000 + ++this.count);
    const seconds = Number(TTL);
    this.leases.set(id, { seconds, timer: this.expire(id, seconds) });
    this.send(response, { ID: id, TTL: String(seconds) });
  }

  private keepAlive(id: string, response: ServerResponse): void {
    const lease = this.leases.get(id);
    const header = this.header();
    if (lease === undefined) return sendJson(response, { result: { header, ID: id } });
    clearTimeout(lease.timer);
    lease.timer = this.expire(id, lease.seconds);
    sendJson(response, { result: { header, ID: id, TTL: String(lease.seconds) } });
  }

  private expire(id: string, seconds: number): NodeJS.Timeout {
    return setTimeout(() => this.revoke(id), seconds * 1000);
  }

  private revoke(id: string): boolean {
    const lease = this.leases.get(id);
    if (lease === undefined) return false;
    clearTimeout(lease.timer);
    this.leases.delete(id);
    const keys = [...this.entries.values()].filter((entry) => entry.lease === id).map(({ key }) => key);
    if (keys.length > 0) this.revision++;
    for (const key of keys) this.change({ key, revision: this.revision, entry: undefined });
    return true;
  }

  private watch(create: Body, response: ServerResponse): void {
    const [from, to] = rangeOf(create);
    response.setHeader("content-type", "application/json");
    response.write(`${JSON.stringify({ result: { header: this.header(), created: true } })}\n`);
    const watch = { from, to, response, next: readRevision(create.start_revision) };
    this.watchedFrom = watch.next;
    this.watches.add(watch);
    response.on("close", () => this.watches.delete(watch));
    this.serve(watch);
  }

  private serve(watch: FakeWatch): void {
    const { response, from, to } = watch;
    const header = this.header();
    if (watch.next < this.compactedAt && watch.next <= this.revision) {
      this.watches.delete(watch);
      const result = { header, canceled: true, compact_revision: printRevision(this.compactedAt) };
      return void response.write(`${JSON.stringify({ result })}\n`);
    }
    const events = this.changes
      .filter(({ key, revision }) => revision >= watch.next && key >= from && key < to)
      .map(printChange);
    watch.next = this.revision + 1;
    if (events.length > 0) response.write(`${JSON.stringify({ result: { header, events } })}\n`);
  }

  private send(response: ServerResponse, value: Body): void {
    sendJson(response, { header: this.header(), ...value });
  }

  private header(): Body {
    return { cluster_id: "1", member_id: "2", revision: printRevision(this.revision), raft_term: "2" };
  }
}

// More than a number holds, as in an etcd that is old: each one differs from the next by its last digit only.
const revisionBase = 2n ** 60n;

function printRevision(revision: number): string {
  return String(revisionBase + BigInt(revision));
}

function readRevision(text: unknown): number {
  return Number(BigInt(String(text)) - revisionBase);
}

function noLease(response: ServerResponse): void {
  sendJson(response, { error: "etcdserver: requested lease not found", code: 5 }, 404);
}

function printEntry({ key, value, lease, createdAt, writtenAt }: Entry): Body {
  return {
    key: Buffer.from(key).toString("base64"),
    create_revision: printRevision(createdAt),
    mod_revision: printRevision(writtenAt),
    value: Buffer.from(value).toString("base64"),
    ...(lease === "" ? {} : { lease }),
  };
}

function printChange({ key, revision, entry }: Change): Body {
  if (entry !== undefined) return { kv: printEntry(entry) };
  return { type: "DELETE", kv: { key: Buffer.from(key).toString("base64"), mod_revision: printRevision(revision) } };
}

function rangeOf({ key, range_end }: Body): readonly [string, string] {
  return [plain(key), plain(range_end)];
}

function plain(text: unknown): string {
  return Buffer.from(String(text), "base64").toString("utf8");
}
