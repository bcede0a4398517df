/** What a recording of calls is: lines of JSON, one for each call that is over, and how they are read. */

import { parseJson } from "../../codec/json/json-text.js";
import {
  isJsonList,
  isJsonObject,
  type JsonInput,
  type JsonInputObject,
  type JsonValue,
} from "../../codec/json/json-value.js";
import { RpcError } from "../../error/rpc-error.js";
import { statusCodes, type StatusCode } from "../../error/status.js";

/** Recordings of a later version are refused rather than misread. */
export const recordingVersion = 1;

/** One message of a call, in canonical JSON without its secrets. */
export interface RecordedMessage {
  readonly kind: "request" | "answer";
  /** Milliseconds after the call began. */
  readonly atMs: number;
  readonly json: JsonValue;
}

export interface RecordedError {
  readonly code: StatusCode;
  readonly message: string;
  /** Of a declared error: its full name, and its detail without its secrets. */
  readonly typeName?: string;
  readonly detail?: JsonValue;
}

export interface RecordedCall {
  /** Counted from 1 in the order in which calls began. */
  readonly number: number;
  /** Full name. */
  readonly service: string;
  /** As clients and handlers name it. */
  readonly method: string;
  /** Milliseconds after the recording began. */
  readonly atMs: number;
  readonly tookMs: number;
  /** What of the caller's metadata the recorder was told to keep. */
  readonly metadata: readonly (readonly [string, string])[];
  /** In the order in which they went by. */
  readonly messages: readonly RecordedMessage[];
  /** How it failed; undefined where it did not. */
  readonly error?: RecordedError;
  /** Why not all of it is here: it was left early, or was too large. */
  readonly incomplete?: string;
}

export interface Recording {
  readonly recordedAt: string;
  /** In the order in which they began. */
  readonly calls: readonly RecordedCall[];
}

/**
 * Reads the text of a recording. Rejects what is none, what a later version wrote, and a line that cannot be read, with an
 * `invalid-argument` RpcError that names the line; a last line that was cut off counts for nothing, as its call was not over.
 */
export function parseRecording(text: string, name = "the recording"): Recording {
  const lines = text.split("\n");
  const isCutOff = lines.at(-1) !== "";
  const whole = lines.slice(0, -1);
  const [head, ...rest] = whole;
  if (head === undefined) throw invalid(name, 1, isCutOff && text !== "" ? "it is cut off" : "it is empty");
  const { recordedAt } = readHead(head, name);
  const calls = rest.flatMap((line, index) => (line === "" ? [] : [readCall(line, name, index + 2)]));
  return { recordedAt, calls: calls.sort((a, b) => a.number - b.number) };
}

function readHead(line: string, name: string): { readonly recordedAt: string } {
  const head = objectIn(line, name, 1);
  if (head["rpcgen"] !== "recording") throw invalid(name, 1, "it does not begin like a recording of calls");
  if (head["version"] !== recordingVersion) {
    const version = typeof head["version"] === "number" ? String(head["version"]) : "unknown";
    throw invalid(
      name,
      1,
      `it is of version ${version}, and this runtime reads version ${recordingVersion}; use a newer runtime`,
    );
  }
  return { recordedAt: typeof head["recordedAt"] === "string" ? head["recordedAt"] : "" };
}

function readCall(line: string, name: string, at: number): RecordedCall {
  const call = objectIn(line, name, at);
  const { number, service, method, atMs, tookMs, metadata, messages, error, incomplete } = call;
  if (typeof number !== "number" || typeof service !== "string" || typeof method !== "string") {
    throw invalid(name, at, "a call has number, service and method");
  }
  if (!isJsonList(messages ?? null)) throw invalid(name, at, "a call has a list of messages");
  return {
    number,
    service,
    method,
    atMs: typeof atMs === "number" ? atMs : 0,
    tookMs: typeof tookMs === "number" ? tookMs : 0,
    metadata: pairsIn(metadata),
    messages: (messages as readonly JsonInput[]).map((message) => readMessage(message, name, at)),
    ...(error === undefined ? {} : { error: readError(error, name, at) }),
    ...(typeof incomplete === "string" ? { incomplete } : {}),
  };
}

function readMessage(message: JsonInput, name: string, at: number): RecordedMessage {
  if (isJsonObject(message)) {
    const { kind, atMs, json } = message;
    if ((kind === "request" || kind === "answer") && json !== undefined) {
      // Integers beyond a number's reach stand in strings: that is how canonical JSON writes them.
      return { kind, atMs: typeof atMs === "number" ? atMs : 0, json: json as JsonValue };
    }
  }
  throw invalid(name, at, "a message has kind and json");
}

function readError(error: JsonInput, name: string, at: number): RecordedError {
  if (!isJsonObject(error)) throw invalid(name, at, "an error is an object");
  const { code, message, typeName, detail } = error;
  const known = statusCodes.find((each) => each === code);
  if (known === undefined || known === "ok") throw invalid(name, at, "an error has a status code");
  return {
    code: known,
    message: typeof message === "string" ? message : "",
    ...(typeof typeName === "string" ? { typeName } : {}),
    ...(detail === undefined ? {} : { detail: detail as JsonValue }),
  };
}

function pairsIn(metadata: JsonInput | undefined): readonly (readonly [string, string])[] {
  if (metadata === undefined || !isJsonList(metadata)) return [];
  return metadata.flatMap((pair): readonly (readonly [string, string])[] => {
    const [key, value] = isJsonList(pair) ? pair : [];
    return typeof key === "string" && typeof value === "string" ? [[key, value]] : [];
  });
}

function objectIn(line: string, name: string, at: number): JsonInputObject {
  let json: JsonInput;
  try {
    json = parseJson(line);
  } catch {
    throw invalid(name, at, "it is no JSON");
  }
  if (!isJsonObject(json)) throw invalid(name, at, "it is no object");
  return json;
}

function invalid(name: string, line: number, problem: string): RpcError {
  return new RpcError("invalid-argument", `${name} cannot be read: line ${line}: ${problem}`);
}
