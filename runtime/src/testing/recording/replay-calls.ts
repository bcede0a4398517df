/** Answers calls from a recording. */

import type { Mount, ServerCall } from "../../call/server-call.js";
import type { TypeRegistry } from "../../codec/json/json-codec.js";
import { RpcError } from "../../error/rpc-error.js";
import type { MethodInfo } from "../../method/method.js";
import { type CallJson, callJsonOf } from "./call-json.js";
import { jsonDifferences, jsonKey } from "./json-differences.js";
import type { RecordedCall, RecordedMessage, Recording } from "./recording.js";

export interface ReplayOptions {
  /** Paths in requests that need not be as they were recorded, for instance `["placedAt", "items[].id"]`. */
  readonly ignore?: readonly string[] | undefined;
  /** The messages that a `google.protobuf.Any` may hold. */
  readonly registry?: TypeRegistry | undefined;
}

/**
 * A service that answers as it did when it was recorded: `inProcess(createOrdersClient, replayCalls(recording, serveOrders))`. A call is
 * answered by the next recorded one of its method with the same request, secrets aside; when all of those were given, by the last of them.
 * What was secret in answers is empty. A call that was never recorded fails with `unimplemented` and the differences.
 */
export function replayCalls(
  recording: Recording,
  serve: (handler: never) => Mount,
  options: ReplayOptions = {},
): Mount {
  const mount = serve({} as never);
  const { json, service } = mount;
  if (json === undefined) {
    throw new RpcError(
      "invalid-argument",
      `${service.name} has no JSON, by which recordings are read; generate it anew`,
    );
  }
  const handler = Object.fromEntries(
    service.methods.map((info, index) => {
      const calls = recording.calls.filter((call) => call.service === service.name && call.method === info.name);
      const call = callJsonOf(json, index, options.registry);
      if (call === undefined) throw new RangeError(`${service.name} has no JSON for ${info.name}`);
      const method = new ReplayedMethod(info, call, calls, new Set(options.ignore), service.name);
      return [info.name, (...all: readonly unknown[]) => method.handle(all)];
    }),
  );
  // Requests are compared with recorded ones, not with rules that may have come later.
  return { ...mount, handler, rules: undefined };
}

// Of a call that was never recorded, so many recorded ones are told how they differ.
const comparedMax = 3;

/** Calls that are given one after the other, and then the last one for ever. */
class Queue {
  private readonly calls: readonly RecordedCall[];
  private given = 0;

  constructor(calls: readonly RecordedCall[]) {
    this.calls = calls;
  }

  /** The next one, which stays so until it is taken. */
  get next(): RecordedCall | undefined {
    return this.calls[Math.min(this.given, this.calls.length - 1)];
  }

  take(): void {
    this.given++;
  }
}

class ReplayedMethod {
  private readonly info: MethodInfo;
  private readonly json: CallJson;
  private readonly calls: readonly RecordedCall[];
  private readonly ignored: ReadonlySet<string>;
  private readonly name: string;
  /** All of them, for conversations, whose requests are not known at the start. */
  private readonly all: Queue;
  /** By their requests; made when the first call comes. */
  private byRequests: ReadonlyMap<string, Queue> | undefined;

  constructor(
    info: MethodInfo,
    json: CallJson,
    calls: readonly RecordedCall[],
    ignored: ReadonlySet<string>,
    service: string,
  ) {
    this.info = info;
    this.json = json;
    this.calls = calls;
    this.ignored = ignored;
    this.name = `${service}.${info.name}`;
    this.all = new Queue(calls);
  }

  handle(all: readonly unknown[]): unknown {
    const { parameters, shape } = this.info;
    const args = all.slice(0, -1);
    const call = all.at(-1) as ServerCall;
    switch (shape) {
      case "unary":
      case "oneway":
        return this.single(this.find([this.shown(requestFrom(parameters, args))]));
      case "serverStream":
        return this.stream(this.find([this.shown(requestFrom(parameters, args))]), call);
      case "clientStream":
        return this.collected(args[0] as AsyncIterable<unknown>);
      case "bidiStream":
        return this.conversation(args[0] as AsyncIterable<unknown>);
    }
  }

  private shown(request: unknown): RecordedMessage["json"] {
    return this.json.show("request", request);
  }

  private async collected(requests: AsyncIterable<unknown>): Promise<unknown> {
    const shown: RecordedMessage["json"][] = [];
    for await (const request of requests) shown.push(this.shown(request));
    return this.single(this.find(shown));
  }

  private single(call: RecordedCall): unknown {
    if (call.error !== undefined) throw this.json.readError(call.error);
    const answer = call.messages.find(({ kind }) => kind === "answer");
    return answer === undefined ? undefined : this.json.read("answer", answer.json);
  }

  private *stream(recorded: RecordedCall, _call: ServerCall): Generator<unknown, void, undefined> {
    for (const { kind, json } of recorded.messages) if (kind === "answer") yield this.json.read("answer", json);
    if (recorded.error !== undefined) throw this.json.readError(recorded.error);
  }

  /** Answers come where they came: behind as many requests as were there before them. */
  private async *conversation(requests: AsyncIterable<unknown>): AsyncGenerator<unknown, void, undefined> {
    const recorded = this.all.next;
    if (recorded === undefined) throw this.unknown([]);
    this.all.take();
    const incoming = requests[Symbol.asyncIterator]();
    for (const { kind, json } of recorded.messages) {
      if (kind === "answer") {
        yield this.json.read("answer", json);
        continue;
      }
      const next = await incoming.next();
      const differences = jsonDifferences(json, next.done === true ? undefined : this.shown(next.value), this.ignored);
      if (differences.length > 0) throw this.unknown([`recorded call ${recorded.number}: ${differences.join("; ")}`]);
    }
    if (recorded.error !== undefined) throw this.json.readError(recorded.error);
  }

  private find(requests: readonly RecordedMessage["json"][]): RecordedCall {
    this.byRequests ??= this.sortByRequests();
    const queue = this.byRequests.get(this.keyOf(requests));
    const found = queue?.next;
    if (queue === undefined || found === undefined) throw this.unknown(this.differencesFrom(requests));
    if (
      found.incomplete !== undefined &&
      found.error === undefined &&
      !found.messages.some(({ kind }) => kind === "answer")
    ) {
      throw new RpcError("unimplemented", `${this.name} was not recorded to its end: ${found.incomplete}`);
    }
    queue.take();
    return found;
  }

  /** Once, since a recording may be long, and each of its calls may be asked for. */
  private sortByRequests(): ReadonlyMap<string, Queue> {
    const sorted = new Map<string, RecordedCall[]>();
    for (const call of this.calls) {
      const key = this.keyOf(requestsOf(call));
      const same = sorted.get(key);
      if (same === undefined) sorted.set(key, [call]);
      else same.push(call);
    }
    return new Map([...sorted].map(([key, calls]) => [key, new Queue(calls)]));
  }

  private keyOf(requests: readonly RecordedMessage["json"][]): string {
    return requests.map((request) => jsonKey(request, this.ignored)).join("\n");
  }

  private differencesFrom(requests: readonly RecordedMessage["json"][]): readonly string[] {
    return this.calls.slice(0, comparedMax).map((call) => {
      const own = requestsOf(call);
      const isOne = own.length === 1 && requests.length === 1;
      const differences = isOne
        ? jsonDifferences(own[0], requests[0], this.ignored)
        : jsonDifferences(own, requests, new Set([...this.ignored].map((path) => `[].${path}`)));
      return `recorded call ${call.number}: ${differences.join("; ")}`;
    });
  }

  private unknown(others: readonly string[]): RpcError {
    const text = others.length === 0 ? "no call of it is in the recording" : others.join("\n");
    return new RpcError("unimplemented", `${this.name} was not recorded with this request\n${text}`);
  }
}

function requestsOf({ messages }: RecordedCall): readonly RecordedMessage["json"][] {
  return messages.flatMap(({ kind, json }) => (kind === "request" ? [json] : []));
}

function requestFrom(parameters: readonly string[] | undefined, args: readonly unknown[]): unknown {
  if (parameters === undefined) return args[0];
  return Object.fromEntries(parameters.map((name, index) => [name, args[index]]));
}
