/** Messages of many frames: whole whatever happens beside them, and no burden for what is small. */

import { expect, it } from "vitest";
import { chunkBytes, headerBytes, initialCredit, wholeCredit } from "../src/frame/frame.js";
import type { Note } from "./kit/echo-service.js";
import { boundServerUnderTest, pairUnderTest, watch } from "./kit/harness.js";

const mebibyte = 1024 * 1024;
const limits = { messageBytesMax: 32 * mebibyte, reassemblyBytesMax: 64 * mebibyte, unsentBytesMax: 64 * mebibyte };

/** A note whose text tells every mix-up with another one. */
function long(length: number, name: number): Note {
  return { text: `${name}:`.repeat(Math.ceil(length / 4)).slice(0, length), count: name };
}

it("small calls do not wait for a message of 16 MiB on the same connection", async () => {
  const { echo, clock } = await pairUnderTest({}, { limits }, { limits, defaultTimeoutMs: Infinity });
  const order: string[] = [];
  const large = watch(echo.echo(long(16 * mebibyte, 1)).then(() => order.push("large")));
  const small = watch(
    Promise.all(Array.from({ length: 20 }, (_, i) => echo.echo(long(10, i)).then(() => order.push("small")))),
  );
  for (let i = 0; i < 400 && !large.isSettled; i++) await clock.advance(10);
  expect([large.error, small.error]).toEqual([undefined, undefined]);
  expect(order).toEqual([...Array<string>(20).fill("small"), "large"]);
});

it("many large messages in both directions arrive as they were sent", async () => {
  const { echo, clock } = await pairUnderTest({}, { limits }, { limits, defaultTimeoutMs: Infinity });
  const sizes = [
    chunkBytes - 20,
    chunkBytes,
    chunkBytes + 1,
    3 * chunkBytes,
    initialCredit,
    mebibyte,
    2 * mebibyte + 7,
  ];
  const notes = [...sizes, ...sizes].map((size, i) => long(size, i + 1));
  const answers = watch(Promise.all(notes.map((note) => echo.echo(note))));
  for (let i = 0; i < 200 && !answers.isSettled; i++) await clock.advance(10);
  expect(answers.value?.map(({ text }, i) => text === notes[i]?.text)).toEqual(notes.map(() => true));
});

it("a large message that is aborted in the middle disturbs neither those beside it nor those after it", async () => {
  const seen: number[] = [];
  const { echo, clock, server } = await pairUnderTest(
    { echo: (note) => (seen.push(note.count), note) },
    { limits },
    { limits, defaultTimeoutMs: Infinity },
  );
  watch(echo.echo(long(10, 1)));
  await clock.settle();
  const abort = new AbortController();
  const aborted = watch(echo.echo(long(2 * mebibyte, 2), { signal: abort.signal }));
  const beside = watch(echo.echo(long(2 * mebibyte, 3)));
  // The first parts have been written, and nothing has been delivered: that takes a turn of the clock.
  await new Promise((resolve) => setImmediate(resolve));
  abort.abort();
  const after = watch(echo.echo(long(2 * mebibyte, 4)));
  for (let i = 0; i < 100 && !(after.isSettled && beside.isSettled); i++) await clock.advance(10);
  expect(aborted.error).toMatchObject({ code: "cancelled" });
  expect(beside.value).toEqual(long(2 * mebibyte, 3));
  expect(after.value).toEqual(long(2 * mebibyte, 4));
  expect(seen.sort()).toEqual([1, 3, 4]);
  expect(server.counters.callsOpen).toBe(0);
});

it("grants the rest of a message at once, when there is memory for it", async () => {
  const { client } = await boundServerUnderTest();
  const part = "00".repeat(chunkBytes);
  await client.send(`REQUEST #1 m0 more 00100000 ${part}`);
  expect(client.take()).toEqual([]);
  await client.send(`REQUEST #2 m0 more 00200000 ${part}`);
  const grants = client.take();
  expect(grants).toHaveLength(1);
  const left = initialCredit + wholeCredit - chunkBytes - headerBytes + Number(grants[0]?.split("+")[1]);
  const rest = 2 * mebibyte - chunkBytes;
  expect(left).toBe(rest + (rest / chunkBytes) * headerBytes);
  for (let i = 0; i < 6; i++) await client.send(`DATA #1 more ${part}`, `DATA #2 more ${part}`);
  expect(client.take()).toEqual([]);
});

it("reserves memory for a message by what has come of it, not by what it announces", async () => {
  const { client } = await boundServerUnderTest(
    {},
    { limits: { messageBytesMax: 2 ** 30, reassemblyBytesMax: 2 ** 28 } },
  );
  // Sixty-four announcements of a gibibyte each would not fit; what has come of them does.
  const requests = Array.from({ length: 64 }, (_, i) => `REQUEST #${i + 1} m0 more 40000000 ${"00".repeat(2000)}`);
  await client.send(...requests);
  expect(client.take().filter((line) => line.startsWith("ERROR"))).toEqual([]);
});

it("gives a message what it needs where the budget does not reach for more", async () => {
  const { client } = await boundServerUnderTest(
    { echo: (note) => ({ text: "", count: note.text.length }) },
    { limits: { reassemblyBytesMax: 110_000 } },
  );
  const size = 100_000;
  const note = `0aa08d06${"78".repeat(size)}`;
  const cut = 2 * 60_000;
  await client.send(`REQUEST #1 m0 more 000186a4 ${note.slice(0, cut)}`, `DATA #1 ${note.slice(cut)}`);
  expect(client.take()).toEqual(["RESPONSE #1 10a08d06"]);
});

it("credit for what was sent does not count as idle frames", async () => {
  const answers = { echo: () => long(mebibyte, 7) };
  const { echo, clock, channel } = await pairUnderTest(answers, { limits: { idleFramesMax: 10 } });
  for (let i = 0; i < 40; i++) {
    const call = watch(echo.echo(long(1, 1)));
    await clock.settle();
    expect(call.value?.count).toBe(7);
  }
  expect(channel.counters.connectionsFailed).toBe(0);
});

it("credit that nobody has earned counts as idle frames", async () => {
  const { client } = await boundServerUnderTest({ count: () => [] }, { limits: { idleFramesMax: 10 } });
  await client.send("REQUEST #1 m0 more 00100000 0a", ...Array.from({ length: 20 }, () => "CREDIT #1 +1"));
  expect(client.take().at(-1)).toContain("GOAWAY enhance-your-calm");
});
