/** Calls the greeter that `server.ts` serves: `npm run client`. */

import { connect, RpcError } from "@rpcgen/runtime";
import { createGreeterClient } from "../gen/greeter.client.js";
import { NobodyThere } from "../gen/greeter.types.js";

// With failFast a server that is not there is told at once; without it, calls wait for one until their deadlines.
const channel = connect("rpc://127.0.0.1:7000", { failFast: true });
const greeter = createGreeterClient(channel);

try {
  const hello = await greeter.greet({ name: "world" });
  console.log(hello.text);
  for await (const { text } of greeter.countDown(3)) console.log(text);
  await greeter.greet({ name: " " });
} catch (error) {
  if (error instanceof NobodyThere) console.log(`"${error.detail.name}" is nobody: the last call was meant to fail`);
  else if (RpcError.is(error)) {
    console.error(String(error));
    process.exitCode = 1;
  } else throw error;
}
await channel.close();
