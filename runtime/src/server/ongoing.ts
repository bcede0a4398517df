/** What a call on the server needs to remember when it is not answered on the spot; most calls never get one. */

import type { Admitted } from "../call/admission.js";
import type { Metadata } from "../call/metadata.js";
import type { RpcError } from "../error/rpc-error.js";
import type { StatusCode } from "../error/status.js";
import type { SendSide } from "../session/send-side.js";
import type { Inbound } from "../stream/inbound.js";

/** Takes one message of the client's stream. */
export type PushMessage = (buffer: Uint8Array, start: number, end: number, cost: number) => void;

/** The stream of requests as its call sees it. */
export interface Requests {
  readonly push: PushMessage;
  ended(): void;
  stop(error: RpcError): void;
}

/** Every field is the exchange's; see there. */
export class Ongoing {
  sending: SendSide | undefined;
  inbound: Inbound | undefined;
  answerMetadata: Metadata | undefined;
  abort: AbortController | undefined;
  abortReason: RpcError | undefined;
  /** Whether the call is in the session's table. */
  isRegistered = false;
  handlerRuns = false;
  pump: { stop(): boolean } | undefined;
  requests: Requests | undefined;
  admitted: Admitted | undefined;
  failedWith: StatusCode | undefined;
}
