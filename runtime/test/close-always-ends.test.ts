/** Closing ends in every state that a server or a channel can be in, and leaves nothing behind. */

import { once } from "node:events";
import { createServer, type Server as TcpServer, type Socket } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { connect, RpcError, serve, type ClientChannel, type Server } from "../src/index.js";
import { createEchoClient, mountEcho } from "./kit/echo-service.js";
import { boundServerUnderTest, callUnderWay, clientUnderTest, freshName, never, watch } from "./kit/harness.js";
import { VirtualClock } from "../src/testing/virtual-clock.js";

const note = { text: "a", count: 1 };

const channelStates: readonly [string, () => Promise<{ clock: VirtualClock; channel: ClientChannel }>][] = [
  ["that was never used", async () => clientUnderTest()],
  [
    "whose server is not there",
    async () => {
      const clock = new VirtualClock();
      const channel = connect(`memory:${freshName()}`, { clock });
      watch(createEchoClient(channel).echo(note));
      await clock.advance(500);
      return { clock, channel };
    },
  ],
  [
    "whose server says nothing",
    async () => {
      const setup = clientUnderTest();
      watch(setup.echo.echo(note));
      await setup.clock.settle();
      return setup;
    },
  ],
  ["whose call is never answered", () => callUnderWay()],
  [
    "whose server takes no bytes",
    async () => {
      const setup = await callUnderWay({ limits: { writeQueueBytesMax: 10_000_000 } });
      setup.peer().transport.pause();
      for (let i = 0; i < 100; i++) watch(setup.echo.log({ text: "x".repeat(10_000), count: 0 }));
      await setup.clock.settle();
      return setup;
    },
  ],
  [
    "whose server takes no bytes, without calls",
    async () => {
      const setup = await callUnderWay({ limits: { writeQueueBytesMax: 10_000_000 } });
      await setup.peer().send("RESPONSE #1 1001");
      setup.peer().transport.pause();
      for (let i = 0; i < 100; i++) watch(setup.echo.log({ text: "x".repeat(10_000), count: 0 }));
      await setup.clock.settle();
      return setup;
    },
  ],
  [
    "that has lost its connection",
    async () => {
      const setup = await callUnderWay();
      setup.peer().transport.destroy();
      await setup.clock.settle();
      watch(setup.echo.echo(note));
      await setup.clock.settle();
      return setup;
    },
  ],
];

it.each(channelStates)("a channel %s closes within its grace, and stops its timers", async (_, start) => {
  const { clock, channel } = await start();
  const closed = watch(channel.close());
  await clock.advance(10_000);
  expect(closed).toMatchObject({ isSettled: true, error: undefined });
  await clock.advance(1000);
  expect(clock.timers).toBe(0);
  await channel.close();
});

it.each(channelStates)("a channel %s closes at once with a reason", async (_, start) => {
  const { clock, channel } = await start();
  const closed = watch(channel.close(new RpcError("aborted", "no more")));
  await clock.settle();
  expect(closed.isSettled).toBe(true);
});

it("calls on a closed channel fail at once and say so", async () => {
  const { channel, echo } = clientUnderTest();
  await channel.close();
  const unary = watch(echo.echo(note));
  const stream = watch(echo.count(note)[Symbol.asyncIterator]().next());
  await Promise.resolve();
  await Promise.resolve();
  for (const call of [unary, stream]) {
    expect(call.error).toMatchObject({
      code: "unavailable",
      message: expect.stringMatching(/^memory:.*: the channel was closed$/),
    });
  }
});

it("a server without calls closes at once and leaves no timer behind", async () => {
  const { server, client, clock } = await boundServerUnderTest();
  await clock.advance(1000);
  const closed = watch(server.close());
  await clock.settle();
  expect([closed.isSettled, client.isClosed, clock.timers]).toEqual([true, true, 0]);
});

it("a server that is told a second time to close hurries", async () => {
  const { server, client, clock } = await boundServerUnderTest({ echo: never });
  await client.send("REQUEST #1 m0");
  const first = watch(server.close());
  await clock.advance(1000);
  expect(first.isSettled).toBe(false);
  const second = watch(server.close({ graceMs: 0 }));
  await clock.advance(0);
  expect(client.take().at(-1)).toBe('ERROR #1 unavailable "the server closed before the call was over"');
  expect([first.isSettled, second.isSettled]).toEqual([true, true]);
});

it("a server with handshakes, stalled frames and silent readers closes within its grace", async () => {
  const { server, client, another, clock } = await boundServerUnderTest({
    echo: () => ({ text: "x".repeat(60_000), count: 0 }),
  });
  const [fresh, half] = [another(), another()];
  await half.send("RAW e752");
  client.transport.pause();
  await client.send(...Array.from({ length: 50 }, (_, i) => `REQUEST #${i + 1} m0`), "RAW 0000");
  const closed = watch(server.close({ graceMs: 500 }));
  await clock.advance(1500);
  expect(closed.isSettled).toBe(true);
  client.transport.resume();
  await clock.advance(2000);
  expect([fresh.isClosed, half.isClosed, client.isClosed]).toEqual([true, true, true]);
  expect(clock.timers).toBe(0);
});

async function silentServer(): Promise<{ readonly tcp: TcpServer; readonly address: string }> {
  const sockets = new Set<Socket>();
  const tcp = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    socket.resume();
  });
  tcp.listen(0, "127.0.0.1");
  await once(tcp, "listening");
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    tcp.close();
  });
  return { tcp, address: `rpc://127.0.0.1:${(tcp.address() as { readonly port: number }).port}` };
}

it("a call to a TCP server that says nothing fails after the handshake's time, and the channel closes", async () => {
  const { address } = await silentServer();
  const channel = connect(address, { limits: { handshakeTimeoutMs: 50 } });
  const error: unknown = await createEchoClient(channel)
    .echo(note)
    .catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({
    code: "unavailable",
    message: expect.stringContaining("no HELLO within handshakeTimeoutMs = 50"),
  });
  await channel.close();
});

it("connecting and closing a thousand times leaves no socket, timer or listener", async () => {
  const server: Server = await serve({ port: 0, services: [mountEcho()] });
  onTestFinished(() => server.close());
  const count = (): number => process.getActiveResourcesInfo().filter((name) => /TCP|Pipe|Timeout/.test(name)).length;
  const before = count();
  for (let round = 0; round < 50; round++) {
    const channels = Array.from({ length: 20 }, () => connect(server.address));
    await Promise.all(channels.map((channel) => createEchoClient(channel).echo(note)));
    await Promise.all(channels.map((channel) => channel.close()));
  }
  while (server.counters.connectionsOpen > 0) await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setImmediate(resolve));
  expect(server.counters).toMatchObject({ connectionsOpened: 1000, connectionsOpen: 0, callsOpen: 0 });
  expect(count() - before).toBeLessThanOrEqual(2);
});
