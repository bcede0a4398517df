/** Policies as code and policy files write them: rules for methods, by name, and what concerns a channel or server as a whole. */

import type { OutgoingCall } from "../call/outgoing-call.js";
import type { RpcError } from "../error/rpc-error.js";
import type { ConcurrencyLimit, DeduplicatePolicy, MethodPolicy, RateLimit } from "../method/method-policy.js";

/**
 * Rules by the methods that they are for: `*`, `shop.v1.Orders/*` or `shop.v1.Orders/Place`, which may also be written as the
 * `.rpc` file has it, `shop.v1.Orders/place`. The more specific one wins, field by field: what it leaves out the less specific one
 * says, within `retry` and its like, too.
 */
export type Rules<Rule> = Readonly<Record<string, Rule>>;

/** What a client may say of a method, in code and in files. */
export interface ClientRule extends MethodPolicy {
  /** Stands where the call says nothing; Infinity (in files: leave it out) for none. */
  readonly timeoutMs?: number | undefined;
}

/** What to answer where a call has failed: a value, or a function that may look at the call and at its error, and throw it again. */
export type Fallback = (call: OutgoingCall<unknown, unknown>, error: RpcError) => unknown;

/** What code may say beyond files. */
export interface ClientCodeRule extends ClientRule {
  /** Only code can say what to answer instead. Not for calls that their caller has cancelled, or whose request is wrong. */
  readonly fallback?: Fallback | { readonly value: unknown } | false | undefined;
}

/** How many attempts a channel may add to what its users asked for, over all its methods. */
export interface RetryBudget {
  /** Of the calls of the last ten seconds; 0.2 where left out. */
  readonly ratio?: number | undefined;
  /** On top of that; 10 where left out. */
  readonly perSecond?: number | undefined;
}

/** Stops calls to a server that fails them, one server at a time. */
export interface BreakerPolicy {
  /** Failures in a row that open it; 5 where left out. */
  readonly failures?: number | undefined;
  /** Of the calls of ten seconds at most, that open it where there are at least `callsMin`; 50 where left out. */
  readonly failurePercent?: number | undefined;
  /** 20 where left out. */
  readonly callsMin?: number | undefined;
  /** How long it stays open at first; longer each time that the probe fails. 5 s where left out. */
  readonly openMs?: number | undefined;
  /** Calls that may try the server when that time is over; 1 where left out. */
  readonly probes?: number | undefined;
}

/** What concerns a channel as a whole. */
export interface ChannelPolicy {
  readonly retryBudget?: RetryBudget | undefined;
  readonly breaker?: BreakerPolicy | false | undefined;
  /** Servers that the channel is connected to at once. */
  readonly connectionsMax?: number | undefined;
  /** Over all methods together. */
  readonly rateLimit?: RateLimit | false | undefined;
  readonly concurrency?: ConcurrencyLimit | false | undefined;
}

/** For `connect`, and the `client` part of a policy file. */
export interface ClientPolicies<Rule extends ClientRule = ClientCodeRule> {
  readonly methods?: Rules<Rule> | undefined;
  readonly channel?: ChannelPolicy | undefined;
}

/** What a server may say of a method, in code and in files. */
export interface ServerRule {
  readonly rateLimit?: RateLimit | false | undefined;
  readonly concurrency?: ConcurrencyLimit | false | undefined;
  readonly deduplicate?: DeduplicatePolicy | false | undefined;
}

/** For `serve`, and the `server` part of a policy file. */
export interface ServerPolicies {
  readonly methods?: Rules<ServerRule> | undefined;
  /** Over all methods together; built-in services do not count. */
  readonly total?: Pick<ServerRule, "rateLimit" | "concurrency"> | undefined;
}

/** What a policy file holds. */
export interface PolicyDocument {
  readonly client?: ClientPolicies<ClientRule> | undefined;
  readonly server?: ServerPolicies | undefined;
}
