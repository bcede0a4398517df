/** The messages and errors of one method between their values and what a recording holds of them. */

import { JsonReader, JsonWriter, type JsonCodec, type TypeRegistry } from "../../codec/json/json-codec.js";
import { redactJson } from "../../codec/json/redact-json.js";
import type { JsonValue } from "../../codec/json/json-value.js";
import { asRpcError, thrownText } from "../../error/plain-text.js";
import { RpcError } from "../../error/rpc-error.js";
import type { ServiceJson } from "../../method/service-json.js";
import { secretMark } from "../../secret/secret-fields.js";
import type { RecordedError } from "./recording.js";

/** One method of a service. */
export interface CallJson {
  /** A message as it is recorded: canonical JSON without its secrets. Throws where it has no JSON. */
  show(kind: "request" | "answer", message: unknown): JsonValue;
  /** A recorded message as a value; what was secret is empty. Throws where it is not the method's any more. */
  read(kind: "request" | "answer", json: JsonValue): unknown;
  showError(thrown: unknown): RecordedError;
  readError(error: RecordedError): Error;
}

/** The method at an index of its service; undefined where there is none. */
export function callJsonOf(json: ServiceJson, index: number, registry?: TypeRegistry): CallJson | undefined {
  const method = json.methods[index];
  const info = json.service.methods[index];
  if (method === undefined || info === undefined) return undefined;
  const codecOf = (kind: "request" | "answer"): JsonCodec<unknown, never> | undefined =>
    kind === "request" ? method.request : method.answer;
  const wraps = (kind: "request" | "answer"): boolean => kind === "answer" && method.isValue === true;
  // A message that may be anything, which an answer's only field says of itself.
  const isHidden = (kind: "request" | "answer"): boolean => !wraps(kind) && info.secrets?.[kind] === "all";
  return {
    show(kind, message) {
      const codec = codecOf(kind);
      if (codec === undefined) return {};
      if (isHidden(kind)) return secretMark;
      const value = wraps(kind) ? { value: message } : message;
      // Callers and handlers were typed against the method that this is the JSON of.
      return redactJson(codec.secrets, codec.toJson(value as never, new JsonWriter({ registry })));
    },
    read(kind, shown) {
      const codec = codecOf(kind);
      if (codec === undefined) return undefined;
      const bare = isHidden(kind) ? {} : redactJson(codec.secrets, shown, () => undefined);
      const value = codec.fromJson(bare, new JsonReader({ registry }));
      return wraps(kind) ? (value as { readonly value: unknown }).value : value;
    },
    showError: (thrown) => shownError(json, thrown, registry),
    readError: (error) => readError(json, error, registry),
  };
}

function shownError(json: ServiceJson, thrown: unknown, registry: TypeRegistry | undefined): RecordedError {
  const error = asRpcError(thrown);
  // What a handler did not foresee stays inside, as it does on the wire.
  if (error === undefined) return { code: "internal", message: "the handler failed" };
  const { code, typeName } = error;
  const message = thrownText(error, "the call");
  const declared = typeName === undefined ? undefined : json.errors.find(({ name }) => name === typeName);
  if (declared === undefined || !hasDetail(error)) return { code, message };
  const detail = declared.toJson(error, new JsonWriter({ registry }));
  return { code, message, typeName: declared.name, detail: redactJson(declared.secrets, detail) };
}

function readError(
  json: ServiceJson,
  { code, message, typeName, detail = {} }: RecordedError,
  registry?: TypeRegistry,
): Error {
  const declared = json.errors.find(({ name }) => name === typeName);
  if (declared === undefined) return new RpcError(code, message);
  const bare = redactJson(declared.secrets, detail, () => undefined);
  return declared.fromJson(bare, new JsonReader({ registry }), message, {});
}

function hasDetail(error: RpcError): error is RpcError & { readonly detail: unknown } {
  return "detail" in error;
}
