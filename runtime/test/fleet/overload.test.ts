/** Five times what servers can bear, over connections and on a virtual clock: what is too much is refused early, the rest is answered. */

import { expect, it } from "vitest";
import { RpcError } from "../../src/error/rpc-error.js";
import { seed } from "../kit/random.js";
import { withFleet, type FleetServer } from "../kit/fleet.js";

const note = { text: "a", count: 1 };
// Two calls at once, each of twenty milliseconds: a hundred a second for each of two servers.
const workers = 2;
const serviceMs = 20;
const capacity = (2 * workers * 1000) / serviceMs;

/** Makes a server do so many calls at once, and let the others wait in its handler. */
function narrow(server: FleetServer, sleep: (ms: number) => Promise<void>): void {
  let free = workers;
  const queue: (() => void)[] = [];
  server.behave = async () => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => queue.push(resolve));
    await sleep(serviceMs);
    const next = queue.shift();
    if (next === undefined) free++;
    else next();
    return note;
  };
}

it.each([
  ["an adaptive limit", { concurrency: { adaptive: true } }],
  ["a fixed limit", { concurrency: { max: 8 } }],
  ["a rate", { rateLimit: { perSecond: 0.45 * capacity, burst: 5 } }],
])(`with %s on servers, goodput stays and refusals come at once (SEED=${seed})`, (_, total) =>
  withFleet({ servers: 2, outliers: false, serve: { policies: { total } } }, async ({ servers, echo, clock }) => {
    // Modules are loaded with the first call, while virtual time passes.
    await echo.echo(note, { timeoutMs: 1e9 });
    for (const server of servers) narrow(server, (ms) => clock.sleep(ms));
    const took: number[] = [];
    const refusedAfter: number[] = [];
    const strange = new Set<string>();
    const run = async (perSecond: number, ms: number): Promise<void> => {
      for (let at = 0, owed = 0; at < ms; at += 10) {
        for (owed += perSecond / 100; owed >= 1; owed--) {
          const startedAt = clock.now();
          echo.echo(note, { timeoutMs: 5000 }).then(
            () => took.push(clock.now() - startedAt),
            (error: unknown) => {
              if (RpcError.is(error) && error.code === "resource-exhausted") refusedAfter.push(clock.now() - startedAt);
              else strange.add(String(error));
            },
          );
        }
        await clock.sleep(10);
      }
    };
    await run(0.5 * capacity, 2000);
    await run(5 * capacity, 8000);
    took.length = refusedAfter.length = 0;
    const seconds = 10;
    await run(5 * capacity, seconds * 1000);
    const good = took.filter((ms) => ms <= 500).length;
    took.sort((a, b) => a - b);
    expect([...strange]).toEqual([]);
    expect(good).toBeGreaterThanOrEqual(0.8 * capacity * seconds);
    expect(took[Math.floor(took.length * 0.99)]).toBeLessThan(15 * serviceMs);
    expect(refusedAfter.length).toBeGreaterThan(2 * capacity * seconds);
    // Refused before it waits for anything: a call and its answer, and perhaps another server.
    expect(Math.max(...refusedAfter)).toBeLessThan(serviceMs);
  }),
);
