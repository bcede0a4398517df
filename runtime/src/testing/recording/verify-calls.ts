/** Makes recorded calls again on a real server, and says where its answers differ from those of then. */

import type { CallOptions, Channel } from "../../call/outgoing-call.js";
import type { TypeRegistry } from "../../codec/json/json-codec.js";
import type { JsonValue } from "../../codec/json/json-value.js";
import { RpcError } from "../../error/rpc-error.js";
import type { Method } from "../../method/method.js";
import type { ServiceJson } from "../../method/service-json.js";
import { secretMark } from "../../secret/secret-fields.js";
import { type CallJson, callJsonOf } from "./call-json.js";
import { jsonDifferences } from "./json-differences.js";
import type { RecordedCall, RecordedMessage, Recording } from "./recording.js";

export interface VerifyOptions {
  readonly channel: Channel;
  /** The methods of the service, for instance `Orders`. */
  readonly methods: object;
  /** And its JSON, for instance `OrdersJson`. */
  readonly json: ServiceJson;
  /** Paths in answers that need not be as they were, for instance `["placedAt", "items[].id"]`. */
  readonly ignore?: readonly string[] | undefined;
  /**
   * Gives a request what the recording does not have: its secrets. Without it, calls whose requests had secrets are refused. What it
   * returns is sent.
   */
  readonly request?: ((request: unknown, call: RecordedCall) => unknown) | undefined;
  /** Of every call, for instance metadata with credentials. */
  readonly options?: CallOptions | undefined;
  /** The messages that a `google.protobuf.Any` may hold. */
  readonly registry?: TypeRegistry | undefined;
}

/** A server does not answer as it was recorded. */
export class ReplayError extends Error {
  override readonly name = "ReplayError";
  /** A paragraph for each call that differs. */
  readonly differences: readonly string[];

  constructor(differences: readonly string[]) {
    super(differences.join("\n\n"));
    this.differences = differences;
  }
}

/** Makes every recorded call of a service again, one after the other. Rejects with a ReplayError that tells all differences. */
export async function verifyCalls(recording: Recording, options: VerifyOptions): Promise<void> {
  const found: string[] = [];
  for (const call of recording.calls) {
    if (call.service !== options.json.service.name) continue;
    try {
      await verifyOne(call, options);
    } catch (thrown) {
      if (!(thrown instanceof ReplayError)) throw thrown;
      found.push(...thrown.differences);
    }
  }
  if (found.length > 0) throw new ReplayError(found);
}

/** Makes the recorded call with this number again. Rejects with a ReplayError where it does not go as it did. */
export async function verifyCall(recording: Recording, number: number, options: VerifyOptions): Promise<void> {
  const call = recording.calls.find((each) => each.number === number);
  if (call === undefined) throw new RpcError("not-found", `the recording has no call ${number}`);
  await verifyOne(call, options);
}

async function verifyOne(call: RecordedCall, options: VerifyOptions): Promise<void> {
  const { service } = options.json;
  const index = service.methods.findIndex(({ name }) => name === call.method);
  const json = callJsonOf(options.json, index, options.registry);
  const method = (options.methods as Readonly<Record<string, Method<unknown, unknown> | undefined>>)[call.method];
  const title = `${call.service}.${call.method}, recorded call ${call.number}`;
  if (call.service !== service.name || json === undefined || method === undefined) {
    throw new ReplayError([`${title}: ${service.name} has no such method now`]);
  }
  const differences = await differencesOf(call, method, json, options);
  if (differences.length > 0) throw new ReplayError([[title, ...differences.map((text) => `  ${text}`)].join("\n")]);
}

async function differencesOf(
  call: RecordedCall,
  method: Method<unknown, unknown>,
  json: CallJson,
  options: VerifyOptions,
): Promise<readonly string[]> {
  if (call.incomplete !== undefined) return [`it was not recorded to its end: ${call.incomplete}`];
  const of = (kind: RecordedMessage["kind"]): readonly JsonValue[] =>
    call.messages.flatMap((message) => (message.kind === kind ? [message.json] : []));
  const hidden = of("request").some((request) => JSON.stringify(request).includes(JSON.stringify(secretMark)));
  if (hidden && options.request === undefined) {
    return ["its request had secrets, which are not in the recording: give `request` to fill them in"];
  }
  let requests: readonly unknown[];
  try {
    const read = of("request").map((request) => json.read("request", request));
    requests = read.map((request) => options.request?.(request, call) ?? request);
  } catch (thrown) {
    return [
      `its request is none of this method any more: ${thrown instanceof Error ? thrown.message : "it cannot be read"}`,
    ];
  }
  const ignored = new Set(options.ignore);
  const answered = await ask(method, requests, options);
  const shown = answered.answers.map((answer) => json.show("answer", answer));
  const recorded = of("answer");
  const isOne = method.info.shape !== "serverStream" && method.info.shape !== "bidiStream";
  const differences = isOne
    ? jsonDifferences(recorded[0], shown[0], ignored)
    : jsonDifferences(recorded, shown, new Set([...ignored].map((path) => `[].${path}`)));
  const error = answered.error === undefined ? undefined : json.showError(answered.error);
  return [
    ...(isOne && (error !== undefined || call.error !== undefined) ? [] : differences),
    ...errorDifferences(call, error),
  ];
}

function errorDifferences({ error: recorded }: RecordedCall, received: RecordedCall["error"]): readonly string[] {
  if (recorded === undefined && received === undefined) return [];
  const name = (error: RecordedCall["error"]): string =>
    error === undefined ? "an answer" : `${error.typeName ?? error.code} (${error.message})`;
  if (
    recorded === undefined ||
    received === undefined ||
    recorded.code !== received.code ||
    recorded.typeName !== received.typeName
  ) {
    return [`recorded ${name(recorded)}, received ${name(received)}`];
  }
  // Sentences are for people and may be worded anew; what programs read is the detail.
  return jsonDifferences(recorded.detail, received.detail).map((text) => `in the error's detail: ${text}`);
}

interface Answered {
  readonly answers: readonly unknown[];
  readonly error: unknown;
}

async function ask(
  method: Method<unknown, unknown>,
  requests: readonly unknown[],
  options: VerifyOptions,
): Promise<Answered> {
  const { channel, options: said } = options;
  const answers: unknown[] = [];
  try {
    switch (method.info.shape) {
      case "unary":
        answers.push(await channel.unary(method, requests[0], said));
        break;
      case "oneway":
        answers.push(await channel.oneway(method, requests[0], said));
        break;
      case "clientStream":
        answers.push(await channel.clientStream(method, requests, said));
        break;
      case "serverStream":
        for await (const answer of channel.serverStream(method, requests[0], said)) answers.push(answer);
        break;
      case "bidiStream":
        for await (const answer of channel.bidiStream(method, requests, said)) answers.push(answer);
        break;
    }
    return { answers, error: undefined };
  } catch (error) {
    return { answers, error };
  }
}
