/** What only calls that stream need, apart from the rest: who makes none does not carry it. */

import type { OutgoingCall } from "../call/outgoing-call.js";
import type { RpcError } from "../error/rpc-error.js";
import { dataType, endType } from "../frame/frame.js";
import { MessagePump } from "../stream/message-pump.js";
import type { CallOwner } from "./any-web-call.js";
import { WebCall, type SendRequests } from "./web-call.js";

/** Sends requests no faster than the server and the socket take them. */
export const sendRequests: SendRequests = (call, requests) => {
  const { session, id } = call;
  const fail = (thrown: unknown): void => call.abandon(call.requestError(thrown));
  if (session === undefined) return () => {};
  const canSend = (): boolean => !call.isWriting && call.hasCredit();
  try {
    const pump = new MessagePump(requests, {
      ready: () => (canSend() ? undefined : call.until(canSend)),
      send: (message) => {
        const body = call.encode(message, session);
        if (!call.isOver) void call.write(dataType, 0, 0, [], body);
      },
      end: () => void call.until(() => !call.isWriting).then(() => call.isOver || session.send(endType, 0, 0, id)),
      released: () => {},
      fail,
    });
    return () => void pump.stop();
  } catch (thrown) {
    fail(thrown);
    return () => {};
  }
};

/** The answers of a call, which starts when they are first asked for and is cancelled when nobody asks any more. */
export function readAnswers<In, Out>(
  call: OutgoingCall<In, Out>,
  owner: CallOwner,
  launch: (call: WebCall<In, Out>) => void,
): AsyncIterator<Out, undefined> {
  const answers: { readonly value: Out; readonly cost: number }[] = [];
  let wake = (): void => {};
  let failure: RpcError | undefined;
  const answer = (value: Out, cost: number): void => {
    answers.push({ value, cost });
    wake();
  };
  const over = (error?: RpcError): void => {
    failure = error;
    wake();
  };
  const open = new WebCall(call, owner, { answer, over }, true, sendRequests);
  const reader = (async function* (): AsyncGenerator<Out, undefined> {
    launch(open);
    for (;;) {
      const next = answers.shift();
      if (next !== undefined) {
        open.consumed(next.cost);
        yield next.value;
      } else if (!open.isOver) await new Promise<void>((resolve) => (wake = resolve));
      else if (failure === undefined) return;
      else throw failure;
    }
  })();
  return {
    next: () => reader.next(),
    return: () => {
      // Whoever waits for an answer is let go before the reader ends.
      answers.length = 0;
      open.abandon(open.error("cancelled", "the reader stopped before the end"));
      return reader.return(undefined);
    },
  };
}
