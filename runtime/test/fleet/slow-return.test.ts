/** How soon a server that hung, or was slow, gets its share of the calls again. */

import { expect, it } from "vitest";
import { withFleet, type Fleet, type FleetServer } from "../kit/fleet.js";

const note = { text: "", count: 1 };
const everyMs = 2;
const windowMs = 250;

/** Makes 500 calls a second for so long, and gives how many of each window of 250 ms reached a server. */
async function load({ echo, clock }: Fleet, server: FleetServer, forMs: number): Promise<number[]> {
  const reached: number[] = [];
  const running: Promise<unknown>[] = [];
  for (let at = 0; at < forMs; at += windowMs) {
    const before = server.calls;
    for (let ms = 0; ms < windowMs; ms += everyMs) {
      running.push(echo.echo(note, { timeoutMs: 60_000 }));
      await clock.sleep(everyMs);
    }
    reached.push(server.calls - before);
  }
  await Promise.all(running);
  return reached;
}

const fairShare = windowMs / everyMs / 3;

/** Milliseconds until the first window in which a server got half of its fair share; Infinity where there is none. */
function returnedAfter(windows: readonly number[]): number {
  const index = windows.findIndex((calls) => calls >= fairShare / 2);
  return index < 0 ? Infinity : index * windowMs;
}

async function warm({ network, clock, calls }: Fleet): Promise<void> {
  network.everywhere.set({ delayMs: 1 });
  await calls(10);
  await clock.sleep(1000);
}

it("a server that hung for 5 s once has half of its fair share again within 3 s", () =>
  withFleet({ servers: 3 }, async (fleet) => {
    const { clock, servers } = fleet;
    await warm(fleet);
    const hung = servers[0] as FleetServer;
    const before = await load(fleet, hung, 5000);
    expect(before.at(-1)).toBeGreaterThan(fairShare / 2);
    hung.host.freeze();
    void clock.sleep(5000).then(() => hung.host.thaw());
    await load(fleet, hung, 5000);
    expect(returnedAfter(await load(fleet, hung, 6000))).toBeLessThanOrEqual(3000);
  }));

it("a stream that stays open does not keep a server that hung from being tried again", () =>
  withFleet({ servers: 1 }, async (fleet) => {
    const { clock, servers, channel, echo } = fleet;
    await warm(fleet);
    const stream = echo.chat(
      (async function* () {
        yield note;
        await clock.sleep(1e6);
      })(),
      { timeoutMs: Infinity },
    );
    await stream[Symbol.asyncIterator]().next();
    const only = servers[0] as FleetServer;
    only.behave = () => clock.sleep(5000).then(() => note);
    await echo.echo(note);
    expect(channel.members()[0]).toMatchObject({ inFlight: 1 });
    expect(channel.members()[0]?.latencyMs).toBeGreaterThan(4000);
    await clock.sleep(4000);
    expect(channel.members()[0]?.latencyMs).toBeLessThan(1);
  }));

it("a server that stays slow is tried again, less and less often", () =>
  withFleet({ servers: 3 }, async (fleet) => {
    await warm(fleet);
    const slow = fleet.servers[0] as FleetServer;
    slow.behave = () => fleet.clock.sleep(500).then(() => note);
    const windows = await load(fleet, slow, 30_000);
    const sum = (list: readonly number[]): number => list.reduce((total, calls) => total + calls, 0);
    expect(sum(windows.slice(40))).toBeGreaterThan(0);
    expect(sum(windows.slice(40))).toBeLessThan(20);
    expect(sum(windows)).toBeLessThan(50);
  }));

it("calls that a deadline or a lost connection cuts off are no latency", () =>
  withFleet({ servers: 3, outliers: false }, async (fleet) => {
    const { clock, servers, channel, echo, network } = fleet;
    await warm(fleet);
    const first = servers[0] as FleetServer;
    const calls = (timeoutMs: number): Promise<unknown> =>
      Promise.allSettled(Array.from({ length: 30 }, () => echo.echo(note, { timeoutMs })));
    first.host.freeze();
    await calls(5000);
    expect(channel.members()[0]?.latencyMs).toBeLessThan(100);
    const running = calls(60_000);
    await clock.sleep(5000);
    network.between("client", "s1").cut();
    first.host.thaw();
    await running;
    await clock.sleep(1000);
    expect(channel.members()[0]?.latencyMs).toBeLessThan(100);
  }));
