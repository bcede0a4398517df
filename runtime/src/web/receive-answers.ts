/** What comes in for one call: checks its order, credit and length, and puts together what comes in parts. */

import type { StatusCode } from "../error/status.js";
import { initialCredit, readU32, responseType, wholeCredit } from "../frame/frame.js";
import { FrameError } from "../frame/frame-error.js";
import { limitText } from "../limits.js";
import { frameCost } from "../stream/credit.js";
import { growingBytes, type GrowingBytes } from "./growing-bytes.js";

export interface ReceiverSink {
  /** A whole message; the bytes are valid until the function returns. `consumed(cost)` is due once it is used up. */
  message(buffer: Uint8Array, start: number, end: number, cost: number): void;
  /** The stream (not the connection) is at fault and has to fail. */
  refuse(code: StatusCode, text: string): void;
  /** The server may send this many bytes more. */
  grant(increment: number): void;
}

export interface Receiver {
  /** Whether anything has come. */
  hasBegun(): boolean;
  /** A RESPONSE or DATA with (a part of) a message; `isPart` where more of it follows. */
  take(type: number, isPart: boolean, buffer: Uint8Array, start: number, end: number): void;
  /** Gives back what a message or a part of one cost, now that it has been used. */
  consumed(cost: number): void;
  /** Whether the server may end its stream now. */
  canEnd(): boolean;
}

// Granting in halves keeps CREDIT frames rare.
const grantStep = initialCredit / 2;

export function receiveAnswers(isMany: boolean, sink: ReceiverSink, bytesMax: number): Receiver {
  let left = initialCredit;
  let owed = 0;
  let hasBegun = false;
  /** The message in parts that is under way, and its announced length. */
  let parts: GrowingBytes | undefined;
  let total = 0;
  const consumed = (cost: number): void => {
    owed += cost;
    // The one answer needs no more where what is left suffices for the rest.
    if (owed < grantStep || (!isMany && left > total)) return;
    left += owed;
    sink.grant(owed);
    owed = 0;
  };
  return {
    hasBegun: () => hasBegun,
    canEnd: () => isMany && parts === undefined,
    consumed,
    take(type, isPart, buffer, start, end) {
      // RESPONSE begins the one answer; DATA is one of many, or goes on with what has begun.
      if ((type === responseType) === (isMany || hasBegun)) {
        return sink.refuse("internal", "an answer of the wrong kind");
      }
      hasBegun = true;
      if (parts === undefined) {
        if (isPart) {
          total = end - start < 4 ? Infinity : readU32(buffer, start);
          start += 4;
          parts = growingBytes();
          if (!isMany) left += wholeCredit;
        } else total = end - start;
      }
      const cost = frameCost(end - start);
      if (left <= 0) throw new FrameError("protocol-error", "more than the credit allows");
      left -= cost;
      if (total > bytesMax) {
        return sink.refuse("resource-exhausted", limitText("a message", "messageBytesMax", bytesMax, total));
      }
      if (parts === undefined) return sink.message(buffer, start, end, cost);
      parts.add(buffer.subarray(start, end));
      if (isPart ? parts.size() > total : parts.size() !== total) {
        return sink.refuse("internal", "a message has another length than it announced");
      }
      if (isPart) return consumed(cost);
      const whole = parts.all();
      parts = undefined;
      sink.message(whole, 0, total, cost);
    },
  };
}
