/** Puts interceptors in front of handlers when a service is mounted; without any, the handler itself is called. */

import type { Mount, ServerCall } from "../call/server-call.js";
import { RpcError } from "../error/rpc-error.js";
import type { MethodInfo } from "../method/method.js";

/**
 * Stands between the wire and a handler; either function may be left out. `next` passes on to the handler and may be
 * called at most once; an interceptor that does not call it answers by itself. What it throws is the call's error.
 */
export interface ServerInterceptor {
  /** For methods that answer once or never; `request` is a message, or an AsyncIterable of them. */
  one?(call: ServerCall, request: unknown, next: (request: unknown) => unknown): unknown;
  /** For methods that answer with a stream. */
  many?(call: ServerCall, request: unknown, next: (request: unknown) => Answers): Answers;
}

type Answers = AsyncIterable<unknown> | Iterable<unknown>;
type Handle = (request: unknown, call: ServerCall) => unknown;

/** The mount with its handler wrapped, the first interceptor outermost; the mount itself where there are none. */
export function interceptMount(mount: Mount, interceptors: readonly ServerInterceptor[]): Mount {
  if (interceptors.length === 0) return mount;
  const handlers = mount.handler as Readonly<Record<string, unknown>>;
  const wrapped: [string, Handle][] = [];
  for (const info of mount.service.methods) {
    const handle = handlers[info.name];
    if (typeof handle !== "function") continue;
    const bound: Handle = (request, call) => Reflect.apply(handle, handlers, [request, call]) as unknown;
    wrapped.push([info.name, interceptors.reduceRight((inner, outer) => wrap(info, inner, outer), bound)]);
  }
  return { ...mount, handler: Object.fromEntries(wrapped) };
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
