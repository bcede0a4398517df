/** What is told of a run while it goes on. */

import { VirtualClock } from "@rpcgen/runtime/testing";
import { expect, test } from "vitest";
import type { Console } from "../console.js";
import { ClosedRun } from "./load-run.js";
import { followProgress } from "./progress.js";

/** The lines that are told of one call after the other, each of which takes 10 ms. */
async function linesOf(warmUpMs: number, shoot: () => Promise<void> = async () => {}): Promise<readonly string[]> {
  const clock = new VirtualClock();
  const lines: string[] = [];
  const plan = { concurrency: 1, ratePerSecond: undefined, durationMs: 2500, requests: Infinity, warmUpMs };
  const run = new ClosedRun({ plan, clock, shoot: () => clock.sleep(10).then(shoot) });
  const console: Pick<Console, "redraw"> = { redraw: (text) => void lines.push(text) };
  const done = followProgress(run, console, clock);
  await clock.run(run.run());
  done();
  return lines.filter((line) => line !== "");
}

test("the first line behind a warm-up counts from where calls count", async () => {
  const lines = await linesOf(1500);
  expect(lines[0]).toMatch(/^ {2}warming up: (99|100) calls, 0 failed$/);
  expect(lines[1]).toMatch(/^ {2}500 ms {2}(49|50) calls {2}(9\d|100)(\.\d+)? a second {2}p50 10 ms/);
  expect(lines[2]).toMatch(/^ {2}\S+ s {2}(149|150) calls {2}(9\d|100)(\.\d+)? a second /);
});

test("where nothing has succeeded there are no latencies", async () => {
  const lines = await linesOf(0, () => Promise.reject(new Error("no")));
  expect(lines[0]).toMatch(/^ {2}1 s {2}\d+ calls {2}\d+(\.\d+)? a second {2}all failed$/);
});
