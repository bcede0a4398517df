/** A channel over many servers: how traffic spreads, and what happens as servers come, go and fail. */

import { expect, it } from "vitest";
import { connect, RpcError, serve } from "../../src/index.js";
import { createEchoClient, mountEcho } from "../kit/echo-service.js";
import { ListedServers, withFleet, type FleetServer } from "../kit/fleet.js";
import { failureOf, freshName, watch } from "../kit/harness.js";
import { rawServer } from "../kit/raw-peer.js";
import { VirtualClock } from "../../src/testing/virtual-clock.js";

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

it("a balancer of one's own that throws fails calls, and not the process that is told of a list", () => {
  const broken = {
    name: "own",
    create: () => {
      throw new Error("no idea");
    },
  };
  return withFleet({ servers: 2, balance: broken, connect: "eager" }, async ({ echo, clock, list, servers }) => {
    await clock.sleep(1000);
    const error = await failureOf(echo.echo(note));
    expect(error).toMatchObject({ code: "internal", message: expect.stringContaining("balancer own threw") as string });
    list.set([servers[0]?.address ?? ""]);
    await clock.sleep(1000);
    expect(await failureOf(echo.echo(note))).toMatchObject({ code: "internal" });
  });
});

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

it("lets the calls of a removed server finish, and gives it no new ones", () =>
  withFleet({ servers: 2 }, async ({ echo, servers, list, clock, network, channel, events }) => {
    const [first, second] = servers as [FleetServer, FleetServer];
    await echo.echo(note);
    await clock.sleep(100);
    for (const server of servers) server.behave = () => clock.sleep(5000).then(() => note);
    const running = Array.from({ length: 10 }, () => watch(echo.echo(note)));
    await clock.sleep(100);
    expect(channel.members().every(({ inFlight }) => inFlight > 0)).toBe(true);
    list.set([second.address]);
    const before = first.calls;
    const later = Array.from({ length: 10 }, () => watch(echo.echo(note)));
    await clock.sleep(10_000);
    expect([...running, ...later].every(({ value }) => value !== undefined)).toBe(true);
    expect(first.calls).toBe(before);
    expect(network.connectionsOpen).toBe(1);
    expect(events).toContainEqual({ kind: "member-removed", service: "test.v1.Echo", address: first.address });
  }));

it("keeps the last good list when an empty one, garbage or a failure comes", () =>
  withFleet({ servers: 2 }, async ({ calls, list, servers, channel, events }) => {
    await calls(4);
    list.set([]);
    expect(await calls(4)).toBe(4);
    list.set(["rpc://127.0.0.1;rm -rf:7000", "nonsense", "rpc://s1:70000"]);
    expect(await calls(4)).toBe(4);
    list.fail("the registry is on fire");
    expect(await calls(4)).toBe(4);
    expect(channel.members()).toHaveLength(2);
    expect(events.filter(({ kind }) => kind === "resolve-failed")).toHaveLength(3);
    list.set([servers[0]?.address ?? "", "nonsense", servers[0]?.address ?? ""]);
    expect(await calls(4)).toBe(4);
    expect(channel.members()).toHaveLength(1);
  }));

it("gives up calls at their deadlines, with what is known of every server", () =>
  withFleet({ servers: 3 }, async ({ echo, servers, clock, list, channel }) => {
    for (const server of servers) await server.crash();
    const error = watch(echo.echo(note, { timeoutMs: 500 }));
    await clock.sleep(1000);
    expect(error.error).toMatchObject({ code: "deadline-exceeded" });
    expect(String(error.error)).toMatch(
      /no server of test\.v1\.Echo until the deadline: 3 known, 3 failing \(last: .*ECONNREFUSED/,
    );
    expect(list.refreshes).toBeGreaterThan(0);
    expect(channel.members().map(({ obstacle }) => obstacle)).toEqual(["failing", "failing", "failing"]);
  }));

it("says why there are no servers where the registry cannot be asked", () =>
  withFleet({ servers: 1, listed: () => [] }, async ({ echo, list, clock }) => {
    const call = watch(echo.echo(note, { timeoutMs: 500 }));
    await clock.sleep(100);
    list.fail("etcd://h1:2379: connection refused");
    await clock.sleep(1000);
    expect(String(call.error)).toMatch(/none known, the registry fails: etcd:\/\/h1:2379: connection refused/);
  }));

it("fails at once where it may, as soon as the registry has said that there are no servers", () =>
  withFleet({ servers: 1, listed: () => [], failFast: true }, async ({ echo }) => {
    const started = failureOf(echo.echo(note));
    expect(await started).toMatchObject({
      code: "unavailable",
      message: expect.stringContaining("the registry lists none"),
    });
    expect(await failureOf(echo.echo(note))).toMatchObject({ code: "unavailable" });
  }));

it("tries calls that were surely not processed on another server, a few times at most", async () => {
  const clock = new VirtualClock();
  const servers = Array.from({ length: 4 }, () => rawServer(freshName(), clock));
  const addresses = servers.map(({ listener }) => listener.address);
  const channel = connect(addresses, { clock, balance: "round-robin", keepalive: false, connect: "eager" });
  // The code of fleets is loaded in real time.
  while (!servers.every(({ peers }) => peers.length === 1)) await clock.settle();
  for (const { peers } of servers) await peers[0]?.send("PREFACE", "HELLO");
  await clock.settle();
  for (const { peers } of servers) peers[0]?.take();
  const call = watch(createEchoClient(channel).echo(note));
  let tried = 0;
  for (let i = 0; i < 6; i++) {
    await clock.settle();
    for (const { peers } of servers) {
      if (peers[0]?.take().some((frame) => frame.startsWith("REQUEST")) !== true) continue;
      tried++;
      await peers[0].send("ERROR #1 080e 1801");
    }
  }
  // Each time the same stream id: none was asked twice.
  expect(tried).toBe(3);
  expect(call.error).toMatchObject({ code: "unavailable", neverProcessed: true });
  await Promise.all(servers.map(({ listener }) => listener.close()));
  const closed = channel.close();
  await clock.advance(20_000);
  await closed;
});

it("a call bound to a server waits for it, and fails where it is no server any more", () =>
  withFleet({ servers: 2 }, async ({ servers, clock, list, calls, network }) => {
    const [first, second] = servers as [FleetServer, FleetServer];
    await calls(4);
    const bound = connect(
      { resolver: new ListedServers([first.address, second.address]), service: "test.v1.Echo" },
      {
        network: network.host("other"),
        interceptors: [{ one: (call, next) => next({ ...call, trail: { tried: [], boundTo: second.address } }) }],
      },
    );
    const echo = createEchoClient(bound);
    const before = second.calls;
    for (let i = 0; i < 5; i++) await echo.echo(note);
    expect(second.calls - before).toBe(5);
    await second.crash();
    await clock.sleep(10);
    const waits = watch(echo.echo(note));
    await clock.sleep(2000);
    expect(waits.isSettled).toBe(false);
    await second.start();
    await clock.sleep(30_000);
    expect(waits.value).toEqual(note);
    await bound.close();
    expect(list.isClosed).toBe(false);
  }));

it("a call bound to a server that is away holds up nobody else", () =>
  withFleet({ servers: 2 }, async ({ servers, clock, calls, network }) => {
    const [first, second] = servers as [FleetServer, FleetServer];
    await calls(4);
    let boundTo: string | undefined;
    const channel = connect(
      { resolver: new ListedServers([first.address, second.address]), service: "test.v1.Echo" },
      {
        network: network.host("other"),
        interceptors: [{ one: (call, next) => next({ ...call, trail: { tried: [], boundTo } }) }],
      },
    );
    const echo = createEchoClient(channel);
    for (let i = 0; i < 4; i++) await echo.echo(note);
    await second.crash();
    // Long enough for the attempts to connect, each of which looks through the queue, to be far apart.
    await clock.sleep(40_000);
    boundTo = second.address;
    const waits = watch(echo.echo(note));
    await clock.sleep(10);
    boundTo = undefined;
    const others = [watch(echo.echo(note)), watch(echo.echo(note))];
    await clock.sleep(50);
    expect(others.map(({ value }) => value)).toEqual([note, note]);
    expect(waits.isSettled).toBe(false);
    const closed = channel.close();
    await clock.sleep(20_000);
    await closed;
  }));

it("close always ends: while nothing is resolved, while calls wait, while streams run", async () => {
  await withFleet({ servers: 1, listed: () => [] }, async ({ channel, echo, list }) => {
    const waiting = watch(echo.echo(note));
    await channel.close();
    expect(waiting.error).toMatchObject({ code: "unavailable", message: "test.v1.Echo: the channel was closed" });
    expect([list.isClosed, list.isWatched]).toEqual([true, false]);
    expect(await failureOf(echo.echo(note))).toMatchObject({ code: "unavailable" });
  });
  await withFleet({ servers: 2, closeGraceMs: 500 }, async ({ channel, echo, servers, network, clock }) => {
    for (const server of servers) server.behave = () => clock.sleep(1e9).then(() => note);
    const running = [watch(echo.echo(note, { timeoutMs: 1e8 })), watch(echo.echo(note, { timeoutMs: 1e8 }))];
    await clock.sleep(100);
    await channel.close();
    expect(running.every(({ error }) => RpcError.is(error) && error.message.includes("closeGraceMs = 500"))).toBe(true);
    await clock.sleep(5000);
    expect(network.connectionsOpen).toBe(0);
  });
});

it("leaves nothing behind after a thousand changes of the list", () =>
  withFleet({ servers: 4, health: true }, async ({ list, servers, calls, clock, network, channel }) => {
    const addresses = servers.map(({ address }) => address);
    await calls(4);
    await clock.sleep(1000);
    const timers = clock.timers;
    for (let i = 0; i < 1000; i++) {
      list.set(addresses.filter((_, at) => ((i * 7 + at) & 3) !== 0));
      if (i % 50 === 0) {
        expect(await calls(2)).toBe(2);
        await clock.sleep(50);
      }
    }
    list.set(addresses);
    expect(await calls(4)).toBe(4);
    await clock.sleep(30_000);
    expect(network.connectionsOpen).toBe(4);
    expect(channel.members()).toHaveLength(4);
    expect(clock.timers).toBeLessThanOrEqual(timers);
  }));

it("connects to some of the servers only, and to the others when these fail", () =>
  withFleet({ servers: 6, connectionsMax: 2 }, async ({ calls, servers, list, clock, channel, network }) => {
    await calls(10);
    await clock.sleep(100);
    expect(network.connectionsOpen).toBe(2);
    expect(channel.members()).toHaveLength(6);
    const used = new Set(
      channel
        .members()
        .filter(({ state }) => state === "ready")
        .map(({ address }) => address),
    );
    for (const server of servers) if (used.has(server.address)) await server.crash();
    await clock.sleep(10_000);
    expect(await calls(10)).toBe(10);
    // To no more than it may, and not to those that failed, also when the list is told anew.
    const ready = () => channel.members().filter(({ state }) => state === "ready");
    expect([ready().length, network.connectionsOpen]).toEqual([2, 2]);
    const now = new Set(ready().map(({ address }) => address));
    list.set(servers.slice(1).map(({ address }) => address));
    list.set(servers.map(({ address }) => address));
    await clock.sleep(1000);
    for (const { address } of ready()) expect(now.has(address) || address === servers[0]?.address).toBe(true);
    expect(await calls(10)).toBe(10);
  }));

it("a server gets no more calls at once than it may", () =>
  withFleet({ servers: 2, callsPerServerMax: 3 }, async ({ echo, servers, clock, channel }) => {
    await echo.echo(note);
    await clock.sleep(100);
    for (const server of servers) server.behave = () => clock.sleep(1000).then(() => note);
    const all = Array.from({ length: 20 }, () => watch(echo.echo(note)));
    await clock.sleep(500);
    expect(channel.members().map(({ inFlight }) => inFlight)).toEqual([3, 3]);
    await clock.sleep(5000);
    expect(all.every(({ value }) => value !== undefined)).toBe(true);
  }));

it("a slow start gives a new server its share little by little", () =>
  withFleet(
    {
      servers: 2,
      balance: "weighted-random",
      slowStart: { durationMs: 10_000 },
      listed: ([first]) => [first ?? ""],
    },
    async ({ calls, servers, list, clock, channel }) => {
      await calls(1);
      await clock.sleep(20_000);
      list.set(servers.map(({ address }) => address));
      await clock.sleep(10);
      const weights = (): readonly number[] => channel.members().map(({ weight }) => weight);
      expect(weights()).toEqual([100, 10]);
      await calls(200);
      expect(servers[1]?.calls).toBeLessThan(60);
      await clock.sleep(5000);
      expect(weights()[1]).toBeGreaterThan(40);
      expect(weights()[1]).toBeLessThan(60);
      await clock.sleep(5000);
      expect(weights()).toEqual([100, 100]);
    },
  ));

it("a channel to one server becomes a fleet of one where an option asks for it", () =>
  withFleet({ servers: 1 }, async ({ network, servers }) => {
    const channel = connect(servers[0]?.address ?? "", { network: network.host("other"), breaker: {} });
    expect(await createEchoClient(channel).echo(note)).toEqual(note);
    expect(channel.members()).toMatchObject([{ state: "ready", obstacle: undefined }]);
    await channel.close();
  }));
