/** Calls without generated code: methods known by name and shape only, with messages that are JSON text as it is. */

import { DecodeError } from "../bytes/decode-error.js";
import type { MessageReader } from "../bytes/message-reader.js";
import { readUtf8, writeUtf8 } from "../bytes/utf8.js";
import type { MessageWriter } from "../bytes/message-writer.js";
import type { ErrorCodec } from "../codec/codec.js";
import { DeclaredError, RpcError, type RpcErrorFacts } from "../error/rpc-error.js";
import type { StatusCode } from "../error/status.js";
import type { Method, ServiceInfo } from "../method/method.js";
import { secretMark } from "../secret/secret-fields.js";
import type { MessageCodec } from "./message-codec.js";

/** For `connect({ codec: genericJson })`: the connection speaks JSON, and generic methods are the only ones that it takes. */
export const genericJson: MessageCodec = {
  name: "json",
  twin<In, Out>(method: Method<In, Out>): Method<In, Out> {
    if (generic.has(method)) return method;
    throw new RpcError("invalid-argument", "a channel with genericJson takes methods from genericMethod only", {
      method: method.path,
    });
  },
};

const generic = new WeakSet<object>();

/**
 * A method by its index in a service that is known by name only, for instance from a server's reflection. Requests and
 * answers are texts in canonical JSON, which only the server looks into.
 */
export function genericMethod(service: ServiceInfo, index: number): Method<string, string> {
  const known = service.methods[index];
  if (known === undefined) throw new RangeError(`${service.name} has no method with index ${index}`);
  // Nobody here knows where secrets stand in the texts.
  const info = { ...known, secrets: { request: "all", answer: "all" } } as const;
  const path = `/${service.name}/${info.wireName}`;
  const method = {
    service,
    index,
    info,
    path,
    encode,
    decode: (reader: MessageReader, end: number) => decode(reader, end, path),
  };
  generic.add(method);
  return method;
}

/** A declared error as a generic call gets it. */
export class GenericError extends DeclaredError<string> {
  override readonly name: string = "GenericError";
  override readonly typeName: string;

  /** `detail` is its fields as JSON text, with `"[secret]"` in the place of what nobody may see. */
  constructor(typeName: string, detail: string, code: StatusCode, message: string, facts?: RpcErrorFacts) {
    super(code, detail, message, facts);
    this.typeName = typeName;
  }
}

/**
 * Declares an error by its name, for the `throws` of services that generic methods are made of. `secretFields` are the names in JSON of
 * its fields that are secret or hold something that is: `"all"` where nobody knows. Their values are dropped as the error comes in.
 */
export function genericError(name: string, secretFields: readonly string[] | "all"): ErrorCodec {
  return {
    name,
    encode: () => {
      throw new RpcError("internal", `${name} is known by its name only, and cannot be sent`);
    },
    decode: (reader, end, message, facts) => {
      const fields: unknown = JSON.parse(decode(reader, end, name));
      if (typeof fields !== "object" || fields === null)
        throw new DecodeError("malformed", name, undefined, "no object");
      const shown = Object.entries(fields).map(([field, value]: [string, unknown]) => {
        return [field, secretFields === "all" || secretFields.includes(field) ? secretMark : value];
      });
      const detail = JSON.stringify(Object.fromEntries(shown));
      return new GenericError(name, detail, facts.code ?? "unknown", message, facts);
    },
  };
}

function encode(writer: MessageWriter, text: string, position: number): number {
  writer.ensure(position, text.length * 3);
  return position + writeUtf8(writer.buffer, text, position);
}

function decode(reader: MessageReader, end: number, path: string): string {
  const text = readUtf8(reader.buffer, reader.position, end);
  reader.position = end;
  if (text === undefined) throw new DecodeError("malformed", path, undefined, "the JSON is not valid UTF-8");
  return text;
}
