/** Hangs instruments on a channel: where each of them wants to stand, put together once. */

import type { Instrument, WatchedChannel } from "../call/instrument.js";
import type { Interceptor, OutgoingCall } from "../call/outgoing-call.js";
import { shareEvents, type Observer } from "../events.js";

export interface ChannelWatch {
  /** In front of the channel's own interceptors. */
  readonly calls: readonly Interceptor[];
  /** Right in front of the servers. */
  readonly attempts: readonly Interceptor[];
  readonly observe: Observer | undefined;
  closed(): void;
}

/** Throws what an instrument throws when it is asked where it wants to stand. */
export function watchChannel(
  channel: WatchedChannel,
  instruments: readonly Instrument[],
  observe: Observer | undefined,
): ChannelWatch {
  const taps = instruments.flatMap((instrument) => instrument.channel?.(channel) ?? []);
  const attempts = taps.flatMap((tap) => tap.attempt ?? []);
  const calls = taps.flatMap((tap) => tap.call ?? []);
  return {
    calls: calls.length + attempts.length > 0 ? [identified, ...calls] : [],
    attempts,
    observe: shareEvents([observe, ...taps.map((tap) => tap.observe)]),
    closed: () => {
      for (const tap of taps) {
        try {
          tap.closed?.();
        } catch {
          // Like an observer, it may not break what it watches.
        }
      }
    },
  };
}

/** Gives each call something to be known by. */
const identified: Interceptor = {
  one: (call, next) => next({ ...call, identity: {} }),
  many: (call, next) => next({ ...call, identity: {} }),
};

/** Says of each attempt where it goes, in a channel that has one server. */
export function towards(address: string): Interceptor {
  const told = <In, Out>(call: OutgoingCall<In, Out>): OutgoingCall<In, Out> => {
    call.onServer?.(address);
    return call;
  };
  return { one: (call, next) => next(told(call)), many: (call, next) => next(told(call)) };
}
