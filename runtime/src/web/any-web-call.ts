/** What sessions and channels know of a call, and a call of its channel. */

import type { OutgoingCall } from "../call/outgoing-call.js";
import type { Timer } from "../clock.js";
import type { RpcError, RpcErrorFacts } from "../error/rpc-error.js";
import type { StatusCode } from "../error/status.js";
import type { Method } from "../method/method.js";
import type { WebLimits } from "./web-limits.js";

/** The connection that a call runs on. */
export interface CallHost {
  /** The longest message and metadata that the server takes. */
  readonly messageBytesMax: number;
  readonly metadataBytesMax: number | undefined;
  /** Parts of messages that wait for their rest, in bytes. */
  heldBytes: number;
  /** Whether producers should wait; calls are woken when there is room again. */
  isFull(): boolean;
  /** Sends a frame, whose payload may come in parts. */
  send(type: number, flags: number, method: number, stream: number, ...payload: readonly Uint8Array[]): void;
  /** Gives a call its id, and returns the index of its method on this connection; undefined where no new calls are taken. */
  admit(call: AnyWebCall): number | undefined;
  /** Forgets a call, which is over. */
  release(id: number): void;
}

/** The channel that a call belongs to. */
export interface CallOwner {
  readonly limits: WebLimits;
  /** The server as errors call it. */
  readonly peer: string;
  /** Milliseconds until `at`. */
  leftMs(at: number): number;
  /** Runs `run` at `at`, in the clock's milliseconds. */
  timer(at: number, run: () => void): Timer;
  /** What a call fails with whose time is up. */
  expired(call: AnyWebCall): RpcError;
  /** Starts a call again that no server has looked at; false where that cannot be. */
  again(call: AnyWebCall): boolean;
  /** A call that may have been waiting is over. */
  forget(call: AnyWebCall): void;
}

/** What sessions and channels know of a call without knowing its messages. */
export interface AnyWebCall {
  /** On its session. */
  id: number;
  readonly isOver: boolean;
  readonly call: Pick<OutgoingCall<unknown, unknown>, "deadlineAt" | "signal"> & {
    readonly method: Pick<Method<unknown, unknown>, "index" | "service">;
  };
  /** Where it runs; undefined while it waits, and when it is over. */
  readonly session: CallHost | undefined;
  /** Ends the call at `at`, whatever it is doing then. */
  endAt(at: number): void;
  /** Sends the request. Whatever stands in the way fails the call, never the caller. */
  start(session: CallHost): void;
  /** Takes a frame that came for it. */
  frame(type: number, flags: number, buffer: Uint8Array, start: number, end: number): void;
  /** Lets go on whoever waits for the session to take more. */
  wake(): void;
  /** Fails the call, or starts it again where that is sure to do no harm. */
  fail(error: RpcError): void;
  /** Fails the call for good. */
  giveUp(error: RpcError): void;
  /** Ends the call as its aborted signal says. */
  abort(): void;
  /** The error of a call that no server has looked at. */
  refused(): RpcError;
  /** An error that knows the call. */
  error(code: StatusCode, text: string, cause?: unknown, facts?: RpcErrorFacts): RpcError;
}

/** Where the answers go. */
export interface AnswerTaker<Out> {
  /** `call.consumed(cost)` is due once the answer is used up. */
  answer(value: Out, cost: number): void;
  /** The call is over; comes once and last. */
  over(error?: RpcError): void;
}
