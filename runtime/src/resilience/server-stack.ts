/** What policies do on a server: limits before anything of a call is read, and one answer for calls with one idempotency key. */

import type { Admission, Admitted } from "../call/admission.js";
import type { ServerCall } from "../call/server-call.js";
import type { Clock } from "../clock.js";
import type { RpcError } from "../error/rpc-error.js";
import type { MethodInfo, ServiceInfo } from "../method/method.js";
import { CallLimits, enterAll, speaksOfLoad } from "./call-limits.js";
import { checkServerPolicies } from "./check-policies.js";
import { Deduplication } from "./deduplicate.js";
import { serverSettings, totalLimits } from "./method-settings.js";
import type { ServerPolicies } from "./policies.js";
import type { PolicySource } from "./policy-source.js";

export interface ServerStackOptions {
  readonly services: readonly ServiceInfo[];
  readonly policies: ServerPolicies | undefined;
  /** Wins over `policies`, and may change. */
  readonly source: PolicySource | undefined;
  /** Whose idempotency key it is; by certificate, or else by host, where left out. */
  readonly identify: ((call: ServerCall) => string) | undefined;
  readonly clock: Clock;
  /** From 0 to below 1. */
  readonly random: () => number;
}

/** One method with what it keeps from call to call, through changes of its policies, too. */
interface MethodState {
  readonly service: ServiceInfo;
  readonly info: MethodInfo;
  readonly isStream: boolean;
  readonly limits: CallLimits;
  deduplication: Deduplication | undefined;
  /** Its limits and the server's, where they say anything. */
  scopes: readonly CallLimits[];
}

export class ServerStack implements Admission {
  private readonly options: ServerStackOptions;
  private readonly policies: ServerPolicies | undefined;
  private readonly total: CallLimits;
  // Only methods that are served have state: what peers ask for makes none.
  private readonly methods = new Map<string, MethodState>();
  private readonly unsubscribe: (() => void) | undefined;

  /** Throws an `invalid-argument` RpcError for policies that make no sense. */
  constructor(options: ServerStackOptions) {
    this.options = options;
    this.policies = options.policies && checkServerPolicies(options.policies);
    this.total = new CallLimits({ who, what: "all methods" }, none, options);
    for (const service of options.services) {
      for (const info of service.methods) this.methods.set(pathOf(service, info), this.stateOf(service, info));
    }
    this.apply();
    this.unsubscribe = options.source?.subscribe(() => this.apply());
  }

  admit(path: string): Admitted | RpcError | undefined {
    const state = this.methods.get(path);
    if (state === undefined || state.scopes.length === 0) return undefined;
    const leave = enterAll(state.scopes);
    if (typeof leave !== "function") return leave;
    const { isStream } = state;
    // How long a stream lasts says nothing about load.
    return { over: (code) => leave(!isStream && speaksOfLoad(code)) };
  }

  /** The interceptor right in front of handlers. */
  one(call: ServerCall, request: unknown, next: (request: unknown) => unknown): unknown {
    const { deduplication, isStream } = this.methods.get(pathOf(call.service, call.method)) ?? nothing;
    return deduplication === undefined || isStream ? next(request) : deduplication.answer(call, request, next);
  }

  close(): void {
    this.unsubscribe?.();
  }

  private stateOf(service: ServiceInfo, info: MethodInfo): MethodState {
    const limits = new CallLimits({ who, what: pathOf(service, info).slice(1) }, none, this.options);
    const isStream = info.shape !== "unary" && info.shape !== "oneway";
    return { service, info, isStream, limits, deduplication: undefined, scopes: [] };
  }

  private apply(): void {
    const { source, clock, identify } = this.options;
    const file = source?.current.server;
    this.total.adjust(totalLimits(this.policies, file));
    for (const state of this.methods.values()) {
      const settings = serverSettings(state, this.policies, file);
      state.limits.adjust(settings);
      state.scopes = [state.limits, this.total].filter((limits) => !limits.isEmpty);
      if (settings.deduplicate === undefined) state.deduplication = undefined;
      else if (state.deduplication !== undefined) state.deduplication.adjust(settings.deduplicate);
      else state.deduplication = new Deduplication(settings.deduplicate, clock, identify);
    }
  }
}

const who = "the server takes";
const none = { rateLimit: undefined, concurrency: undefined };
const nothing = { deduplication: undefined, isStream: true };

function pathOf(service: ServiceInfo, info: MethodInfo): string {
  return `/${service.name}/${info.wireName}`;
}
