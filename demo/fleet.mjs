/** Tells the story of a fleet: a hub, three TLS servers, a client under load, and servers that die, come and go. */

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { authority } from "../runtime/test/kit/certificates.mjs";
import { build, paint, say, secondsSince, start, step } from "./processes.mjs";

const began = performance.now();
const folder = fileURLToPath(new URL("./dist/certificates", import.meta.url));
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

say(paint("bold", "rpcgen: a hub, three servers over TLS, and a client under load that loses nothing"));
step(1, "compile the shop, and make an authority with a certificate of an hour");
await build();
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const ca = authority("demo authority");
const { certificate, key } = ca.issue({ names: ["IP:127.0.0.1"] });
const file = (name, text) => {
  writeFileSync(join(folder, name), text, { mode: 0o600 });
  return join(folder, name);
};
const files = {
  ca: file("ca.pem", ca.certificate),
  certificate: file("server.pem", certificate),
  key: file("server.key", key),
};

step(2, "start the hub         rpcgen hub --port 0");
const hub = start("hub", "magenta", ["bin/rpcgen.cjs", "hub", "--port", "0"]);
const listening = await hub.line(/hub:\/\/\S+/);
if (listening === undefined) process.exit(1);
const registry = /hub:\/\/[^\s/]+/.exec(listening)[0];

const running = [hub];
process.on("exit", () => {
  for (const { child } of running) child.kill("SIGKILL");
});

async function serve(name) {
  const server = start(name, "yellow", ["demo/dist/fleet/server.js", name, registry, files.certificate, files.key]);
  running.push(server);
  if ((await server.line(/serving at/)) === undefined) process.exit(1);
  return server;
}

step(3, "start three servers, which enter themselves");
const [a, b, c] = await Promise.all(["a", "b", "c"].map(serve));

step(4, "start the client      64 calls in flight, every answer checked");
const client = start("client", "green", ["demo/dist/fleet/client.js", registry, files.ca, "60"]);
running.push(client);
await pause(2000);

step(5, "kill -9 b             its calls are made again elsewhere, its share moves");
b.child.kill("SIGKILL");
await b.ended;
await pause(2000);

step(6, "start d               it enters itself, and gets its share");
await serve("d");
await pause(2000);

step(7, "restart a and c       SIGTERM: unready, out of the registry, drained, ended; then a new one");
for (const [old, name] of [
  [a, "a2"],
  [c, "c2"],
]) {
  await serve(name);
  old.child.kill("SIGTERM");
  const code = await old.ended;
  say(`   ${paint("yellow", name[0].padEnd(8))}ended with ${code}`);
  await pause(1000);
}

step(8, "kill -9 the hub       nobody needs it for what is known already");
hub.child.kill("SIGKILL");
await hub.ended;
await pause(1500);

step(9, "stop the client");
client.child.kill("SIGTERM");
const code = await client.ended;

if (code !== 0) {
  say("\nThe client lost calls; its last lines say which.");
  process.exit(1);
}
say(`
${paint("bold", "Done")} in ${secondsSince(began)}: nothing was lost. Try next:
   demo/fleet/server.ts, demo/fleet/client.ts    what a user writes
   docs/FLEET.md                                 registries, balancing, health, policies, draining
   npm run chaos -- all                          every fault, against its criteria`);
process.exit(0);
