/** When a dialer opens connections, on links that take their time. */

import { describe, expect, it, onTestFinished } from "vitest";
import { VirtualClock } from "../testing/virtual-clock.js";
import { Echo } from "../../test/kit/echo-service.js";
import { failureOf, watch } from "../../test/kit/harness.js";
import { goawayFrame, RawPeer } from "../../test/kit/raw-peer.js";
import { createChannel, RpcError, type Channel } from "../index.js";
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

/** A dialer whose connections take `opensInMs` to open, or to fail while `isAway` says so. */
function slowLink(opensInMs: number, failFast = false, isAway = (): boolean => false): Setup {
  const clock = new VirtualClock();
  const peers: RawPeer[] = [];
  const signals: AbortSignal[] = [];
  const open = (signal: AbortSignal): Promise<Transport> => {
    signals.push(signal);
    return new Promise((resolve, reject) => {
      clock.timer(opensInMs, () => {
        if (isAway()) return reject(new RpcError("unavailable", `nobody answers attempt ${signals.length}`));
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
    failFast,
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

describe("with failFast", () => {
  const attemptMs = 3000;

  it("the first calls wait for the first attempt, later ones hear at once why the last one failed", async () => {
    const { clock, channel, signals, peers } = slowLink(attemptMs, true, () => signals.length < 4);
    const call = () => watch(channel.unary(Echo.echo, note, { timeoutMs: 60_000 }));
    const first = [call(), call()];
    await clock.advance(attemptMs - 1);
    expect(first.map(({ isSettled }) => isSettled)).toEqual([false, false]);
    await clock.advance(1);
    for (const { error } of first) expect(error).toMatchObject({ message: expect.stringContaining("attempt 1") });
    // Ten calls a second: while the waits last, and while attempts are under way.
    const reasons = new Set<string>();
    for (let i = 0; peers.length === 0 && i < 200; i++) {
      const error = await failureOf(channel.unary(Echo.echo, note, { timeoutMs: 60_000 }));
      expect(error).toMatchObject({ code: "unavailable" });
      reasons.add(RpcError.is(error) ? error.message : "");
      await clock.advance(100);
    }
    expect(reasons.size).toBe(3);
    expect(signals).toHaveLength(4);
    const last = call();
    await peers[0]?.send("PREFACE", "HELLO");
    await peers[0]?.send("RESPONSE #1 1001");
    await clock.settle();
    expect(last.value).toMatchObject({ count: 1 });
  });

  it("a channel that nobody has used for a while stops trying, and its next call waits for a new attempt", async () => {
    let isAway = true;
    const { clock, channel, signals, peers } = slowLink(50, true, () => isAway);
    const call = () => watch(channel.unary(Echo.echo, note, { timeoutMs: 60_000 }));
    call();
    await clock.advance(600_000);
    const tries = signals.length;
    expect(tries).toBeGreaterThan(3);
    expect(tries).toBeLessThan(20);
    expect(clock.timers).toBe(0);
    isAway = false;
    const [late, other] = [call(), call()];
    await clock.advance(49);
    expect([late.isSettled, other.isSettled, signals.length]).toEqual([false, false, tries + 1]);
    await clock.advance(1);
    await peers[0]?.send("PREFACE", "HELLO");
    await peers[0]?.send("RESPONSE #1 1001", "RESPONSE #2 1001");
    expect([late.value, other.value]).toMatchObject([{ count: 1 }, { count: 1 }]);
  });
});
