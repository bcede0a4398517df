/** The one error that calls fail with, and the class that declared errors extend. */

import type { HideDetail } from "../secret/hide-detail.js";
import type { StatusCode } from "./status.js";

/** One attempt of a call that was tried more than once. */
export interface Attempt {
  /** Of the server; undefined where the attempt never got to one. */
  readonly address: string | undefined;
  /** How it failed. */
  readonly code: StatusCode;
  /** When it started and how long it took, in milliseconds; the first one starts at 0. */
  readonly startedAtMs: number;
  readonly tookMs: number;
}

/** Facts about the call that failed, as far as they are known where the error is made. */
export interface RpcErrorFacts {
  /** `/package.Service/Method`. */
  readonly method?: string | undefined;
  /** Address of the other side, for instance `127.0.0.1:7000`. */
  readonly peer?: string | undefined;
  readonly cause?: unknown;
  /** Full name of the declared error that the server threw, where this build's method does not declare it. */
  readonly typeName?: string | undefined;
  /**
   * True where the server surely never started on the call, so that trying again is safe for every method: it, or the end of its
   * connection, said so, or the call ended before it could leave. Also false where nothing is known.
   */
  readonly neverProcessed?: boolean | undefined;
  /**
   * When the server wants to see the call again: milliseconds from now, Infinity for not at all; undefined where it has not said.
   * Handlers may say it, too: retries on the client heed it.
   */
  readonly retryAfterMs?: number | undefined;
  /** What was tried, in order, where that was more than one thing. */
  readonly attempts?: readonly Attempt[] | undefined;
}

const noAttempts: readonly Attempt[] = [];

// A brand found by name, so that two copies of this module in one process still know each other's errors.
const brand = Symbol.for("@rpcgen/runtime.RpcError");

/** A failed call: a status code, a sentence, and where it happened. */
export class RpcError extends Error {
  override readonly name: string = "RpcError";
  // Declared: what the constructor says need not be said before, as fields without a value.
  declare readonly code: StatusCode;
  declare readonly method: string | undefined;
  declare readonly peer: string | undefined;
  /** Full name of the declared error that this is, known to this build or not; undefined for any other. */
  declare readonly typeName: string | undefined;
  /**
   * True where the server surely never started on the call, so that trying again is safe for every method: it, or the end of its
   * connection, said so, or the call ended before it could leave. Also false where nothing is known.
   */
  declare readonly neverProcessed: boolean;
  /** When the server wants to see the call again, in milliseconds; Infinity for never, undefined where it has not said. */
  declare readonly retryAfterMs: number | undefined;
  /** What was tried, in order, where that was more than one thing; else empty. */
  declare readonly attempts: readonly Attempt[];

  static {
    Object.defineProperty(this.prototype, brand, { value: true });
  }

  constructor(code: StatusCode, message: string, facts?: RpcErrorFacts) {
    super(message, facts?.cause === undefined ? undefined : { cause: facts.cause });
    this.code = code;
    this.method = facts?.method;
    this.peer = facts?.peer;
    this.typeName = facts?.typeName;
    this.neverProcessed = facts?.neverProcessed === true;
    this.retryAfterMs = facts?.retryAfterMs;
    this.attempts = facts?.attempts ?? noAttempts;
  }

  /** True for any RpcError, whichever copy of this package made it. */
  static is(error: unknown): error is RpcError {
    return typeof error === "object" && error !== null && brand in error;
  }

  /** What `JSON.stringify` writes, for logs: the sentence too, which it leaves out of other errors. */
  toJSON(): object {
    const { message } = this;
    return { ...this, message };
  }

  /** Name, code, sentence and, where they are known, method and peer. */
  override toString(): string {
    const places = [this.method, this.peer && `at ${this.peer}`].filter(Boolean).join(" ");
    return `${this.name} [${this.code}]: ${this.message}${places && ` (${places})`}`;
  }
}

/** What the class of an error declared in an `.rpc` file extends; `detail` holds its fields. */
export abstract class DeclaredError<Detail> extends RpcError {
  /** Full name in the IDL, for instance `shop.orders.v1.OutOfStock`: how it is known on the wire. */
  abstract override readonly typeName: string;
  /** Where it has secrets, `{ ...error }`, `JSON.stringify`, `console.log` and the like do not show those. */
  readonly detail: Detail;

  constructor(code: StatusCode, detail: Detail, message: string, facts?: RpcErrorFacts, hide?: HideDetail) {
    super(code, message, facts);
    this.detail = detail;
    hide?.(this);
  }
}
