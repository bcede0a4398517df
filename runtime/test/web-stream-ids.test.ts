/** The small client on a connection whose stream ids run out. Its ids are its own, so that they end early here instead. */

import { expect, it, vi } from "vitest";
import { callUnderWay, useWebClient, watch } from "./kit/harness.js";

vi.mock("../src/frame/frame.js", async (original) => ({ ...(await original<object>()), streamIdMax: 3 }));

useWebClient();
const note = { text: "a", count: 1 };

it("opens a new connection when stream ids run out, and lets the old one finish its calls", async () => {
  const { peer, peers, clock, echo, call } = await callUnderWay();
  const first = peer();
  first.take();
  const calls = Array.from({ length: 4 }, () => watch(echo.echo(note)));
  await clock.settle();
  expect(first.take()).toEqual(["REQUEST #2 m0 0a01611001", "REQUEST #3 m0 0a01611001"]);
  expect(peers).toHaveLength(2);
  await first.send("RESPONSE #3 1003", "RESPONSE #2 1002");
  expect(first.isClosed).toBe(false);
  await first.send("RESPONSE #1 1001");
  await clock.settle();
  expect(first.isClosed).toBe(true);
  await peer().send("PREFACE", "HELLO", "RESPONSE #1 1004", "RESPONSE #2 1005");
  // The call that met the end of the ids is started again, behind one that came later.
  expect([call, ...calls].map(({ value }) => value?.count)).toEqual([1, 2, 3, 5, 4]);
});
