/** Calls the greeter that `server.ts` serves. */

import { connect } from "@rpcgen/runtime";
import { createGreeterClient } from "../gen/greeter.client.js";
import { NobodyThere } from "../gen/greeter.types.js";

const channel = connect("rpc://127.0.0.1:7000");
const greeter = createGreeterClient(channel);

console.log((await greeter.greet({ name: "world" })).text);
for await (const { text } of greeter.countDown(3)) console.log(text);

try {
  await greeter.greet({ name: " " });
} catch (error) {
  if (error instanceof NobodyThere) console.log("nobody there");
  else throw error;
}

await channel.close();
