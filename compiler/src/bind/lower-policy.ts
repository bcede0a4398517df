/** Lowers annotations on how calls are tried, limited and remembered, and says which methods a service's hold for. */

import type { PolicySchema } from "../schema/policy-schema.js";
import type { Annotation, MethodSchema } from "../schema/schema.js";
import { findAnnotation } from "./file-context.js";

/** What annotations of one thing say; undefined where they say nothing. */
export function policyOf(annotations: readonly Annotation[]): PolicySchema | undefined {
  const read = <T>(name: string, make: (args: Arguments) => T | undefined): T | undefined => {
    const annotation = findAnnotation(annotations, name);
    return annotation === undefined ? undefined : make(new Arguments(annotation));
  };
  return unlessEmpty({
    retry: read("retry", (args) => ({
      attempts: args.number(0),
      backoffInitialMs: args.duration(1),
      backoffMaxMs: args.duration(2),
    })),
    hedge: read("hedge", (args) => {
      const delayMs = args.duration(0);
      return delayMs === undefined ? undefined : { delayMs, attempts: args.number(1) };
    }),
    cache: read("cache", (args) => {
      const forMs = args.duration(0);
      return forMs === undefined ? undefined : { forMs, entriesMax: args.number(1) };
    }),
    rateLimit: read("rateLimit", (args) => {
      const perSecond = args.number(0);
      return perSecond === undefined ? undefined : { perSecond, burst: args.number(1) };
    }),
    concurrency: read("concurrency", (args) => {
      const max = args.number(0);
      return max === undefined ? undefined : { max, isAdaptive: args.word(1) === "adaptive" };
    }),
    idempotencyKey: read("idempotencyKey", (args) => (args.word(0) === "shared" ? "shared" : "own")),
  });
}

/** A method's own policy, and of its service's what makes sense for it. */
export function policyFor(
  method: Pick<MethodSchema, "policy" | "shape" | "isIdempotent">,
  ofService: PolicySchema | undefined,
): PolicySchema | undefined {
  if (ofService === undefined) return method.policy;
  const own = method.policy;
  const { shape, isIdempotent } = method;
  const answersOnce = shape === "unary" || shape === "oneway";
  const key = own?.idempotencyKey ?? (answersOnce && !isIdempotent ? ofService.idempotencyKey : undefined);
  const takesStream = shape === "clientStream" || shape === "bidiStream";
  const mayRetry = !takesStream && (isIdempotent || key !== undefined);
  const mayHedge = shape === "unary" && (isIdempotent || key === "shared");
  return unlessEmpty({
    retry: own?.retry ?? (mayRetry ? ofService.retry : undefined),
    hedge: own?.hedge ?? (mayHedge ? ofService.hedge : undefined),
    cache: own?.cache ?? (shape === "unary" && isIdempotent ? ofService.cache : undefined),
    rateLimit: own?.rateLimit ?? ofService.rateLimit,
    concurrency: own?.concurrency ?? ofService.concurrency,
    idempotencyKey: key,
  });
}

function unlessEmpty(policy: PolicySchema): PolicySchema | undefined {
  return Object.values(policy).every((part) => part === undefined) ? undefined : policy;
}

/** Arguments by position, of kinds that the catalogue has checked. */
class Arguments {
  readonly #annotation: Annotation;

  constructor(annotation: Annotation) {
    this.#annotation = annotation;
  }

  number(index: number): number | undefined {
    const value = this.#annotation.args[index];
    return value?.kind === "number" ? Number(value.value) : undefined;
  }

  duration(index: number): number | undefined {
    const value = this.#annotation.args[index];
    return value?.kind === "duration" ? value.milliseconds : undefined;
  }

  word(index: number): string | undefined {
    const value = this.#annotation.args[index];
    return value?.kind === "name" ? value.value : undefined;
  }
}
