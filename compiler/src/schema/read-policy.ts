/** Reads the policy of a method from its JSON form. */

import { JsonObject, type JsonNode } from "./json-reader.js";
import type { PolicySchema } from "./policy-schema.js";

export function readPolicy(node: JsonNode): PolicySchema | undefined {
  const policy = new JsonObject(node, ["retry", "hedge", "cache", "rateLimit", "concurrency", "idempotencyKey"]);
  const part = <T>(name: string, keys: readonly string[], read: (part: JsonObject) => T): T | undefined =>
    policy.optional(name, (inner) => read(new JsonObject(inner, keys)), undefined);
  const read: PolicySchema = {
    retry: part("retry", ["attempts", "backoffInitialMs", "backoffMaxMs"], (retry) => ({
      attempts: retry.optional("attempts", integer, undefined),
      backoffInitialMs: retry.optional("backoffInitialMs", number, undefined),
      backoffMaxMs: retry.optional("backoffMaxMs", number, undefined),
    })),
    hedge: part("hedge", ["delayMs", "attempts"], (hedge) => ({
      delayMs: hedge.required("delayMs").number(),
      attempts: hedge.optional("attempts", integer, undefined),
    })),
    cache: part("cache", ["forMs", "entriesMax"], (cache) => ({
      forMs: cache.required("forMs").number(),
      entriesMax: cache.optional("entriesMax", integer, undefined),
    })),
    rateLimit: part("rateLimit", ["perSecond", "burst"], (limit) => ({
      perSecond: limit.required("perSecond").number(),
      burst: limit.optional("burst", integer, undefined),
    })),
    concurrency: part("concurrency", ["max", "isAdaptive"], (limit) => ({
      max: limit.required("max").integer(),
      isAdaptive: limit.flag("isAdaptive"),
    })),
    idempotencyKey: policy.optional("idempotencyKey", (key) => key.oneOf(["own", "shared"]), undefined),
  };
  return Object.values(read).every((one) => one === undefined) ? undefined : read;
}

function integer(node: JsonNode): number {
  return node.integer();
}

function number(node: JsonNode): number {
  return node.number();
}
