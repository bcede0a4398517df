/** Leads calls that have policies through the layers for them, which are loaded with the first such call; others pass it by. */

import { LateStream } from "../call/late-stream.js";
import type { Caller, OutgoingCall } from "../call/outgoing-call.js";
import type { Clock } from "../clock.js";
import { asRpcError } from "../error/plain-text.js";
import { RpcError } from "../error/rpc-error.js";
import { tell, type Observer } from "../events.js";
import type { ClientStack } from "../resilience/client-stack.js";
import type { ChannelPolicy, ClientPolicies } from "../resilience/policies.js";
import type { PolicySource } from "../resilience/policy-source.js";

export interface PolicyOptions {
  /**
   * Rules for methods, and for the channel as a whole. Where they make no sense, `observe` is told at once, and calls fail with
   * `invalid-argument`.
   * Annotations in the IDL say less, a policy file and the call itself say more.
   */
  readonly policies?: ClientPolicies | undefined;
  /**
   * `file:policies.json`, or what `watchPolicies` has opened: its `client` part wins over `policies`, and changes with it. Calls
   * fail with what is wrong as long as a file could not be used even once.
   */
  readonly policyFile?: string | PolicySource | undefined;
}

export interface PolicyGateOptions extends PolicyOptions {
  readonly clock: Clock;
  /** From 0 to below 1. */
  readonly random: () => number;
  readonly observe: Observer | undefined;
  /** Told what holds for the channel as a whole, at first and after each change. */
  readonly applyToChannel?: ((policy: ChannelPolicy) => void) | undefined;
}

export class PolicyGate implements Caller {
  private readonly inner: Caller;
  private readonly options: PolicyGateOptions;
  /** Whether policies may be for any method, not only for those with annotations. */
  private readonly isForAll: boolean;
  private stack: ClientStack | undefined;
  private loading: Promise<ClientStack> | undefined;
  /** The file that this channel has opened, and so closes. */
  private ownSource: PolicySource | undefined;
  private isClosed = false;

  constructor(inner: Caller, options: PolicyGateOptions) {
    this.inner = inner;
    this.options = options;
    this.isForAll = options.policies !== undefined || options.policyFile !== undefined;
    if (options.policies !== undefined) void this.check(options.policies);
  }

  one<In, Out>(call: OutgoingCall<In, Out>, turn?: number): Promise<Out> {
    if (!this.isForAll && call.method.info.policy === undefined && call.said?.policy === undefined) {
      return this.inner.one(call, turn);
    }
    return this.stack === undefined ? this.load().then((stack) => stack.one(call)) : this.stack.one(call);
  }

  many<In, Out>(call: OutgoingCall<In, Out>): AsyncIterable<Out> {
    if (!this.isForAll && call.method.info.policy === undefined && call.said?.policy === undefined) {
      return this.inner.many(call);
    }
    if (this.stack !== undefined) return this.stack.many(call);
    return { [Symbol.asyncIterator]: () => new LateStream(() => this.load().then((stack) => stack.many(call))) };
  }

  async close(reason?: RpcError): Promise<void> {
    this.isClosed = true;
    this.ownSource?.close();
    await (this.stack ?? this.inner).close(reason);
  }

  // Told now, because the first call may be hours away; what checks is loaded, because most channels have nothing to check.
  private async check(policies: ClientPolicies): Promise<void> {
    try {
      const { checkClientPolicies } = await import("../resilience/check-policies.js");
      checkClientPolicies(policies);
    } catch (thrown) {
      const error = asRpcError(thrown) ?? new RpcError("internal", "policies cannot be checked", { cause: thrown });
      tell(this.options.observe, { kind: "policies-failed", source: "the policies given to connect", error });
    }
  }

  private load(): Promise<ClientStack> {
    if (this.isClosed) return Promise.reject(closed());
    this.loading ??= this.open().catch((error: unknown) => {
      // The next call tries again: the file may have been mended.
      this.loading = undefined;
      throw error;
    });
    return this.loading;
  }

  private async open(): Promise<ClientStack> {
    const { policies, policyFile, clock, random, observe } = this.options;
    const { openClientStack } = await import("../resilience/client-stack.js");
    let source: PolicySource | undefined;
    if (typeof policyFile === "string") {
      const { watchPolicies } = await import("../resilience/policy-file.js");
      source = this.ownSource = await watchPolicies(policyFile, { observe, clock });
    } else source = policyFile;
    if (this.isClosed) {
      this.ownSource?.close();
      throw closed();
    }
    const { applyToChannel } = this.options;
    this.stack = openClientStack(this.inner, { policies, source, clock, random, observe, applyToChannel });
    return this.stack;
  }
}

function closed(): RpcError {
  return new RpcError("unavailable", "the channel was closed", { neverProcessed: true, retryAfterMs: Infinity });
}
