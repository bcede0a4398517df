/** Where instruments stand, what they are told, and that nothing of it is there without them. */

import { expect, test } from "vitest";
import type { ChannelTaps, Instrument, ServerTaps, WatchedChannel } from "../../src/call/instrument.js";
import { jsonCodec, RpcError } from "../../src/index.js";
import { method, type ServiceInfo } from "../../src/method/method.js";
import { collect, decodeNote, EchoJson, EchoService, encodeNote, type Note } from "../kit/echo-service.js";
import { failureOf, never, pairUnderTest, watch } from "../kit/harness.js";
import { withFleet } from "../kit/fleet.js";
import { follow } from "../../src/observe/outgoing.js";
import { onWay } from "../../src/observe/traces.js";

/** Writes down everything that it is told. */
function recorder(): Instrument & { readonly lines: string[]; channelFacts: WatchedChannel | undefined } {
  const lines: string[] = [];
  const seen: { channelFacts: WatchedChannel | undefined } = { channelFacts: undefined };
  const serverTaps: ServerTaps = {
    calls: {
      began: (call) => {
        const path = `${call.service.name}/${call.method.wireName}`;
        lines.push(`server began ${path}`);
        return {
          received: (bytes) => lines.push(`server received ${bytes}`),
          sent: (bytes) => lines.push(`server sent ${bytes}`),
          over: (code, error) =>
            lines.push(`server over ${code ?? "ok"}${error === undefined ? "" : `: ${error.message}`}`),
        };
      },
      turnedAway: ({ path, code }) => lines.push(`server turned away ${path ?? "?"} ${code}`),
    },
    observe: (event) => lines.push(`server ${event.kind}`),
    closed: () => lines.push("server closed"),
  };
  const channelTaps: ChannelTaps = {
    call: {
      one: async (call, next) => {
        lines.push(`call ${call.method.path}`);
        return next(call);
      },
    },
    attempt: {
      one: async (call, next) => {
        const { number = 1, kind = "only" } = call.place ?? {};
        lines.push(`attempt ${number} ${kind}`);
        return next({ ...call, onServer: (address) => lines.push(`on ${address.replace(/:.*/, "")}`) });
      },
    },
    observe: (event) => lines.push(`channel ${event.kind}`),
    closed: () => lines.push("channel closed"),
  };
  return Object.assign(seen, {
    lines,
    channel: (channel: WatchedChannel) => {
      seen.channelFacts = channel;
      return channelTaps;
    },
    server: () => serverTaps,
  });
}

const noteOf = (text: string, count = 0): Note => ({ text, count });

test("an instrument sees a call from both sides, its bytes, its server and its end", async () => {
  const instrument = recorder();
  const { clock, server, channel, echo } = await pairUnderTest(
    { echo: (note) => note },
    { instruments: [instrument] },
    { instruments: [instrument] },
  );
  const call = watch(echo.echo(noteOf("hello")));
  await clock.settle();
  expect(call.value).toEqual(noteOf("hello"));
  expect(instrument.lines).toEqual([
    "call /test.v1.Echo/Echo",
    "attempt 1 only",
    "on memory",
    "channel connection-opened",
    "server connection-opened",
    "server began test.v1.Echo/Echo",
    "server received 7",
    "server sent 7",
    "server over ok",
  ]);
  instrument.lines.length = 0;
  const closing = [channel.close(), server.close()];
  await clock.advance(20_000);
  await Promise.all(closing);
  expect(instrument.lines).toContain("channel closed");
  expect(instrument.lines).toContain("server closed");
});

test("every end of a call on the server is told once, with the code that its client got", async () => {
  const instrument = recorder();
  const { clock, channel, echo } = await pairUnderTest(
    {
      echo: ({ text }) => {
        if (text === "later")
          return Promise.resolve().then(() => Promise.reject(new RpcError("not-found", "no such note")));
        if (text === "never") return never();
        throw new RpcError("aborted", "not now");
      },
    },
    { instruments: [instrument] },
  );
  const ends = (): string[] => instrument.lines.splice(0).filter((line) => /over|turned/.test(line));
  const run = async (call: Promise<unknown>, ms = 0): Promise<void> => {
    const seen = watch(call);
    await clock.advance(ms);
    expect(seen.isSettled).toBe(true);
  };
  await run(echo.echo(noteOf("")));
  expect(ends()).toEqual(["server over aborted: not now"]);
  await run(echo.echo(noteOf("later")));
  expect(ends()).toEqual(["server over not-found: no such note"]);
  await run(echo.echo(noteOf("never"), { timeoutMs: 100 }), 100);
  expect(ends()).toEqual(["server over deadline-exceeded: the deadline passed before the handler had answered"]);
  const abort = new AbortController();
  const cancelled = watch(echo.echo(noteOf("never"), { signal: abort.signal }));
  await clock.settle();
  abort.abort();
  await clock.settle();
  expect(cancelled.isSettled).toBe(true);
  expect(ends()).toEqual(["server over cancelled: the client cancelled the call"]);
  const answers = collect(echo.count(noteOf("a", 3)));
  await run(answers);
  expect(ends()).toEqual(["server over ok"]);
  const strange: ServiceInfo = {
    ...EchoService,
    fingerprint: "f".repeat(16),
    methods: [{ ...EchoService.methods[0], name: "nope", wireName: "Nope" } as never],
  };
  await run(channel.unary(method(strange, 0, encodeNote, decodeNote), noteOf("")).catch(() => {}));
  expect(ends()).toEqual(["server turned away ? unimplemented"]);
  await run(echo.log(noteOf("")));
  expect(ends()).toEqual(["server over ok"]);
});

test("messages of streams are told one by one, in both directions", async () => {
  const instrument = recorder();
  const { clock, echo } = await pairUnderTest({}, { instruments: [instrument] });
  const chat = watch(collect(echo.chat([noteOf("a"), noteOf("bb"), noteOf("ccc")])));
  await clock.advance(10);
  expect(chat.value).toHaveLength(3);
  const bytes = instrument.lines.filter((line) => /received|sent/.test(line));
  expect(bytes.sort()).toEqual([3, 4, 5].flatMap((n) => [`server received ${n}`, `server sent ${n}`]).sort());
});

test("each attempt is told with its number and its server", async () => {
  const instrument = recorder();
  const policies = { methods: { "*": { retry: { attempts: 3 } } } };
  await withFleet({ servers: 2, instruments: [instrument], policies }, async ({ servers, echo }) => {
    for (const server of servers) {
      server.behave = () => {
        throw new RpcError("unavailable", "not now");
      };
    }
    await failureOf(echo.echo(noteOf("a"), { policy: { idempotencyKey: "shared" } }));
    expect(instrument.lines.filter((line) => /^(attempt|on)/.test(line))).toEqual([
      "attempt 1 retry",
      expect.stringMatching(/^on rpc/),
      "attempt 2 retry",
      expect.stringMatching(/^on rpc/),
      "attempt 3 retry",
      expect.stringMatching(/^on rpc/),
    ]);
  });
});

test("attempts of a channel in JSON have the codec of JSON", async () => {
  const sizes: number[] = [];
  const { clock, echo } = await pairUnderTest(
    {},
    {},
    {
      codec: jsonCodec({ services: [EchoJson] }),
      instruments: [
        {
          channel: () => ({
            attempt: {
              one: (call, next) => {
                const { method } = call;
                return next({
                  ...call,
                  method: {
                    ...method,
                    encode: (writer, value, position) => {
                      const end = method.encode(writer, value, position);
                      sizes.push(end - position);
                      return end;
                    },
                  },
                });
              },
            },
          }),
        },
      ],
    },
  );
  const call = watch(echo.echo(noteOf("a", 1)));
  await clock.settle();
  expect(call.value).toEqual(noteOf("a", 1));
  expect(sizes).toEqual([`{"text":"a","count":1}`.length]);
});

test("calls of built-in services are not told", async () => {
  const instrument = recorder();
  await withFleet({ servers: 1, serve: { instruments: [instrument] }, health: true }, async ({ echo }) => {
    expect(await echo.echo(noteOf("a"))).toEqual(noteOf("a"));
    expect(instrument.lines.filter((line) => line.includes("began"))).toEqual(["server began test.v1.Echo/Echo"]);
  });
});

test("a channel that cannot be opened takes its instruments down again", async () => {
  const instrument = recorder();
  const { connect } = await import("../../src/index.js");
  expect(() => connect("rpc://127.0.0.1:1", { tls: {}, instruments: [instrument] })).toThrow("rpcs://");
  expect(instrument.lines).toEqual(["channel closed"]);
  expect(instrument.channelFacts?.members()).toEqual([]);
});

test("an instrument that throws breaks no call and no server", async () => {
  const broken = (): never => {
    throw new Error("the instrument is broken");
  };
  const record = { received: broken, sent: broken, over: broken };
  const half: Instrument = { server: () => ({ calls: { began: () => record, turnedAway: broken }, closed: broken }) };
  const whole: Instrument = { server: () => ({ calls: { began: broken }, observe: broken }) };
  const other = recorder();
  const { clock, echo } = await pairUnderTest({}, { instruments: [half, whole, other] });
  const call = watch(echo.echo(noteOf("a")));
  await clock.settle();
  expect(call.value).toEqual(noteOf("a"));
  expect(other.lines).toContain("server over ok");
});

test("who follows calls of a channel and throws fails none of them", async () => {
  const broken = (): never => {
    throw new Error("the instrument is broken");
  };
  const record = { sent: broken, received: broken, answered: broken, onServer: broken, over: broken };
  const taps = { call: onWay(broken), attempt: follow(() => record) };
  const instruments = [{ channel: () => taps }, { channel: () => ({ call: follow(broken) }) }];
  const { clock, echo } = await pairUnderTest({}, {}, { instruments });
  const call = watch(echo.echo(noteOf("a")));
  const stream = watch(collect(echo.count(noteOf("a", 2))));
  await clock.advance(100);
  expect(call.value).toEqual(noteOf("a"));
  expect(stream.value).toHaveLength(2);
});
