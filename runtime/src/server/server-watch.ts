/** Hangs instruments on a server: where each of them wants to stand, put together once. */

import type { CallTap, Instrument } from "../call/instrument.js";
import type { Clock } from "../clock.js";
import { shareEvents, type Counters } from "../events.js";
import type { ConnectionOptions } from "../session/role.js";
import type { Transport } from "../transport/transport.js";
import type { ServeOptions } from "./serve-options.js";
import type { ServerSession, SessionOwner } from "./server-session.js";
import { tellEach } from "./watched-exchange.js";
import { WatchedSession } from "./watched-session.js";

export interface ServerWatch {
  /** The server's own, with what instruments add. */
  readonly options: ServeOptions;
  /** A session whose calls are watched; undefined where nobody wants that. */
  open(transport: Transport, options: ConnectionOptions, owner: SessionOwner): ServerSession | undefined;
  closed(): void;
}

/** Throws what an instrument throws when it is asked where it wants to stand. */
export function openServerWatch(
  options: ServeOptions,
  instruments: readonly Instrument[],
  clock: Clock,
  counters: Counters,
): ServerWatch {
  const services = options.services.map(({ service }) => service);
  const taps = instruments.flatMap((instrument) => instrument.server?.({ services, clock, counters }) ?? []);
  const calls = taps.flatMap((tap): readonly CallTap[] => (tap.calls === undefined ? [] : [tap.calls]));
  const watched = new Set(services);
  return {
    options: {
      ...options,
      observe: shareEvents([options.observe, ...taps.map((tap) => tap.observe)]),
      interceptors: [...taps.flatMap((tap) => tap.interceptor ?? []), ...(options.interceptors ?? [])],
    },
    open: (transport, settings, owner) =>
      calls.length === 0 ? undefined : new WatchedSession(transport, settings, owner, { calls, watched }),
    closed: () => tellEach(taps, (tap) => tap.closed?.()),
  };
}
