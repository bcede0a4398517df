/** Keeps the answers of one idempotent method for a while, by request, so that the same question is asked once. */

import type { Metadata } from "../call/metadata.js";
import type { Interceptor, OutgoingCall } from "../call/outgoing-call.js";
import type { Clock } from "../clock.js";
import { toBytes } from "../codec/binary.js";
import { asRpcError } from "../error/plain-text.js";
import { RpcError } from "../error/rpc-error.js";
import type { CacheSettings } from "./method-settings.js";
import { outcomeBefore } from "./pause.js";
import { approximateBytes, deepFreeze } from "./weigh.js";

type Outcome =
  | { readonly kind: "answer"; readonly answer: unknown; readonly metadata: Metadata | undefined }
  | { readonly kind: "error"; readonly error: RpcError; readonly metadata: Metadata | undefined }
  /** Whoever asked has left or ran out of time, which says nothing to those who wait with him. */
  | { readonly kind: "none" };

interface Entry {
  readonly outcome: Exclude<Outcome, { readonly kind: "none" }>;
  readonly until: number;
  readonly bytes: number;
}

// They differ from call to call and change no answer.
const ignoredKeys: ReadonlySet<string> = new Set(["idempotency-key", "traceparent", "tracestate"]);

/**
 * The key is the request as it is encoded and the metadata, because answers may depend on who asks; ids of traces do not count.
 * Answers are frozen: all callers hold the same one. Calls for an answer that is on its way wait for it, each no longer
 * than its own deadline and signal allow.
 */
export class ResultCache implements Interceptor {
  private settings: CacheSettings;
  private readonly clock: Clock;
  // In the order in which they were stored, which is the order in which they end.
  private readonly entries = new Map<string, Entry>();
  private readonly flights = new Map<string, Promise<Outcome>>();
  private bytes = 0;

  constructor(settings: CacheSettings, clock: Clock) {
    this.settings = settings;
    this.clock = clock;
  }

  get size(): number {
    return this.entries.size;
  }

  get bytesHeld(): number {
    return this.bytes;
  }

  /** Goes on with other settings; what is kept already ends when it was to end. */
  adjust(settings: CacheSettings): void {
    this.settings = settings;
    this.trim();
  }

  async one<In, Out>(call: OutgoingCall<In, Out>, next: (call: OutgoingCall<In, Out>) => Promise<Out>): Promise<Out> {
    const key = keyOf(call);
    if (key === undefined) return next(call);
    for (;;) {
      const entry = this.find(key);
      if (entry !== undefined) return deliver(call, entry.outcome);
      const flight = this.flights.get(key);
      if (flight === undefined) return this.lead(key, call, next);
      const outcome = await outcomeBefore(flight, this.clock, call.deadlineAt, call.signal);
      // Aborted or too late: the rest of the way says so in its own words, and sends nothing.
      if (outcome === undefined) return next(call);
      if (outcome.kind !== "none") return deliver(call, outcome);
    }
  }

  private find(key: string): Entry | undefined {
    const entry = this.entries.get(key);
    if (entry === undefined || entry.until > this.clock.now()) return entry;
    this.drop(key, entry);
    return undefined;
  }

  private async lead<In, Out>(
    key: string,
    call: OutgoingCall<In, Out>,
    next: (call: OutgoingCall<In, Out>) => Promise<Out>,
  ): Promise<Out> {
    let land: (outcome: Outcome) => void = () => {};
    const flight = new Promise<Outcome>((resolve) => (land = resolve));
    this.flights.set(key, flight);
    let outcome: Outcome = { kind: "none" };
    let metadata: Metadata | undefined;
    const hold = (told: Metadata): void => {
      metadata = told;
      call.onMetadata?.(told);
    };
    try {
      const answer = deepFreeze(await next({ ...call, onMetadata: hold }));
      outcome = { kind: "answer", answer, metadata };
      this.store(key, outcome);
      return answer;
    } catch (thrown) {
      const error = asRpcError(thrown);
      const isOwn = error === undefined || error.code === "cancelled" || error.code === "deadline-exceeded";
      if (!isOwn) outcome = { kind: "error", error, metadata };
      if (outcome.kind === "error" && this.settings.errors && this.isDeclared(call, outcome.error)) {
        this.store(key, outcome);
      }
      throw thrown;
    } finally {
      this.flights.delete(key);
      land(outcome);
    }
  }

  private isDeclared<In, Out>({ method }: OutgoingCall<In, Out>, { typeName }: RpcError): boolean {
    return method.info.throws.some(({ name }) => name === typeName);
  }

  private store(key: string, outcome: Entry["outcome"]): void {
    const value = outcome.kind === "answer" ? outcome.answer : outcome.error;
    const bytes = approximateBytes(key) + approximateBytes(value) + (outcome.metadata?.bytes ?? 0);
    if (bytes > this.settings.bytesMax) return;
    this.entries.set(key, { outcome, bytes, until: this.clock.now() + this.settings.forMs });
    this.bytes += bytes;
    this.trim();
  }

  private trim(): void {
    const now = this.clock.now();
    for (const [key, entry] of this.entries) {
      const isOver = this.entries.size > this.settings.entriesMax || this.bytes > this.settings.bytesMax;
      if (!isOver && entry.until > now) return;
      this.drop(key, entry);
    }
  }

  private drop(key: string, entry: Entry): void {
    this.entries.delete(key);
    this.bytes -= entry.bytes;
  }
}

function deliver<In, Out>(call: OutgoingCall<In, Out>, outcome: Entry["outcome"]): Out {
  if (outcome.metadata !== undefined) {
    try {
      call.onMetadata?.(outcome.metadata);
    } catch (cause) {
      throw new RpcError("internal", "onMetadata threw", { method: call.method.path, cause });
    }
  }
  if (outcome.kind === "error") throw outcome.error;
  // Stored by a call of the same method, and so of the same type.
  return outcome.answer as Out;
}

// A request that cannot be encoded fails on the rest of the way, in the words that are made for it.
function keyOf<In, Out>({ method, request, metadata }: OutgoingCall<In, Out>): string | undefined {
  let bytes: Uint8Array;
  try {
    bytes = toBytes({ name: method.path, encode: method.encode, decode: method.decode }, request as In);
  } catch {
    return undefined;
  }
  const beside = [...(metadata ?? [])].filter(([key]) => !ignoredKeys.has(key));
  let text = beside.length === 0 ? "" : JSON.stringify(beside);
  text += "\n";
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return text;
}
