/** The small client for browsers where its WebSocket, its user or the page it runs in does what is rare. */

import { getEventListeners } from "node:events";
import { expect, it, onTestFinished } from "vitest";
import type { RuntimeEvent } from "../src/index.js";
import { RpcError } from "../src/index.js";
import { VirtualClock } from "../src/testing/virtual-clock.js";
import { connect, type WebChannel, type WebOptions } from "../src/web/connect-web.js";
import type { WebSocketClass, WebSocketLike } from "../src/web/web-socket.js";
import { createEchoClient, type EchoClient, type Note } from "./kit/echo-service.js";
import { callUnderWay, clientUnderTest, failureOf, useWebClient, watch } from "./kit/harness.js";
import { parseLine } from "./kit/raw-peer.js";

useWebClient();

const webSocket = class {} as unknown as WebSocketClass;
const note = { text: "a", count: 1 };

type Handler = ((event: never) => void) | null;

/** A WebSocket that does what a test says. */
class PlayedSocket implements WebSocketLike {
  binaryType = "blob";
  bufferedAmount = 0;
  onopen: Handler = null;
  onmessage: Handler = null;
  onclose: Handler = null;
  onerror: Handler = null;
  readonly closed: (number | undefined)[] = [];
  sentBytes = 0;

  send(bytes: ArrayBuffer): void {
    this.sentBytes += bytes.byteLength;
  }

  close(code?: number): void {
    // As in pages, the first one counts.
    if (this.closed.length === 0) this.closed.push(code);
  }

  open(): void {
    (this.onopen as (() => void) | null)?.();
  }

  receive(data: unknown): void {
    (this.onmessage as ((event: object) => void) | null)?.({ data });
  }

  say(...lines: string[]): void {
    for (const line of lines) this.receive(new Uint8Array(parseLine(line)).buffer);
  }
}

interface Played {
  readonly clock: VirtualClock;
  readonly sockets: PlayedSocket[];
  readonly events: RuntimeEvent[];
  readonly channel: WebChannel;
  readonly echo: EchoClient;
}

function played(options: WebOptions = {}, create = (): PlayedSocket => new PlayedSocket()): Played {
  const clock = new VirtualClock();
  const sockets: PlayedSocket[] = [];
  const events: RuntimeEvent[] = [];
  const webSocket = function () {
    const socket = create();
    sockets.push(socket);
    return socket;
  } as unknown as WebSocketClass;
  const observe = (event: RuntimeEvent): void => void events.push(event);
  const channel = connect("ws://shop.test/rpc", { clock, webSocket, random: () => 0.5, observe, ...options });
  onTestFinished(() => channel.close(new RpcError("cancelled", "the test is over")));
  return { clock, sockets, events, channel, echo: createEchoClient(channel) };
}

/** The same, with a connection that has said HELLO. */
async function open(options: WebOptions = {}): Promise<Played & { readonly socket: PlayedSocket }> {
  const setup = played({ keepalive: false, ...options });
  const first = watch(setup.echo.echo(note));
  await setup.clock.settle();
  const socket = setup.sockets[0];
  if (socket === undefined) throw new Error("the client has not connected");
  socket.open();
  socket.say("PREFACE", "HELLO", "RESPONSE #1 1001");
  await setup.clock.settle();
  expect(first.value).toEqual({ text: "", count: 1 });
  return { ...setup, socket };
}

it("a call that is made while those that waited are sent does not send any of them twice", async () => {
  const { echo, clock, peer } = clientUnderTest();
  let isRead = false;
  const nosy: Note = {
    get text(): string {
      if (!isRead) watch(echo.echo({ text: "c", count: 3 }));
      isRead = true;
      return "a";
    },
    count: 1,
  };
  watch(echo.echo(nosy));
  watch(echo.echo({ text: "b", count: 2 }));
  await clock.settle();
  const requests = peer()
    .take()
    .filter((line) => line.startsWith("REQUEST"))
    .map((line) => line.split(" ").at(-1)?.slice(-10));
  expect(requests.sort()).toEqual(["0a01611001", "0a01621002", "0a01631003"]);
});

it("closing ends for everyone who closes, however often that is", async () => {
  const { channel, clock } = await callUnderWay();
  const closings = [watch(channel.close()), watch(channel.close())];
  await clock.settle();
  expect(closings.map(({ isSettled }) => isSettled)).toEqual([false, false]);
  await clock.advance(10_000);
  expect(closings.map(({ isSettled }) => isSettled)).toEqual([true, true]);
});

it("a channel that is closed while it connects leaves no timer behind", async () => {
  const { channel, clock, echo, sockets } = played();
  const call = watch(echo.echo(note));
  await clock.settle();
  await clock.run(channel.close());
  expect(call.error).toMatchObject({ code: "unavailable" });
  expect(sockets[0]?.closed).toHaveLength(1);
  expect(clock.timers).toBe(0);
});

it("a WebSocket that cannot even be made fails once, and not again when its time would have been up", async () => {
  let isBroken = true;
  const { clock, echo, events, sockets } = played({ failFast: true }, () => {
    if (isBroken) throw new Error("not on this page");
    return new PlayedSocket();
  });
  const failed = failureOf(echo.echo(note));
  expect(await clock.run(failed)).toMatchObject({ message: expect.stringContaining("not on this page") });
  isBroken = false;
  await clock.advance(1000);
  watch(echo.echo(note));
  await clock.settle();
  sockets[0]?.open();
  sockets[0]?.say("PREFACE", "HELLO");
  await clock.advance(60_000);
  expect(events.filter(({ kind }) => kind === "connect-failed")).toHaveLength(1);
});

it("says with which code it closes: all is well, or text came", async () => {
  const { channel, socket, clock } = await open();
  await clock.run(channel.close());
  expect(socket.closed).toEqual([1000]);
  const { socket: other, echo, clock: itsClock } = await open();
  const call = watch(echo.echo(note));
  await itsClock.settle();
  other.receive("hello");
  await itsClock.settle();
  expect(other.closed).toEqual([4003]);
  expect(call.error).toMatchObject({ code: "unavailable", message: expect.stringContaining("the server sent text") });
});

it("asks a full WebSocket with one timer, and at once when something has come", async () => {
  const { clock, echo, socket } = await open({ defaultTimeoutMs: Infinity, limits: { waitingTimeoutMs: Infinity } });
  socket.bufferedAmount = 2_000_000;
  const before = clock.timers;
  for (let i = 0; i < 50; i++) watch(echo.echo(note));
  await clock.settle();
  // Those that never fire are none.
  expect(clock.timers - before).toBe(1);
  const { sentBytes } = socket;
  socket.bufferedAmount = 0;
  socket.say("PONG 0000000000000000");
  await clock.settle();
  expect(socket.sentBytes).toBeGreaterThan(sentBytes);
  expect(clock.timers).toBe(before);
});

it("hears the answer to its ping although the page stood still until after its time", async () => {
  const { clock, echo, socket } = await open({
    defaultTimeoutMs: Infinity,
    keepalive: { intervalMs: 1000, timeoutMs: 500 },
  });
  const call = watch(echo.echo(note));
  await clock.settle();
  const { sentBytes } = socket;
  while (socket.sentBytes === sentBytes) await clock.advance(100);
  // Timers that are overdue run before the messages that came meanwhile.
  clock.timer(300, () => {
    clock.block(60_000);
    clock.timer(1, () => socket.say("PONG 0000000000000000", "RESPONSE #2 1001"));
  });
  await clock.advance(70_000);
  expect(call.value).toEqual({ text: "", count: 1 });
});

it("takes a server that drains before its HELLO for one that cannot be reached, and waits before it tries again", async () => {
  const { clock, echo, sockets, events } = played({ keepalive: false });
  const call = watch(echo.echo(note));
  await clock.settle();
  sockets[0]?.open();
  await clock.settle();
  sockets[0]?.say("PREFACE", "GOAWAY 1000");
  await clock.settle();
  expect(sockets).toHaveLength(1);
  expect(events.map(({ kind }) => kind)).toEqual(["connection-opened", "connection-closed", "connect-failed"]);
  await clock.advance(1000);
  sockets[1]?.open();
  sockets[1]?.say("PREFACE", "HELLO", "RESPONSE #1 1001");
  await clock.settle();
  expect(call.value).toEqual({ text: "", count: 1 });
  expect(sockets.map(({ closed }) => closed.length)).toEqual([1, 0]);
});

it("answers no ping that is not one: 8 bytes, or the connection ends", async () => {
  const { peer, clock, call } = await callUnderWay();
  await peer().send("PING 0102030405060708");
  expect(peer().take()).toEqual(["PONG 0102030405060708"]);
  await peer().send(`PING ${"00".repeat(9)}`);
  await clock.settle();
  expect(peer().take()[0]).toMatch(/^GOAWAY protocol-error/);
  expect(call.error).toMatchObject({ code: "unavailable" });
});

it("keeps no more parts of messages than reassemblyBytesMax, over all calls of a connection", async () => {
  const { echo, socket, clock } = await open({ limits: { reassemblyBytesMax: 100_000 } });
  const calls = [2, 3, 4].map(() => watch(echo.echo(note)));
  await clock.settle();
  const part = "00".repeat(40_000);
  socket.say(`RESPONSE #2 more 0000ea60 ${part}`, `RESPONSE #3 more 0000ea60 ${part}`);
  await clock.settle();
  expect(calls.map(({ isSettled }) => isSettled)).toEqual([false, false, false]);
  socket.say(`RESPONSE #4 more 0000ea60 ${part}`);
  await clock.settle();
  expect(calls.map(({ error }) => (error as RpcError | undefined)?.code)).toEqual([
    undefined,
    undefined,
    "resource-exhausted",
  ]);
  // What one has let go another may take.
  watch(echo.echo(note));
  await clock.settle();
  socket.say("ERROR #3 080e", `RESPONSE #5 more 0000ea60 ${part}`, "RESPONSE #2");
  await clock.settle();
  expect(calls[1]?.error).toMatchObject({ code: "unavailable" });
  expect(calls[0]?.error).toMatchObject({ code: "internal" });
});

it("with waitingCallsMax: 0 calls are made at once or not at all, and the first one connects", async () => {
  const { echo, clock, sockets } = played({ limits: { waitingCallsMax: 0 }, keepalive: false });
  const refused = watch(echo.echo(note));
  await clock.settle();
  expect(refused.error).toMatchObject({ code: "resource-exhausted" });
  sockets[0]?.open();
  sockets[0]?.say("PREFACE", "HELLO");
  const call = watch(echo.echo(note));
  await clock.settle();
  sockets[0]?.say("RESPONSE #1 1001");
  await clock.settle();
  expect(call.value).toEqual({ text: "", count: 1 });
});

it("gives a signal one listener, however many calls share it, and hears it for all of them", async () => {
  const { echo, clock } = await callUnderWay();
  const controller = new AbortController();
  const calls = Array.from({ length: 30 }, () => watch(echo.echo(note, { signal: controller.signal })));
  const other = watch(echo.echo(note, { signal: new AbortController().signal }));
  await clock.settle();
  expect(getEventListeners(controller.signal, "abort")).toHaveLength(1);
  controller.abort();
  await clock.settle();
  expect(new Set(calls.map(({ error }) => (error as RpcError | undefined)?.code))).toEqual(new Set(["cancelled"]));
  expect(other.isSettled).toBe(false);
});

it("tens of thousands of waiting calls take no longer each than a few", async () => {
  const { echo, clock, sockets } = played({ limits: { waitingCallsMax: 30_000 }, keepalive: false });
  const calls = Array.from({ length: 30_000 }, () => watch(echo.echo(note, { timeoutMs: 1000 })));
  await clock.settle();
  sockets[0]?.open();
  await clock.advance(1000);
  expect(calls.filter(({ error }) => (error as RpcError | undefined)?.code === "deadline-exceeded")).toHaveLength(
    30_000,
  );
});

it.each<[string, () => unknown]>([
  ["a fragment", () => connect("wss://shop.test/rpc#secret", { webSocket })],
  [
    "no pause between pings",
    () => connect("wss://shop.test/rpc", { webSocket, keepalive: { intervalMs: 0, timeoutMs: 1 } }),
  ],
])("refuses %s", (_, make) => {
  expect(make).toThrow(expect.objectContaining({ code: "invalid-argument" }));
});
