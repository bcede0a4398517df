/** How much a sender may have under way, and what a reader that does not read can cost. */

import { expect, it } from "vitest";
import { initialCredit } from "../src/frame/frame.js";
import { boundServerUnderTest, clientUnderTest, never, pairUnderTest, watch } from "./kit/harness.js";
import type { Note } from "./kit/echo-service.js";

/** Messages without end, and how many have been taken. */
function endless(note: Note): { readonly taken: () => number; readonly notes: Generator<Note> } {
  let taken = 0;
  function* notes(): Generator<Note> {
    for (;;) {
      taken++;
      yield note;
    }
  }
  return { taken: () => taken, notes: notes() };
}

const kilobyte = { text: "x".repeat(1000), count: 0 };
// What one kilobyte note costs: text, its tag and length, and the header.
const cost = 1000 + 3 + 12;

it("a server stops streaming when the client has granted no more, and goes on when it has", async () => {
  const source = endless(kilobyte);
  const { client } = await boundServerUnderTest({ count: () => source.notes });
  await client.send("REQUEST #1 m1");
  const inFirst = Math.ceil(initialCredit / cost);
  expect(client.take()).toHaveLength(inFirst);
  await client.send("REQUEST #2 m0 1001");
  expect(client.take()).toEqual(["RESPONSE #2 1001"]);
  await client.send(`CREDIT #1 +${cost * 10}`);
  const more = client.take().length;
  expect(more).toBeGreaterThanOrEqual(9);
  expect(more).toBeLessThanOrEqual(10);
  expect(source.taken()).toBe(inFirst + more);
});

it("a client stops streaming when the server has granted no more, and goes on when it has", async () => {
  const source = endless(kilobyte);
  const { echo, clock, peer } = clientUnderTest();
  watch(echo.sum(source.notes, { timeoutMs: Infinity }));
  await clock.settle();
  await peer().send("PREFACE", "HELLO");
  const inFirst = Math.ceil(initialCredit / cost);
  expect(
    peer()
      .take()
      .filter((line) => line.startsWith("DATA")),
  ).toHaveLength(inFirst);
  await peer().send(`CREDIT #1 +${cost}`);
  expect(source.taken()).toBeLessThanOrEqual(inFirst + 1);
});

it("empty messages use up credit too", async () => {
  const source = endless({ text: "", count: 0 });
  const { client } = await boundServerUnderTest({ count: () => source.notes });
  await client.send("REQUEST #1 m1");
  expect(client.take()).toHaveLength(Math.ceil(initialCredit / 12));
});

it("a handler that does not read gets no more than the client's credit", async () => {
  const source = endless(kilobyte);
  const { echo, clock } = await pairUnderTest({ sum: never });
  watch(echo.sum(source.notes, { timeoutMs: 1000 }));
  await clock.settle();
  expect(source.taken() * cost).toBeLessThan(initialCredit + 2 * cost);
});

it("a reader that stops reading stops the server, and other calls go on", async () => {
  const source = endless(kilobyte);
  const { echo, clock } = await pairUnderTest({ count: () => source.notes });
  const iterator = echo.count({ text: "", count: 0 })[Symbol.asyncIterator]();
  const first = watch(iterator.next());
  await clock.settle();
  expect(first.isSettled).toBe(true);
  expect(source.taken() * cost).toBeLessThan(initialCredit + 3 * cost);
  const other = watch(echo.echo({ text: "other", count: 1 }));
  await clock.settle();
  expect(other.value?.text).toBe("other");
  for (let i = 0; i < 500; i++) {
    const next = watch(iterator.next());
    await clock.settle();
    expect(next.isSettled).toBe(true);
  }
  expect(source.taken()).toBeGreaterThan(500);
  await iterator.return?.();
});

it("a stream whose credit is never granted ends at its deadline, without harm to others", async () => {
  const source = endless(kilobyte);
  const { client, clock } = await boundServerUnderTest({ count: () => source.notes });
  await client.send("REQUEST #1 m1 deadline 000003e8");
  client.take();
  await clock.advance(1001);
  expect(client.take()).toEqual([expect.stringContaining("ERROR #1 deadline-exceeded")]);
  await client.send("REQUEST #2 m0");
  expect(client.take()).toEqual(["RESPONSE #2"]);
});

it.each([
  ["of zero", ["CREDIT #1 +0"], "a CREDIT of zero"],
  ["above the maximum", ["CREDIT #1 +2147483647"], "credit above 2147483647"],
  ["of a wrong size", ["CREDIT #1 00"], "a CREDIT carries 4 bytes"],
])("closes the connection on a CREDIT %s", async (_, lines, reason) => {
  const { client } = await boundServerUnderTest({ echo: never });
  await client.send("REQUEST #1 m0", ...lines);
  expect(client.take()).toEqual([`GOAWAY protocol-error last=1 "${reason}"`]);
});

it("closes the connection of a client that sends more than its credit", async () => {
  const { client } = await boundServerUnderTest({ sum: never });
  const frame = `DATA #1 ${"00".repeat(60_000)}`;
  await client.send("REQUEST #1 m2 noBody", ...Array.from({ length: 5 }, () => frame.replace(/00/g, "08")));
  await client.send(frame);
  expect(client.take().at(-1)).toContain("GOAWAY");
});

it("grants credit for parts as they come, so that a long message passes", async () => {
  const { client } = await boundServerUnderTest();
  const part = "0a".padEnd(2 * 65_536, "0");
  await client.send(
    "REQUEST #1 m2 noBody",
    `DATA #1 more 00060000 ${part}`,
    `DATA #1 more ${part}`,
    `DATA #1 more ${part}`,
  );
  expect(client.take().filter((line) => line.startsWith("CREDIT"))).toHaveLength(1);
});

it("small answers pass between the parts of a large one", async () => {
  const { client } = await boundServerUnderTest({ echo: (note) => ({ text: "x".repeat(note.count), count: 0 }) });
  await client.send("REQUEST #1 m0 1080897a", "REQUEST #2 m0");
  const before = client.take();
  expect(before[0]).toBe("RESPONSE #2");
  expect(before.slice(1).every((line) => /^(RESPONSE|DATA) #1 more/.test(line))).toBe(true);
  await client.send("CREDIT #1 +2000000", "REQUEST #3 m0");
  const after = client.take();
  expect(after).toContain("RESPONSE #3");
  expect(after.at(-1)).toMatch(/^DATA #1 \(/);
});

it("a client that does not read its answers is not read from any more, and the queue stays bounded", async () => {
  let calls = 0;
  const answer = { text: "x".repeat(50_000), count: 0 };
  const { client, clock } = await boundServerUnderTest(
    { echo: () => (calls++, answer) },
    { limits: { writeQueueBytesMax: 200_000 } },
  );
  client.transport.pause();
  for (let id = 1; id <= 200; id++) await client.send(`REQUEST #${id} m0`);
  expect(calls).toBeLessThan(20);
  client.transport.resume();
  for (let i = 0; i < 50; i++) await clock.settle();
  expect(calls).toBe(200);
  expect(client.take()).toHaveLength(200);
});

it("fails a call when the parts that wait for their rest exceed the connection's memory", async () => {
  const { client } = await boundServerUnderTest({}, { limits: { reassemblyBytesMax: 100_000 } });
  const part = "00".repeat(60_000);
  await client.send(`REQUEST #1 m0 more 00100000 ${part}`, `REQUEST #2 m0 more 00100000 ${part}`);
  expect(client.take()).toEqual([
    'ERROR #2 resource-exhausted "what waits for its rest on this connection is over the limit reassemblyBytesMax = 100000"',
  ]);
  await client.send("CANCEL #1", `REQUEST #3 m0 more 00100000 ${part}`);
  expect(client.take()).toEqual([]);
});
