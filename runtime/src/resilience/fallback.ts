/** Answers in place of a service that cannot, with what code has given for that. */

import type { Interceptor, OutgoingCall } from "../call/outgoing-call.js";
import { asRpcError } from "../error/plain-text.js";
import type { RpcError } from "../error/rpc-error.js";
import type { StatusCode } from "../error/status.js";
import type { ClientSettings } from "./method-settings.js";

// The service could not answer. Everything else is an answer, if an unwelcome one: the request is wrong, or the caller has left.
const failures: ReadonlySet<StatusCode> = new Set([
  "unknown",
  "deadline-exceeded",
  "resource-exhausted",
  "aborted",
  "internal",
  "unavailable",
  "data-loss",
]);

/** For methods that answer once; a function's own failure is the call's. */
export function fallBack(fallback: NonNullable<ClientSettings["fallback"]>): Interceptor {
  return {
    async one<In, Out>(call: OutgoingCall<In, Out>, next: (call: OutgoingCall<In, Out>) => Promise<Out>): Promise<Out> {
      try {
        return await next(call);
      } catch (thrown) {
        const error = asRpcError(thrown);
        if (error === undefined || !isFailure(error)) throw thrown;
        // Whoever wrote the rule for the method knows its answer; rules are plain objects that know no types of methods.
        if (typeof fallback === "function")
          return (await fallback(call as OutgoingCall<unknown, unknown>, error)) as Out;
        return fallback.value as Out;
      }
    },
  };
}

function isFailure(error: RpcError): boolean {
  return failures.has(error.code) && error.typeName === undefined;
}
