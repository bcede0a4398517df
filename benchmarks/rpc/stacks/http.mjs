/** Calls over HTTP: tRPC with and without batching, and plain JSON over a Node server with undici in front of it. */

import { createServer } from "node:http";

async function trpcRouter() {
  const { initTRPC } = await import("@trpc/server");
  const trpc = initTRPC.create();
  const echo = trpc.procedure.input((value) => value).mutation(({ input }) => input);
  return trpc.router({ echo });
}

function trpcHttp(name, linkName) {
  return {
    name,
    packages: ["@trpc/server", "@trpc/client"],
    async serve() {
      const { createHTTPServer } = await import("@trpc/server/adapters/standalone");
      const server = createHTTPServer({ router: await trpcRouter() });
      await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
      return { address: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
    },
    async connect(url) {
      const trpc = await import("@trpc/client");
      const client = trpc.createTRPCClient({ links: [trpc[linkName]({ url })] });
      return { echo: (message) => client.echo.mutate(message), close: () => {} };
    },
  };
}

export const trpcWebSocket = {
  name: "tRPC, WebSocket",
  packages: ["@trpc/server", "@trpc/client", "ws"],
  async serve() {
    const { WebSocketServer } = await import("ws");
    const { applyWSSHandler } = await import("@trpc/server/adapters/ws");
    const router = await trpcRouter();
    const wss = new WebSocketServer({ port: 0, host: "127.0.0.1" });
    applyWSSHandler({ wss, router });
    await new Promise((resolve) => wss.once("listening", resolve));
    return { address: `ws://127.0.0.1:${wss.address().port}`, close: () => wss.close() };
  },
  async connect(url) {
    const { WebSocket } = await import("ws");
    const { createTRPCClient, createWSClient, wsLink } = await import("@trpc/client");
    const socket = createWSClient({ url, WebSocket });
    const client = createTRPCClient({ links: [wsLink({ client: socket })] });
    return { echo: (message) => client.echo.mutate(message), close: () => socket.close() };
  },
};

async function serveRest() {
  const server = createServer((request, response) => {
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      const text = JSON.stringify(JSON.parse(Buffer.concat(chunks).toString()));
      response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(text) });
      response.end(text);
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { address: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

const headers = { "content-type": "application/json" };

const restFetch = {
  name: "REST, undici fetch",
  packages: ["undici"],
  serve: serveRest,
  async connect(url) {
    const { fetch } = await import("undici");
    const echo = async (message) => {
      const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(message) });
      return response.json();
    };
    return { echo, close: () => {} };
  },
};

const restRequest = {
  name: "REST, undici request",
  packages: ["undici"],
  serve: serveRest,
  async connect(url) {
    const { Pool } = await import("undici");
    const pool = new Pool(url);
    const echo = async (message) => {
      const { body } = await pool.request({ path: "/", method: "POST", headers, body: JSON.stringify(message) });
      return body.json();
    };
    return { echo, close: () => pool.destroy() };
  },
};

export const httpStacks = [
  trpcHttp("tRPC, HTTP", "httpLink"),
  trpcHttp("tRPC, HTTP batched", "httpBatchLink"),
  trpcWebSocket,
  restFetch,
  restRequest,
];
