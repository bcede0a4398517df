/** Which losses are one loss: what ran out shortly before the doubt began is taken back with the rest. */

import { expect, test } from "vitest";
import { VirtualClock } from "../testing/virtual-clock.js";
import { DoubtedList, doubtLosses, doubtNothing, type Doubt } from "./doubted-list.js";

function listOf(doubt: Doubt) {
  const clock = new VirtualClock();
  const list = new DoubtedList(clock, 120_000, doubt);
  const next = (names: string): string => {
    const answer = names.split(" ").filter((name) => name !== "");
    const { endpoints } = list.next(
      answer.map((address) => ({ address, weight: 100, zone: "", health: "healthy", metadata: new Map() })),
    );
    return endpoints.map(({ address }) => address).join(" ");
  };
  return { clock, next };
}

test("the first of three leases that run out is taken back with the others", async () => {
  const { clock, next } = listOf(doubtLosses);
  next("a b c");
  expect(next("b c")).toBe("b c");
  await clock.advance(5000);
  expect(next("c")).toBe("c b a");
  await clock.advance(5000);
  expect(next("").split(" ").toSorted()).toEqual(["a", "b", "c"]);
  expect(next("a b c")).toBe("a b c");
  // What was taken back is not taken back again.
  expect(next("b c")).toBe("b c");
});

test("what left long before, or has come back meanwhile, is not taken back", async () => {
  const { clock, next } = listOf(doubtLosses);
  next("a b c d e");
  next("a b c d");
  await clock.advance(20_000);
  next("a b c");
  next("a b c d");
  next("b c d");
  await clock.advance(15_000);
  expect(next("c")).toBe("c b d a");
});

test("what others have taken the place of is not taken back", () => {
  const { next } = listOf(doubtLosses);
  next("a b");
  next("a c");
  expect(next("")).toBe("a c");
});

test("no more is taken back than there was, however often servers change their addresses", () => {
  const { next } = listOf(doubtLosses);
  next("a b c d");
  for (let i = 0; i < 50; i++) {
    next(`a b x${i}`);
    next(`a b y${i} z${i}`);
  }
  expect(next("a").split(" ").length).toBeLessThanOrEqual(8);
});

test("a doubt that has lasted long enough leaves nothing to take back", async () => {
  const { clock, next } = listOf(doubtLosses);
  next("a b c d");
  next("b c d");
  next("d");
  await clock.advance(120_000);
  expect(next("d")).toBe("d");
  next("d e f g h");
  expect(next("e").split(" ").toSorted()).toEqual(["d", "e", "f", "g", "h"]);
});

test("what a file no longer names is gone, also where it becomes empty soon afterwards", () => {
  const { next } = listOf(doubtNothing);
  next("a b");
  next("b");
  expect(next("")).toBe("b");
});
