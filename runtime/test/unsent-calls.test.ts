/** Calls that never left, because nobody could be reached: they say so, say why, and may be made again by whoever likes. */

import { expect, it, onTestFinished } from "vitest";
import { connect, RpcError, type ClientChannel, type ConnectOptions } from "../src/index.js";
import { VirtualClock } from "../src/testing/virtual-clock.js";
import { createEchoClient, type EchoClient } from "./kit/echo-service.js";
import { withFleet } from "./kit/fleet.js";
import {
  callUnderWay,
  clientUnderTest,
  failureOf,
  freshName,
  isWebClient,
  itInNode,
  never,
  watch,
} from "./kit/harness.js";
import { helloFrame } from "./kit/raw-peer.js";
import { openWeb } from "./kit/web-client.js";

const note = { text: "a", count: 1 };

interface Alone {
  readonly channel: ClientChannel;
  readonly echo: EchoClient;
  readonly clock: VirtualClock;
}

/** A client of an address at which nobody is. */
function alone(options: ConnectOptions = {}): Alone {
  const clock = new VirtualClock();
  const name = freshName();
  const channel = isWebClient()
    ? openWeb(name, { ...options, clock })
    : connect(`memory:${name}`, { backoff: { jitter: 0 }, ...options, clock });
  onTestFinished(() => channel.close());
  return { channel, echo: createEchoClient(channel), clock };
}

/** The first answer of a stream, or what comes in its place. */
const first = <T>(stream: AsyncIterable<T>): Promise<IteratorResult<T>> => stream[Symbol.asyncIterator]().next();

// The small client has no bytes to spare for a count.
const attemptsText = isWebClient() ? "" : " \\(attempts: [4-6]\\)";

it("a deadline without a connection says that there was none, why, and after how many attempts", async () => {
  const { echo, clock, channel } = alone();
  const call = watch(echo.echo(note, { timeoutMs: 1000 }));
  await clock.advance(1000);
  expect(call.error).toMatchObject({
    code: "deadline-exceeded",
    message: expect.stringMatching(
      new RegExp(`^no connection to ${channel.address} until the deadline: \\S.+${attemptsText}$`),
    ),
    method: "/test.v1.Echo/Echo",
    neverProcessed: true,
  });
});

itInNode("a deadline during the first attempt says that it was under way", async () => {
  const { clock, echo, channel } = silentNetwork();
  const call = watch(echo.echo(note, { timeoutMs: 1000 }));
  await clock.advance(1000);
  expect(call.error).toMatchObject({
    code: "deadline-exceeded",
    message: `no connection to ${channel.address} until the deadline: still connecting`,
    neverProcessed: true,
  });
});

/** A client whose connections neither open nor fail. */
function silentNetwork(): Alone {
  const clock = new VirtualClock();
  const network = { clock, open: never, listen: never };
  const channel = connect("rpc://somewhere:1", { network });
  onTestFinished(() => channel.close());
  return { channel, echo: createEchoClient(channel), clock };
}

it("a call whose deadline comes while it waits for room has never left", async () => {
  const { peer, echo, clock } = clientUnderTest();
  const first = watch(echo.echo(note));
  await clock.settle();
  await peer().send("PREFACE", helloFrame({ concurrentCallsMax: 1 }));
  const second = watch(echo.echo(note, { timeoutMs: 100 }));
  await clock.advance(100);
  expect(second.error).toMatchObject({
    code: "deadline-exceeded",
    message: expect.stringMatching(/^no room on the connection to \S+ until the deadline$/),
    neverProcessed: true,
  });
  expect(first.isSettled).toBe(false);
});

it("a call that was sent may have been processed, however it ends", async () => {
  const { call, channel, echo, clock } = await callUnderWay();
  const abort = new AbortController();
  const late = watch(echo.echo(note, { timeoutMs: 100 }));
  const left = watch(echo.echo(note, { signal: abort.signal }));
  await clock.advance(100);
  abort.abort();
  await clock.settle();
  void channel.close();
  await clock.advance(20_000);
  expect(late.error).toMatchObject({ code: "deadline-exceeded", neverProcessed: false });
  expect(left.error).toMatchObject({ code: "cancelled", neverProcessed: false });
  expect(call.error).toMatchObject({ code: "unavailable", neverProcessed: false });
});

it("calls that are aborted before there is a connection have never left", async () => {
  const { echo, clock } = alone();
  const abort = new AbortController();
  const calls = [
    watch(echo.echo(note, { signal: abort.signal })),
    watch(first(echo.count(note, { signal: abort.signal }))),
    watch(echo.sum([note], { signal: abort.signal })),
    watch(echo.log(note, { signal: abort.signal })),
  ];
  await clock.advance(500);
  abort.abort();
  await clock.settle();
  for (const { error } of calls) expect(error).toMatchObject({ code: "cancelled", neverProcessed: true });
  const aborted = failureOf(echo.echo(note, { signal: abort.signal }));
  expect(await aborted).toMatchObject({ code: "cancelled", neverProcessed: true });
});

itInNode("a signal's timeout without a connection tells as much as a deadline", async () => {
  const { echo, clock, channel } = alone();
  const abort = new AbortController();
  const call = watch(echo.echo(note, { signal: abort.signal }));
  await clock.advance(1000);
  abort.abort(new DOMException("The operation timed out.", "TimeoutError"));
  await clock.settle();
  expect(call.error).toMatchObject({
    code: "deadline-exceeded",
    message: expect.stringMatching(
      new RegExp(`^no connection to ${channel.address} until the signal's timeout: \\S.+${attemptsText}$`),
    ),
    neverProcessed: true,
  });
});

it("calls that wait when the channel is closed have never left, and neither have those that come later", async () => {
  const { echo, channel, clock } = alone();
  const calls = [watch(echo.echo(note)), watch(first(echo.count(note)))];
  await clock.advance(500);
  await channel.close();
  await clock.settle();
  const closed = { code: "unavailable", message: expect.stringContaining("closed"), neverProcessed: true };
  for (const { error } of calls) expect(error).toMatchObject(closed);
  expect(await failureOf(echo.echo(note))).toMatchObject(closed);
});

it("calls that fail at once, or that are too many to wait, have never left", async () => {
  const hasty = alone({ failFast: true });
  const refused = watch(hasty.echo.echo(note));
  await hasty.clock.advance(10);
  expect(refused.error).toMatchObject({ code: "unavailable", neverProcessed: true });
  expect(await failureOf(hasty.echo.echo(note))).toMatchObject({ code: "unavailable", neverProcessed: true });
  const full = alone({ limits: { waitingCallsMax: 1 } });
  const waits = failureOf(full.echo.echo(note, { timeoutMs: 100 }));
  expect(await failureOf(full.echo.echo(note))).toMatchObject({ code: "resource-exhausted", neverProcessed: true });
  await full.clock.advance(100);
  expect(await waits).toMatchObject({ neverProcessed: true });
});

itInNode("channels to several servers say the same", () =>
  withFleet({ servers: 2 }, async ({ servers, echo, clock, channel, calls }) => {
    await calls(2);
    for (const server of servers) await server.crash();
    const late = watch(echo.echo(note, { timeoutMs: 1000 }));
    const abort = new AbortController();
    const left = watch(echo.echo(note, { signal: abort.signal }));
    const waits = watch(echo.echo(note));
    await clock.sleep(1500);
    abort.abort();
    await clock.sleep(1);
    await channel.close();
    expect(late.error).toMatchObject({
      code: "deadline-exceeded",
      message: expect.stringMatching(
        /^no server of test\.v1\.Echo until the deadline: 2 known, 2 failing \(last: .+\)$/,
      ),
      neverProcessed: true,
    });
    expect(left.error).toMatchObject({ code: "cancelled", neverProcessed: true });
    expect(waits.error).toMatchObject({ code: "unavailable", neverProcessed: true });
  }),
);

itInNode("a request that cannot be encoded is not made again, whatever its error says", async () => {
  const { peer, echo, clock } = await callUnderWay();
  let reads = 0;
  const odd = {
    get text(): string {
      reads++;
      throw new RpcError("unavailable", "no text", { neverProcessed: true });
    },
    count: 1,
  };
  const call = watch(echo.echo(odd));
  await clock.advance(1000);
  expect(call.isSettled).toBe(true);
  expect(reads).toBe(1);
  expect(peer().take()).toEqual([]);
});
