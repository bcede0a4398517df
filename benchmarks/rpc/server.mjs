/** The server's process: serves one stack and tells what it has used. */

import { answer } from "../measure/child.mjs";
import { allStacks } from "./stacks.mjs";

const stack = allStacks.find(({ name }) => name === process.argv[2]);
let server;

answer({
  async serve({ options }) {
    server = await stack.serve(options);
    return server.address;
  },
  /** Of this process, or of all that the stack serves with. */
  mark: async () => ({ cpu: await (server.cpu?.() ?? process.cpuUsage()) }),
  memory: () => {
    globalThis.gc?.();
    return process.memoryUsage();
  },
  close: async () => void (await server.close()),
});
