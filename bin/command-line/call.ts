/** The command line of `rpcgen call`. */

import { Argument } from "commander";
import type { CallCommandOptions } from "../call-options.js";
import { addProjectOptions, addSharedOptions } from "./options.js";
import type { DeclareCommand } from "./options.js";
import { addressArgument, addresses, addTargetOptions } from "./target.js";

export const declareCall: DeclareCommand = (program, finish) => {
  const command = program
    .command("call")
    .summary("call a method of a running server, with JSON")
    .description(
      "Calls a method of a running server and prints its answers as JSON. Streams of requests are JSON values on standard input, one after the other.",
    )
    .addArgument(addressArgument())
    .addArgument(new Argument("[method]", "for instance Orders.place or shop.orders.v1.Orders/Place"))
    .addArgument(new Argument("[request]", "the request as JSON; - reads it from standard input"))
    .option("--list", "say what there is to call")
    .option("--describe", "say what the method takes and gives; a request to fill in is on stdout")
    .option("-v, --verbose", "also print what comes beside the answer");
  addTargetOptions(command);
  addProjectOptions(command);
  addSharedOptions(command)
    .addHelpText("after", notes)
    .action(
      async (address: string, method: string | undefined, request: string | undefined, options: CallCommandOptions) => {
        const { callCommand } = await import("../commands/call.js");
        finish(await callCommand(address, method, request, options));
      },
    );
};

const notes = `${addresses}

Examples:
  $ rpcgen call rpc://127.0.0.1:7000 --list
  $ rpcgen call rpc://127.0.0.1:7000 Orders.place --describe > order.json
  $ rpcgen call rpc://127.0.0.1:7000 Orders.get '{ "id": "A-1" }'
  $ printf '{"id":"A-1"}\\n{"id":"A-2"}\\n' | rpcgen call rpc://127.0.0.1:7000 Orders.import
  $ rpcgen call rpcs://orders.example:7000 Orders.watch '{ "id": "A-1" }' --ca ca.pem

What there is to call is read from the project's .rpc files or, where those do not know the service, asked of a server that
runs with \`reflection: true\`. The server has to speak JSON, which it does unless told otherwise.`;
