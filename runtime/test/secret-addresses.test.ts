/** A token in the query of an address reaches the server that it is for, and nothing that is told of it on the way. */

import { createServer } from "node:http";
import { describe, expect, it, vi } from "vitest";
import { connect, RpcError, serve, type ConnectOptions } from "../src/index.js";
import { connect as connectWeb } from "../src/web.js";
import { memoryRegistry } from "../src/registry/memory.js";
import { createEchoClient, mountEcho } from "./kit/echo-service.js";
import { everythingTold, type EverythingTold } from "./kit/everything-told.js";
import { failureOf } from "./kit/harness.js";
import { served } from "./kit/web-socket.js";

// Real sockets, which take longer where many things run at once.
vi.setConfig({ testTimeout: 30_000 });

const secret = "s3cret-marker";
const query = `?token=${secret}&mail=${secret}@b.example`;

function expectNoSecret(told: EverythingTold, ...kinds: readonly string[]): void {
  expect([...told.kinds().keys()]).toEqual(expect.arrayContaining([...kinds]));
  expect(told.lines().filter((line) => line.includes(secret))).toEqual([]);
}

/** Calls, and looks at all that a channel says of itself. */
async function callThrough(
  told: EverythingTold,
  target: string | string[],
  timeoutMs: number,
  options: ConnectOptions = {},
): Promise<void> {
  const { instruments, observe } = told;
  const backoff = { initialMs: 20, maxMs: 40 };
  const channel = connect(target, { instruments, observe, backoff, ...options });
  const echo = createEchoClient(channel);
  const outcome = await echo.echo({ text: "a", count: 1 }, { timeoutMs }).catch((error: unknown) => error);
  told.add(outcome instanceof Error ? "failure" : "answer", outcome);
  told.add("channel", [channel.address, channel.members(), channel.counters]);
  await channel.close();
  told.add("closed", await failureOf(echo.echo({ text: "a", count: 1 })));
}

const fleet: ConnectOptions = { breaker: { failures: 1 }, policies: { channel: {} } };

describe("with a secret in the query of its address", () => {
  it.each<[string, ConnectOptions]>([
    ["one server", {}],
    ["a list", fleet],
  ])("a server is called and nothing tells it: %s", async (_, options) => {
    const asked: string[] = [];
    const http = createServer();
    http.on("upgrade", ({ url = "" }) => void asked.push(url));
    await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
    const { port } = http.address() as { port: number };
    const onServer = everythingTold();
    const rpc = await serve({
      services: [mountEcho()],
      webSocket: { server: http },
      instruments: onServer.instruments,
      observe: onServer.observe,
    });
    const told = everythingTold();
    const address = `ws://127.0.0.1:${port}/rpc${query}`;
    await callThrough(told, options === fleet ? [address] : address, 20_000, options);
    await rpc.close();
    await new Promise((resolve) => http.close(resolve));
    expect(asked[0]).toBe(`/rpc${query}`);
    expectNoSecret(told, "event connection-opened", "log", "span", "answer", "channel", "closed");
    expectNoSecret(onServer, "event connection-opened", "log", "span");
  });

  it.each<[string, string, ConnectOptions]>([
    ["nobody listens", "ws://127.0.0.1:1/rpc", {}],
    ["nobody listens at any of a list", "ws://127.0.0.1:1/rpc", fleet],
    ["there is no TLS", "wss://127.0.0.1:PORT/rpc", {}],
    ["there is no TLS, with settings of it", "wss://127.0.0.1:PORT/rpc", { tls: { serverName: "a" } }],
    ["the server takes nothing at the path", "ws://127.0.0.1:PORT/other", {}],
    ["the same, failing fast", "ws://127.0.0.1:PORT/other", { failFast: true }],
    [
      "the same, tried again",
      "ws://127.0.0.1:PORT/other",
      { failFast: true, policies: { methods: { "*": { retry: { attempts: 3 } } } } },
    ],
  ])("a failure does not tell it where %s", async (_, form, options) => {
    const { port, events } = await served();
    const told = everythingTold();
    const address = `${form.replace("PORT", String(port))}${query}`;
    await callThrough(
      told,
      options === fleet ? [address, address.replace("127.0.0.1", "127.0.0.2")] : address,
      1500,
      options,
    );
    expectNoSecret(told, "event connect-failed", "failure", "log", "channel", "closed");
    expect(JSON.stringify(events)).not.toContain(secret);
  });
});

describe("a secret in an address", () => {
  it("that is none is not told, whoever reads it", () => {
    const told = everythingTold();
    const wrong = [
      `ws://127.0.0.1:1/rpc${query} `,
      `ws://user:${secret}@127.0.0.1:1/rpc`,
      `ws:/127.0.0.1:1/rpc${query}`,
      `https://127.0.0.1/rpc${query}`,
      `127.0.0.1:1/rpc${query}`,
      `ws://127.0.0.1:0/rpc${query}`,
      `ws://127.0.0.1:1/rpc${query}#x`,
      `user:${secret}@127.0.0.1:1`,
    ];
    for (const open of [
      connect,
      connectWeb,
      (text: string) => connect([text]),
      (text: string) => connect(["rpc://a:1", text]),
    ]) {
      for (const address of wrong) {
        try {
          open(address);
          if (open !== connectWeb) expect.fail(`took ${address}`);
        } catch (error) {
          told.add("refused", RpcError.is(error) ? error : String(error));
        }
      }
    }
    expect(told.kinds().get("refused")).toBeGreaterThan(24);
    expectNoSecret(told, "refused");
  });

  it("of a server that is entered in a registry is told to the registry only", async () => {
    const told = everythingTold();
    const registry = memoryRegistry();
    const { server, port } = await served({
      observe: told.observe,
      register: { registry, address: `ws://127.0.0.1:1/rpc${query}` },
    });
    await vi.waitFor(() => expect(told.kinds().get("event registered")).toBe(1));
    expect(port).toBeGreaterThan(0);
    const channel = connect({ resolver: registry, service: "test.v1.Echo" }, { observe: told.observe });
    const echo = createEchoClient(channel);
    told.add("failure", await failureOf(echo.echo({ text: "a", count: 1 }, { timeoutMs: 1500 })));
    told.add("channel", [channel.address, channel.members()]);
    await server.close();
    await channel.close();
    expectNoSecret(
      told,
      "event registered",
      "event deregistered",
      "event member-added",
      "event connect-failed",
      "failure",
    );
  });
});
