/** Adapters for HTTP frameworks, against the hooks that those call; scripts/test-hosts.mjs has the frameworks themselves. */

import { once } from "node:events";
import { createServer } from "node:http";
import { expect, it, onTestFinished } from "vitest";
import { connect, RpcError, serve, type Server } from "../src/index.js";
import { fastifyRpc, nestRpc, type FastifyHost } from "../src/host.js";
import { memoryRegistry } from "../src/registry/memory.js";
import { createEchoClient, mountEcho } from "./kit/echo-service.js";
import { failureOf } from "./kit/harness.js";

const note = { text: "a", count: 1 };
const services = [
  mountEcho({
    echo: async (request) => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      return request;
    },
  }),
];

function listening(): ReturnType<typeof createServer> {
  const http = createServer();
  http.listen(0, "127.0.0.1");
  onTestFinished(() => void http.close());
  return http;
}

/** A call that runs while `shutDown` does is answered. */
async function outlives(server: Server, shutDown: () => Promise<void>): Promise<void> {
  const channel = connect(server.address);
  onTestFinished(() => channel.close());
  const echo = createEchoClient(channel);
  await echo.echo(note);
  const call = echo.echo(note);
  await new Promise((resolve) => setTimeout(resolve, 10));
  await shutDown();
  expect(await call).toEqual(note);
}

it("a plug-in of Fastify decorates the application and drains before it closes", async () => {
  const http = listening();
  await once(http, "listening");
  const rpc: Server[] = [];
  const hooks: (() => Promise<void>)[] = [];
  const app: FastifyHost = {
    server: http,
    decorate: (_, value) => rpc.push(value as Server),
    addHook: (_, hook) => hooks.push(hook),
  };
  // Fastify hands its own options of plug-ins over, too.
  const options = { services, webSocket: { path: "/calls" }, prefix: "/v1", logLevel: "info" };
  await fastifyRpc(app, options);
  const [server] = rpc;
  if (server === undefined) throw new Error("the application was not decorated");
  expect(server.address).toMatch(/^ws:.*\/calls$/);
  await outlives(server, async () => hooks[0]?.());
});

it("a provider of Nest serves from the start of the application and drains when it is destroyed", async () => {
  const http = listening();
  await once(http, "listening");
  const provider = nestRpc(() => http, { services });
  expect(() => provider.server).toThrow("the application has not started yet");
  await provider.onApplicationBootstrap();
  await outlives(provider.server, () => provider.onModuleDestroy());
  await nestRpc(() => http, { services }).onModuleDestroy();
});

it("a server that is mounted enters itself into a registry only where its address is known", async () => {
  const registry = memoryRegistry();
  const http = createServer();
  const webSocket = { server: http };
  const error = await failureOf(serve({ webSocket, services, register: { registry } }));
  expect(error).toBeInstanceOf(RpcError);
  expect(error).toMatchObject({ code: "invalid-argument", message: expect.stringContaining("register.address") });
  expect(http.listenerCount("upgrade")).toBe(0);
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  onTestFinished(() => void http.close());
  const server = await serve({ webSocket, services, register: { registry } });
  const channel = connect({ resolver: registry, service: "test.v1.Echo" });
  expect(await createEchoClient(channel).echo(note)).toEqual(note);
  expect(channel.members().map(({ address }) => address)).toEqual([server.address]);
  await channel.close();
  await server.close();
});
