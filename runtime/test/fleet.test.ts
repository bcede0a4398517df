/** A channel over many servers: how traffic spreads, and what happens as servers come, go and fail. */

import { expect, it } from "vitest";
import { connect, serve } from "../src/index.js";
import { createEchoClient, mountEcho } from "./kit/echo-service.js";
import { withFleet } from "./kit/fleet.js";
import { failureOf, watch } from "./kit/harness.js";

const note = { text: "a", count: 1 };

it("spreads calls over all servers of the list", () =>
  withFleet({ servers: 3 }, async ({ calls, servers, channel, clock, echo }) => {
    await echo.echo(note);
    await clock.sleep(1000);
    expect(await calls(299)).toBe(299);
    expect(servers.reduce((sum, server) => sum + server.calls, 0)).toBe(300);
    for (const server of servers) expect(server.calls).toBeGreaterThan(50);
    expect(channel.members().map(({ state }) => state)).toEqual(["ready", "ready", "ready"]);
  }));

it("connects with the first call, and at once where that is wanted", async () => {
  await withFleet({ servers: 2 }, async ({ clock, list, network, calls }) => {
    await clock.sleep(1000);
    expect([list.isWatched, network.connectionsOpen]).toEqual([false, 0]);
    expect(await calls(1)).toBe(1);
    await clock.sleep(1000);
    expect(network.connectionsOpen).toBe(2);
  });
  await withFleet({ servers: 2, connect: "eager" }, async ({ clock, network }) => {
    await clock.sleep(1000);
    expect(network.connectionsOpen).toBe(2);
  });
});

it("goes on with the others while one is down, and comes back to it", () =>
  withFleet({ servers: 3, outliers: false }, async ({ calls, servers, clock }) => {
    await calls(10);
    await servers[0]?.crash();
    await clock.sleep(100);
    const before = servers[0]?.calls;
    expect(await calls(30)).toBe(30);
    expect(servers[0]?.calls).toBe(before);
    await servers[0]?.start();
    await clock.sleep(30_000);
    expect(await calls(60)).toBe(60);
    expect(servers[0]?.calls).toBeGreaterThan(before ?? 0);
  }));

it("sends waiting calls to all servers when they come", () =>
  withFleet({ servers: 4, listed: () => [] }, async ({ echo, servers, list, clock }) => {
    const waiting = Array.from({ length: 1000 }, () => watch(echo.echo(note)));
    await clock.sleep(1000);
    expect(waiting.some(({ isSettled }) => isSettled)).toBe(false);
    list.set(servers.map(({ address }) => address));
    await clock.sleep(1000);
    expect(waiting.filter(({ value }) => value !== undefined)).toHaveLength(1000);
  }));

it("a list in code is a fleet, too", async () => {
  const servers = await Promise.all(
    [1, 2].map(async () => {
      const server = await serve({ port: 0, services: [mountEcho({})] });
      return server;
    }),
  );
  const channel = connect(servers.map(({ address }) => address));
  const answers = await Promise.all(Array.from({ length: 20 }, () => createEchoClient(channel).echo(note)));
  expect(answers).toHaveLength(20);
  await channel.close();
  await Promise.all(servers.map((server) => server.close()));
});

it("says what stands in the way", () =>
  withFleet({ servers: 2, failFast: true }, async ({ echo, servers, clock }) => {
    for (const server of servers) await server.crash();
    const error = await failureOf(echo.echo(note));
    expect(error).toMatchObject({ code: "unavailable" });
    expect(String(error)).toMatch(/no server of test\.v1\.Echo takes calls: 2 known, 2 failing \(last: .*ECONNREFUSED/);
    await clock.sleep(10);
  }));
