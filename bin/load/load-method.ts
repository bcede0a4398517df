/** A method as it is called under load: each request is encoded once, and its bytes are sent again and again. */

import type { MessageCodec, Method } from "@rpcgen/runtime";
import { UsageError } from "../exit-code.js";
import { hostIn } from "../project.js";
import { checkedRequest } from "../request-check.js";
import type { Found, Target } from "../target.js";

export interface LoadMethod {
  readonly method: Method<Uint8Array, unknown>;
  readonly requests: readonly Uint8Array[];
  /** What messages travel in. */
  readonly wire: "protobuf" | "json";
  /** For the channels; undefined for Protobuf. */
  readonly codec: MessageCodec | undefined;
}

/** So many answers are read, to find whether they can be; the others are counted. */
const answersRead = 1000;

/**
 * Protobuf where the project's files know the method, JSON where only the server does. Throws a UsageError for a request that
 * does not fit, with the path of what does not.
 */
export async function loadMethod(
  found: Found,
  texts: readonly string[],
  target: Target,
  directory: string,
): Promise<LoadMethod> {
  texts.forEach((text, index) => naming(index, texts.length, () => checkedRequest(text, found)));
  return found.known === undefined
    ? overJson(found, texts, target)
    : overProtobuf(found, found.known, texts, target, directory);
}

/** Makes a method of bytes that are ready; `decode` reads an answer and throws for one that cannot be read. */
function readyMade<Out>(
  method: Pick<Method<unknown, Out>, "service" | "index" | "info" | "path" | "decode">,
): Method<Uint8Array, unknown> {
  const { service, index, info, path, decode } = method;
  let left = answersRead;
  return {
    service,
    index,
    info,
    path,
    encode: (writer, bytes, position) => writer.raw(position, bytes),
    decode: (reader, end) => {
      if (left > 0) {
        left--;
        decode(reader, end);
      }
      reader.position = end;
    },
  };
}

async function overProtobuf(
  { service }: Found,
  { schema, method }: NonNullable<Found["known"]>,
  texts: readonly string[],
  { runtime }: Target,
  directory: string,
): Promise<LoadMethod> {
  const { compileMethod } = await import("./method-codecs.js");
  const { workingDirectory } = hostIn(directory);
  const compiled = await compileMethod(schema, service.name, method, workingDirectory);
  const { encode } = compiled.method;
  const codec = { name: compiled.request.name, encode, decode: () => undefined };
  const requests = texts.map((text, index) =>
    naming(index, texts.length, () => runtime.toBytes(codec, runtime.fromJsonString(compiled.request, text))),
  );
  return { method: readyMade(compiled.method), requests, wire: "protobuf", codec: undefined };
}

function overJson({ service, index }: Found, texts: readonly string[], { reflection }: Target): LoadMethod {
  const method = reflection.genericMethod(service, index);
  const encoder = new TextEncoder();
  // The methods are ready for the wire as they are.
  const codec: MessageCodec = { name: "json", twin: (asked) => asked };
  return { method: readyMade(method), requests: texts.map((text) => encoder.encode(text)), wire: "json", codec };
}

/** Runs `look` and says which of several requests it did not like. */
function naming<T>(index: number, count: number, look: () => T): T {
  try {
    return look();
  } catch (error) {
    const which = count === 1 ? "the request" : `request ${index + 1}`;
    if (error instanceof UsageError)
      throw new UsageError(`${count === 1 ? "" : `${which}: `}${error.message}`, error.hint);
    if (error instanceof Error) throw new UsageError(`${which} does not fit: ${error.message}`);
    throw error;
  }
}
