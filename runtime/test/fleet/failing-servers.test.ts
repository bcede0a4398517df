/** Servers that fail: ejected and taken back, kept by panic, closed off by breakers, and what they say of themselves. */

import { expect, it } from "vitest";
import { createEchoClient, TooMany } from "../kit/echo-service.js";
import { ListedServers, withFleet, type Fleet, type FleetServer } from "../kit/fleet.js";
import { failureOf, watch } from "../kit/harness.js";
import { connect, RpcError, type RuntimeEvent } from "../../src/index.js";
import { leastLoad } from "../../src/balance/least-load.js";

const note = { text: "a", count: 1 };
const broken = (): never => {
  throw new RpcError("internal", "broken");
};

/** Starts all servers, and gives those whose names say what they are for. */
async function connected({ echo, clock, servers }: Fleet): Promise<[FleetServer, FleetServer, FleetServer]> {
  await echo.echo(note);
  await clock.sleep(100);
  return servers as unknown as [FleetServer, FleetServer, FleetServer];
}

function told<Kind extends RuntimeEvent["kind"]>(
  events: readonly RuntimeEvent[],
  kind: Kind,
): readonly Extract<RuntimeEvent, { kind: Kind }>[] {
  return events.filter((event): event is Extract<RuntimeEvent, { kind: Kind }> => event.kind === kind);
}

it("ejects a server that fails five calls in a row, and takes it back after a while", () =>
  withFleet({ servers: 3, balance: "round-robin" }, async (fleet) => {
    const [first] = await connected(fleet);
    const { calls, clock, channel, events } = fleet;
    first.behave = broken;
    expect(await calls(60)).toBe(55);
    expect(told(events, "ejected")).toMatchObject([{ address: first.address, forMs: 30_000 }]);
    expect(told(events, "ejected")[0]?.reason).toBe("5 failures in a row");
    expect(channel.members()[0]).toMatchObject({ obstacle: "ejected", state: "ready", ejectedForMs: 30_000 });
    first.behave = undefined;
    await clock.sleep(30_001);
    expect(told(events, "unejected")).toHaveLength(1);
    const before = first.calls;
    expect(await calls(60)).toBe(60);
    expect(first.calls - before).toBe(20);
  }));

it("ejects a flapping server for longer each time, and forgets what it did when it behaves", () =>
  withFleet({ servers: 3, balance: "round-robin" }, async (fleet) => {
    const [first] = await connected(fleet);
    const { calls, clock, events } = fleet;
    first.behave = broken;
    for (let i = 0; i < 14; i++) {
      await calls(30);
      const last = told(events, "ejected").at(-1);
      await clock.sleep((last?.forMs ?? 0) + 1);
    }
    const times = told(events, "ejected").map(({ forMs }) => forMs / 1000);
    expect(times).toEqual([30, 60, 90, 120, 150, 180, 210, 240, 270, 300, 300, 300, 300, 300]);
    first.behave = undefined;
    await calls(30);
    await clock.sleep(200_000);
    first.behave = broken;
    await calls(30);
    expect(told(events, "ejected").at(-1)?.forMs).toBe(30_000);
  }));

it("ejects no more than a share of the servers, and never all but by panic", () =>
  withFleet({ servers: 10, balance: "round-robin" }, async (fleet) => {
    await connected(fleet);
    const { calls, servers, events } = fleet;
    for (const server of servers) server.behave = broken;
    await calls(500);
    expect(told(events, "ejected")).toHaveLength(1);
    expect(told(events, "panic")).toHaveLength(0);
  }));

it("goes on trying all servers where too many are ejected, and says so", () =>
  withFleet({ servers: 3, balance: "round-robin", outliers: { ejectedPercentMax: 100 } }, async (fleet) => {
    await connected(fleet);
    const { calls, servers, events, clock } = fleet;
    for (const server of servers) server.behave = broken;
    expect(await calls(30)).toBe(0);
    expect(told(events, "ejected")).toHaveLength(3);
    expect(told(events, "panic")).toMatchObject([{ isOn: true, eligible: 1, connected: 3 }]);
    for (const server of servers) server.behave = undefined;
    expect(await calls(30)).toBe(30);
    await clock.sleep(31_000);
    expect(await calls(1)).toBe(1);
    expect(told(events, "panic").at(-1)).toMatchObject({ isOn: false, connected: 3 });
  }));

it("finds the server whose calls fail more often than the others'", () =>
  withFleet({ servers: 6, balance: "round-robin", outliers: { failures: Infinity } }, async (fleet) => {
    const [first] = await connected(fleet);
    const { calls, events, clock } = fleet;
    let count = 0;
    first.behave = () => (count++ % 2 === 0 ? broken() : note);
    await calls(900);
    await clock.sleep(10_000);
    const [ejected, ...others] = told(events, "ejected");
    expect([ejected?.address, others]).toEqual([first.address, []]);
    expect(ejected?.reason).toBe("50 % of its calls succeeded, on average 92 % do");
  }));

it("does not hold against a server what its clients did, or what its method declares", () =>
  withFleet({ servers: 2, balance: "round-robin" }, async (fleet) => {
    const [first] = await connected(fleet);
    const { calls, events, echo, clock } = fleet;
    first.behave = () => {
      throw new TooMany(note);
    };
    await calls(40);
    first.behave = () => {
      throw new RpcError("not-found", "no such thing");
    };
    await calls(40);
    first.behave = () => clock.sleep(60_000).then(() => note);
    for (let i = 0; i < 20; i++) {
      const controller = new AbortController();
      const call = watch(echo.echo(note, { signal: controller.signal }));
      await clock.sleep(1);
      controller.abort();
      await clock.sleep(1);
      expect(call.isSettled).toBe(true);
    }
    expect(told(events, "ejected")).toEqual([]);
  }));

it("counts a lost connection as one failure, however many calls it took along", () =>
  withFleet({ servers: 2, balance: "round-robin" }, async (fleet) => {
    const [first, second] = await connected(fleet);
    const { echo, events, clock, network } = fleet;
    first.behave = second.behave = () => clock.sleep(2000).then(() => note);
    const running = Array.from({ length: 40 }, () => watch(echo.echo(note)));
    await clock.sleep(100);
    network.between("client", "s1").cut();
    await clock.sleep(5000);
    expect(running.filter(({ error }) => RpcError.is(error) && error.code === "unavailable")).toHaveLength(20);
    expect(running.filter(({ value }) => value !== undefined)).toHaveLength(20);
    expect(told(events, "ejected")).toEqual([]);
  }));

it("connections that are reset over and over cost only the calls on them", () =>
  withFleet({ servers: 3 }, async (fleet) => {
    await connected(fleet);
    const { echo, clock, network, servers } = fleet;
    for (const server of servers) server.behave = () => clock.sleep(20).then(() => note);
    let failed = 0;
    let cut = 0;
    for (let second = 0; second < 10; second++) {
      const running = Array.from({ length: 30 }, () => watch(echo.echo(note)));
      await clock.sleep(5);
      cut += running.filter(({ isSettled }) => !isSettled).length / 3;
      network.between("client", "s1").cut();
      await clock.sleep(995);
      failed += running.filter(({ error }) => error !== undefined).length;
      expect(running.every(({ isSettled }) => isSettled)).toBe(true);
    }
    expect(failed).toBeGreaterThan(0);
    expect(failed).toBeLessThan(cut * 2);
  }));

it("notices a server that hangs by its silence, and goes on with the others", () =>
  withFleet({ servers: 3, keepalive: { intervalMs: 1000, timeoutMs: 500 }, outliers: false }, async (fleet) => {
    const [first] = await connected(fleet);
    const { echo, clock, channel, calls } = fleet;
    first.host.freeze();
    const running = Array.from({ length: 30 }, () => watch(echo.echo(note, { timeoutMs: 10_000 })));
    await clock.sleep(2000);
    expect(running.every(({ isSettled }) => isSettled)).toBe(true);
    expect(channel.members()[0]?.state).not.toBe("ready");
    expect(await calls(100)).toBe(100);
    first.host.thaw();
    await clock.sleep(30_000);
    expect(channel.members().map(({ state }) => state)).toEqual(["ready", "ready", "ready"]);
    expect(await calls(30)).toBe(30);
  }));

it("a breaker opens, lets as many probes through as it may of a thousand calls, and closes", () =>
  withFleet({ servers: 1, outliers: false, breaker: { probes: 3, openMs: 5000 } }, async (fleet) => {
    const [only] = await connected(fleet);
    const { echo, clock, events, calls, channel } = fleet;
    only.behave = broken;
    expect(await calls(5)).toBe(0);
    expect(told(events, "breaker-opened")).toMatchObject([{ address: only.address, forMs: 5000 }]);
    const reached = only.calls;
    const error = await failureOf(echo.echo(note));
    expect(String(error)).toContain(
      "no server of test.v1.Echo takes calls: 1 known, 1 with an open breaker for 5000 ms",
    );
    expect([only.calls, channel.members()[0]?.obstacle]).toEqual([reached, "breaker"]);
    await clock.sleep(5001);
    only.behave = () => clock.sleep(100).then(() => note);
    const all = Array.from({ length: 1000 }, () => watch(echo.echo(note)));
    await clock.sleep(50);
    expect(only.calls - reached).toBe(3);
    await clock.sleep(1000);
    expect(all.filter(({ value }) => value !== undefined)).toHaveLength(3);
    expect(told(events, "breaker-closed")).toHaveLength(1);
    expect(await calls(10)).toBe(10);
  }));

it("a breaker whose probe fails opens for longer, and calls go to other servers meanwhile", () =>
  withFleet({ servers: 2, balance: "round-robin", outliers: false, breaker: { openMs: 1000 } }, async (fleet) => {
    const [first] = await connected(fleet);
    const { clock, events, calls } = fleet;
    first.behave = broken;
    await calls(20);
    for (const ms of [1001, 2001, 4001]) {
      await clock.sleep(ms);
      expect(await calls(20)).toBe(19);
    }
    expect(told(events, "breaker-opened").map(({ forMs }) => forMs)).toEqual([1000, 2000, 4000, 8000]);
  }));

it("breakers and ejections of one channel are no matter of another one's", () =>
  withFleet({ servers: 1, outliers: false, breaker: {} }, async (fleet) => {
    const [only] = await connected(fleet);
    const { calls, network, channel } = fleet;
    only.behave = broken;
    await calls(10);
    expect(channel.members()[0]?.obstacle).toBe("breaker");
    only.behave = undefined;
    const other = connect(
      { resolver: new ListedServers([only.address]), service: "test.v1.Other" },
      { network: network.host("client"), breaker: {} },
    );
    expect(await createEchoClient(other).echo(note)).toEqual(note);
    await other.close();
  }));

it("asks servers for their health where that is wanted, and passes over those that do not serve", () =>
  withFleet({ servers: 3, health: true, balance: "round-robin" }, async (fleet) => {
    const [first, second, third] = await connected(fleet);
    const { calls, clock, channel } = fleet;
    first.server.health.set("test.v1.Echo", "NOT_SERVING");
    await clock.sleep(100);
    expect(channel.members().map(({ obstacle }) => obstacle)).toEqual(["not-serving", undefined, undefined]);
    const before = first.calls;
    expect(await calls(30)).toBe(30);
    expect(first.calls).toBe(before);
    for (const server of [second, third]) server.server.health.set("test.v1.Echo", "NOT_SERVING");
    await clock.sleep(100);
    // Nobody serves: better to try than to wait.
    expect(await calls(30)).toBe(30);
    first.server.health.set("test.v1.Echo", "SERVING");
    await clock.sleep(100);
    const others = second.calls + third.calls;
    expect(await calls(30)).toBe(30);
    expect(second.calls + third.calls).toBe(others);
  }));

it("takes a server without a health service for one that serves", () =>
  withFleet({ servers: 2, health: true, serve: { health: false } }, async (fleet) => {
    await connected(fleet);
    expect(fleet.channel.members().map(({ obstacle }) => obstacle)).toEqual([undefined, undefined]);
    expect(await fleet.calls(10)).toBe(10);
  }));

it("knows the load of servers where the balancer goes by it", () =>
  withFleet({ servers: 2, balance: leastLoad() }, async (fleet) => {
    await connected(fleet);
    await fleet.clock.sleep(2500);
    for (const { load } of fleet.channel.members()) expect(load).toMatchObject({ inFlight: 0 });
    expect(await fleet.calls(10)).toBe(10);
  }));

it("gives servers that the registry calls unhealthy or draining no calls while there are others", () =>
  withFleet({ servers: 3 }, async (fleet) => {
    const [first, second, third] = await connected(fleet);
    const { calls, list, clock } = fleet;
    list.set([
      { address: first.address, health: "unhealthy" },
      { address: second.address, health: "draining" },
      { address: third.address },
    ]);
    await clock.sleep(10);
    const before = [first.calls, second.calls];
    expect(await calls(20)).toBe(20);
    expect([first.calls, second.calls]).toEqual(before);
    list.set([
      { address: first.address, health: "unhealthy" },
      { address: second.address, health: "draining" },
    ]);
    expect(await calls(20)).toBe(20);
    expect([first.calls - (before[0] ?? 0), second.calls]).toEqual([20, before[1]]);
    list.set([{ address: second.address, health: "draining" }]);
    await clock.sleep(10);
    expect(await calls(20)).toBe(20);
  }));

it("calls that passed their deadlines leave nothing behind", () =>
  withFleet({ servers: 2, outliers: false }, async (fleet) => {
    const [first, second] = await connected(fleet);
    const { echo, clock, channel } = fleet;
    first.behave = second.behave = () => clock.sleep(1e6).then(() => note);
    const all = Array.from({ length: 500 }, () => watch(echo.echo(note, { timeoutMs: 100 })));
    await clock.sleep(200);
    expect(all.every(({ error }) => RpcError.is(error) && error.code === "deadline-exceeded")).toBe(true);
    expect(channel.counters.callsOpen).toBe(0);
    expect(channel.members().map(({ inFlight }) => inFlight)).toEqual([0, 0]);
  }));
