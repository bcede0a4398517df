/** Checks requests against the rules of their `.rpc` file: in front of a handler, and in front of the wire. */

import { Check, InvalidMessageError, type CheckMessage } from "../codec/rules/check.js";
import { thrownText } from "../error/plain-text.js";
import { RpcError } from "../error/rpc-error.js";
import type { MethodInfo } from "../method/method.js";
import type { ServiceRules } from "../method/service-rules.js";
import type { Interceptor, OutgoingCall } from "./outgoing-call.js";
import type { Mount } from "./server-call.js";

type Handle = (...args: readonly unknown[]) => unknown;

/** The mount with a handler that is only asked about requests that keep the rules; the mount itself where there are none. */
export function validateMount(mount: Mount): Mount {
  const { rules, service } = mount;
  if (rules === undefined) return mount;
  const handlers = mount.handler as Readonly<Record<string, unknown>>;
  const guarded = service.methods.map((info, index): readonly [string, unknown] => {
    const handle = handlers[info.name];
    const check = rules.requests[index];
    if (typeof handle !== "function") return [info.name, undefined];
    const own = (handle as Handle).bind(handlers);
    return [info.name, check === undefined ? own : guard(info, `/${service.name}/${info.wireName}`, check, own)];
  });
  return { ...mount, handler: Object.fromEntries(guarded.filter(([, handle]) => handle !== undefined)) };
}

function guard(info: MethodInfo, path: string, check: CheckMessage<never>, own: Handle): Handle {
  const { parameters, shape } = info;
  if (shape === "clientStream" || shape === "bidiStream") {
    return (requests, call) => own(checked(requests as AsyncIterable<unknown>, path, check), call);
  }
  if (parameters === undefined) {
    return (request, call) => {
      checkOne(request, path, check);
      return own(request, call);
    };
  }
  return (...args) => {
    checkOne(Object.fromEntries(parameters.map((name, index) => [name, args[index]])), path, check);
    return own(...args);
  };
}

/**
 * Checks requests before they are sent, by the rules that generated `rules` files export, for instance `OrdersRules`. A call
 * whose request breaks them fails with an `InvalidMessageError`, and the server never hears of it. In a stream of
 * requests the first bad one ends the call.
 */
export function validateRequests(...services: readonly ServiceRules[]): Interceptor {
  const byService = new Map(services.map((rules) => [rules.service.name, rules]));
  const checkOf = <In, Out>({ method }: OutgoingCall<In, Out>): CheckMessage<never> | undefined => {
    const rules = byService.get(method.service.name);
    // A method that was bundled by itself stands first in a service of its own.
    const isWhole = method.service.methods.length === rules?.service.methods.length;
    const index = isWhole ? method.index : rules?.service.methods.findIndex(({ name }) => name === method.info.name);
    return rules?.requests[index ?? -1];
  };
  const settle = <In, Out>(call: OutgoingCall<In, Out>): OutgoingCall<In, Out> => {
    const check = checkOf(call);
    if (check === undefined) return call;
    const { path } = call.method;
    if (call.requests !== undefined) return { ...call, requests: checked(call.requests, path, check) };
    checkOne(call.request, path, check);
    return call;
  };
  return {
    one: async (call, next) => next(settle(call)),
    // Settled when the iteration starts, as everything that can fail in a stream of answers.
    many: (call, next) => ({ [Symbol.asyncIterator]: () => next(settle(call))[Symbol.asyncIterator]() }),
  };
}

function checkOne(request: unknown, path: string, checkMessage: CheckMessage<never>): void {
  const check = new Check();
  try {
    // What comes in was typed where the check was generated.
    checkMessage(check, request as never);
  } catch (thrown) {
    // Not the message that its type promises: what is in it cannot even be looked at.
    const text = `the request is not what its method takes: ${thrownText(thrown, "its check")}`;
    throw new RpcError("invalid-argument", text, { method: path, cause: thrown });
  }
  if (check.count > 0) throw new InvalidMessageError(check, path);
}

async function* checked<Message>(
  messages: AsyncIterable<Message> | Iterable<Message>,
  path: string,
  check: CheckMessage<never>,
): AsyncGenerator<Message, void, undefined> {
  for await (const message of messages) {
    checkOne(message, path, check);
    yield message;
  }
}
