/** What every transport promises, held against each of them. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { systemClock, type Clock } from "../clock.js";
import { RpcError } from "../error/rpc-error.js";
import { resolveLimits } from "../limits.js";
import { authority } from "../../test/kit/certificates.mjs";
import { platformWebSocket } from "../../test/kit/platform-web-socket.js";
import { createTestNetwork, type TestNetwork } from "../testing/test-network.js";
import { listenMemory, openMemory } from "./memory.js";
import { listenSocket, openSocket, type SocketAddress } from "./socket.js";
import { TlsClient } from "./tls-client.js";
import { listenTls } from "./tls-server.js";
import { FirstBytes, listenShared } from "./shared-port.js";
import { upgradeRules } from "./upgrade-check.js";
import { openWebSocket } from "./web-socket-client.js";
import { WebSocketDoor } from "./web-socket-door.js";
import { loadWs } from "./ws-package.js";
import type { Listener, ListenerSink, Transport } from "./transport.js";

interface Place {
  listen(sink: ListenerSink): Promise<Listener>;
  open(listener: Listener): Promise<Transport>;
}

let number = 0;

const limits = resolveLimits(undefined);
const trusted = authority();
const { certificate, key } = trusted.issue({ names: ["IP:127.0.0.1"] });

const socketPlace = (address: SocketAddress): Place => ({
  listen: (sink) => listenSocket(address, sink),
  open: (listener) => {
    const port = Number(listener.address.split(":").at(-1));
    const target = address.kind === "tcp" ? { ...address, port } : address;
    return openSocket(target, systemClock, 5000);
  },
});

const networkPlace = (network: TestNetwork<Clock>): Place => ({
  listen: (sink) => network.host("server").listen({ host: undefined, port: 1 }, sink),
  open: () =>
    network
      .host("client")
      .open({ host: "server", port: 1 }, { clock: systemClock, timeoutMs: 5000, signal: undefined }),
});

/** One port for both, and a client of `ws` or of the platform. */
const webSocketPlace = (platform: unknown): Place => ({
  listen: async (sink) => {
    const told = { ...sink, turnedAway: () => {}, handshakeFailed: () => {} };
    const ws = await loadWs("this test");
    const door = new WebSocketDoor(upgradeRules("/rpc", []), ws, systemClock, limits, told);
    const firsts = new FirstBytes(door, systemClock, limits, told);
    return listenShared({ kind: "tcp", host: "127.0.0.1", port: 0 }, firsts, told);
  },
  open: async (listener) => {
    vi.stubGlobal("WebSocket", platform);
    const { signal } = new AbortController();
    const url = `${listener.address.replace("rpc:", "ws:")}/rpc`;
    const opening = { peer: url, clock: systemClock, timeoutMs: 5000, lingerMs: 1000, signal };
    return openWebSocket(url, opening).finally(() => vi.unstubAllGlobals());
  },
});

const places: Readonly<Record<string, () => Place>> = {
  tcp: () => socketPlace({ kind: "tcp", host: "127.0.0.1", port: 0 }),
  unix: () => socketPlace({ kind: "unix", path: join(tmpdir(), `rpcgen-contract-${process.pid}-${++number}.sock`) }),
  tls: () => ({
    listen: (sink) =>
      listenTls({ host: "127.0.0.1", port: 0 }, { certificate, key }, systemClock, limits, {
        ...sink,
        refused: (transport) => transport.destroy(),
        handshakeFailed: () => {},
        tlsEvent: () => {},
      }),
    open: (listener) => {
      const port = Number(listener.address.split(":").at(-1));
      const refuse = (transport: Transport): void => transport.destroy();
      const options = { clock: systemClock, limits, tell: () => {}, refuse };
      return new TlsClient({ host: "127.0.0.1", port }, { ca: trusted.certificate }, options).open(
        new AbortController().signal,
      );
    },
  }),
  WebSocket: () => webSocketPlace(undefined),
  "WebSocket of the platform": () => webSocketPlace(platformWebSocket),
  "test network": () => networkPlace(createTestNetwork({ clock: systemClock })),
  "test network that splits and delays": () => {
    const network = createTestNetwork({ clock: systemClock });
    network.everywhere.set({ chunks: "random", delayMs: 1, jitterMs: 2 });
    return networkPlace(network);
  },
  memory: () => {
    const name = `contract-${++number}`;
    return {
      listen: async (sink) => listenMemory(name, sink),
      open: async () => openMemory(name, systemClock),
    };
  },
};

/** One end that remembers what came. */
class End {
  readonly transport: Transport;
  received = 0;
  chunks: Uint8Array[] = [];
  closed: (Error | undefined)[] = [];
  drains = 0;
  private wake: (() => void)[] = [];

  constructor(transport: Transport) {
    this.transport = transport;
    transport.start({
      bytes: (chunk) => {
        this.chunks.push(new Uint8Array(chunk));
        this.received += chunk.length;
        this.tell();
      },
      drained: () => {
        this.drains++;
        this.tell();
      },
      closed: (error) => {
        this.closed.push(error);
        this.tell();
      },
    });
  }

  async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await new Promise<void>((resolve) => this.wake.push(resolve));
  }

  get text(): string {
    return Buffer.concat(this.chunks).toString("latin1");
  }

  private tell(): void {
    for (const wake of this.wake.splice(0)) wake();
  }
}

async function pair(place: string): Promise<{ left: End; right: End; listener: Listener }> {
  const made = places[place]?.();
  if (made === undefined) throw new Error(place);
  let accepted: (end: Transport) => void = () => {};
  const other = new Promise<Transport>((resolve) => (accepted = resolve));
  const listener = await made.listen({ opened: (transport) => accepted(transport), failed: () => {} });
  const left = new End(await made.open(listener));
  const right = new End(await other);
  onTestFinished(async () => {
    left.transport.destroy();
    right.transport.destroy();
    await listener.close();
  });
  return { left, right, listener };
}

const isSystemPort = (place: string): boolean => ["tcp", "tls"].includes(place) || place.startsWith("WebSocket");

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "latin1"));

describe.each(Object.keys(places))("%s", (place) => {
  it("carries bytes both ways, in order", async () => {
    const { left, right } = await pair(place);
    left.transport.write(bytes("one "));
    left.transport.write(bytes("two"));
    right.transport.write(bytes("three"));
    await right.until(() => right.received === 7);
    await left.until(() => left.received === 5);
    expect([right.text, left.text]).toEqual(["one two", "three"]);
  });

  it("never delivers within write", async () => {
    const { left, right } = await pair(place);
    left.transport.write(bytes("x"));
    expect(right.received).toBe(0);
    await right.until(() => right.received === 1);
  });

  it("a buffer that write gave back may be changed at once", async () => {
    const { left, right } = await pair(place);
    const buffer = bytes("before");
    if (left.transport.write(buffer)) buffer.fill(0);
    await right.until(() => right.received === 6);
    expect(right.text).toBe("before");
  });

  it("delivers what was written before end, then closes both ends once, without an error", async () => {
    const { left, right } = await pair(place);
    left.transport.write(bytes("last words"));
    left.transport.end();
    await right.until(() => right.closed.length > 0);
    await left.until(() => left.closed.length > 0);
    expect(right.text).toBe("last words");
    expect([left.closed, right.closed]).toEqual([[undefined], [undefined]]);
  });

  it("destroy closes both ends once", async () => {
    const { left, right } = await pair(place);
    left.transport.destroy();
    left.transport.destroy();
    await left.until(() => left.closed.length > 0);
    await right.until(() => right.closed.length > 0);
    left.transport.write(bytes("too late"));
    expect([left.closed.length, right.closed.length, right.received]).toEqual([1, 1, 0]);
  });

  it("queues what a paused reader does not take, says so, and tells when it is gone", async () => {
    const { left, right } = await pair(place);
    right.transport.pause();
    let written = 0;
    while (left.transport.queuedBytes === 0 && written < 64 * 1024 * 1024) {
      left.transport.write(new Uint8Array(262_144));
      written += 262_144;
    }
    expect(left.transport.queuedBytes).toBeGreaterThan(0);
    right.transport.resume();
    await right.until(() => right.received === written);
    await left.until(() => left.drains > 0);
    expect(left.transport.queuedBytes).toBe(0);
  });
});

describe.each(Object.keys(places))("%s", (place) => {
  it("refuses to listen twice at one place, and frees it on close", async () => {
    const made = places[place]?.();
    const sink = { opened: (): void => {}, failed: (): void => {} };
    const listener = await made?.listen(sink);
    if (made === undefined || listener === undefined) throw new Error(place);
    if (!isSystemPort(place)) await expect(made.listen(sink)).rejects.toThrow(RpcError);
    await listener.close();
    const again = await made.listen(sink);
    await again.close();
  });
});

it("tells a path with a server from one that a crash has left behind", async () => {
  const path = join(tmpdir(), `rpcgen-stale-${process.pid}.sock`);
  const sink = { opened: (): void => {}, failed: (): void => {} };
  const listener = await listenSocket({ kind: "unix", path }, sink);
  await expect(listenSocket({ kind: "unix", path }, sink)).rejects.toThrow("another server is listening there");
  await listener.close();
  const listen = `require("node:net").createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, "SIGKILL"))`;
  await once(spawn(process.execPath, ["-e", listen], { stdio: "ignore" }), "exit");
  onTestFinished(() => rmSync(path));
  await expect(listenSocket({ kind: "unix", path }, sink)).rejects.toThrow(
    `cannot listen at unix:${path}: nobody listens at this file, so a server that crashed has left it behind; remove it`,
  );
});

it("names the reason when nothing listens or an address is taken", async () => {
  const sink = { opened: (): void => {}, failed: (): void => {} };
  const listener = await listenSocket({ kind: "tcp", host: "127.0.0.1", port: 0 }, sink);
  const port = Number(listener.address.split(":").at(-1));
  await expect(listenSocket({ kind: "tcp", host: "127.0.0.1", port }, sink)).rejects.toThrow(
    "already in use (EADDRINUSE)",
  );
  await listener.close();
  await expect(openSocket({ kind: "tcp", host: "127.0.0.1", port }, systemClock, 5000)).rejects.toThrow(
    `cannot connect to 127.0.0.1:${port}: nothing listens there (ECONNREFUSED)`,
  );
  expect(() => openMemory("nobody", systemClock)).toThrow("nothing is served at memory:nobody");
});
