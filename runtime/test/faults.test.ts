/** Faults of whole processes and links: a peer that hangs, a server that restarts under load, one reader of many that stops. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect as connectSocket } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { connect, RpcError, serve, type ServeOptions, type Server } from "../src/index.js";
import { initialCredit } from "../src/frame/frame.js";
import { createEchoClient, mountEcho, type Note } from "./kit/echo-service.js";
import { failureOf, never, pairUnderTest, watch } from "./kit/harness.js";

const note = { text: "a", count: 1 };
const lineForwarder = `
  const net = require("node:net");
  const server = net.createServer((near) => {
    const far = net.connect(Number(process.argv[1]), "127.0.0.1");
    near.on("error", () => far.destroy()).pipe(far);
    far.on("error", () => near.destroy()).pipe(near);
  });
  server.listen(0, "127.0.0.1", () => console.log(server.address().port));
`;

async function served(options: Partial<ServeOptions> = {}): Promise<Server> {
  const server = await serve({ port: 0, services: [mountEcho()], ...options });
  onTestFinished(() => server.close({ graceMs: 0 }));
  return server;
}

/** A process between client and server that can be stopped, so that both see a peer that is there and does nothing. */
async function link(server: Server): Promise<{ readonly address: string; stop(): void; goOn(): void }> {
  const port = server.address.split(":").at(-1) ?? "";
  const child = spawn(process.execPath, ["-e", lineForwarder, port], { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  return {
    address: `rpc://127.0.0.1:${line.toString().trim()}`,
    stop: () => void child.kill("SIGSTOP"),
    goOn: () => void child.kill("SIGCONT"),
  };
}

it("a peer that hangs fails its calls after keepalive's interval and timeout, on both sides", async () => {
  let reason: unknown;
  let hang = (): void => {};
  const keepalive = { intervalMs: 100, timeoutMs: 100, whileIdle: true };
  const server = await served({
    keepalive,
    services: [
      mountEcho({
        sum: (_, call) => {
          call.signal.addEventListener("abort", () => (reason = call.signal.reason));
          hang();
          return never();
        },
      }),
    ],
  });
  const between = await link(server);
  hang = between.stop;
  const channel = connect(between.address, { keepalive, defaultTimeoutMs: Infinity });
  onTestFinished(() => channel.close(new RpcError("aborted", "the test is over")));
  const echo = createEchoClient(channel);
  await echo.echo(note);
  async function* requests(): AsyncGenerator<Note> {
    yield note;
    await never();
  }
  const error = await failureOf(echo.sum(requests()));
  expect(error).toMatchObject({
    code: "unavailable",
    message: expect.stringContaining("no answer to a ping within 100 ms"),
  });
  while (server.counters.connectionsOpen > 0) await new Promise((resolve) => setImmediate(resolve));
  expect(reason).toMatchObject({ code: "cancelled" });
  between.goOn();
  expect(await echo.echo(note)).toEqual(note);
});

it("a server that restarts under load fails the calls in flight as unavailable, and later ones succeed", async () => {
  let server = await served();
  const port = Number(server.address.split(":").at(-1));
  const channel = connect(server.address, { backoff: { initialMs: 5, maxMs: 20 } });
  onTestFinished(() => channel.close());
  const echo = createEchoClient(channel);
  const failures: unknown[] = [];
  let answered = 0;
  let isOver = false;
  const load = Array.from({ length: 20 }, async () => {
    while (!isOver) {
      await echo.echo(note).then(
        () => answered++,
        (error: unknown) => failures.push(error),
      );
    }
  });
  for (let restart = 0; restart < 5; restart++) {
    const until = answered + 200;
    while (answered < until) await new Promise((resolve) => setImmediate(resolve));
    await server.close({ graceMs: 0 });
    server = await serve({ port, services: [mountEcho()] });
  }
  const before = answered;
  while (answered < before + 200) await new Promise((resolve) => setImmediate(resolve));
  isOver = true;
  await Promise.all(load);
  const last = server;
  onTestFinished(() => last.close({ graceMs: 0 }));
  for (const error of failures) expect(error).toMatchObject({ code: "unavailable" });
  expect(failures.length).toBeLessThanOrEqual(5 * 20);
});

it("a client that is made before its server starts reaches it when it is there", async () => {
  const probe = await served();
  const { address } = probe;
  await probe.close();
  const channel = connect(address, { backoff: { initialMs: 5, maxMs: 20 } });
  onTestFinished(() => channel.close());
  const call = createEchoClient(channel).echo(note);
  const refused = connectSocket(Number(address.split(":").at(-1)), "127.0.0.1");
  await once(refused, "error");
  await served({ port: Number(address.split(":").at(-1)) });
  expect(await call).toEqual(note);
});

it("one slow reader of a thousand streams holds up its own stream only, and holds no more than its credit", async () => {
  const text = "x".repeat(1000);
  let slow = 0;
  const { echo, clock, channel } = await pairUnderTest({
    *count(request) {
      for (let i = 0; i < request.count; i++) {
        if (request.text === "slow") slow++;
        yield { text, count: i };
      }
    },
  });
  const iterator = echo.count({ text: "slow", count: 1_000_000 })[Symbol.asyncIterator]();
  const first = watch(iterator.next());
  await clock.settle();
  expect(first.isSettled).toBe(true);
  let seen = 0;
  const others = Array.from({ length: 999 }, async () => {
    for await (const _ of echo.count({ text: "fast", count: 300 })) seen++;
  });
  const done = watch(Promise.all(others));
  for (let i = 0; i < 200 && !done.isSettled; i++) await clock.settle();
  expect([done.isSettled, seen, channel.counters.callsOpen]).toEqual([true, 999 * 300, 1]);
  expect(slow * text.length).toBeLessThan(initialCredit + 2 * text.length);
  await iterator.return?.();
});
