/** What every channel promises its callers, whatever stands behind it: one server, several, or layers of policies. */

import { describe, expect, test } from "vitest";
import { connect, RpcError, type ClientChannel, type ConnectOptions } from "../src/index.js";
import { collect, createEchoClient, type EchoClient } from "./kit/echo-service.js";
import { withFleet, type Fleet } from "./kit/fleet.js";
import { failureOf, watch } from "./kit/harness.js";

const note = { text: "a", count: 3 };

interface Stage extends Pick<Fleet, "clock" | "servers"> {
  readonly channel: ClientChannel;
  readonly echo: EchoClient;
}

type Open = (addresses: readonly string[], options: ConnectOptions) => ClientChannel;

const retrying = { methods: { "*": { retry: { attempts: 3 }, concurrency: { max: 100 } } } };
const ways: readonly { readonly name: string; readonly open: Open }[] = [
  { name: "one server", open: ([first = ""], options) => connect(first, options) },
  { name: "several servers", open: (all, options) => connect(all, options) },
  {
    name: "one server behind policies",
    open: ([first = ""], options) => connect(first, { ...options, policies: retrying }),
  },
  { name: "several servers behind policies", open: (all, options) => connect(all, { ...options, policies: retrying }) },
];

describe.each(ways)("a channel to $name", ({ open }) => {
  describeCalls(stagedWith(open));
  describeClosing(stagedWith(open));
});

type Staged = (body: (stage: Stage) => Promise<void>) => Promise<void>;

function stagedWith(open: Open): Staged {
  return (body) =>
    withFleet({ servers: 2 }, async ({ network, clock, servers }) => {
      const channel = open(
        servers.map(({ address }) => address),
        { network: network.host("caller") },
      );
      try {
        await body({ channel, echo: createEchoClient(channel), clock, servers });
      } finally {
        await channel.close(new RpcError("cancelled", "the test is over"));
      }
    });
}

function slow({ servers, clock }: Stage): void {
  for (const server of servers) server.behave = () => clock.sleep(1000).then(() => note);
}

function describeCalls(staged: Staged): void {
  test("answers calls of every shape", () =>
    staged(async ({ echo }) => {
      expect(await echo.echo(note)).toEqual(note);
      expect(await collect(echo.count(note))).toHaveLength(note.count);
      expect(await echo.sum([note, note])).toMatchObject({ count: 2 * note.count });
      expect(await collect(echo.chat([note, note]))).toHaveLength(2);
      await echo.log(note);
    }));

  test("begins a stream when it is read, and not before", () =>
    staged(async ({ channel, echo, clock }) => {
      const answers = echo.count(note);
      await clock.sleep(100);
      expect(channel.counters.callsStarted).toBe(0);
      for await (const answer of answers) {
        expect(answer).toBeDefined();
        break;
      }
      await clock.sleep(100);
      expect(channel.counters.callsOpen).toBe(0);
    }));

  test("ends calls at their deadlines, and with their signals", () =>
    staged(async (stage) => {
      slow(stage);
      const { echo, clock, channel } = stage;
      const startedAt = clock.now();
      expect(await failureOf(echo.echo(note, { timeoutMs: 200 }))).toMatchObject({ code: "deadline-exceeded" });
      expect(clock.now() - startedAt).toBeLessThan(250);
      const abort = new AbortController();
      const left = failureOf(echo.echo(note, { signal: abort.signal }));
      await clock.sleep(50);
      abort.abort();
      expect(await left).toMatchObject({ code: "cancelled" });
      expect(await failureOf(echo.echo(note, { signal: abort.signal }))).toMatchObject({ code: "cancelled" });
      expect(channel.counters.callsOpen).toBe(0);
    }));
}

function describeClosing(staged: Staged): void {
  test("lets calls finish when it closes, and takes no more", () =>
    staged(async (stage) => {
      slow(stage);
      const { echo, clock, channel } = stage;
      const running = watch(echo.echo(note));
      await clock.sleep(100);
      const closing = watch(channel.close());
      await clock.sleep(100);
      expect(closing.isSettled).toBe(false);
      expect(await failureOf(echo.echo(note))).toMatchObject({ code: "unavailable" });
      expect(await failureOf(collect(echo.count(note)))).toMatchObject({ code: "unavailable" });
      await clock.sleep(2000);
      expect(running.value).toEqual(note);
      expect(closing.isSettled).toBe(true);
    }));

  test("fails calls at once when it closes for a reason, and may be closed twice", () =>
    staged(async (stage) => {
      slow(stage);
      const { echo, clock, channel } = stage;
      const running = failureOf(echo.echo(note));
      await clock.sleep(100);
      const closedAt = clock.now();
      await channel.close(new RpcError("aborted", "no more"));
      expect(await running).toMatchObject({ code: "aborted", message: expect.stringContaining("no more") });
      expect(clock.now() - closedAt).toBeLessThan(100);
      await channel.close();
    }));

  test("says that nobody can be reached, by the deadline", () =>
    staged(async ({ servers, echo, clock }) => {
      for (const server of servers) await server.crash();
      const startedAt = clock.now();
      const error = await failureOf(echo.echo(note, { timeoutMs: 3000 }));
      expect(error).toMatchObject({ code: expect.stringMatching(/^(unavailable|deadline-exceeded)$/) });
      expect(clock.now() - startedAt).toBeLessThan(3100);
    }));
}
