/** How long a task waits after a failure: as long as its backoff says, and as long as the other side asks for. */

import { expect, test } from "vitest";
import { VirtualClock } from "../testing/virtual-clock.js";
import { RpcError } from "../error/rpc-error.js";
import { statusFailure } from "./http-failure.js";
import { PersistentTask } from "./persistent-task.js";
import { resolveTools } from "./registry-options.js";

function answer(status: number, retryAfter: string) {
  return {
    status,
    text: "",
    server: "http://h:1",
    header: (name: string) => (name === "retry-after" ? retryAfter : ""),
  };
}

test.each([
  ["7", 7000],
  ["0", 0],
  ["", undefined],
  ["-1", undefined],
  ["1e3", undefined],
  ["Wed, 21 Oct 2026 07:28:00 GMT", undefined],
])("Retry-After %j asks for %s ms", (text, ms) => {
  expect(statusFailure(answer(429, text)).retryAfterMs).toBe(ms);
  expect(statusFailure(answer(503, text)).retryAfterMs).toBe(ms);
});

test.each([
  [undefined, [0, 100, 160, 256]],
  [50, [0, 100, 160, 256]],
  [2000, [0, 2400, 2400, 2400]],
  [10 ** 12, [0, 300_000]],
  [Infinity, [0, 300_000]],
])("who asks for %s ms is asked again after %j", async (retryAfterMs, waits) => {
  const clock = new VirtualClock();
  const tools = resolveTools({ clock, random: () => 0.5 });
  const times: number[] = [];
  const failing = async (): Promise<void> => {
    times.push(clock.now());
    throw new RpcError("resource-exhausted", "too many requests", { retryAfterMs });
  };
  const task = new PersistentTask(tools, failing, () => {});
  await clock.advance(310_000);
  await task.stop();
  const found = times.slice(0, waits.length).map((time, i) => Math.round(time - (times[i - 1] ?? time)));
  expect(found).toEqual(waits);
});
