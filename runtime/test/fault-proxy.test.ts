/** The fault proxy between real sockets: what it does to bytes, and that clients and servers notice and recover. */

import { once } from "node:events";
import { connect as connectSocket, createServer, type AddressInfo, type Socket } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { startFaultProxy, type FaultProxy } from "@rpcgen/runtime/testing";
import { connect, serve } from "../src/index.js";
import { collect, createEchoClient, mountEcho, type EchoClient } from "./kit/echo-service.js";
import { failureOf } from "./kit/harness.js";

const note = { text: "a", count: 1 };

async function between(): Promise<{ proxy: FaultProxy; echo: EchoClient }> {
  const keepalive = { intervalMs: 50, timeoutMs: 50 };
  const server = await serve({ port: 0, services: [mountEcho()], onError: () => {} });
  const proxy = await startFaultProxy({ target: server.address, seed: 1 });
  const channel = connect(proxy.address, { keepalive, backoff: { initialMs: 5, maxMs: 20 } });
  onTestFinished(async () => {
    await channel.close();
    await proxy.close();
    await server.close({ graceMs: 0 });
  });
  return { proxy, echo: createEchoClient(channel) };
}

/** Two sockets with the proxy between them. */
async function sockets(): Promise<{ proxy: FaultProxy; near: Socket; far: Socket }> {
  const server = createServer({ allowHalfOpen: true });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const proxy = await startFaultProxy({ target: `rpc://127.0.0.1:${(server.address() as AddressInfo).port}` });
  const accepted = once(server, "connection");
  const near = connectSocket({ port: proxy.port, host: "127.0.0.1", allowHalfOpen: true });
  const [far] = (await accepted) as [Socket];
  for (const socket of [near, far]) socket.on("error", () => {});
  onTestFinished(async () => {
    for (const socket of [near, far]) socket.destroy();
    await proxy.close();
    server.close();
  });
  return { proxy, near, far };
}

async function read(socket: Socket, bytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  while (size < bytes) {
    const [chunk] = (await once(socket, "data")) as [Buffer];
    chunks.push(chunk);
    size += chunk.length;
  }
  return Buffer.concat(chunks);
}

it.each(["whole", "split", "merge"] as const)("passes bytes on in order, %s, with delay and jitter", async (chunks) => {
  const { proxy, near, far } = await sockets();
  proxy.set({ chunks, delayMs: 2, jitterMs: 5 });
  const sent = Buffer.from(Array.from({ length: 5000 }, (_, i) => i % 251));
  for (let at = 0; at < sent.length; at += 500) near.write(sent.subarray(at, at + 500));
  expect((await read(far, sent.length)).equals(sent)).toBe(true);
});

it("a half-close ends one direction only", async () => {
  const { proxy, near, far } = await sockets();
  near.resume();
  proxy.halfClose("to-client");
  await once(near, "end");
  near.write("still here");
  expect((await read(far, 10)).toString()).toBe("still here");
});

it("what is lost never arrives, and what is held arrives when it flows again", async () => {
  const { proxy, near, far } = await sockets();
  proxy.set({ flow: "lost" }, "to-server");
  near.write("gone");
  while (proxy.counters.bytes < 4) await new Promise((resolve) => setImmediate(resolve));
  proxy.set({ flow: "held" }, "to-server");
  near.write("kept");
  far.write("other way");
  expect((await read(near, 9)).toString()).toBe("other way");
  proxy.heal();
  expect((await read(far, 4)).toString()).toBe("kept");
});

it("an end that is lost is not heard of, until something can pass again", async () => {
  const { proxy, near, far } = await sockets();
  near.resume();
  let heard = "nothing";
  near.on("end", () => (heard = "end")).on("close", () => (heard = "close"));
  proxy.set({ flow: "lost" }, "to-client");
  far.end("last words");
  while (proxy.counters.bytes < 10) await new Promise((resolve) => setImmediate(resolve));
  near.write("still here");
  expect((await read(far, 10)).toString()).toBe("still here");
  expect(heard).toBe("nothing");
  // Not `once`, which would reject: a reset is an error before it is a close.
  const closed = new Promise((resolve) => near.on("close", resolve));
  proxy.heal();
  await closed;
});

it("a reset fails what is in flight, and the client comes back", async () => {
  const { proxy, echo } = await between();
  await echo.echo(note);
  const stream = collect(echo.chat(forever()));
  proxy.set({ flow: "held" });
  const call = failureOf(echo.echo(note));
  expect(proxy.reset()).toBe(1);
  expect(await call).toMatchObject({ code: "unavailable" });
  expect(await failureOf(stream)).toMatchObject({ code: "unavailable" });
  proxy.heal();
  expect(await echo.echo(note)).toEqual(note);
  expect(proxy.counters.connections).toBe(2);
});

async function* forever(): AsyncGenerator<typeof note> {
  for (;;) {
    yield note;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

it("a peer behind a black hole is found by keepalive", async () => {
  const { proxy, echo } = await between();
  await echo.echo(note);
  proxy.set({ flow: "lost" });
  expect(await failureOf(echo.echo(note, { timeoutMs: 5000 }))).toMatchObject({
    code: "unavailable",
    message: expect.stringContaining("ping"),
  });
  proxy.heal();
  expect(await echo.echo(note)).toEqual(note);
});

it.each(["reset", "blackhole"] as const)("new connections meet %s, and are welcome again", async (how) => {
  const { proxy, echo } = await between();
  proxy.welcome(how);
  expect(await failureOf(echo.echo(note, { timeoutMs: 60 }))).toMatchObject({ code: "deadline-exceeded" });
  proxy.heal();
  proxy.reset();
  // The first may leave on the connection that was just cut.
  expect(await echo.echo(note).catch(() => echo.echo(note))).toEqual(note);
});

it("duplicated and truncated bytes never hang a call", async () => {
  const { proxy, echo } = await between();
  proxy.set({ duplicate: 0.2, truncate: 0.2 });
  for (let i = 0; i < 40; i++) await echo.echo(note, { timeoutMs: 100 }).catch(() => {});
  expect(proxy.counters.duplicated).toBeGreaterThan(0);
  expect(proxy.counters.truncated).toBeGreaterThan(0);
  proxy.heal();
  proxy.reset();
  // The first may leave on the connection that was just cut.
  expect(await echo.echo(note).catch(() => echo.echo(note))).toEqual(note);
});

it("leads to rpc:// and rpcs:// addresses only", async () => {
  expect(() => startFaultProxy({ target: "memory:a" })).toThrow("a fault proxy leads to rpc:// and rpcs:// addresses");
});
