/** Answers calls from a recording. */

import type { Mount, ServerCall } from "../../call/server-call.js";
import type { TypeRegistry } from "../../codec/json/json-codec.js";
import { RpcError } from "../../error/rpc-error.js";
import type { MethodInfo } from "../../method/method.js";
import { type CallJson, callJsonOf } from "./call-json.js";
import { jsonDifferences } from "./json-differences.js";
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

class ReplayedMethod {
  private readonly info: MethodInfo;
  private readonly json: CallJson;
  private readonly calls: readonly RecordedCall[];
  private readonly ignored: ReadonlySet<string>;
  private readonly name: string;
  private readonly given = new Set<RecordedCall>();

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
    const recorded = this.calls.find((call) => !this.given.has(call)) ?? this.calls.at(-1);
    if (recorded === undefined) throw this.unknown([]);
    this.given.add(recorded);
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
    const compared = this.calls.map((call) => {
      const own = call.messages.flatMap(({ kind, json }) => (kind === "request" ? [json] : []));
      const isOne = own.length === 1 && requests.length === 1;
      const differences = isOne
        ? jsonDifferences(own[0], requests[0], this.ignored)
        : jsonDifferences(own, requests, new Set([...this.ignored].map((path) => `[].${path}`)));
      return { call, differences };
    });
    const same = compared.filter(({ differences }) => differences.length === 0).map(({ call }) => call);
    const found = same.find((call) => !this.given.has(call)) ?? same.at(-1);
    if (found === undefined) {
      throw this.unknown(
        compared.map(({ call, differences }) => `recorded call ${call.number}: ${differences.join("; ")}`),
      );
    }
    if (
      found.incomplete !== undefined &&
      found.error === undefined &&
      !found.messages.some(({ kind }) => kind === "answer")
    ) {
      throw new RpcError("unimplemented", `${this.name} was not recorded to its end: ${found.incomplete}`);
    }
    this.given.add(found);
    return found;
  }

  private unknown(others: readonly string[]): RpcError {
    const text = others.length === 0 ? "no call of it is in the recording" : others.slice(0, 3).join("\n");
    return new RpcError("unimplemented", `${this.name} was not recorded with this request\n${text}`);
  }
}

function requestFrom(parameters: readonly string[] | undefined, args: readonly unknown[]): unknown {
  if (parameters === undefined) return args[0];
  return Object.fromEntries(parameters.map((name, index) => [name, args[index]]));
}
