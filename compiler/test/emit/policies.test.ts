/** Policies of the IDL arrive in the generated methods as the runtime wants them, and the runtime takes whatever may be written. */

import { expect, test } from "vitest";
import type { ServiceInfo } from "../../../runtime/src/method/method.js";
import { checkClientPolicies } from "../../../runtime/src/resilience/check-policies.js";
import { generate } from "../support/load-generated.js";

const generated = generate("policies", {
  "shop.rpc": `
    package shop
    message Order { 1 id: string }
    @retry(3, 50ms, 2s) @hedge(100ms) @cache(30s, 500) @rateLimit(1000) @concurrency(64, adaptive) @idempotencyKey
    service Limited {
      place(Order): Order
      @idempotent get(Order): Order
      @idempotent @retry @rateLimit(0.5, 2) @concurrency(8) watch(Order): stream Order
      upload(stream Order): Order
    }
    service Plain {
      place(Order): Order
      @idempotencyKey(shared) @hedge(50ms, 3) move(Order): Order
    }
    service Least {
      @idempotent @retry(2, 0s, 0s) @hedge(0s, 2) @cache(1ms, 1) @rateLimit(0.001, 1) @concurrency(1) get(Order): Order
    }
    service Most {
      @idempotent @retry(5, 1d, 1d) @hedge(1d, 5) @cache(30d, 1000000) @rateLimit(1e6, 1000000) @concurrency(1000000)
      get(Order): Order
    }`,
});
const { LimitedService, PlainService, LeastService, MostService } = (await generated.load(
  "shop.methods.ts",
)) as Readonly<Record<string, ServiceInfo>>;

test("a service's policies hold for the methods for which they make sense", () => {
  const limits = { rateLimit: { perSecond: 1000 }, concurrency: { max: 64, adaptive: true } };
  const retry = { attempts: 3, backoffInitialMs: 50, backoffMaxMs: 2000 };
  expect(LimitedService?.methods.map(({ policy }) => policy)).toEqual([
    { retry, ...limits, idempotencyKey: true },
    { retry, hedge: { delayMs: 100 }, cache: { forMs: 30_000, entriesMax: 500 }, ...limits },
    { retry: {}, rateLimit: { perSecond: 0.5, burst: 2 }, concurrency: { max: 8 } },
    limits,
  ]);
});

test("where the IDL says nothing, nothing is generated", () => {
  const [place, move] = PlainService?.methods ?? [];
  expect(place).toBeDefined();
  expect(place).not.toHaveProperty("policy");
  expect(move?.policy).toEqual({ hedge: { delayMs: 50, attempts: 3 }, idempotencyKey: "shared" });
});

test("what may be written is what the runtime takes, up to the ends", () => {
  const services = [LimitedService, PlainService, LeastService, MostService];
  const policies = services.flatMap((service) => service?.methods.flatMap(({ policy }) => policy ?? []) ?? []);
  expect(policies).toHaveLength(7);
  for (const policy of policies) expect(() => checkClientPolicies({ methods: { "*": policy } })).not.toThrow();
});
