/** Credit that the receiving side owes reaches the sender before the sender has to stop, however it cuts its messages. */

import { expect, it } from "vitest";
import { chunkBytes, initialCredit, wholeCredit } from "../frame/frame.js";
import { AssemblyBudget, totalBytes } from "./assembly.js";
import { frameCost } from "./credit.js";
import { Inbound } from "./inbound.js";

it("a sender of short parts is never left without credit in the middle of a message", () => {
  let credit = initialCredit + wholeCredit;
  let whole = 0;
  const sink = {
    message: (_: Uint8Array, start: number, end: number): void => void (whole = end - start),
    ended: (): void => {},
    refuse: (_: string, text: string): void => expect.unreachable(text),
    idle: (): void => {},
    grant: (increment: number): void => void (credit += increment),
  };
  const total = 1_310_570;
  const inbound = new Inbound("one", sink, new AssemblyBudget(2 ** 24), 2 ** 24);
  const part = new Uint8Array(totalBytes + chunkBytes);
  new DataView(part.buffer).setUint32(0, total);
  let missing = total;
  const send = (size: number): void => {
    expect(credit).toBeGreaterThan(0);
    const isFirst = missing === total;
    missing -= size;
    credit -= frameCost(size);
    inbound.take(isFirst, missing > 0, part, isFirst ? 0 : totalBytes, totalBytes + size);
  };
  // What is left of the credit just covers the rest where it comes in the longest parts, but it does not.
  for (let i = 0; i < 9; i++) send(chunkBytes);
  send(30_000);
  while (missing > 0) send(Math.min(missing, 1024));
  expect(whole).toBe(total);
});
