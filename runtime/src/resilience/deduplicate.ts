/** Answers calls that carry one idempotency key once, however often they come: on the server, right in front of the handler. */

import { Metadata } from "../call/metadata.js";
import type { ServerCall } from "../call/server-call.js";
import type { Clock } from "../clock.js";
import { asRpcError, plainText } from "../error/plain-text.js";
import { RpcError } from "../error/rpc-error.js";
import type { StatusCode } from "../error/status.js";
import { idempotencyKey } from "./idempotency-key.js";
import type { DeduplicateSettings } from "./method-settings.js";
import { approximateBytes, fingerprintOf } from "./weigh.js";

/** What became of the first call with a key. */
type Outcome =
  | { readonly kind: "answer"; readonly answer: unknown; readonly metadata: Metadata }
  | { readonly kind: "failure"; readonly thrown: unknown; readonly metadata: Metadata };

interface Entry {
  readonly fingerprint: number;
  /** Undefined where the first call has come to nothing, so that the next one is the first. */
  readonly landing: Promise<Outcome | undefined>;
  /** Undefined while the handler runs. */
  outcome: Outcome | undefined;
  until: number;
  bytes: number;
}

// Whoever fails like this asks to be called again. Everything else is an outcome: also an unforeseen failure, because
// nobody knows how far the handler got.
const forgotten: ReadonlySet<StatusCode> = new Set([
  "cancelled",
  "deadline-exceeded",
  "resource-exhausted",
  "aborted",
  "unavailable",
]);

const keyUnitsMax = 256;

/** The calls of one method. Bounded: the oldest answered ones go first, running ones never. */
export class Deduplication {
  private settings: DeduplicateSettings;
  private readonly clock: Clock;
  private readonly identify: (call: ServerCall) => string;
  private readonly running = new Map<string, Entry>();
  // In the order in which they were answered, which is the order in which they are forgotten.
  private readonly answered = new Map<string, Entry>();
  private bytes = 0;

  constructor(settings: DeduplicateSettings, clock: Clock, identify: (call: ServerCall) => string = clientOf) {
    this.settings = settings;
    this.clock = clock;
    this.identify = identify;
  }

  get size(): number {
    return this.running.size + this.answered.size;
  }

  adjust(settings: DeduplicateSettings): void {
    this.settings = settings;
    this.trim();
  }

  /** The answer of the first call with this one's key, which may be this one. */
  async answer(call: ServerCall, request: unknown, next: (request: unknown) => unknown): Promise<unknown> {
    const key = call.metadata.get(idempotencyKey);
    if (key === undefined) return next(request);
    if (key.length > keyUnitsMax) throw wrong(`an idempotency key is longer than ${keyUnitsMax} characters`);
    const id = `${this.identify(call)}\n${key}`;
    const fingerprint = fingerprintOf(request);
    for (;;) {
      const entry = this.find(id);
      if (entry === undefined) return this.run(id, fingerprint, call, () => next(request));
      if (entry.fingerprint !== fingerprint) {
        throw wrong(
          `the idempotency key ${plainText(key, 64)} belongs to another request; a new request wants a new key`,
        );
      }
      const outcome = entry.outcome ?? (await entry.landing);
      if (outcome !== undefined) return replay(outcome, call);
      if (call.signal.aborted) throw new RpcError("cancelled", "the call ended while it waited for the first one");
    }
  }

  private find(id: string): Entry | undefined {
    const entry = this.answered.get(id);
    if (entry === undefined) return this.running.get(id);
    if (entry.until > this.clock.now()) return entry;
    this.drop(id, entry);
    return undefined;
  }

  private async run(id: string, fingerprint: number, call: ServerCall, handle: () => unknown): Promise<unknown> {
    this.makeRoom();
    let land: (outcome: Outcome | undefined) => void = () => {};
    const landing = new Promise<Outcome | undefined>((resolve) => (land = resolve));
    const entry: Entry = { fingerprint, landing, outcome: undefined, until: Infinity, bytes: approximateBytes(id) };
    this.running.set(id, entry);
    this.bytes += entry.bytes;
    try {
      const answer = await handle();
      this.remember(id, entry, { kind: "answer", answer, metadata: Metadata.from(call.responseMetadata) }, answer);
      return answer;
    } catch (thrown) {
      const error = asRpcError(thrown);
      // A declared error was foreseen, and means what it says whatever its code.
      const isForgotten = error !== undefined && error.typeName === undefined && forgotten.has(error.code);
      if (isForgotten) this.drop(id, entry);
      else
        this.remember(id, entry, { kind: "failure", thrown, metadata: Metadata.from(call.responseMetadata) }, thrown);
      throw thrown;
    } finally {
      land(entry.outcome);
    }
  }

  private remember(id: string, entry: Entry, outcome: Outcome, value: unknown): void {
    entry.outcome = outcome;
    entry.until = this.clock.now() + this.settings.forMs;
    const bytes = approximateBytes(value) + outcome.metadata.bytes;
    entry.bytes += bytes;
    this.bytes += bytes;
    this.running.delete(id);
    this.answered.set(id, entry);
    this.trim();
  }

  private makeRoom(): void {
    const { entriesMax } = this.settings;
    if (this.size < entriesMax) return;
    for (const [id, entry] of this.answered) return this.drop(id, entry);
    const text = `${entriesMax} calls with idempotency keys are running (policy deduplicate, entriesMax)`;
    throw new RpcError("resource-exhausted", text);
  }

  private trim(): void {
    const now = this.clock.now();
    const { entriesMax, bytesMax } = this.settings;
    for (const [id, entry] of this.answered) {
      const isFull = this.size > entriesMax || this.bytes > bytesMax;
      if (!isFull && entry.until > now) return;
      this.drop(id, entry);
    }
  }

  private drop(id: string, entry: Entry): void {
    this.running.delete(id);
    this.answered.delete(id);
    this.bytes -= entry.bytes;
  }
}

function replay(outcome: Outcome, call: ServerCall): unknown {
  for (const [key, value] of outcome.metadata) call.responseMetadata.append(key, value);
  if (outcome.kind === "failure") throw outcome.thrown;
  return outcome.answer;
}

/** Whose key it is: what its certificate proves, or else its host. A client that connects again is the same one. */
function clientOf({ peer }: ServerCall): string {
  if (peer.tls?.authorised === true) return `tls ${peer.tls.subject}`;
  return peer.address.replace(/:\d+$/, "");
}

function wrong(text: string): RpcError {
  return new RpcError("invalid-argument", text);
}
