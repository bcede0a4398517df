/** What policies keep in memory ends when they are switched off, and is bounded while they are on. */

import { expect, it } from "vitest";
import { failureOf } from "../kit/harness.js";
import { ChangingPolicies, note, noteMethod, stackUnderTest } from "./kit.js";

const idempotent = (name: string) => noteMethod(name, { isIdempotent: true });

it.each([
  ["caches", { cache: { forMs: 1e9 } }, { cache: false as const }],
  ["limits of rate", { rateLimit: { perSecond: 1000 } }, { rateLimit: false as const }],
  ["limits of concurrency", { concurrency: { adaptive: true } }, { concurrency: false as const }],
])("%s that are switched off are let go at once, not with the next call", async (_, on, off) => {
  const source = new ChangingPolicies({ client: { methods: { "*": on } } });
  const { channel, stack } = stackUnderTest(() => note("x".repeat(1000)), { source });
  for (let i = 0; i < 200; i++) await channel.unary(idempotent(`M${i}`), note());
  expect(stack.methodsKept).toBe(200);
  source.change({ client: { methods: { "*": off } } });
  expect(stack.methodsKept).toBe(0);
});

it("what is not switched off stays, and goes on counting", async () => {
  const limit = { rateLimit: { perSecond: 0.001, burst: 2 } };
  const source = new ChangingPolicies({ client: { methods: { "*": { ...limit, cache: { forMs: 1000 } } } } });
  const { channel, stack } = stackUnderTest(() => note(), { source });
  const one = idempotent("One");
  await channel.unary(one, note("first"));
  source.change({ client: { methods: { "*": limit } } });
  expect(stack.methodsKept).toBe(1);
  await channel.unary(one, note("first"));
  expect(await failureOf(channel.unary(one, note("first")))).toMatchObject({ code: "resource-exhausted" });
});

it("methods that are made up do not pile up", async () => {
  const { channel, stack } = stackUnderTest(() => note(), { policies: { methods: { "*": { concurrency: {} } } } });
  for (let i = 0; i < 10_500; i++) await channel.unary(idempotent(`M${i}`), note());
  expect(stack.methodsKept).toBe(10_000);
});
