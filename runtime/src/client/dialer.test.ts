/** When a dialer opens connections, on links that take their time. */

import { expect, it, onTestFinished } from "vitest";
import { VirtualClock } from "../testing/virtual-clock.js";
import { Echo } from "../../test/kit/echo-service.js";
import { watch } from "../../test/kit/harness.js";
import { goawayFrame, RawPeer } from "../../test/kit/raw-peer.js";
import { createChannel, type Channel } from "../index.js";
import { createCounters } from "../events.js";
import { resolveLimits } from "../limits.js";
import { memoryPair } from "../transport/memory.js";
import type { Transport } from "../transport/transport.js";
import { Backoff, defaultBackoff } from "../backoff.js";
import { Dialer } from "./dialer.js";

const note = { text: "a", count: 1 };

interface Setup {
  readonly clock: VirtualClock;
  readonly dialer: Dialer;
  readonly channel: Channel;
  /** Servers of the connections so far, played by hand. */
  readonly peers: RawPeer[];
  readonly signals: AbortSignal[];
}

/** A dialer whose connections take `opensInMs` to open. */
function slowLink(opensInMs: number): Setup {
  const clock = new VirtualClock();
  const peers: RawPeer[] = [];
  const signals: AbortSignal[] = [];
  const open = (signal: AbortSignal): Promise<Transport> => {
    signals.push(signal);
    return new Promise((resolve) => {
      clock.timer(opensInMs, () => {
        const [near, far] = memoryPair("memory:slow", clock);
        peers.push(new RawPeer(far, clock));
        resolve(near);
      });
    });
  };
  const dialer = new Dialer({
    address: "memory:slow",
    open,
    clock,
    limits: resolveLimits(undefined),
    keepalive: undefined,
    backoff: new Backoff(defaultBackoff, () => 0.5),
    failFast: false,
    closeGraceMs: 1000,
    observe: undefined,
    counters: createCounters(),
    codec: undefined,
  });
  onTestFinished(async () => {
    const closed = dialer.close();
    await clock.advance(10_000);
    await closed;
  });
  return { clock, dialer, channel: createChannel(dialer, { clock }), peers, signals };
}

it("a server that turns a connection away is not called twice at once afterwards", async () => {
  const { clock, channel, peers } = slowLink(500);
  const calls = Array.from({ length: 200 }, () => watch(channel.unary(Echo.echo, note, { timeoutMs: 20_000 })));
  await clock.advance(500);
  await peers[0]?.send("PREFACE", goawayFrame({ code: "no-error", lastStream: 0, message: "closing" }));
  await clock.advance(3000);
  expect(peers).toHaveLength(2);
  await peers[1]?.send("PREFACE", "HELLO");
  await peers[1]?.send(...calls.map((_, i) => `RESPONSE #${i + 1} 1001`));
  await clock.advance(3000);
  expect(peers).toHaveLength(2);
  expect(calls.every((call) => call.value?.count === 1)).toBe(true);
});

it("closing gives up the attempt to connect that is under way", async () => {
  const { clock, dialer, channel, signals, peers } = slowLink(5000);
  const call = watch(channel.unary(Echo.echo, note));
  await clock.settle();
  const closed = watch(dialer.close());
  await clock.settle();
  expect([closed.isSettled, signals[0]?.aborted]).toEqual([true, true]);
  expect(call.error).toMatchObject({ code: "unavailable", message: "memory:slow: the channel was closed" });
  await clock.advance(5000);
  expect(peers[0]?.isClosed).toBe(true);
});
