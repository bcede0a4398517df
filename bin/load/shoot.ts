/** How one call of a run is made, by the shape of its method. */

import type { CallOptions, ClientChannel, Clock } from "@rpcgen/runtime";
import type { LoadMethod } from "./load-method.js";
import type { Shoot } from "./load-run.js";
import type { LoadTally } from "./load-tally.js";

/**
 * Channels take turns, and so do requests; a method that takes a stream is sent all of them in each call. There is at least one
 * of both.
 */
export function createShoot(
  { method, requests }: LoadMethod,
  channels: readonly ClientChannel[],
  options: CallOptions,
  clock: Clock,
): Shoot {
  const channel = (turn: number): ClientChannel => pick(channels, turn);
  const request = (turn: number): Uint8Array => pick(requests, turn);
  const { shape } = method.info;
  switch (shape) {
    case "unary":
      return (turn) => channel(turn).unary(method, request(turn), options);
    case "oneway":
      return (turn) => channel(turn).oneway(method, request(turn), options);
    case "clientStream":
      return (turn) => channel(turn).clientStream(method, requests, options);
    case "serverStream":
      return (turn, startedAt, counting) =>
        readAll(channel(turn).serverStream(method, request(turn), options), startedAt, counting, clock);
    case "bidiStream":
      return (turn, startedAt, counting) =>
        readAll(channel(turn).bidiStream(method, requests, options), startedAt, counting, clock);
  }
}

async function readAll(
  answers: AsyncIterable<unknown>,
  startedAt: number,
  counting: () => LoadTally,
  clock: Clock,
): Promise<void> {
  let isFirst = true;
  for await (const _ of answers) {
    const tally = counting();
    tally.messages++;
    if (isFirst) tally.firstMessage.record(clock.now() - startedAt);
    isFirst = false;
  }
}

function pick<T>(list: readonly T[], turn: number): T {
  const item = list[list.length === 1 ? 0 : turn % list.length];
  if (item === undefined) throw new RangeError("nothing to take turns with");
  return item;
}
