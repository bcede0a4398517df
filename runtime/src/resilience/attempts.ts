/** What the attempts of one call have in common: their trail, what became of each, and whether another one is safe. */

import { shownAddress } from "../address.js";
import type { Metadata } from "../call/metadata.js";
import type { AttemptPlace, CallTrail, OutgoingCall } from "../call/outgoing-call.js";
import type { Clock } from "../clock.js";
import { DeclaredError, RpcError, type Attempt } from "../error/rpc-error.js";
import type { StatusCode } from "../error/status.js";
import { idempotencyKey } from "./idempotency-key.js";
import type { RetryBudget } from "./retry-budget.js";

/** What whoever makes several attempts has of the world. */
export interface AttemptTools {
  readonly clock: Clock;
  /** From 0 to below 1. */
  readonly random: () => number;
  /** One for the channel. */
  readonly budget: RetryBudget;
}

/** An attempt under way. */
export interface RunningAttempt<In, Out> {
  readonly call: OutgoingCall<In, Out>;
  readonly startedAt: number;
  /** Came beside the answer, or beside the failure. */
  metadata: Metadata | undefined;
}

export class Attempts<In, Out> {
  readonly call: OutgoingCall<In, Out>;
  private readonly clock: Clock;
  private readonly trail: CallTrail;
  private readonly startedAt: number;
  private readonly kind: AttemptPlace["kind"];
  private started = 0;
  private readonly failed: Attempt[] = [];
  private areAllUntouched = true;
  private whyNoMore = "";

  constructor(call: OutgoingCall<In, Out>, clock: Clock, kind: AttemptPlace["kind"]) {
    this.call = call;
    this.kind = kind;
    this.clock = clock;
    this.trail = call.trail ?? { tried: [] };
    this.startedAt = clock.now();
  }

  /** The call as its next attempt makes it. Its metadata is held back, because only one attempt counts. */
  start(signal: AbortSignal | undefined): RunningAttempt<In, Out> {
    const { call, trail } = this;
    const place = { number: ++this.started, kind: this.kind };
    const onMetadata = (metadata: Metadata): void => void (attempt.metadata = metadata);
    const attempt: RunningAttempt<In, Out> = {
      call: { ...call, signal, trail, place, onMetadata: call.onMetadata && onMetadata },
      startedAt: this.clock.now(),
      metadata: undefined,
    };
    return attempt;
  }

  /** Tells the caller what came beside the answer of the attempt that counts. */
  tellMetadata({ metadata }: RunningAttempt<In, Out>): void {
    if (metadata === undefined) return;
    try {
      this.call.onMetadata?.(metadata);
    } catch (cause) {
      throw new RpcError("internal", "onMetadata threw", { method: this.call.method.path, cause });
    }
  }

  /** Notes what became of an attempt. */
  fail({ startedAt }: RunningAttempt<In, Out>, error: RpcError): void {
    this.areAllUntouched &&= error.neverProcessed;
    const last = error.neverProcessed ? undefined : this.trail.tried.at(-1);
    this.failed.push({
      address: error.peer ?? (last === undefined ? undefined : shownAddress(last)),
      code: error.code,
      startedAtMs: startedAt - this.startedAt,
      tookMs: this.clock.now() - startedAt,
    });
  }

  /**
   * Whether the call may be made again after this failure without being done twice. A call that only its key protects is bound to the
   * server that may have it.
   */
  isSafeAfter(error: RpcError, key: boolean | "shared"): boolean {
    const { call, trail } = this;
    // A stream of requests is spent.
    if (call.requests !== undefined) return false;
    if (error.neverProcessed || call.method.info.isIdempotent) return true;
    if (call.metadata?.has(idempotencyKey) !== true) return false;
    if (key !== "shared") trail.boundTo = trail.tried.at(-1);
    return true;
  }

  /** Why there is no attempt more, for the final error. */
  endBecause(why: string): void {
    this.whyNoMore = `; not tried again: ${why}`;
  }

  /** The error that ends the call: the last failure, telling of all of them. What still runs may be processed. */
  error(last: RpcError, areAnyRunning = false): RpcError {
    const { failed, whyNoMore } = this;
    const neverProcessed = this.areAllUntouched && !areAnyRunning;
    if (failed.length < 2 && whyNoMore === "" && neverProcessed === last.neverProcessed) return last;
    if (last instanceof DeclaredError) return withAttempts(last, failed);
    const story = failed.length < 2 ? "" : ` (${failed.length} attempts: ${failed.map(attemptText).join("; ")})`;
    return new RpcError(last.code, `${last.message}${story}${whyNoMore}`, {
      method: last.method,
      peer: last.peer,
      cause: last,
      typeName: last.typeName,
      neverProcessed,
      retryAfterMs: last.retryAfterMs,
      attempts: failed.length < 2 ? [] : failed,
    });
  }
}

// Its class says what it is, so it keeps it; the same object may be in other hands.
function withAttempts<Failure extends RpcError>(error: Failure, attempts: readonly Attempt[]): Failure {
  const copy = Object.create(
    Object.getPrototypeOf(error) as object,
    Object.getOwnPropertyDescriptors(error),
  ) as Failure;
  return Object.defineProperty(copy, "attempts", { value: attempts, enumerable: true });
}

function attemptText({ address, code, startedAtMs, tookMs }: Attempt): string {
  const where = address === undefined ? "" : `${address} `;
  return `${where}${code} after ${Math.round(tookMs)} ms, from ${Math.round(startedAtMs)} ms`;
}

// Who asks for more is not believed: a call without a deadline would wait for as long as anybody likes.
const askedWaitMsMax = 300_000;

/** How long the server wants to be left alone, within reason. */
export function askedWaitMs({ retryAfterMs = 0 }: RpcError): number {
  return Math.min(askedWaitMsMax, Math.max(0, retryAfterMs));
}

/** Whether a failure is worth another attempt at all. */
export function isWorthRetrying(error: RpcError, on: ReadonlySet<StatusCode>): boolean {
  return (error.neverProcessed || on.has(error.code)) && error.code !== "cancelled";
}
