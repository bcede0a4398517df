/** Streams are found by their ids, and only by them. */

import fc from "fast-check";
import { expect, it } from "vitest";
import { StreamTable } from "./stream-table.js";

it("behaves like a Map, for ids that collide too", () => {
  const ids = fc.integer({ min: 1, max: 40 }).map((n) => n * 32 + (n % 3));
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), ids), { maxLength: 200 }), (steps) => {
      const table = new StreamTable<{ id: number }>(8);
      const model = new Map<number, { id: number }>();
      for (const [adds, id] of steps) {
        if (!adds) {
          table.delete(id);
          model.delete(id);
        } else if (!model.has(id)) {
          const stream = { id };
          table.add(stream);
          model.set(id, stream);
        }
        expect(table.size).toBe(model.size);
        expect(table.find(id)).toBe(model.get(id));
      }
      expect(new Set(table.all())).toEqual(new Set(model.values()));
    }),
  );
});

it("a client that asks for free ids never collides and never goes back", () => {
  const table = new StreamTable<{ id: number }>(8);
  let last = 0;
  for (let i = 0; i < 10_000; i++) {
    const id = table.freeIdFrom(last + 1);
    expect(id).toBeGreaterThan(last);
    last = id;
    table.add({ id });
    // Every tenth stream lives long.
    if (i % 10 !== 0) table.delete(id);
  }
  expect(table.size).toBe(1000);
  expect(last).toBeLessThan(20_000);
});
