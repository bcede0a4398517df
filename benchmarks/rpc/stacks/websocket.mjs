/** Calls over WebSockets: JSON by hand over ws, and what is built on top of it; and Moleculer, which has TCP of its own. */

import { Server as NetServer } from "node:net";

const bytesMax = 64 * 1024 * 1024;

const wsJson = {
  name: "ws, JSON by hand",
  packages: ["ws"],
  async serve() {
    const { WebSocketServer } = await import("ws");
    const server = new WebSocketServer({ port: 0, host: "127.0.0.1", perMessageDeflate: false });
    server.on("connection", (socket) => {
      socket.on("message", (text) => socket.send(JSON.stringify(JSON.parse(text))));
    });
    await new Promise((resolve) => server.once("listening", resolve));
    return { address: `ws://127.0.0.1:${server.address().port}`, close: () => server.close() };
  },
  async connect(url) {
    const { WebSocket } = await import("ws");
    const socket = new WebSocket(url, { perMessageDeflate: false });
    const waiting = new Map();
    let nextId = 1;
    socket.on("message", (text) => {
      const { id, value } = JSON.parse(text);
      waiting.get(id)(value);
      waiting.delete(id);
    });
    await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
    const echo = (value) =>
      new Promise((resolve) => {
        const id = nextId++;
        waiting.set(id, resolve);
        socket.send(JSON.stringify({ id, value }));
      });
    return { echo, close: () => socket.terminate() };
  },
};

const socketIo = {
  name: "socket.io",
  packages: ["socket.io", "socket.io-client"],
  async serve() {
    const { Server } = await import("socket.io");
    const { createServer } = await import("node:http");
    const http = createServer();
    const io = new Server(http, { transports: ["websocket"], maxHttpBufferSize: bytesMax });
    io.on("connection", (socket) => {
      socket.on("echo", (value, done) => done(value));
      socket.on("blob", (value, done) => done(value));
    });
    await new Promise((resolve) => http.listen(0, "127.0.0.1", resolve));
    return { address: `http://127.0.0.1:${http.address().port}`, close: () => io.close() };
  },
  async connect(url) {
    const { io } = await import("socket.io-client");
    const socket = io(url, { transports: ["websocket"], reconnection: false });
    await new Promise((resolve, reject) => socket.once("connect", resolve).once("connect_error", reject));
    return {
      echo: (value) => socket.emitWithAck("echo", value),
      blob: (bytes) => socket.emitWithAck("blob", bytes),
      close: () => socket.close(),
    };
  },
};

const rpcWebsockets = {
  name: "rpc-websockets",
  packages: ["rpc-websockets"],
  async serve() {
    const { Server } = await import("rpc-websockets");
    const server = new Server({ port: 0, host: "127.0.0.1" });
    server.register("echo", (value) => value);
    await new Promise((resolve) => server.on("listening", resolve));
    return { address: `ws://127.0.0.1:${server.wss.address().port}`, close: () => server.close() };
  },
  async connect(url) {
    const { Client } = await import("rpc-websockets");
    const client = new Client(url, { reconnect: false });
    await new Promise((resolve, reject) => client.on("open", resolve).on("error", reject));
    return { echo: (value) => client.call("echo", value), close: () => client.close() };
  },
};

/** capnweb asks for the browser's class, which Node has from 22 on. */
function provideWebSocket(WebSocket) {
  globalThis.WebSocket ??= WebSocket;
}

const capnweb = {
  name: "capnweb",
  packages: ["capnweb", "ws"],
  async serve() {
    const { WebSocket, WebSocketServer } = await import("ws");
    const { RpcTarget, newWebSocketRpcSession } = await import("capnweb");
    provideWebSocket(WebSocket);
    class Api extends RpcTarget {
      echo(value) {
        return value;
      }
    }
    const server = new WebSocketServer({ port: 0, host: "127.0.0.1", perMessageDeflate: false });
    server.on("connection", (socket) => newWebSocketRpcSession(socket, new Api()));
    await new Promise((resolve) => server.once("listening", resolve));
    return { address: `ws://127.0.0.1:${server.address().port}`, close: () => server.close() };
  },
  async connect(url) {
    const { WebSocket } = await import("ws");
    provideWebSocket(WebSocket);
    const { newWebSocketRpcSession } = await import("capnweb");
    const socket = new WebSocket(url, { perMessageDeflate: false });
    await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
    const api = newWebSocketRpcSession(socket);
    return { echo: (value) => api.echo(value), close: () => socket.terminate() };
  },
};

/** Moleculer's TCP server takes no host: this one stays on the loopback all the same. */
function stayOnLoopback() {
  const { listen } = NetServer.prototype;
  NetServer.prototype.listen = function (options, ...rest) {
    return listen.call(this, { ...options, host: "127.0.0.1" }, ...rest);
  };
}

async function freePort() {
  const server = new NetServer();
  await new Promise((resolve) => server.listen({ port: 0, host: "127.0.0.1" }, resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function startBroker(nodeID, port, urls, services) {
  stayOnLoopback();
  const { ServiceBroker } = await import("moleculer").then((module) => module.default ?? module);
  const transporter = { type: "TCP", options: { port, urls, udpDiscovery: false, useHostname: false } };
  const broker = new ServiceBroker({ nodeID, transporter, logger: false });
  for (const service of services) broker.createService(service);
  await broker.start();
  return broker;
}

const moleculer = {
  name: "moleculer, TCP",
  packages: ["moleculer"],
  async serve() {
    const [port, clientPort] = [await freePort(), await freePort()];
    const urls = [`127.0.0.1:${port}/server`, `127.0.0.1:${clientPort}/client`];
    const service = { name: "bench", actions: { echo: ({ params }) => params } };
    const broker = await startBroker("server", port, urls, [service]);
    return { address: JSON.stringify({ clientPort, urls }), close: () => broker.stop() };
  },
  async connect(address) {
    const { clientPort, urls } = JSON.parse(address);
    const broker = await startBroker("client", clientPort, urls, []);
    await broker.waitForServices("bench", 20_000);
    return { echo: (value) => broker.call("bench.echo", value), close: () => broker.stop() };
  },
};

export const webSocketStacks = [wsJson, rpcWebsockets, socketIo, capnweb, moleculer];
