/** The trace that the code which runs now is part of: the one place where something follows a program through its waits. */

import { AsyncLocalStorage } from "node:async_hooks";
import type { TraceContext } from "../call/outgoing-call.js";
import type { Answers, ServerCall, ServerInterceptor } from "../call/server-call.js";

const storage = new AsyncLocalStorage<TraceContext>();
const traces = new WeakMap<ServerCall, TraceContext>();

/** Inside of a handler, and whatever it starts; undefined outside of any, or where nobody traces. */
export function currentTrace(): TraceContext | undefined {
  return storage.getStore();
}

/** Runs `run`, and all that it starts, as part of a trace, for instance of one that came in over HTTP. */
export function withTrace<T>(trace: TraceContext, run: () => T): T {
  return storage.run(trace, run);
}

/** The trace of a call that a server answers; undefined where nobody traces. */
export function traceOf(call: ServerCall): TraceContext | undefined {
  return traces.get(call);
}

/** Notes the trace of a call that came. */
export function noteTrace(call: ServerCall, trace: TraceContext): void {
  traces.set(call, trace);
}

/** Runs handlers, and each step of the streams that they answer with, inside of what `around` sets up for their call. */
export function runAround(around: <T>(call: ServerCall, run: () => T) => T): ServerInterceptor {
  return {
    one: (call, request, next) => around(call, () => next(request)),
    many: (call, request, next) => {
      const answers = around(call, () => next(request));
      return steppedIn(answers, (step) => around(call, step));
    },
  };
}

// The body of a generator runs where its next answer is asked for, which is not where it was made.
function steppedIn(answers: Answers, inside: <T>(step: () => T) => T): Answers {
  if (Symbol.asyncIterator in answers) {
    return {
      [Symbol.asyncIterator]: () => {
        const iterator = inside(() => answers[Symbol.asyncIterator]());
        return {
          next: () => inside(() => iterator.next()),
          return: async (value: unknown) =>
            inside(async () => (await iterator.return?.(value)) ?? { value: undefined, done: true }),
        };
      },
    };
  }
  return {
    [Symbol.iterator]: () => {
      const iterator = inside(() => answers[Symbol.iterator]());
      return {
        next: () => inside(() => iterator.next()),
        return: (value: unknown) => inside(() => iterator.return?.(value) ?? { value: undefined, done: true }),
      };
    },
  };
}
