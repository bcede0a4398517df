/** A hub of a chaos run, in a process of its own that can be killed. Its one argument is JSON; it tells who is entered when it is asked. */

import { serveHub } from "@rpcgen/runtime/hub";

const { port, leaseMs } = JSON.parse(process.argv[2]);
const hub = await serveHub({ port: port ?? 0, leaseMs });

process.on("message", ({ number }) => {
  const entries = [...hub.entries().values()].flat().map(({ address }) => address);
  process.send({ kind: "answer", number, value: { entries: entries.sort() } });
});
process.send({ kind: "listening", address: hub.address });
