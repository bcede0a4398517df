/** Messages whose fields are getters that reach back into the channel or server while they are being encoded. */

import { expect, it } from "vitest";
import { Writer } from "../src/bytes/writer.js";
import { FrameType } from "../src/frame/frame.js";
import { encodeNote, type Note } from "./kit/echo-service.js";
import { callUnderWay, itInNode, pairUnderTest, type Watched, watch } from "./kit/harness.js";
import { frameBytes } from "./kit/raw-peer.js";

/** A note that runs code when it is read for the first time. */
function noteThat(run: () => void): Note {
  let isRead = false;
  return {
    get text(): string {
      if (!isRead) {
        isRead = true;
        run();
      }
      return "late";
    },
    count: 1,
  };
}

itInNode(
  "a call that is aborted while its request is being encoded is not sent and leaves nothing behind",
  async () => {
    const { peer, channel, echo, clock, call } = await callUnderWay();
    const abort = new AbortController();
    const aborted = watch(
      echo.echo(
        noteThat(() => abort.abort()),
        { signal: abort.signal },
      ),
    );
    await clock.settle();
    expect(aborted.error).toMatchObject({ code: "cancelled" });
    expect(peer().take()).toEqual([]);
    expect(channel.counters.callsOpen).toBe(1);
    await peer().send("RESPONSE #1 1001");
    expect(call.value).toEqual({ text: "", count: 1 });
  },
);

itInNode("a call that is aborted while another one's request is being encoded is cancelled on both sides", async () => {
  const { peer, echo, clock } = await callUnderWay();
  const abort = new AbortController();
  const aborted = [1, 2].map((count) => watch(echo.echo({ text: "a", count }, { signal: abort.signal })));
  await clock.settle();
  peer().take();
  const sent = watch(echo.echo(noteThat(() => abort.abort())));
  await clock.settle();
  expect(aborted).toMatchObject([{ error: { code: "cancelled" } }, { error: { code: "cancelled" } }]);
  expect(peer().take()).toEqual(["REQUEST #4 m0 0a046c6174651001", "CANCEL #2", "CANCEL #3"]);
  await peer().send("RESPONSE #4 1001");
  expect(sent.value).toEqual({ text: "", count: 1 });
});

it("a stream of requests that is aborted while one of them is being encoded sends nothing behind its end", async () => {
  const { peer, echo, clock } = await callUnderWay();
  const abort = new AbortController();
  const sum = watch(echo.sum([noteThat(() => abort.abort())], { signal: abort.signal }));
  await clock.settle();
  expect(sum.error).toMatchObject({ code: "cancelled" });
  expect(peer().take()).toEqual(["REQUEST #2 m2 noBody", "CANCEL #2"]);
});

it("a channel that is closed while a request is being encoded closes although the request fails", async () => {
  const { channel, echo, clock, peer } = await callUnderWay();
  await peer().send("RESPONSE #1 1001");
  let closed = watch(Promise.resolve());
  const failed = watch(
    echo.echo(
      noteThat(() => {
        closed = watch(channel.close());
        throw new Error("no text");
      }),
    ),
  );
  await clock.settle();
  expect(failed.error).toMatchObject({ message: expect.stringContaining("no text") });
  expect(closed.isSettled).toBe(true);
});

it("a server that is closed while an answer is being encoded sends it whole", async () => {
  let close = (): void => {};
  const { server, echo, clock } = await pairUnderTest({ echo: () => noteThat(() => close()) });
  close = (): void => void server.close();
  const answer = watch(echo.echo({ text: "a", count: 1 }));
  await clock.settle();
  expect(answer.value).toEqual({ text: "late", count: 1 });
});

it("a stream that is read while a request is being encoded loses no message and gets its credit", async () => {
  const { peer, echo, clock } = await callUnderWay();
  const answers = echo.count({ text: "", count: 2 })[Symbol.asyncIterator]();
  const first = watch(answers.next());
  await clock.settle();
  await peer().send("DATA #2 1001");
  const large = { text: "x".repeat(100_000), count: 0 };
  const writer = new Writer();
  const end = encodeNote(writer, large, 0);
  const frame = frameBytes(FrameType.data, 0, 0, 2, writer.buffer.subarray(0, end));
  await peer().send(frame, frame);
  peer().take();
  const read: Watched<unknown>[] = [];
  watch(echo.echo(noteThat(() => read.push(watch(answers.next()), watch(answers.next())))));
  await clock.settle();
  expect(first.value).toEqual({ value: { text: "", count: 1 }, done: false });
  expect(read.map(({ value }) => value)).toEqual([1, 2].map(() => ({ value: large, done: false })));
  expect(peer().take()).toEqual(["REQUEST #3 m0 0a046c6174651001", expect.stringMatching(/^CREDIT #2 \+\d+$/)]);
});
