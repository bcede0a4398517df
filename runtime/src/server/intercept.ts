/** Puts interceptors in front of handlers when a service is mounted; without any, the handler itself is called. */

import type { Answers, Mount, ServerCall, ServerInterceptor } from "../call/server-call.js";
import { RpcError } from "../error/rpc-error.js";
import type { MethodInfo } from "../method/method.js";

type Handle = (request: unknown, call: ServerCall) => unknown;

/** The mount with its handler wrapped, the first interceptor outermost; the mount itself where there are none. */
export function interceptMount(mount: Mount, interceptors: readonly ServerInterceptor[]): Mount {
  if (interceptors.length === 0) return mount;
  const handlers = mount.handler as Readonly<Record<string, unknown>>;
  const wrapped: [string, (...args: readonly unknown[]) => unknown][] = [];
  for (const info of mount.service.methods) {
    const handle = handlers[info.name];
    if (typeof handle !== "function") continue;
    const own: Handle = (request, call) => Reflect.apply(handle, handlers, [...spread(info, request), call]) as unknown;
    const chain = interceptors.reduceRight((inner, outer) => wrap(info, inner, outer), own);
    wrapped.push([info.name, (...args) => chain(...gather(info, args))]);
  }
  return { ...mount, handler: Object.fromEntries(wrapped) };
}

/** What a handler takes in front of the call: the request, or its fields one by one. */
function spread({ parameters }: MethodInfo, request: unknown): unknown[] {
  if (parameters === undefined) return [request];
  const fields = request as Readonly<Record<string, unknown>>;
  return parameters.map((name) => fields[name]);
}

/** The request and the call out of a handler's arguments. */
function gather({ parameters }: MethodInfo, args: readonly unknown[]): [request: unknown, call: ServerCall] {
  // The dispatch table passes the call behind the last parameter.
  const call = args[parameters?.length ?? 1] as ServerCall;
  if (parameters === undefined) return [args[0], call];
  return [Object.fromEntries(parameters.map((name, index) => [name, args[index]])), call];
}

function wrap(info: MethodInfo, inner: Handle, interceptor: ServerInterceptor): Handle {
  const isMany = info.shape === "serverStream" || info.shape === "bidiStream";
  if (isMany ? interceptor.many === undefined : interceptor.one === undefined) return inner;
  return (request, call) => {
    let isCalled = false;
    const next = (passed: unknown): unknown => {
      if (isCalled) throw new RpcError("internal", "an interceptor called next twice");
      isCalled = true;
      return inner(passed, call);
    };
    // The handler of a method with a stream of answers returns one: its type was checked in `mount`.
    if (isMany) return interceptor.many?.(call, request, next as (request: unknown) => Answers);
    return interceptor.one?.(call, request, next);
  };
}
