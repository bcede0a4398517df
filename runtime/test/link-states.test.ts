/** What a channel says of a server that it tries to connect to, and that letting go of one is no failure. */

import { expect, test } from "vitest";
import { Backoff, defaultBackoff } from "../src/backoff.js";
import { Link } from "../src/client/link.js";
import { createCounters, type RuntimeEvent } from "../src/events.js";
import { RpcError } from "../src/index.js";
import { resolveLimits } from "../src/limits.js";
import { VirtualClock } from "../src/testing/virtual-clock.js";
import { openMemory } from "../src/transport/memory.js";
import type { Transport } from "../src/transport/transport.js";
import { freshName } from "./kit/harness.js";
import { rawServer } from "./kit/raw-peer.js";

function linkUnderTest(open: () => Promise<Transport>): {
  link: Link;
  clock: VirtualClock;
  events: RuntimeEvent[];
  wants: { connection: boolean };
} {
  const clock = new VirtualClock();
  const events: RuntimeEvent[] = [];
  const wants = { connection: true };
  const link = new Link(
    {
      address: "rpc://somewhere:1",
      open,
      clock,
      limits: resolveLimits(undefined),
      keepalive: undefined,
      counters: createCounters(),
      codec: undefined,
      observe: (event) => void events.push(event),
      backoff: new Backoff(defaultBackoff, () => 0.5),
    },
    { wantsConnection: () => wants.connection, room: () => {}, failed: () => {}, changed: () => {} },
  );
  return { link, clock, events, wants };
}

test("a link is failing from its first failed attempt on, also while the next one is under way", async () => {
  let fail: (error: RpcError) => void = () => {};
  const { link, clock } = linkUnderTest(() => new Promise((_, reject) => (fail = reject)));
  expect(link.state).toBe("idle");
  link.connect();
  expect(link.state).toBe("connecting");
  fail(new RpcError("unavailable", "nobody is there"));
  await clock.settle();
  expect(link.state).toBe("failing");
  await clock.advance(defaultBackoff.initialMs + 1);
  expect(link.state).toBe("failing");
  await link.close();
});

test("letting go of a connection before the server's HELLO is no failure", async () => {
  const name = freshName();
  const clock = new VirtualClock();
  const { listener } = rawServer(name, clock);
  const { link, events, wants, clock: own } = linkUnderTest(async () => openMemory(name, own));
  link.connect();
  await own.settle();
  expect(link.state).toBe("connecting");
  wants.connection = false;
  link.rest();
  await own.advance(2000);
  expect(events.map(({ kind }) => kind)).toEqual(["connection-opened", "connection-closed"]);
  expect(link.lastFailure).toBeUndefined();
  expect(link.state).toBe("idle");
  await link.close();
  await listener.close();
});
