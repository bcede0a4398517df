/** Rate and concurrency limits of one scope: a method, or all methods of a channel or server together; the same on both sides. */

import { RpcError } from "../error/rpc-error.js";
import type { StatusCode } from "../error/status.js";
import { ConcurrencyGate, type GateSettings, type GateTools, type Leave } from "./concurrency-gate.js";
import { TokenBucket, type BucketSettings } from "./token-bucket.js";

export interface LimitSettings {
  readonly rateLimit: BucketSettings | undefined;
  readonly concurrency: GateSettings | undefined;
}

/** Who limits what, for the sentence of the error: "this client makes" or "the server takes", "/a.v1.B/C" or "all methods". */
export interface LimitScope {
  readonly who: string;
  readonly what: string;
}

export class CallLimits {
  private readonly scope: LimitScope;
  private readonly tools: GateTools;
  private rate: { settings: BucketSettings; bucket: TokenBucket } | undefined;
  private gate: ConcurrencyGate | undefined;

  constructor(scope: LimitScope, settings: LimitSettings, tools: GateTools) {
    this.scope = scope;
    this.tools = tools;
    this.adjust(settings);
  }

  get isEmpty(): boolean {
    return this.rate === undefined && this.gate === undefined;
  }

  /** Goes on with other settings. What was taken stays taken, and calls that run go on counting. */
  adjust({ rateLimit, concurrency }: LimitSettings): void {
    const now = this.tools.clock.now();
    if (rateLimit === undefined) this.rate = undefined;
    else {
      const bucket = this.rate?.bucket ?? new TokenBucket(rateLimit, now);
      bucket.adjust(rateLimit, now);
      this.rate = { settings: rateLimit, bucket };
    }
    if (concurrency === undefined) this.gate = undefined;
    else if (this.gate === undefined) this.gate = new ConcurrencyGate(concurrency, this.tools);
    else this.gate.adjust(concurrency);
  }

  /** Lets a call in, or says why not: `resource-exhausted`, never processed. */
  enter(): Leave | RpcError {
    const leave = this.gate === undefined ? free : this.gate.enter();
    if (leave === undefined) return this.refusal(`${this.gate?.limit ?? 0} calls at once`, "concurrency", undefined);
    if (this.rate === undefined) return leave;
    const { bucket, settings } = this.rate;
    const waitMs = bucket.take(this.tools.clock.now());
    if (waitMs === 0) return leave;
    leave(false);
    return this.refusal(`${settings.perSecond} calls a second`, "rateLimit", waitMs);
  }

  /** Takes back what `enter` took, because another scope has refused the call. */
  undo(leave: Leave): void {
    leave(false);
    this.rate?.bucket.giveBack();
  }

  private refusal(limit: string, policy: string, waitMs: number | undefined): RpcError {
    const { who, what } = this.scope;
    const again = waitMs === undefined ? "" : `; there is room again in ${Math.ceil(waitMs)} ms`;
    const text = `${who} ${limit} of ${what} by its policy ${policy}, and this one is over it${again}`;
    return new RpcError("resource-exhausted", text, { neverProcessed: true, retryAfterMs: waitMs });
  }
}

const free: Leave = () => {};

/** Enters all scopes, or none. */
export function enterAll(scopes: readonly CallLimits[]): Leave | RpcError {
  const entered: { readonly scope: CallLimits; readonly leave: Leave }[] = [];
  for (const scope of scopes) {
    const leave = scope.enter();
    if (typeof leave === "function") {
      entered.push({ scope, leave });
      continue;
    }
    for (const taken of entered) taken.scope.undo(taken.leave);
    return leave;
  }
  const [first] = entered;
  if (entered.length === 1 && first !== undefined) return first.leave;
  return (speaksOfLoad) => {
    for (const { leave } of entered) leave(speaksOfLoad);
  };
}

/** Whether a call that ended so tells how busy the other side is: it was answered, or it ran out of time. */
export function speaksOfLoad(code: StatusCode | undefined): boolean {
  return code === undefined || code === "deadline-exceeded";
}
