/** Whole clients and servers on the network of tests: each fault does what it says, and a seed repeats a run. */

import { expect, it, onTestFinished } from "vitest";
import { createTestNetwork, simulate, VirtualClock, type LinkFaults, type TestNetwork } from "@rpcgen/runtime/testing";
import { connect, serve, type ClientChannel, type ConnectOptions, type ServeOptions } from "../src/index.js";
import { collect, createEchoClient, mountEcho, type EchoClient, type EchoHandler } from "./kit/echo-service.js";
import { failureOf, never, watch } from "./kit/harness.js";

const note = { text: "a", count: 1 };

interface Setup {
  readonly network: TestNetwork;
  readonly channel: ClientChannel;
  readonly echo: EchoClient;
}

interface SetupOptions {
  readonly seed?: number;
  readonly handler?: Partial<EchoHandler>;
  readonly serving?: Partial<ServeOptions>;
  readonly connecting?: ConnectOptions;
}

async function setup({ seed = 1, handler, serving, connecting }: SetupOptions = {}): Promise<Setup> {
  const network = createTestNetwork({ seed });
  const services = [mountEcho(handler)];
  const server = await serve({ port: 7000, network: network.host("server"), services, onError: () => {}, ...serving });
  const channel = connect("rpc://server:7000", { network: network.host("client"), ...connecting });
  onTestFinished(async () => {
    network.host("client").thaw();
    network.host("server").thaw();
    network.heal();
    await network.clock.run(channel.close());
    await network.clock.run(server.close({ graceMs: 0 }));
  });
  return { network, channel, echo: createEchoClient(channel) };
}

/** How much virtual time a promise takes. */
async function timeOf(network: TestNetwork, promise: Promise<unknown>): Promise<number> {
  const before = network.clock.now();
  await network.clock.run(promise);
  return network.clock.now() - before;
}

it("delays what travels, both ways, and takes no real time for it", async () => {
  const { network, echo } = await setup();
  await network.clock.run(echo.echo(note));
  network.between("client", "server").set({ delayMs: 700 });
  expect(await timeOf(network, echo.echo(note))).toBe(1400);
  network.between("client", "server").reset();
  expect(await timeOf(network, echo.echo(note))).toBe(0);
});

it("takes as long for many bytes as the bandwidth says, and pushes back meanwhile", async () => {
  const { network, echo } = await setup();
  await network.clock.run(echo.echo(note));
  network.oneWay("client", "server").set({ bytesPerSecond: 10_000 });
  const tookMs = await timeOf(network, echo.echo({ text: "x".repeat(50_000), count: 0 }));
  expect(tookMs).toBeGreaterThan(4990);
  expect(tookMs).toBeLessThan(5100);
});

it("a cut fails what is in flight on both sides, and the next call connects again", async () => {
  let reason: unknown;
  const { network, echo } = await setup({
    handler: {
      echo: (request, call) => {
        call.signal.addEventListener("abort", () => (reason = call.signal.reason));
        return request.text === "hang" ? never() : request;
      },
    },
  });
  const hanging = watch(echo.echo({ text: "hang", count: 0 }));
  await network.clock.settle();
  expect(network.between("client", "server").cut()).toBe(1);
  await network.clock.settle();
  expect(hanging.error).toMatchObject({ code: "unavailable", message: expect.stringContaining("ECONNRESET") });
  expect(reason).toMatchObject({ code: "cancelled" });
  expect(await network.clock.run(echo.echo(note))).toEqual(note);
  expect(network.trace.toString()).toMatch(/seed 1\n[^]*cut client <> server: 1 connections/);
});

it("a half-open connection is found by keepalive, on both sides", async () => {
  const keepalive = { intervalMs: 1000, timeoutMs: 500, whileIdle: true };
  const { network, echo } = await setup({ connecting: { keepalive }, serving: { keepalive } });
  await network.clock.run(echo.echo(note));
  network.between("client", "server").set({ flow: "lost" });
  const call = failureOf(echo.echo(note, { timeoutMs: 10_000 }));
  expect(await network.clock.run(call)).toMatchObject({
    code: "unavailable",
    message: expect.stringContaining("ping"),
  });
  network.heal();
  expect(await network.clock.run(echo.echo(note))).toEqual(note);
  await network.clock.advance(20_000);
  expect(network.connectionsOpen).toBe(1);
});

it("a partition holds what is on its way, and lets it through when it is over", async () => {
  const { network, echo } = await setup();
  await network.clock.run(echo.echo(note));
  network.partition(["client"], ["server"]);
  const call = watch(echo.echo(note));
  await network.clock.advance(5000);
  expect(call.isSettled).toBe(false);
  network.join();
  await network.clock.settle();
  expect(call.value).toEqual(note);
});

it("a frozen host answers nobody and runs no timers, and catches up when it goes on", async () => {
  const { network, echo } = await setup();
  await network.clock.run(echo.echo(note));
  network.host("server").freeze();
  let rang = 0;
  network.host("server").clock.timer(1000, () => rang++);
  const call = watch(echo.echo(note));
  await network.clock.advance(5000);
  expect([call.isSettled, rang]).toEqual([false, 0]);
  network.host("server").thaw();
  await network.clock.settle();
  expect([call.value, rang]).toEqual([note, 1]);
});

it("a host that crashes resets its connections and frees its ports for the next one", async () => {
  const { network, echo } = await setup();
  await network.clock.run(echo.echo(note));
  network.host("server").crash();
  await network.clock.settle();
  const call = echo.echo(note);
  await network.clock.advance(50);
  const again = await serve({ port: 7000, network: network.host("server"), services: [mountEcho()] });
  onTestFinished(() => network.clock.run(again.close()));
  expect(await network.clock.run(call)).toEqual(note);
});

const unreachable: readonly (readonly [Partial<LinkFaults>, string])[] = [
  [{ connecting: "refuse" }, "ECONNREFUSED"],
  [{ connecting: "blackhole" }, "no answer within connectTimeoutMs"],
  [{ flow: "lost" }, "no answer within connectTimeoutMs"],
];

it.each(unreachable)("attempts to connect meet %o", async (faults, why) => {
  const { network, echo } = await setup({ connecting: { failFast: true } });
  network.between("client", "server").set(faults);
  const error = await network.clock.run(failureOf(echo.echo(note)));
  expect(error).toMatchObject({ code: "unavailable", message: expect.stringContaining(why) });
});

it("a host without a name, a port without a listener and a port that is taken are told apart", async () => {
  const { network } = await setup();
  const options = { network: network.host("client"), failFast: true };
  for (const [address, why] of [
    ["rpc://nowhere:7000", "ENOTFOUND"],
    ["rpc://server:7001", "ECONNREFUSED"],
  ] as const) {
    const channel = connect(address, options);
    const error = await network.clock.run(failureOf(createEchoClient(channel).echo(note)));
    expect(error).toMatchObject({ code: "unavailable", message: expect.stringContaining(why) });
    await network.clock.run(channel.close());
  }
  const taken = serve({ port: 7000, network: network.host("server"), services: [] });
  await expect(taken).rejects.toThrow("cannot listen at server:7000: the address is already in use");
});

it("refuses addresses that it does not carry", async () => {
  const network = createTestNetwork().host("client");
  expect(() => connect("rpcs://server:1", { network })).toThrow("the option network wants an address");
  await expect(serve({ memory: "a", network, services: [] })).rejects.toThrow("network wants a port, and no tls");
});

it("splits and merges bytes at random without anybody noticing", async () => {
  const { network, echo } = await setup({ seed: 3 });
  network.everywhere.set({ chunks: "random", delayMs: 1, jitterMs: 3 });
  const answers = await network.clock.run(
    Promise.all(
      Array.from({ length: 20 }, async (_, count) => [
        await echo.echo({ text: "x".repeat(count * 100), count }),
        (await collect(echo.count({ text: "y", count }))).length,
      ]),
    ),
  );
  expect(answers).toEqual(Array.from({ length: 20 }, (_, count) => [{ text: "x".repeat(count * 100), count }, count]));
});

it("turned bits never hang a call, and the trace says which they were", async () => {
  const { network, echo } = await setup({ seed: 5 });
  network.everywhere.set({ corrupt: 0.3 });
  for (let i = 0; i < 50; i++) {
    await network.clock.run(
      echo.echo(note, { timeoutMs: 1000 }).catch(() => {}),
      1001,
    );
  }
  expect(network.trace.lines.some((line) => /bit \d of byte \d+ of \d+ from .* is turned/.test(line))).toBe(true);
  network.heal();
  expect(await network.clock.run(echo.echo(note))).toEqual(note);
});

it("the wall clock of a host may be wrong without anything else noticing", async () => {
  let left = 0;
  const { network, echo } = await setup({
    handler: { echo: (request, call) => ((left = call.remainingMs), request) },
  });
  network.host("server").skewWall(300_000);
  await network.clock.run(echo.echo(note, { timeoutMs: 2000 }));
  expect(network.host("server").clock.wall() - network.host("client").clock.wall()).toBe(300_000);
  expect(left).toBe(2000);
});

async function story(seed: number): Promise<readonly string[]> {
  return simulate({ seed }, async (network) => {
    network.everywhere.set({ delayMs: 5, jitterMs: 20, chunks: "random" });
    const services = [mountEcho()];
    for (const name of ["a", "b"]) await serve({ port: 1, network: network.host(name), services });
    const channels = ["a", "b"].map((name) => connect(`rpc://${name}:1`, { network: network.host("client") }));
    const load = channels.map(createEchoClient).map(async (echo, index) => {
      for (let i = 0; i < 20; i++) {
        await echo.echo({ text: "", count: i }, { timeoutMs: 500 }).then(
          () => network.trace.note(`answer ${i} of ${index}`),
          () => network.trace.note(`failure ${i} of ${index}`),
        );
      }
    });
    for (let i = 0; i < 5; i++) {
      await network.clock.sleep(100);
      network.between("client", i % 2 === 0 ? "a" : "b").cut();
    }
    await Promise.all(load);
    return [...network.trace.lines];
  });
}

it("the same seed tells the same story, another seed another one", async () => {
  const first = await story(11);
  expect(first.length).toBeGreaterThan(60);
  expect(await story(11)).toEqual(first);
  expect(await story(12)).not.toEqual(first);
});

it("a simulation that fails says its seed and what has happened", async () => {
  const error = await failureOf(
    simulate({ seed: 9 }, async (network) => {
      network.host("a").crash();
      throw new Error("out of luck");
    }),
  );
  expect((error as Error).message).toMatch(/^out of luck\n\nThe network \(SEED=9 repeats it\):\nseed 9\n.*a crashes/);
});

it("a promise that nothing can settle is told, in virtual and in real time", async () => {
  const clock = new VirtualClock();
  clock.timer(5000, () => {});
  await expect(clock.run(never(), 1000)).rejects.toThrow("not settled within 1000 ms of virtual time");
  await expect(clock.run(new Promise((resolve) => setTimeout(resolve, 10)))).resolves.toBe(undefined);
});
