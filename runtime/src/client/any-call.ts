/** A call as those see it who carry it and know nothing of its messages. */

import type { Metadata } from "../call/metadata.js";
import type { RpcError } from "../error/rpc-error.js";
import type { StatusCode } from "../error/status.js";
import type { MethodInfo } from "../method/method.js";
import type { Connection } from "../session/connection.js";
import type { SendSide } from "../session/send-side.js";
import type { AssemblyBudget } from "../stream/assembly.js";

/** The session that a call runs on. */
export interface CallHost {
  readonly connection: Connection;
  readonly assemblyBudget: AssemblyBudget;
  /** Forgets the call, which is over. */
  release(call: AnyCall): void;
}

/** Follows one start of a call, for whoever chooses its servers and keeps figures of them. */
export interface AttemptWatcher {
  /** The start came to its end, which may be told twice; `wasSent` is false where the call never left or wants no answer. */
  ended(error: RpcError | undefined, wasSent: boolean): void;
}

/** What sessions and channels know of a call without knowing its messages. */
export interface AnyCall {
  readonly id: number;
  /** Moves the deadline, which was reckoned from an earlier time than the call's own. */
  postpone(ms: number): void;
  readonly deadlineAt: number;
  readonly signal: AbortSignal | undefined;
  readonly info: MethodInfo;
  /** `/package.Service/Method`. */
  readonly path: string;
  readonly isOver: boolean;
  readonly sending: SendSide | undefined;
  /** A frame with (a part of) a message. */
  take(isAnswer: boolean, isPart: boolean, buffer: Uint8Array, start: number, end: number): void;
  /** Where the next part of the message that is under way may be put as it comes. */
  room(bytes: number): Uint8Array | undefined;
  /** What an aborted signal means for this call. */
  abortError(reason: unknown): RpcError;
  /** The server ended its stream of answers. */
  end(): void;
  tellMetadata(metadata: Metadata): void;
  /** The stream is at fault: fails the call on both sides. */
  refuse(code: StatusCode, text: string): void;
  /** Fails the call and tells the server that nobody waits for it any more. */
  abandon(error: RpcError): void;
  /** Fails the call on this side; the server, which may be answering at this moment, finds out by itself. */
  leave(error: RpcError): void;
  /** Fails the call, which the server has ended, or makes it again where nobody has looked at it. */
  fail(error: RpcError): void;
  /** Fails the call for good: what stands in its way is on this side. */
  giveUp(error: RpcError): void;
  /** An error that knows the call. */
  error(code: StatusCode, text: string, cause?: unknown): RpcError;
}
