/**
 * What every registry has to do, as one suite of cases.
 *
 * To run it on an adapter, write a `RegistryHarness` (registry-stage.ts) and call `describeRegistry(harness)` in a test file:
 * - `start()` starts a registry of one's own, empty and on a port that the system chooses, or makes a fake of it. It is called
 *   for every case, so that no case sees what another has left.
 * - `open(options)` opens one more client: an adapter with these options, on top of which a harness may set whatever makes
 *   leases short. The suite closes what it opens. A server and a client of the suite are always different adapters.
 * - `stop`, `restart`, `loseLeases`, `putGarbage`: what a harness leaves out, its system does not have, and the cases that
 *   need it are not run. `restart(false)` brings back what was stored where the system stores anything.
 * - `end()` ends the registry, whatever state it is in.
 *
 * Time is real, because real servers keep their own: cases wait until something is so, and fail where it never is.
 */

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { RpcError } from "../../src/error/rpc-error.js";
import {
  eventually,
  Heard,
  service,
  socketCount,
  Stage,
  type RegistryHarness,
  type RunningRegistry,
} from "./registry-stage.js";

const a = "rpc://10.0.0.1:7001";
const b = "rpc://10.0.0.2:7002";
const c = "rpc://10.0.0.3:7003";

/** Declares the cases for one adapter. */
export function describeRegistry(harness: RegistryHarness): void {
  describe(`registry: ${harness.name}`, () => {
    let registry: RunningRegistry;
    let stage: Stage;
    beforeEach(async () => {
      registry = await harness.start();
      stage = new Stage(registry);
    });
    afterEach(async () => {
      await stage.close();
      await registry.end();
    });
    describeFinding(() => stage);
    describeRefusing(() => stage);
    describeChanges(() => stage);
    describeFaults(
      () => stage,
      () => registry,
    );
    describeOutages(
      () => stage,
      () => registry,
    );
    describeClosing(
      () => stage,
      () => registry,
    );
  });
}

function describeFinding(stage: () => Stage): void {
  test("what was registered is found, with all that was said of it", async () => {
    await stage().register({
      address: a,
      weight: 7,
      zone: "eu-west-1a",
      metadata: { version: "1.2.3", größe: '5 / 7 = ½ & "so" on' },
    });
    const { heard } = stage().watch();
    await eventually(() => expect(heard.last).toHaveLength(1));
    expect(heard.last?.[0]).toEqual({
      address: a,
      weight: 7,
      zone: "eu-west-1a",
      health: "healthy",
      metadata: new Map([
        ["version", "1.2.3"],
        ["größe", '5 / 7 = ½ & "so" on'],
      ]),
    });
    expect(heard.failures).toEqual([]);
  });

  test("defaults are what is left out", async () => {
    await stage().register({ address: a });
    const { heard } = stage().watch();
    await eventually(() => expect(heard.last).toHaveLength(1));
    expect(heard.last?.[0]).toEqual({ address: a, weight: 100, zone: "", health: "healthy", metadata: new Map() });
  });

  test("who watches before anybody is there hears of the first server, and of those that follow", async () => {
    const { heard } = stage().watch();
    await stage().register({ address: a });
    await eventually(() => expect(heard.addresses).toEqual([a]));
    await Promise.all([stage().register({ address: b }), stage().register({ address: "rpcs://[2001:db8::1]:7443" })]);
    await eventually(() => expect(heard.addresses).toEqual([a, b, "rpcs://[2001:db8::1]:7443"]));
    expect(heard.failures).toEqual([]);
  });

  test("services are apart, also where the name of one begins with the name of the other", async () => {
    await stage().register({ address: a });
    await stage().register({ address: b }, `${service}Archive`);
    await stage().register({ address: c }, "shop.orders.v1");
    const { heard } = stage().watch();
    const other = stage().watch({}, `${service}Archive`);
    await eventually(() => expect(heard.addresses).toEqual([a]));
    await eventually(() => expect(other.heard.addresses).toEqual([b]));
  });

  test("one server can be entered for several services by one registrar", async () => {
    const { registrar } = stage().open();
    await Promise.all([registrar.register(service, { address: a }), registrar.register("shop.Stock", { address: a })]);
    const { heard } = stage().watch();
    const stock = stage().watch({}, "shop.Stock");
    await eventually(() => expect(heard.addresses).toEqual([a]));
    await eventually(() => expect(stock.heard.addresses).toEqual([a]));
  });

  test("a server is taken out of the service that is meant, also where another one's name begins with it", async () => {
    const { registrar } = stage().open();
    const others = [`${service}Archive`, "shop.orders.v1"];
    const registration = await registrar.register(service, { address: a });
    for (const other of others) await registrar.register(other, { address: a });
    const watches = [service, ...others].map((of) => stage().watch({}, of).heard);
    await eventually(() => expect(watches.map(({ addresses }) => addresses)).toEqual([[a], [a], [a]]));
    await registration.close();
    await eventually(() => expect(watches.map(({ addresses }) => addresses)).toEqual([[], [a], [a]]));
  });
}

function describeRefusing(stage: () => Stage): void {
  test.each([
    { address: "rpc://127.0.0.1;rm:7000" },
    { address: "rpc://host:0" },
    { address: "nonsense" },
    { address: a, weight: -1 },
    { address: a, weight: NaN },
    { address: a, metadata: { key: "line\nbreak" } },
  ])("an endpoint that makes no sense is refused: %j", async (endpoint) => {
    const refused = await stage()
      .register(endpoint)
      .then(
        () => undefined,
        (error: unknown) => error,
      );
    expect(refused).toBeInstanceOf(RpcError);
    expect((refused as RpcError).code).toBe("invalid-argument");
  });
}

function describeChanges(stage: () => Stage): void {
  test("weight, health and metadata can be changed, each by itself", async () => {
    const registration = await stage().register({ address: a, weight: 5, metadata: { version: "1" } });
    const { heard } = stage().watch();
    await eventually(() => expect(heard.last?.[0]?.weight).toBe(5));
    await registration.update({ weight: 50 });
    await eventually(() => expect(heard.last?.[0]).toMatchObject({ weight: 50, health: "healthy" }));
    await registration.update({ health: "draining" });
    await eventually(() => expect(heard.last?.[0]).toMatchObject({ weight: 50, health: "draining" }));
    await registration.update({ metadata: { version: "2" } });
    await eventually(() => expect(heard.last?.[0]?.metadata).toEqual(new Map([["version", "2"]])));
    expect(heard.last?.[0]).toMatchObject({ weight: 50, health: "draining" });
    await expect(registration.update({ weight: 1e9 })).rejects.toMatchObject({ code: "invalid-argument" });
  });

  test("closing a registration takes out its server and no other", async () => {
    const [registration] = await Promise.all([stage().register({ address: a }), stage().register({ address: b })]);
    const { heard } = stage().watch();
    await eventually(() => expect(heard.addresses).toEqual([a, b]));
    await registration.close();
    await eventually(() => expect(heard.addresses).toEqual([b]));
    await registration.close();
    await registration.update({ weight: 3 });
    const late = stage().watch();
    await eventually(() => expect(late.heard.addresses).toEqual([b]));
  });

  test("closing a registrar takes out all that it has entered", async () => {
    const { registrar } = stage().open();
    await Promise.all([registrar.register(service, { address: a }), registrar.register("shop.Stock", { address: a })]);
    await Promise.all([stage().register({ address: b }), stage().register({ address: b }, "shop.Stock")]);
    const { heard } = stage().watch();
    const stock = stage().watch({}, "shop.Stock");
    await eventually(() =>
      expect([heard.addresses, stock.heard.addresses]).toEqual([
        [a, b],
        [a, b],
      ]),
    );
    await registrar.close();
    await eventually(() => expect([heard.addresses, stock.heard.addresses]).toEqual([[b], [b]]));
  });

  test("the last server that leaves leaves an empty list", async () => {
    const registration = await stage().register({ address: a });
    const { heard } = stage().watch();
    await eventually(() => expect(heard.addresses).toEqual([a]));
    await registration.close();
    await eventually(() => expect(heard.addresses).toEqual([]));
  });

  test("a server that comes back to its address is not taken out by its former self", async () => {
    const former = await stage().register({ address: a, metadata: { run: "1" } });
    await stage().register({ address: b });
    const latter = await stage().register({ address: a, metadata: { run: "2" } });
    await former.close();
    await latter.update({ weight: 9 });
    const { heard } = stage().watch();
    await eventually(() => expect(heard.addresses).toEqual([a, b]));
    const found = heard.last?.find(({ address }) => address === a);
    expect(found).toMatchObject({ weight: 9, metadata: new Map([["run", "2"]]) });
  });
}

function describeFaults(stage: () => Stage, registry: () => RunningRegistry): void {
  test("an entry without sense is left out, and spoils no other", async (context) => {
    if (registry().putGarbage === undefined) return context.skip("this system has no such entries");
    await stage().register({ address: a });
    const { heard } = stage().watch();
    await eventually(() => expect(heard.addresses).toEqual([a]));
    await registry().putGarbage?.(service);
    await stage().register({ address: b });
    await eventually(() => expect(heard.addresses).toEqual([a, b]));
    const late = stage().watch();
    await eventually(() => expect(late.heard.addresses).toEqual([a, b]));
  });

  test("who has lost his lease enters himself again", async (context) => {
    if (registry().loseLeases === undefined) return context.skip("this system has no leases");
    await Promise.all([stage().register({ address: a, weight: 3 }), stage().register({ address: b })]);
    const { heard } = stage().watch();
    await eventually(() => expect(heard.addresses).toEqual([a, b]));
    await registry().loseLeases?.();
    await eventually(() => {
      expect(heard.addresses).toEqual([a, b]);
      expect(heard.lists.length).toBeGreaterThan(0);
    });
    // A fresh look, because the watch might not have noticed the loss yet.
    await eventually(async () => {
      const late = stage().watch();
      await eventually(() => expect(late.heard.addresses).toEqual([a, b]), 1000);
    });
    await eventually(() => expect(heard.last?.find(({ address }) => address === a)?.weight).toBe(3));
  });
}

function describeOutages(stage: () => Stage, registry: () => RunningRegistry): void {
  test("a registry that is down at the start is told in words, and used as soon as it is up", async (context) => {
    const { stop, restart } = registry();
    if (stop === undefined || restart === undefined) return context.skip("this system cannot be down");
    await registry().stop?.();
    const { heard } = stage().watch();
    const { registrar } = stage().open();
    const early = registrar.register(service, { address: a }).then(
      () => undefined,
      (error: unknown) => error,
    );
    await eventually(() => expect(heard.failures.length).toBeGreaterThan(1));
    expect(heard.lists).toEqual([]);
    expect(heard.failures[0]).toMatchObject({ code: "unavailable" });
    const refused = await early;
    expect(refused).toBeInstanceOf(RpcError);
    expect(refused).toMatchObject({ code: "unavailable" });
    await registry().restart?.(false);
    await registrar.register(service, { address: b });
    await eventually(() => expect(heard.addresses).toEqual([b]));
  });

  test("a registry that comes back empty loses nobody: the list stays, and all enter themselves again", async (context) => {
    const { stop, restart } = registry();
    if (stop === undefined || restart === undefined) return context.skip("this system cannot be down");
    await Promise.all([a, b, c].map((address) => stage().register({ address })));
    const { heard } = stage().watch({ guard: { holdMs: 60_000 } });
    await eventually(() => expect(heard.addresses).toEqual([a, b, c]));
    const before = heard.lists.length;
    await registry().stop?.();
    await eventually(() => expect(heard.failures.length).toBeGreaterThan(0));
    await registry().restart?.(true);
    await eventually(async () => {
      const late = stage().watch();
      await eventually(() => expect(late.heard.addresses).toEqual([a, b, c]), 1000);
    });
    for (const list of heard.lists.slice(before)) expect(list).toHaveLength(3);
    await stage().register({ address: "rpc://10.0.0.4:7004" });
    await eventually(() => expect(heard.addresses).toEqual([a, b, c, "rpc://10.0.0.4:7004"]));
  });

  test("what changes after an outage is heard by those who watched before it", async (context) => {
    const { stop, restart } = registry();
    if (stop === undefined || restart === undefined) return context.skip("this system cannot be down");
    const registration = await stage().register({ address: a });
    await stage().register({ address: b });
    const { heard, watch } = stage().watch({ guard: { holdMs: 60_000 } });
    await eventually(() => expect(heard.addresses).toEqual([a, b]));
    await registry().stop?.();
    await eventually(() => expect(heard.failures.length).toBeGreaterThan(0));
    await registry().restart?.(false);
    watch.refresh();
    await eventually(() => registration.update({ weight: 11 }));
    await eventually(() => expect(heard.last?.find(({ address }) => address === a)?.weight).toBe(11));
    expect(heard.lists.every((list) => list.length > 0)).toBe(true);
  });
}

function describeClosing(stage: () => Stage, registry: () => RunningRegistry): void {
  test("a sink hears nothing before watch returns, and nothing after its watch is closed", async () => {
    await stage().register({ address: a });
    const { resolver } = stage().open();
    let isWatching = false;
    const early: unknown[] = [];
    const heard = new Heard();
    const watch = resolver.watch(service, {
      update: (list) => (isWatching ? heard.update(list) : early.push(list)),
      failed: (error) => (isWatching ? heard.failed(error) : early.push(error)),
    });
    isWatching = true;
    await eventually(() => expect(heard.addresses).toEqual([a]));
    watch.close();
    watch.close();
    const count = heard.lists.length;
    const other = stage().watch();
    await stage().register({ address: b });
    await eventually(() => expect(other.heard.addresses).toEqual([a, b]));
    watch.refresh();
    expect(heard.lists).toHaveLength(count);
    expect(early).toEqual([]);
  });

  test("closing ends, and leaves neither timers nor sockets", async () => {
    const sockets = socketCount();
    const registration = await stage().register({ address: a });
    const { heard } = stage().watch();
    stage().watch();
    await eventually(() => expect(heard.addresses).toEqual([a]));
    await registration.update({ weight: 2 });
    await stage().close();
    await eventually(() => expect(socketCount()).toBeLessThanOrEqual(sockets));
    expect(stage().clock.waiting).toBe(0);
  });

  test("closing ends while the registry is down", async (context) => {
    if (registry().stop === undefined) return context.skip("this system cannot be down");
    const sockets = socketCount();
    const registration = await stage().register({ address: a });
    const { heard } = stage().watch();
    await eventually(() => expect(heard.addresses).toEqual([a]));
    await registry().stop?.();
    await registration.close();
    stage().watch();
    await stage().close();
    await eventually(() => expect(socketCount()).toBeLessThanOrEqual(sockets));
    expect(stage().clock.waiting).toBe(0);
  });

  test("what is closed takes no more", async () => {
    const { resolver, registrar } = stage().open();
    await registrar.close();
    await resolver.close();
    await resolver.close();
    await expect(registrar.register(service, { address: a })).rejects.toMatchObject({ code: "failed-precondition" });
    expect(() => resolver.watch(service, new Heard())).toThrow(RpcError);
  });
}
