/** What is told of policies that are wrong or can do nothing, rather than kept to themselves. */

import { expect, test } from "vitest";
import { connect, type RuntimeEvent } from "../../src/index.js";
import { Get, note, now, Place, stackUnderTest, Watch } from "./kit.js";

test("policies in code that make no sense are told when the channel is opened, before any call", async () => {
  const events: RuntimeEvent[] = [];
  const policies = { methods: { "*": { retry: { attempts: 99 } } } };
  const channel = connect("memory:nobody", { policies, observe: (event) => void events.push(event) });
  await expect.poll(() => events.map(({ kind }) => kind)).toEqual(["policies-failed"]);
  expect(events[0]).toMatchObject({ error: { code: "invalid-argument" } });
  await expect(channel.unary(Get, note())).rejects.toMatchObject({ code: "invalid-argument" });
  await channel.close();
});

test("a cache or a hedge that can do nothing for a method is told once, with the reason", async () => {
  const events: RuntimeEvent[] = [];
  const { clock, channel } = stackUnderTest(() => note("there"), {
    policies: { methods: { "*": { cache: { forMs: 1000 }, hedge: { delayMs: 10 } } } },
    observe: (event) => void events.push(event),
  });
  for (let i = 0; i < 3; i++) await now(clock, channel.unary(Place, note()));
  await now(clock, channel.unary(Get, note()));
  const reader = channel.serverStream(Watch, note())[Symbol.asyncIterator]();
  await now(clock, reader.next());
  const told = events.map((event) => (event.kind === "policy-without-effect" ? [event.method, event.policy] : []));
  expect(told).toEqual([
    ["/test.v1.Shop/Place", "cache"],
    ["/test.v1.Shop/Place", "hedge"],
    ["/test.v1.Shop/Watch", "cache"],
    ["/test.v1.Shop/Watch", "hedge"],
  ]);
  expect(events[0]).toMatchObject({ reason: "the method is not idempotent: it wants @idempotent" });
  expect(events[2]).toMatchObject({ reason: expect.stringContaining("stream") as string });
});
