/** What only real sockets show: half handshakes in numbers, peers that vanish, readers that stop. */

import { once } from "node:events";
import { createServer, connect as connectSocket, type Socket } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { connect, serve, type Server } from "../src/index.js";
import { createEchoClient, mountEcho } from "./kit/echo-service.js";
import { failureOf } from "./kit/harness.js";
import { fromHex, prefaceHex } from "./kit/raw-peer.js";

async function served(options: Partial<Parameters<typeof serve>[0]> = {}): Promise<{ server: Server; port: number }> {
  const server = await serve({ port: 0, services: [mountEcho()], ...options });
  onTestFinished(() => server.close({ graceMs: 0 }));
  return { server, port: Number(server.address.split(":").at(-1)) };
}

async function openSocket(port: number): Promise<Socket> {
  const socket = connectSocket({ host: "127.0.0.1", port });
  socket.on("error", () => {});
  onTestFinished(() => void socket.destroy());
  await once(socket, "connect");
  return socket;
}

it("goes on serving beside half handshakes and connections that come and go", async () => {
  const { server, port } = await served({ limits: { handshakeTimeoutMs: 200 } });
  const halves = await Promise.all(Array.from({ length: 100 }, () => openSocket(port)));
  for (const half of halves) half.write(fromHex(prefaceHex.slice(0, 6)));
  for (let i = 0; i < 100; i++) (await openSocket(port)).destroy();
  const channel = connect(server.address);
  onTestFinished(() => channel.close());
  expect(await createEchoClient(channel).echo({ text: "a", count: 1 })).toEqual({ text: "a", count: 1 });
  await Promise.all(halves.map((half) => (half.closed ? Promise.resolve([]) : once(half, "close"))));
  expect(server.counters.connectionsOpen).toBe(1);
});

it("an HTTP client is closed at once", async () => {
  const { port } = await served();
  const socket = await openSocket(port);
  socket.resume();
  socket.write("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
  await once(socket, "close");
});

it("a client says that it was talking to an HTTP server", async () => {
  const http = createServer((socket) => {
    socket.on("error", () => {});
    socket.end("HTTP/1.1 400 Bad Request\r\n\r\n");
  });
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  onTestFinished(() => void http.close());
  const { port } = http.address() as { readonly port: number };
  const channel = connect(`rpc://127.0.0.1:${port}`, { failFast: true });
  onTestFinished(() => channel.close());
  const error = await failureOf(createEchoClient(channel).echo({ text: "", count: 0 }));
  expect(error).toMatchObject({ code: "unavailable", message: expect.stringContaining("it speaks HTTP") });
});

it("a reset connection fails its calls, and the next call gets a new one", async () => {
  const sockets: Socket[] = [];
  const { port } = await served();
  const proxy = createServer((client) => {
    const upstream = connectSocket({ host: "127.0.0.1", port });
    client.on("error", () => upstream.destroy()).pipe(upstream);
    upstream.on("error", () => client.destroy()).pipe(client);
    sockets.push(client);
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    proxy.close();
  });
  const channel = connect(`rpc://127.0.0.1:${(proxy.address() as { readonly port: number }).port}`);
  onTestFinished(() => channel.close());
  const echo = createEchoClient(channel);
  await echo.echo({ text: "", count: 1 });
  async function* hanging(): AsyncGenerator<{ text: string; count: number }> {
    yield { text: "", count: 1 };
    sockets[0]?.resetAndDestroy();
    await new Promise(() => {});
  }
  expect(await failureOf(echo.sum(hanging()))).toMatchObject({ code: "unavailable" });
  expect(await echo.echo({ text: "", count: 2 })).toEqual({ text: "", count: 2 });
});

it("a client that stops reading is not served without bounds", async () => {
  let answered = 0;
  const { server, port } = await served({
    services: [
      mountEcho({
        *count() {
          for (;;) {
            answered++;
            yield { text: "x".repeat(10_000), count: 0 };
          }
        },
      }),
    ],
  });
  const channel = connect(`rpc://127.0.0.1:${port}`);
  onTestFinished(() => channel.close());
  const iterators = Array.from({ length: 20 }, () =>
    createEchoClient(channel).count({ text: "", count: 0 })[Symbol.asyncIterator](),
  );
  await Promise.all(iterators.map((iterator) => iterator.next()));
  await createEchoClient(channel).echo({ text: "", count: 1 });
  expect(answered * 10_000).toBeLessThan(20 * (262_144 + 3 * 10_000));
  await Promise.all(iterators.map(async (iterator) => iterator.return?.()));
  expect(server.counters.callsOpen).toBeLessThanOrEqual(20);
});
