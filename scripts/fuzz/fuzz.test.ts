/** Every target of the fuzzer for a second, and the fuzzer itself: it finds, shortens and repeats a failure. */

import { expect, it } from "vitest";
import { seed } from "../../runtime/test/kit/random.js";
import { fuzz, showParts } from "./fuzz.js";
import type { FuzzTarget } from "./target.js";
import { targets } from "./targets.js";

it.each(targets)(`$name keeps its promises (SEED=${seed})`, async (target) => {
  const { failure } = await fuzz(target, { seed, seconds: 0.8 });
  const told = failure === undefined ? "" : `${String(failure.error)}\n${showParts(failure.parts)}`;
  expect(told).toBe("");
});

const breakable: FuzzTarget = {
  name: "breakable",
  about: "fails where both a 7 and an x come",
  generate: (chance) => Array.from({ length: 30 }, () => chance.oneOf(["a7b", "cxd", "e", "f"])),
  run: async (parts) => {
    const text = parts.join("");
    if (text.includes("7") && text.includes("x")) throw new Error("7 and x");
  },
};

it("shortens what fails to what matters, and the number of the run repeats it", async () => {
  const { failure } = await fuzz(breakable, { seed: 1, seconds: 5 });
  expect(failure?.parts.join("")).toMatch(/^(7x|x7)$/);
  const again = await fuzz(breakable, { seed: 1, seconds: 5, run: failure?.run });
  expect([again.runs, again.failure?.parts]).toEqual([1, failure?.parts]);
});

it("a rejection that nobody catches is a failure", async () => {
  const careless: FuzzTarget = {
    ...breakable,
    run: async () => {
      void Promise.reject(new Error("lost"));
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
  const { failure } = await fuzz(careless, { seed: 1, seconds: 0 });
  expect(failure?.error).toMatchObject({ message: "lost" });
});
