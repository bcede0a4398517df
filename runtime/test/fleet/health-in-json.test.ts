/** Servers are watched over connections that speak JSON as over others: their health, and how busy they are. */

import { expect, it } from "vitest";
import { leastLoad } from "../../src/balance.js";
import { jsonCodec } from "../../src/index.js";
import { EchoJson } from "../kit/echo-service.js";
import { withFleet } from "../kit/fleet.js";

const codec = () => jsonCodec({ services: [EchoJson] });

it("a server that does not serve gets no calls, until it serves again", () =>
  withFleet({ servers: 3, health: true, codec: codec() }, async ({ servers, calls, clock, channel }) => {
    expect(await calls(30)).toBe(30);
    const [sick] = servers;
    sick?.server.health.set("test.v1.Echo", "NOT_SERVING");
    await clock.sleep(100);
    const before = sick?.calls;
    expect(await calls(60)).toBe(60);
    expect(sick?.calls).toBe(before);
    expect(channel.members().map(({ obstacle }) => obstacle)).toEqual(["not-serving", undefined, undefined]);
    sick?.server.health.set("test.v1.Echo", "SERVING");
    await clock.sleep(100);
    await calls(60);
    expect(sick?.calls).toBeGreaterThan(before ?? 0);
  }));

it("a balancer that wants loads is told them", () =>
  withFleet({ servers: 2, balance: leastLoad(), codec: codec() }, async ({ calls, clock, channel }) => {
    await calls(2);
    await clock.sleep(30_000);
    for (const { load } of channel.members()) expect(load).toMatchObject({ inFlight: 0 });
  }));

it("a server without the health service is fit for calls", () =>
  withFleet({ servers: 2, health: true, codec: codec(), serve: { health: false } }, async ({ calls }) => {
    expect(await calls(10)).toBe(10);
  }));
