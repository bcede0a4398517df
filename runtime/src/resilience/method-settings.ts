/** What holds for one method once every place that may say something has said it: the one order of precedence. */

import type { CallPolicy } from "../call/outgoing-call.js";
import type { StatusCode } from "../error/status.js";
import type { DeduplicatePolicy, MethodPolicy, RateLimit } from "../method/method-policy.js";
import type { MethodInfo } from "../method/method.js";
import type { LimitSettings } from "./call-limits.js";
import type { GateSettings } from "./concurrency-gate.js";
import type {
  ChannelPolicy,
  ClientCodeRule,
  ClientPolicies,
  ClientRule,
  Rules,
  ServerPolicies,
  ServerRule,
} from "./policies.js";
import type { BudgetSettings } from "./retry-budget.js";
import type { BucketSettings } from "./token-bucket.js";

export interface RetrySettings {
  readonly attempts: number;
  readonly backoffInitialMs: number;
  readonly backoffMaxMs: number;
  readonly on: ReadonlySet<StatusCode>;
}

export interface HedgeSettings {
  readonly attempts: number;
  readonly delayMs: number;
  /** Failures that do not end the call while other attempts may still be answered. */
  readonly on: ReadonlySet<StatusCode>;
}

export interface CacheSettings {
  readonly forMs: number;
  readonly entriesMax: number;
  readonly bytesMax: number;
  readonly errors: boolean;
}

/** A method on a client. */
export interface ClientSettings extends LimitSettings {
  readonly timeoutMs: number | undefined;
  readonly retry: RetrySettings | undefined;
  readonly hedge: HedgeSettings | undefined;
  readonly cache: CacheSettings | undefined;
  readonly idempotencyKey: boolean | "shared";
  readonly fallback: Exclude<ClientCodeRule["fallback"], false>;
}

/** A method on a server. */
export interface ServerSettings extends LimitSettings {
  readonly deduplicate: DeduplicateSettings | undefined;
}

export interface DeduplicateSettings {
  readonly forMs: number;
  readonly entriesMax: number;
  readonly bytesMax: number;
}

/** Names a method where policies do: `shop.v1.Orders/Place`. */
export interface NamedMethod {
  readonly service: { readonly name: string };
  readonly info: MethodInfo;
}

const retryDefaults = { attempts: 3, backoffInitialMs: 50, backoffMaxMs: 2000 };
const retryOn: readonly StatusCode[] = ["unavailable"];
const cacheDefaults = { entriesMax: 1000, bytesMax: 16 * 1024 * 1024, errors: false };
const deduplicateDefaults: DeduplicateSettings = {
  forMs: 600_000,
  entriesMax: 100_000,
  bytesMax: 64 * 1024 * 1024,
};

/** Most specific last: annotations, code, file, the call. Within one place: `*`, the service, the method. */
export function clientSettings(
  method: NamedMethod,
  code: ClientPolicies | undefined,
  file: ClientPolicies<ClientRule> | undefined,
  call: CallPolicy | undefined,
): ClientSettings {
  // What annotations say of limits is the server's business: it knows what it can take, one client does not.
  const { rateLimit: _rate, concurrency: _concurrency, ...annotated } = method.info.policy ?? {};
  const places: readonly (ClientCodeRule | undefined)[] = [
    annotated,
    ...clientRulesFor(code?.methods, method),
    ...clientRulesFor(file?.methods, method),
    call,
  ];
  const rule = merged(places);
  const retry = rule.retry === false ? undefined : rule.retry;
  const hedge = rule.hedge === false ? undefined : rule.hedge;
  const cache = rule.cache === false ? undefined : rule.cache;
  const on = new Set(retry?.on ?? retryOn);
  return {
    timeoutMs: rule.timeoutMs,
    retry: retry && { ...retryDefaults, ...said(retry), on },
    hedge: hedge && { attempts: hedge.attempts ?? 2, delayMs: hedge.delayMs, on },
    cache: cache && { ...cacheDefaults, ...said(cache) },
    idempotencyKey: rule.idempotencyKey ?? false,
    fallback: rule.fallback === false ? undefined : rule.fallback,
    ...limitSettings(rule),
  };
}

/** The same on a server. The annotation that makes clients send keys makes servers remember them. */
export function serverSettings(
  method: NamedMethod,
  code: ServerPolicies | undefined,
  file: ServerPolicies | undefined,
): ServerSettings {
  const { rateLimit, concurrency, idempotencyKey } = method.info.policy ?? {};
  const annotated: ServerRule = { rateLimit, concurrency, deduplicate: idempotencyKey === true ? {} : undefined };
  const rule = merged<ServerRule>([annotated, ...rulesFor(code?.methods, method), ...rulesFor(file?.methods, method)]);
  const deduplicate = rule.deduplicate === false ? undefined : rule.deduplicate;
  return { ...limitSettings(rule), deduplicate: deduplicate && deduplicateSettings(deduplicate) };
}

export function deduplicateSettings(policy: DeduplicatePolicy): DeduplicateSettings {
  return { ...deduplicateDefaults, ...said(policy) };
}

/** What concerns a channel as a whole; the file wins over code, field by field. */
export function channelPolicy(
  code: ClientPolicies | undefined,
  file: ClientPolicies<ClientRule> | undefined,
): ChannelPolicy {
  return merged<ChannelPolicy>([code?.channel, file?.channel]);
}

/** What concerns a server as a whole. */
export function totalLimits(code: ServerPolicies | undefined, file: ServerPolicies | undefined): LimitSettings {
  return limitSettings(merged<NonNullable<ServerPolicies["total"]>>([code?.total, file?.total]));
}

export function budgetSettings({ retryBudget }: ChannelPolicy): BudgetSettings {
  return { ratio: retryBudget?.ratio ?? 0.2, perSecond: retryBudget?.perSecond ?? 10 };
}

export function limitSettings({
  rateLimit,
  concurrency,
}: Pick<MethodPolicy, "rateLimit" | "concurrency">): LimitSettings {
  return {
    rateLimit: rateLimit === false || rateLimit === undefined ? undefined : bucketSettings(rateLimit),
    concurrency: concurrency === false || concurrency === undefined ? undefined : gateSettings(concurrency),
  };
}

function bucketSettings({ perSecond, burst }: RateLimit): BucketSettings {
  return { perSecond, burst: burst ?? Math.max(1, Math.round(perSecond)) };
}

function gateSettings({ max, adaptive }: Exclude<MethodPolicy["concurrency"], false | undefined>): GateSettings {
  return { max: max ?? 1000, adaptive: adaptive ?? false };
}

// A stream of answers may last; only who names its method can mean to end it.
function clientRulesFor<Rule extends ClientRule>(
  rules: Rules<Rule> | undefined,
  method: NamedMethod,
): readonly (Rule | undefined)[] {
  const [all, service, ...own] = rulesFor(rules, method);
  const { shape } = method.info;
  if (shape !== "serverStream" && shape !== "bidiStream") return [all, service, ...own];
  return [all && { ...all, timeoutMs: undefined }, service && { ...service, timeoutMs: undefined }, ...own];
}

// A method has two names: the one of the `.rpc` file and of TypeScript, and the one on the wire, which is more exact.
function rulesFor<Rule>(rules: Rules<Rule> | undefined, { service, info }: NamedMethod): readonly (Rule | undefined)[] {
  if (rules === undefined) return [];
  return [...new Set(["*", ...["*", info.name, info.wireName].map((name) => `${service.name}/${name}`)])].map((name) =>
    Object.hasOwn(rules, name) ? rules[name] : undefined,
  );
}

// Two levels deep, which is as deep as policies go: `retry` as a whole, and within it `attempts`. A fallback is one thing.
function merged<Rule extends object>(places: readonly (Rule | undefined)[]): Rule {
  const whole: Record<string, unknown> = {};
  for (const place of places) {
    for (const [name, value] of Object.entries(said(place ?? {}))) {
      const before = whole[name];
      const isDeeper = name !== "fallback" && isObject(before) && isObject(value);
      whole[name] = isDeeper ? { ...before, ...said(value) } : value;
    }
  }
  return whole as Rule;
}

/** Without what is undefined, which would hide what is said elsewhere. */
function said<Value extends object>(value: Value): { [Name in keyof Value]: Exclude<Value[Name], undefined> } {
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries) as { [Name in keyof Value]: Exclude<Value[Name], undefined> };
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
