/** Speaks etcd's API version 3 through its JSON gateway, to whichever member answers. */

import { plainText } from "../error/plain-text.js";
import { RpcError } from "../error/rpc-error.js";
import type { HttpAnswer, HttpClient, HttpStream } from "./http-client.js";
import { readAnswer } from "./endpoint-json.js";
import { statusFailure } from "./http-failure.js";

/** One key and its value. */
export interface EtcdEntry {
  readonly key: string;
  readonly value: string;
  /** The revisions in which the key came to be and was written last. */
  readonly createdAt: bigint;
  readonly writtenAt: bigint;
}

/** What is under a prefix, as of one revision. */
export interface EtcdListing {
  readonly revision: bigint;
  readonly entries: readonly EtcdEntry[];
}

/** What a watch reports. */
export type EtcdChange =
  | { readonly kind: "put"; readonly entry: EtcdEntry }
  | { readonly kind: "delete"; readonly key: string; readonly writtenAt: bigint }
  /** The revisions that were asked for are gone: what happened in them can only be read anew. */
  | { readonly kind: "compacted" };

export interface EtcdUser {
  readonly name: string;
  readonly password: string;
}

type Json = Readonly<Record<string, unknown>>;

export class EtcdClient {
  private readonly http: HttpClient;
  private readonly user: EtcdUser | undefined;
  private token: string | undefined;

  constructor(http: HttpClient, user: EtcdUser | undefined) {
    this.http = http;
    this.user = user;
  }

  /** All keys with the prefix, those that came to be last first. */
  async list(prefix: string, signal?: AbortSignal): Promise<EtcdListing> {
    const order = { sort_order: "DESCEND", sort_target: "CREATE" };
    return etcdListing(await this.call("/v3/kv/range", { ...rangeOf(prefix), ...order }, signal));
  }

  /**
   * Reports what happens under the prefix from a revision on, in its order, until the connection breaks. The first report has no
   * changes, and says that the watch has begun.
   */
  async *watch(prefix: string, from: bigint, signal: AbortSignal): AsyncIterable<readonly EtcdChange[]> {
    const stream = await this.openWatch(prefix, from, signal);
    for await (const line of stream.lines()) {
      if (line.trim() === "") continue;
      const message = recordOf(readAnswer(line, `etcd at ${stream.server}`));
      const result = recordOf(message.result ?? {});
      if (message.error !== undefined)
        throw new RpcError("unavailable", `etcd at ${stream.server}: ${said(message.error)}`);
      if (result.compact_revision !== undefined) yield [{ kind: "compacted" }];
      if (result.canceled === true) {
        if (result.compact_revision !== undefined) return;
        this.token = undefined;
        throw new RpcError("unavailable", `etcd at ${stream.server} ended the watch: ${said(result.cancel_reason)}`);
      }
      const events = result.events ?? [];
      if (!Array.isArray(events)) throw garbage("the events are no list");
      if (events.length > 0 || result.created === true) yield events.map(etcdChange);
    }
    throw new RpcError("unavailable", `etcd at ${stream.server} ended the watch`);
  }

  async put(key: string, value: string, lease: string, signal: AbortSignal): Promise<void> {
    await this.call("/v3/kv/put", { key: base64(key), value: base64(value), lease }, signal);
  }

  /** The id of a lease that runs out after so many seconds, at least two or so in etcd. */
  async grant(seconds: number, signal: AbortSignal): Promise<string> {
    const { ID } = await this.call("/v3/lease/grant", { TTL: seconds }, signal);
    if (typeof ID !== "string") throw garbage("a lease has no id");
    return ID;
  }

  /** False where there is no such lease any more. */
  async keepAlive(lease: string, signal: AbortSignal): Promise<boolean> {
    const { result } = await this.call("/v3/lease/keepalive", { ID: lease }, signal);
    return Number(recordOf(result).TTL ?? 0) > 0;
  }

  /** Ends a lease, and with it its keys. */
  async revoke(lease: string, signal: AbortSignal): Promise<void> {
    await this.call("/v3/lease/revoke", { ID: lease }, signal);
  }

  private async openWatch(prefix: string, from: bigint, signal: AbortSignal): Promise<HttpStream> {
    const create = { ...rangeOf(prefix), start_revision: String(from) };
    const body = JSON.stringify({ create_request: create });
    const stream = await this.http.stream({ ...this.post("/v3/watch", body, await this.authorise(signal)), signal });
    if (stream.status === 200) return stream;
    let text = "";
    for await (const line of stream.lines()) text += line;
    throw this.refused({ status: stream.status, text, server: stream.server });
  }

  private async call(path: string, request: Json, signal: AbortSignal | undefined): Promise<Json> {
    const body = JSON.stringify(request);
    for (let isSecond = false; ; isSecond = true) {
      const token = await this.authorise(signal);
      const answer = await this.http.request({ ...this.post(path, body, token), signal });
      if (answer.status === 200) return this.read(answer);
      const failure = this.refused(answer);
      // Tokens end whenever etcd likes, for instance when it starts again.
      if (isSecond || token === undefined || failure.code !== "unauthenticated") throw failure;
    }
  }

  private post(path: string, body: string, token: string | undefined) {
    const headers = {
      "content-type": "application/json",
      // A member that has lost its leader says so, instead of holding a watch that reports nothing.
      "grpc-metadata-hasleader": "true",
      ...(token === undefined ? {} : { authorization: token }),
    };
    return { method: "POST", path, body, headers } as const;
  }

  private async authorise(signal: AbortSignal | undefined): Promise<string | undefined> {
    const { user } = this;
    if (user === undefined || this.token !== undefined) return this.token;
    const body = JSON.stringify({ name: user.name, password: user.password });
    const answer = await this.http.request({ ...this.post("/v3/auth/authenticate", body, undefined), signal });
    const failure = answer.status === 200 ? undefined : this.refused(answer);
    // Of a server that wants no passwords, one may be given nevertheless.
    if (failure?.message.includes("authentication is not enabled") === true) return undefined;
    if (failure !== undefined) throw failure;
    const { token } = this.read(answer);
    if (typeof token !== "string") throw garbage("there is no token");
    this.token = token;
    return token;
  }

  private read(answer: HttpAnswer): Json {
    return recordOf(readAnswer(answer.text, `etcd at ${answer.server}`));
  }

  private refused(answer: { readonly status: number; readonly text: string; readonly server: string }): RpcError {
    const failure = statusFailure(answer);
    // Etcd says this as if the request were wrong.
    const isLogin = /authentication failed|user name is empty/.test(answer.text);
    const code = isLogin ? "unauthenticated" : failure.code;
    if (code === "unauthenticated") this.token = undefined;
    else if (code === "unavailable" || code === "resource-exhausted") this.http.moveOn(answer.server);
    return code === failure.code ? failure : new RpcError(code, failure.message, { cause: failure });
  }
}

/** What an answer lists; an `internal` RpcError for one that makes no sense. */
export function etcdListing(answer: unknown): EtcdListing {
  const { header, kvs = [] } = recordOf(answer);
  if (!Array.isArray(kvs)) throw garbage("the keys are no list");
  return { revision: bigintOf(recordOf(header).revision), entries: kvs.map(entryOf) };
}

/** What one event of a watch says; an `internal` RpcError for one that makes no sense. */
export function etcdChange(event: unknown): EtcdChange {
  const { type, kv } = recordOf(event);
  if (type !== "DELETE") return { kind: "put", entry: entryOf(kv) };
  const { key, mod_revision } = recordOf(kv);
  return { kind: "delete", key: textOf(key), writtenAt: bigintOf(mod_revision) };
}

function entryOf(kv: unknown): EtcdEntry {
  const { key, value, create_revision, mod_revision } = recordOf(kv);
  return {
    key: textOf(key),
    value: textOf(value ?? ""),
    createdAt: bigintOf(create_revision),
    writtenAt: bigintOf(mod_revision),
  };
}

/** The keys from the prefix on up to the first one that does not begin with it. */
function rangeOf(prefix: string): Json {
  const end = Buffer.from(prefix);
  const last = end.length - 1;
  end.writeUInt8(end.readUInt8(last) + 1, last);
  return { key: base64(prefix), range_end: end.toString("base64") };
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}

function textOf(value: unknown): string {
  if (typeof value !== "string") throw garbage("a key or a value is no text");
  return Buffer.from(value, "base64").toString("utf8");
}

function bigintOf(value: unknown): bigint {
  if (typeof value === "string" && /^\d{1,20}$/.test(value)) return BigInt(value);
  // What is zero is left out.
  if (value === undefined) return 0n;
  throw garbage("a revision is no number");
}

function recordOf(value: unknown): Json {
  if (typeof value !== "object" || value === null) throw garbage("an answer is no object");
  return value as Json;
}

function said(value: unknown): string {
  return plainText(typeof value === "string" ? value : (JSON.stringify(value) ?? "nothing"), 200);
}

function garbage(what: string): RpcError {
  return new RpcError("internal", `etcd answered with garbage: ${what}`);
}
