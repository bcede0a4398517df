/** Serves the greeter at `rpc://127.0.0.1:7000`: `npm start`. */

import { serve } from "@rpcgen/runtime";
import { serveGreeter } from "../gen/greeter.server.js";
import { NobodyThere } from "../gen/greeter.types.js";

const server = await serve({
  port: 7000,
  // SIGTERM and Ctrl-C let running calls finish; a second one does not wait.
  signals: true,
  services: [
    serveGreeter({
      greet({ name }) {
        if (name.trim() === "") throw new NobodyThere({ name });
        return { text: `Hello, ${name}!` };
      },
      async *countDown(from, call) {
        for (let n = from; n > 0 && !call.signal.aborted; n--) {
          yield { text: String(n) };
          await new Promise((resolve) => setTimeout(resolve, 1000));
        }
      },
    }),
  ],
});

console.log(`listening on ${server.address}; Ctrl-C ends it`);
