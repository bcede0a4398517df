/** A service with many methods, both sides in this process: the first call of a connection, and those that follow. */

import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { answer } from "../measure/child.mjs";
import { median } from "../measure/statistics.mjs";

const [tree, generated, countText] = process.argv.slice(2);
const count = Number(countText);
const load = (path) => import(pathToFileURL(path).href);

const { connect, serve } = await load(join(tree, "runtime/dist/index.js"));
const { serveMany } = await load(join(generated, "many.server.js"));
const { createManyClient } = await load(join(generated, "many.client.js"));

const echo = (request) => request;
const handler = Object.fromEntries(Array.from({ length: count }, (_, i) => [`method${i}`, echo]));

answer({
  async measure({ connections, calls, inFlight }) {
    const server = await serve({ port: 0, services: [serveMany(handler)] });
    const firsts = [];
    for (let i = 0; i < connections; i++) {
      const channel = connect(server.address);
      const start = performance.now();
      await createManyClient(channel)[`method${count - 1}`]({ n: 7 });
      firsts.push(performance.now() - start);
      await channel.close();
    }
    const channel = connect(server.address);
    const micros = await manyCalls(createManyClient(channel), calls, inFlight);
    await channel.close();
    await server.close();
    return { firstCallMs: median(firsts), micros };
  },
});

/** Microseconds a call, going through the methods in turn. */
async function manyCalls(client, calls, inFlight) {
  const methods = Array.from({ length: count }, (_, i) => client[`method${i}`]);
  let next = 0;
  const worker = async () => {
    while (next < calls) await methods[next++ % count]({ n: 7 });
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  next = 0;
  const start = performance.now();
  await Promise.all(Array.from({ length: inFlight }, worker));
  return ((performance.now() - start) * 1000) / calls;
}
