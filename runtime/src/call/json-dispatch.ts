/** Leads calls that come in JSON to their handlers: one table for every service, beside the generated ones. */

import type { JsonWireOptions } from "../codec/json/json-wire.js";
import { jsonMethods, type JsonMethod } from "../method/json-method.js";
import type { MethodInfo } from "../method/method.js";
import type { ServiceJson } from "../method/service-json.js";
import { isPending, type Dispatch, type ServerExchange } from "./server-call.js";

type Handle = (...args: readonly unknown[]) => unknown;
type Answers = AsyncIterable<unknown> | Iterable<unknown>;

export interface JsonDispatch {
  readonly methods: readonly MethodInfo[];
  readonly dispatch: Dispatch<never>;
}

/** What the generated dispatch table of the service does, over JSON, and its methods with errors in JSON. */
export function jsonDispatch(json: ServiceJson, options: JsonWireOptions): JsonDispatch {
  const methods = jsonMethods(json, options);
  return {
    methods: methods.map(({ info }) => info),
    dispatch: (handler: object, index: number, call: ServerExchange) => {
      const method = methods[index];
      if (method === undefined) return call.unimplemented(index);
      // The handler's type was checked where it met its dispatch table, in `mount`.
      answer(method, handler as Readonly<Record<string, Handle>>, call);
    },
  };
}

function answer(method: JsonMethod, handler: Readonly<Record<string, Handle>>, call: ServerExchange): void {
  const { info, decodeRequest, encodeAnswer } = method;
  // A call of the handler's own member: `this` is the handler, and one that is missing is named by the error.
  const ask = (...request: readonly unknown[]): unknown => handler[info.name]!(...request, call);
  switch (info.shape) {
    case "unary": {
      const given = ask(...unpacked(info, decodeRequest(call.reader, call.end)));
      if (isPending(given)) return call.later(given, encodeAnswer);
      return call.reply(encodeAnswer(call.writer, given, call.begin()));
    }
    case "serverStream":
      return call.stream(ask(...unpacked(info, decodeRequest(call.reader, call.end))) as Answers, encodeAnswer);
    case "clientStream":
      return call.later(ask(call.receive(decodeRequest)) as Promise<unknown>, encodeAnswer);
    case "bidiStream":
      return call.stream(ask(call.receive(decodeRequest)) as Answers, encodeAnswer);
    case "oneway":
      return call.forget(ask(...unpacked(info, decodeRequest(call.reader, call.end))));
  }
}

/** What a handler takes in front of the call: the request, or its fields one by one. */
function unpacked({ parameters }: MethodInfo, request: unknown): readonly unknown[] {
  if (parameters === undefined) return [request];
  const fields = request as Readonly<Record<string, unknown>>;
  return parameters.map((name) => fields[name]);
}
