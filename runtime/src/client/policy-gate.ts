/** Leads calls that have policies through the layers for them, which are loaded with the first such call; others pass it by. */

import type { Caller, OutgoingCall } from "../call/outgoing-call.js";
import type { Clock } from "../clock.js";
import { RpcError } from "../error/rpc-error.js";
import type { Observer } from "../events.js";
import type { ClientStack } from "../resilience/client-stack.js";
import type { ChannelPolicy, ClientPolicies } from "../resilience/policies.js";
import type { PolicySource } from "../resilience/policy-source.js";

export interface PolicyOptions {
  /**
   * Rules for methods, and for the channel as a whole. The first call fails with `invalid-argument` where they make no sense.
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

  private load(): Promise<ClientStack> {
    if (this.isClosed) return Promise.reject(new RpcError("unavailable", "the channel was closed"));
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
      throw new RpcError("unavailable", "the channel was closed");
    }
    const { applyToChannel } = this.options;
    this.stack = openClientStack(this.inner, { policies, source, clock, random, applyToChannel });
    return this.stack;
  }
}

/** A stream of answers that another one will give, which is asked for when the first answer is. */
class LateStream<Out> implements AsyncIterator<Out, undefined> {
  private readonly open: () => Promise<AsyncIterable<Out>>;
  private inner: Promise<AsyncIterator<Out>> | undefined;
  private isLeft = false;

  constructor(open: () => Promise<AsyncIterable<Out>>) {
    this.open = open;
  }

  async next(): Promise<IteratorResult<Out, undefined>> {
    if (this.isLeft) return done;
    this.inner ??= this.open().then((answers) => answers[Symbol.asyncIterator]());
    const inner = await this.inner;
    // The reader may have left while it was loaded.
    if (this.isLeft) return done;
    const result = await inner.next();
    return result.done === true ? done : result;
  }

  async return(): Promise<IteratorResult<Out, undefined>> {
    this.isLeft = true;
    // What could not be opened has been told to whoever asked for an answer.
    const inner = await this.inner?.catch(() => undefined);
    await inner?.return?.();
    return done;
  }
}

const done: IteratorResult<never, undefined> = { value: undefined, done: true };
