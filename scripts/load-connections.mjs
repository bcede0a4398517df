/** Measures what connections cost a server: ten thousand that idle, then thousands a second that come and go. Needs a build. */

import { fork } from "node:child_process";
import { once } from "node:events";
import { connect as connectSocket } from "node:net";
import { fileURLToPath } from "node:url";
import { connect, serve } from "@rpcgen/runtime";
import { decodeNothing, encodeNothing, method, mount } from "@rpcgen/runtime/codegen/v1";

const idleConnections = 10_000;
const comeAndGo = 25_000;
const atOnce = 200;

const info = { name: "ping", wireName: "Ping", shape: "unary", throws: [], timeoutMs: undefined, isIdempotent: true };
const service = { name: "load.v1.Load", fingerprint: "0000000000000000", source: "load.rpc", methods: [info] };
const ping = method(service, 0, encodeNothing, decodeNothing);

if (process.argv[2] === "serve") await runServer();
else await measure();

async function runServer() {
  const dispatch = (_handler, _index, call) => call.reply(call.begin());
  const server = await serve({ port: 0, services: [mount(service, {}, dispatch)], limits: { connectionsMax: 20_000, connectionsPerHostMax: 20_000 } }); // prettier-ignore
  process.on("message", (wish) => {
    if (wish === "close") void server.close().then(() => process.disconnect());
    else {
      globalThis.gc?.();
      process.send({ ...server.counters, rss: process.memoryUsage().rss, handles: process.getActiveResourcesInfo().length }); // prettier-ignore
    }
  });
  process.send({ port: Number(server.address.split(":").at(-1)) });
}

async function measure() {
  const child = fork(fileURLToPath(import.meta.url), ["serve"], { execArgv: ["--expose-gc"] });
  const ask = async () => {
    child.send("tell");
    return (await once(child, "message"))[0];
  };
  const [{ port }] = await once(child, "message");
  const address = `rpc://127.0.0.1:${port}`;
  const before = await ask();

  const channels = Array.from({ length: idleConnections }, () => connect(address, { keepalive: false }));
  for (let at = 0; at < channels.length; at += atOnce) {
    await Promise.all(channels.slice(at, at + atOnce).map((channel) => channel.unary(ping, undefined)));
  }
  const idle = await ask();
  const each = (idle.rss - before.rss) / idleConnections / 1024;
  console.log(`${idle.connectionsOpen} idle connections cost the server ${each.toFixed(1)} KiB each`);

  const started = performance.now();
  for (let at = 0; at < comeAndGo; at += atOnce) {
    await Promise.all(Array.from({ length: atOnce }, (_, i) => visit(port, at + i)));
  }
  const seconds = (performance.now() - started) / 1000;
  console.log(`${comeAndGo} connections came and went, ${Math.round(comeAndGo / seconds)} a second`);

  const asked = performance.now();
  await channels[0].unary(ping, undefined);
  console.log(`a call meanwhile takes ${(performance.now() - asked).toFixed(1)} ms`);
  await Promise.all(channels.map((channel) => channel.close()));
  let after = await ask();
  for (let i = 0; i < 100 && after.connectionsOpen > 0; i++) after = await ask();
  const grown = (after.rss - before.rss) / 1024 / 1024;
  console.log(`afterwards ${after.connectionsOpen} are open, ${after.handles - before.handles} handles and ${grown.toFixed(0)} MiB more than at first`); // prettier-ignore
  child.send("close");
  const [code] = await once(child, "exit");
  console.log(`the server closed and ended by itself with code ${code}`);
  process.exitCode = code === 0 && after.connectionsOpen === 0 && idle.connectionsOpen === idleConnections ? 0 : 1;
}

/** Connects and closes at once, each from one of many loopback addresses, so that ports do not run out. */
async function visit(port, number) {
  const socket = connectSocket({ host: "127.0.0.1", port, localAddress: `127.0.1.${1 + (number % 200)}` });
  socket.on("error", () => {});
  await once(socket, "connect");
  socket.destroy();
}
