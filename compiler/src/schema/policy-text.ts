/** Says a method's policy in words, for people who look at the method. */

import type { PolicySchema } from "./policy-schema.js";

/** Phrases such as `tried up to 3 times`; none where there is no policy. */
export function policyTexts(policy: PolicySchema | undefined): readonly string[] {
  if (policy === undefined) return [];
  const { retry, hedge, cache, rateLimit, concurrency, idempotencyKey } = policy;
  const texts: string[] = [];
  if (retry !== undefined) texts.push(`tried up to ${retry.attempts ?? 3} times`);
  if (hedge !== undefined) texts.push(`sent again after ${hedge.delayMs} ms without an answer`);
  if (cache !== undefined) texts.push(`answers kept for ${cache.forMs} ms`);
  if (rateLimit !== undefined) texts.push(`at most ${rateLimit.perSecond} calls a second`);
  if (concurrency !== undefined) texts.push(`at most ${concurrency.max} calls at once`);
  if (idempotencyKey !== undefined) texts.push("calls carry an idempotency key");
  return texts;
}
