/** Tells the demo's story: compiles the shop with the real command, starts two processes, and lets them talk. */

import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { must, paint, say, secondsSince, start, step } from "./processes.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

const began = performance.now();
say(paint("bold", "rpcgen: a shop, its server and its client, in two processes"));

step(1, "compile the IDL       rpcgen compile idl-examples/shop/*.rpc --root idl-examples --out demo/gen");
rmSync(`${root}/demo/gen`, { recursive: true, force: true });
await must("rpcgen", "cyan", [
  "bin/rpcgen.cjs",
  "compile",
  "idl-examples/shop/*.rpc",
  "--root",
  "idl-examples",
  "--out",
  "demo/gen",
]);

step(2, "type-check and build  tsc --strict over the generated code, demo/server.ts and demo/client.ts");
const building = performance.now();
await must("tsc", "cyan", ["scripts/tsc.mjs", "-p", "demo"]);
say(`   ${paint("cyan", "tsc".padEnd(8))}no complaints, ${secondsSince(building)}`);

step(3, "start the server      node demo/dist/server.js");
const server = start("server", "yellow", ["demo/dist/server.js"]);
const listening = await server.line(/listening on/);
if (listening === undefined) process.exit(1);
const address = listening.replace(/^.*listening on /, "");

step(4, `start the client      node demo/dist/client.js ${address}`);
const client = start("client", "green", ["demo/dist/client.js", address]);
const code = await client.ended;

step(5, "stop the server       SIGTERM: it drains, then ends");
server.child.kill("SIGTERM");
await server.ended;

if (code !== 0) {
  say(`\nThe client ended with code ${code}; its lines above say why.`);
  process.exit(1);
}
say(`
${paint("bold", "Done")} in ${secondsSince(began)}. Try next:
   idl-examples/shop/orders.rpc      what was compiled; change it and run this again
   demo/gen/shop/                    what came out: types, codec, methods, client, server
   demo/server.ts, demo/client.ts    what a user writes
   docs/LANGUAGE.md                  the language on one page`);
