/** Messages leave in the order in which they came, however the two mix, and leave nothing behind. */

import { expect, it } from "vitest";
import { MessageQueue } from "./message-queue.js";

it.each([1, 2, 3, 64, 65, 300, 1000])("keeps order and costs where %i come at a time", (burst) => {
  const queue = new MessageQueue<number>();
  const seen: number[] = [];
  const costs: number[] = [];
  let next = 0;
  const take = (): void => {
    costs.push(queue.firstCost);
    seen.push(queue.shift());
  };
  for (let round = 0; round < 10; round++) {
    for (let i = 0; i < burst; i++) queue.push(next, 2 * next++);
    // Not all of them, so that the next ones come behind a rest.
    while (queue.size > round) take();
  }
  while (queue.size > 0) take();
  expect(seen).toEqual(Array.from({ length: next }, (_, i) => i));
  expect(costs).toEqual(seen.map((message) => 2 * message));
  expect([queue.size, queue.firstCost]).toEqual([0, 0]);
});

it("keeps hold of nothing that has been taken", () => {
  const queue = new MessageQueue<object>();
  for (let i = 0; i < 100; i++) queue.push({ i }, 1);
  for (let i = 0; i < 50; i++) queue.shift();
  const { messages } = queue as unknown as { readonly messages: readonly (object | undefined)[] };
  expect(messages.filter((message) => message !== undefined)).toHaveLength(50);
});

it("is empty after it has been cleared", () => {
  const queue = new MessageQueue<number>();
  for (let i = 0; i < 10; i++) queue.push(i, 1);
  queue.shift();
  queue.clear();
  expect([queue.size, queue.firstCost]).toEqual([0, 0]);
  queue.push(7, 3);
  expect([queue.firstCost, queue.shift()]).toEqual([3, 7]);
});
