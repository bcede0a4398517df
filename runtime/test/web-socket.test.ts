/** Calls over WebSocket: the same as over sockets, on the server's own port or in an HTTP server, with and without TLS. */

import { once } from "node:events";
import { createServer as createHttpServer, get, type Server as NodeHttpServer } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { connect, serve, type ServeOptions } from "../src/index.js";
import { collect, createEchoClient, mountEcho, TooMany, type EchoClient } from "./kit/echo-service.js";
import { failureOf } from "./kit/harness.js";
import { platformWebSocket } from "./kit/platform-web-socket.js";
import { ca, main, trusted } from "./kit/tls.js";
import { RawWebSocket, upgradeText } from "./kit/raw-web-socket.js";
import { served, type Served } from "./kit/web-socket.js";

const note = { text: "a", count: 1 };
const large = { text: "x".repeat(3_000_000), count: 1 };

function client(address: string, options: Parameters<typeof connect>[1] = {}): EchoClient {
  const channel = connect(address, options);
  onTestFinished(() => channel.close());
  return createEchoClient(channel);
}

async function listening(http: NodeHttpServer): Promise<number> {
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  onTestFinished(() => void http.close());
  return (http.address() as AddressInfo).port;
}

const usePlatform = (): void => {
  vi.stubGlobal("WebSocket", platformWebSocket);
  onTestFinished(() => void vi.unstubAllGlobals());
};

const withoutPlatform = (): void => {
  vi.stubGlobal("WebSocket", undefined);
  onTestFinished(() => void vi.unstubAllGlobals());
};

const kinds = ["ws", "the platform's WebSocket"];
const chooser = (kind: string): (() => void) => (kind === "ws" ? withoutPlatform : usePlatform);

describe.each(kinds)("with %s", (kind) => {
  const choose = chooser(kind);

  it("carries all shapes of calls, large messages and declared errors", async () => {
    choose();
    const { address } = await served(
      {},
      {
        echo(request) {
          if (request.text === "too many") throw new TooMany({ text: "n", count: 9 });
          return request;
        },
      },
    );
    const echo = client(address);
    expect(await echo.echo(large)).toEqual(large);
    expect(await collect(echo.count({ text: "n", count: 3000 }))).toHaveLength(3000);
    expect(await echo.sum([note, large])).toEqual({ text: "", count: 2 });
    expect(await collect(echo.chat([note, large, note]))).toEqual([note, large, note]);
    await echo.log(note);
    const error = await failureOf(echo.echo({ text: "too many", count: 0 }));
    expect(error).toBeInstanceOf(TooMany);
    expect(error).toMatchObject({ detail: { text: "n", count: 9 } });
  });

  it("holds a stream back that nobody reads, and goes on with it", async () => {
    choose();
    let made = 0;
    const { address } = await served(
      {},
      {
        *count() {
          for (; made < 400; made++) yield { text: "x".repeat(50_000), count: made };
        },
      },
    );
    const answers = client(address).count(note)[Symbol.asyncIterator]();
    await answers.next();
    for (let i = 0; i < 20; i++) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(made).toBeLessThan(100);
    let read = 1;
    while ((await answers.next()).done !== true) read++;
    expect(read).toBe(400);
  });
});

describe.each(kinds)("with %s", (kind) => {
  const choose = chooser(kind);

  it("drains with GOAWAY, and the channel goes on with the next server", async () => {
    choose();
    let finish = (): void => {};
    const wait = new Promise<void>((resolve) => (finish = resolve));
    const { server, address } = await served(
      {},
      {
        async echo(request) {
          if (request.text === "slow") await wait;
          return request;
        },
      },
    );
    const echo = client(address);
    await echo.echo(note);
    const slow = echo.echo({ text: "slow", count: 0 });
    await echo.echo(note);
    const closed = server.close();
    finish();
    await closed;
    expect(await slow).toEqual({ text: "slow", count: 0 });
    const waiting = echo.echo(note);
    const { port } = new URL(address.replace("ws:", "http:"));
    await served({ port: Number(port) });
    expect(await waiting).toEqual(note);
  });

  it("says what is wrong with what it leads to", async () => {
    choose();
    const { address } = await served();
    const failures = [`${address}/elsewhere`, "ws://127.0.0.1:1/rpc"].map((wrong) =>
      failureOf(client(wrong, { failFast: true }).echo(note)),
    );
    const [elsewhere, nobody] = await Promise.all(failures);
    expect(elsewhere).toMatchObject({
      code: "unavailable",
      message: expect.stringContaining("cannot connect to ws://"),
    });
    expect(nobody).toMatchObject({ code: "unavailable", message: expect.stringContaining("cannot connect to ws://") });
    // A platform keeps to itself why.
    if (kind !== "ws") return;
    expect(String(elsewhere)).toContain("the server answers 404: nothing takes WebSockets at this path");
    expect(String(nobody)).toContain("nothing listens there");
  });
});

it("serves both kinds of clients on one port", async () => {
  const { server, address } = await served();
  expect(await client(server.address).echo(large)).toEqual(large);
  expect(await client(address).echo(large)).toEqual(large);
  expect(server.counters).toMatchObject({
    connectionsOpen: 2,
    callsStarted: 2,
    connectionsFailed: 0,
    handshakesFailed: 0,
  });
});

it("is one address of a list like any other", async () => {
  withoutPlatform();
  const [one, two] = [await served(), await served()];
  const channel = connect([one.address, two.server.address], { balance: "round-robin" });
  onTestFinished(() => channel.close());
  const echo = createEchoClient(channel);
  for (let i = 0; i < 20; i++) await echo.echo(note);
  expect(channel.members().map(({ address }) => address)).toEqual([one.address, two.server.address]);
  expect([one, two].every(({ server }) => server.counters.callsStarted > 0)).toBe(true);
});

describe("with TLS", () => {
  const tls = { certificate: main.certificate, key: main.key };

  it("takes both on one port, and proves who is who", async () => {
    const peers: unknown[] = [];
    const options = { tls: { ...tls, clientCa: ca, clientCertificates: "optional" as const } };
    const { server, address } = await served(options, {
      echo(request, call) {
        peers.push(call.peer.tls?.authorised);
        return request;
      },
    });
    expect(address).toMatch(/^wss:/);
    const own = trusted.issue({ names: ["DNS:billing.test"] });
    const mine = { ca, certificate: own.certificate, key: own.key };
    expect(await client(server.address, { tls: { ca } }).echo(large)).toEqual(large);
    expect(await client(address, { tls: { ca } }).echo(large)).toEqual(large);
    expect(await client(address, { tls: mine }).echo(note)).toEqual(note);
    expect(peers).toEqual([false, false, true]);
  });

  it("believes nobody whose certificate does not hold, on either side", async () => {
    const { address } = await served({ tls });
    const { address: strict, events } = await served({ tls: { ...tls, clientCa: ca } });
    const wrongName = await failureOf(
      client(address, { failFast: true, tls: { ca, serverName: "other.test" } }).echo(note),
    );
    expect(String(wrongName)).toContain("not for other.test");
    const unproved = await failureOf(client(strict, { failFast: true, tls: { ca } }).echo(note));
    expect(String(unproved)).toContain("the server answers 403: this server wants a client certificate");
    expect(events).toContainEqual(expect.objectContaining({ kind: "connection-refused" }));
  });
});

async function mounted(http: NodeHttpServer, options: Partial<ServeOptions> = {}): Promise<Served> {
  const { server, events } = await served({
    port: undefined,
    webSocket: { server: http, path: "/calls" },
    ...options,
  });
  return { server, port: NaN, address: server.address, events };
}

it("leaves no other place open where the path at the HTTP server is taken", async () => {
  const http = createHttpServer();
  await mounted(http);
  await expect(mounted(http, { memory: "beside" })).rejects.toMatchObject({ code: "invalid-argument" });
  await mounted(http, { memory: "beside", webSocket: { server: http, path: "/beside" } });
});

it("shares an HTTP server with others of its kind at other paths, and what is at none of them is answered", async () => {
  const http = createHttpServer();
  const { server: one } = await mounted(http);
  const other = await mounted(http, { webSocket: { server: http, path: "/others" } });
  await expect(mounted(http)).rejects.toMatchObject({
    code: "invalid-argument",
    message: expect.stringContaining("/calls already"),
  });
  const port = await listening(http);
  expect(await client(one.address).echo(note)).toEqual(note);
  expect(await client(`ws://127.0.0.1:${port}/others`).echo(note)).toEqual(note);
  const answerTo = async (path: string): Promise<string> => {
    const raw = new RawWebSocket(port);
    raw.write(upgradeText({}, `GET ${path} HTTP/1.1`));
    await raw.until(() => raw.received.includes("\r\n\r\n"));
    raw.socket.destroy();
    return raw.answer.status;
  };
  expect(await answerTo("/neither")).toContain("404");
  await one.close();
  expect(await answerTo("/calls")).toContain("404");
  expect(await answerTo("/others")).toContain("101");
  await other.server.close({ graceMs: 0 });
});

describe("in an HTTP server", () => {
  it("takes the upgrades of its path, leaves the rest alone, and drains when the server closes", async () => {
    const http = createHttpServer((_, response) => response.end("plain"));
    const others: string[] = [];
    const { server } = await mounted(http);
    expect(server.address).toBe("");
    http.on("upgrade", (request, socket) => {
      if (request.url === "/calls") return;
      others.push(request.url ?? "");
      socket.end("HTTP/1.1 400 Bad Request\r\n\r\n");
    });
    const port = await listening(http);
    expect(server.address).toBe(`ws://127.0.0.1:${port}/calls`);
    const echo = client(server.address, {});
    expect(await echo.echo(large)).toEqual(large);
    await failureOf(client(`ws://127.0.0.1:${port}/other`, { failFast: true }).echo(note));
    expect(others).toEqual(["/other"]);
    expect(await plainText(port)).toBe("plain");
    const call = echo.echo(large);
    await new Promise<void>((resolve) => http.close(() => resolve()));
    expect(await call).toEqual(large);
    await server.close();
  });

  it("has a port of its own beside it, and TLS where the server has", async () => {
    const http = createHttpsServer({ cert: main.certificate, key: main.key });
    const server = await serve({ port: 0, webSocket: { server: http }, services: [mountEcho()] });
    onTestFinished(() => server.close({ graceMs: 0 }));
    const port = await listening(http);
    expect(server.address).toMatch(/^rpc:/);
    expect(await client(server.address).echo(note)).toEqual(note);
    expect(await client(`wss://127.0.0.1:${port}/rpc`, { tls: { ca } }).echo(note)).toEqual(note);
  });

  it("leaves the server as it was when it closes before it", async () => {
    const http = createHttpServer();
    const { close } = http;
    const { server } = await mounted(http);
    expect(http.close).not.toBe(close);
    await server.close();
    expect(http.close).toBe(close);
    expect(http.listenerCount("upgrade")).toBe(0);
  });
});

function plainText(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    get({ port, host: "127.0.0.1", agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      response.on("end", () => resolve(text));
    }).on("error", reject);
  });
}
