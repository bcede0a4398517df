/** The layers that policies put between a channel and its calls: the one list of them, with the reason for each place. */

import { intercept } from "../call/intercept.js";
import type { Caller, Interceptor, OutgoingCall } from "../call/outgoing-call.js";
import type { Clock } from "../clock.js";
import type { RpcError } from "../error/rpc-error.js";
import { tell, type Observer } from "../events.js";
import type { AttemptTools } from "./attempts.js";
import { CallLimits, type LimitScope } from "./call-limits.js";
import { checkCallPolicy, checkClientPolicies } from "./check-policies.js";
import { limitCalls } from "./client-limits.js";
import { fallBack } from "./fallback.js";
import { Hedge } from "./hedge.js";
import { randomKey, sendKeys } from "./idempotency-key.js";
import {
  budgetSettings,
  channelPolicy,
  clientSettings,
  limitSettings,
  type ClientSettings,
  type NamedMethod,
} from "./method-settings.js";
import type { ChannelPolicy, ClientPolicies } from "./policies.js";
import type { PolicySource } from "./policy-source.js";
import { ResultCache } from "./result-cache.js";
import { Retry } from "./retry.js";
import { RetryBudget } from "./retry-budget.js";

export interface StackOptions {
  readonly clock: Clock;
  /** From 0 to below 1. */
  readonly random: () => number;
  readonly policies: ClientPolicies | undefined;
  /** Wins over `policies`, and may change. */
  readonly source: PolicySource | undefined;
  readonly newKey?: (() => string) | undefined;
  /** Told of policies that can do nothing. */
  readonly observe?: Observer | undefined;
  /** Told what holds for the channel as a whole, at first and after each change. */
  readonly applyToChannel?: ((policy: ChannelPolicy) => void) | undefined;
}

/** Throws an `invalid-argument` RpcError for policies that make no sense. */
export function openClientStack(inner: Caller, options: StackOptions): ClientStack {
  const { policies } = options;
  return new ClientStack(inner, { ...options, policies: policies && checkClientPolicies(policies) });
}

/** What a method keeps from call to call, through changes of its policies, too. */
interface MethodState {
  readonly method: NamedMethod;
  readonly limits: CallLimits;
  cache: ResultCache | undefined;
  /** The layers that its policies ask for, in front of the channel; made again when they change. */
  caller: Caller;
  version: number;
}

export class ClientStack implements Caller {
  private readonly inner: Caller;
  private readonly options: StackOptions;
  private readonly tools: AttemptTools;
  private readonly channelLimits: CallLimits;
  private readonly states = new Map<string, MethodState>();
  /** What was told to be without effect, by method and policy. */
  private readonly useless = new Set<string>();
  private readonly unsubscribe: (() => void) | undefined;
  private version = 0;

  constructor(inner: Caller, options: StackOptions) {
    const { clock, random, source } = options;
    this.inner = inner;
    this.options = options;
    const policy = this.channelPolicy;
    this.tools = { clock, random, budget: new RetryBudget(budgetSettings(policy), clock.now()) };
    this.channelLimits = new CallLimits({ who, what: "all methods" }, limitSettings(policy), options);
    this.unsubscribe = source?.subscribe(() => this.policiesChanged());
    options.applyToChannel?.(policy);
  }

  one<In, Out>(call: OutgoingCall<In, Out>): Promise<Out> {
    return this.callerFor(call).one(call);
  }

  many<In, Out>(call: OutgoingCall<In, Out>): AsyncIterable<Out> {
    return this.callerFor(call).many(call);
  }

  close(reason?: RpcError): Promise<void> {
    this.unsubscribe?.();
    return this.inner.close(reason);
  }

  private get channelPolicy(): ChannelPolicy {
    return channelPolicy(this.options.policies, this.options.source?.current.client);
  }

  /** How many methods have something that is kept from call to call. */
  get methodsKept(): number {
    return this.states.size;
  }

  private policiesChanged(): void {
    this.version++;
    this.useless.clear();
    // Now and not with their next calls, which may never come: what is switched off keeps nothing.
    for (const [path, state] of this.states) {
      this.adjust(state, this.settingsFor(state.method, undefined));
      if (state.limits.isEmpty && state.cache === undefined) this.states.delete(path);
    }
    const policy = this.channelPolicy;
    this.tools.budget.adjust(budgetSettings(policy), this.tools.clock.now());
    this.channelLimits.adjust(limitSettings(policy));
    this.options.applyToChannel?.(policy);
  }

  private callerFor<In, Out>(call: OutgoingCall<In, Out>): Caller {
    const state = this.stateFor(call);
    const own = call.said?.policy;
    if (own === undefined) return state.caller;
    try {
      return this.compose(call, this.settingsFor(call.method, checkCallPolicy(own)), state);
    } catch (error) {
      return failing(error);
    }
  }

  private stateFor<In, Out>(call: OutgoingCall<In, Out>): MethodState {
    const { path } = call.method;
    const before = this.states.get(path);
    if (before?.version === this.version) return before;
    const settings = this.settingsFor(call.method, undefined);
    const state: MethodState = before ?? {
      method: call.method,
      limits: new CallLimits(scopeOf(path), settings, this.options),
      cache: undefined,
      caller: this.inner,
      version: 0,
    };
    this.adjust(state, settings);
    state.caller = this.compose(call, settings, state);
    state.version = this.version;
    if (before === undefined) this.makeRoom();
    this.states.set(path, state);
    return state;
  }

  /** A call's own policy may still ask for a cache that is switched off here, and begins anew. */
  private adjust(state: MethodState, settings: ClientSettings): void {
    state.limits.adjust(settings);
    if (settings.cache === undefined) state.cache = undefined;
  }

  private makeRoom(): void {
    if (this.states.size < methodsMax) return;
    const [oldest] = this.states.keys();
    if (oldest !== undefined) this.states.delete(oldest);
  }

  private settingsFor(method: NamedMethod, own: Parameters<typeof clientSettings>[3]): ClientSettings {
    const { policies, source } = this.options;
    return clientSettings(method, policies, source?.current.client, own);
  }

  /** Puts the layers together that the settings ask for, the first one outermost. */
  private compose<In, Out>(call: OutgoingCall<In, Out>, settings: ClientSettings, state: MethodState): Caller {
    const { isIdempotent, shape } = call.method.info;
    const { timeoutMs, fallback, cache, retry, hedge, idempotencyKey: key } = settings;
    const { options, tools } = this;
    const layers: Interceptor[] = [];
    // Outermost, so that its time holds for all that follows.
    if (timeoutMs !== undefined) layers.push(limitTime(timeoutMs, options.clock));
    // Outside of the cache, so that an answer made up for want of a better one is never kept, and outside of the limits, so
    // that it answers for calls over them, too.
    if (fallback !== undefined) layers.push(fallBack(fallback));
    // Before the limits: what needs no server counts for none.
    const mayCache = isIdempotent && shape === "unary";
    if (cache !== undefined && mayCache) layers.push(this.cacheOf(state, cache));
    else if (cache !== undefined) this.tellUseless(call, "cache");
    // Before the retries: attempts of a call that was let in are no calls of their own, and what this client refuses
    // no attempt would change.
    const scopes = [state.limits, this.channelLimits].filter((limits) => !limits.isEmpty);
    if (scopes.length > 0) layers.push(limitCalls(scopes));
    // Before the retries: all attempts share the key.
    if (key !== false) layers.push(sendKeys(options.newKey ?? randomKey));
    // Innermost: right above whoever chooses the server, once for each attempt. A method that hedges does not retry besides.
    const mayHedge = isIdempotent || key === "shared";
    if (hedge !== undefined && mayHedge && shape === "unary") layers.push(new Hedge(hedge, tools));
    else if (retry !== undefined) layers.push(new Retry(retry, key, tools));
    if (hedge !== undefined && !(mayHedge && shape === "unary")) this.tellUseless(call, "hedge");
    return layers.length === 0 ? this.inner : intercept(this.inner, layers);
  }

  private tellUseless<In, Out>({ method }: OutgoingCall<In, Out>, policy: "cache" | "hedge"): void {
    const { path: name, info } = method;
    const what = `${name} ${policy}`;
    if (this.useless.has(what) || this.useless.size >= uselessMax) return;
    this.useless.add(what);
    const isUnary = info.shape === "unary";
    const reason = isUnary
      ? "the method is not idempotent: it wants @idempotent"
      : "the method has a stream, or no answer: only those with one request and one answer can have it";
    tell(this.options.observe, { kind: "policy-without-effect", method: name, policy, reason });
  }

  private cacheOf(state: MethodState, settings: NonNullable<ClientSettings["cache"]>): ResultCache {
    if (state.cache === undefined) state.cache = new ResultCache(settings, this.options.clock);
    else state.cache.adjust(settings);
    return state.cache;
  }
}

const who = "this client makes";
// Methods may be made up, where they are known by name only. More than any schema has.
const methodsMax = 10_000;
const uselessMax = 1000;

function scopeOf(path: string): LimitScope {
  return { who, what: path.slice(1) };
}

/** A layer that gives calls their time where they have not said how long they may take. */
function limitTime(timeoutMs: number, clock: Clock): Interceptor {
  const timed = <In, Out>(call: OutgoingCall<In, Out>): OutgoingCall<In, Out> =>
    call.said?.timeoutMs === undefined ? { ...call, deadlineAt: clock.now() + timeoutMs } : call;
  return {
    one: (call, next) => next(timed(call)),
    many: (call, next) => next(timed(call)),
  };
}

function failing(error: unknown): Caller {
  return {
    one: async () => {
      throw error;
    },
    many: async function* () {
      throw error;
    },
    close: async () => {},
  };
}
