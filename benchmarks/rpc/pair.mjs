/** A server and a client of one stack, in two processes on the loopback. */

import { Child } from "../measure/child.mjs";

const serverFile = new URL("server.mjs", import.meta.url);
const closeTimeoutMs = 1000;
const clientFile = new URL("client.mjs", import.meta.url);

/** Starts both, lets `use(server, client)` work with them, and ends both whatever happens. */
export async function withPair(stack, use, { options, file = clientFile, execArgv = [] } = {}) {
  // Each on a processor of its own; workers want them all.
  const [serverCore, clientCore] = stack.isSpread ? [] : [0, 1];
  const server = new Child(`${stack.name} server`, serverFile, [stack.name], execArgv, serverCore);
  const client = new Child(`${stack.name} client`, file, [stack.name], execArgv, clientCore);
  try {
    const address = await server.ask({ kind: "serve", options });
    await client.ask({ kind: "connect", address, options });
    return await use(server, client);
  } finally {
    await client.end();
    // Some servers have files to take away; those that cannot close soon are ended all the same.
    await server.ask({ kind: "close" }, closeTimeoutMs).catch(() => {});
    await server.end();
  }
}

/** Microseconds of CPU, user and system, between two marks. */
export function cpuMicros(before, after) {
  return after.cpu.user + after.cpu.system - before.cpu.user - before.cpu.system;
}
