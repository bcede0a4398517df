/** The command line of `rpcgen call`. */

import { Argument, InvalidArgumentError, Option } from "commander";
import type { CallCommandOptions } from "../call-options.js";
import { addProjectOptions, addSharedOptions, once, path } from "./options.js";
import type { DeclareCommand } from "./options.js";

export const declareCall: DeclareCommand = (program, finish) => {
  const command = program
    .command("call")
    .summary("call a method of a running server, with JSON")
    .description(
      "Calls a method of a running server and prints its answers as JSON. Streams of requests are JSON values on standard input, one after the other.",
    )
    .addArgument(new Argument("<address>", "for instance rpc://127.0.0.1:7000, rpcs://host:port or unix:/path"))
    .addArgument(new Argument("[method]", "for instance Orders.place or shop.orders.v1.Orders/Place"))
    .addArgument(new Argument("[request]", "the request as JSON; - reads it from standard input"))
    .addOption(new Option("--timeout <ms>", "give up after this many milliseconds").argParser(once(milliseconds)))
    .addOption(
      new Option("-m, --metadata <pair>", "`key: value` sent beside the request; may be repeated").argParser(
        (value: string, before: readonly string[] | undefined) => [...(before ?? []), pair(value)],
      ),
    )
    .addOption(new Option("--ca <file>", "certificates to trust, in PEM").argParser(once(path)))
    .addOption(new Option("--cert <file>", "the own certificate, in PEM").argParser(once(path)))
    .addOption(new Option("--key <file>", "its key, in PEM").argParser(once(path)))
    .addOption(
      new Option("--server-name <name>", "the name that the server's certificate is checked for").argParser(
        once((name) => name),
      ),
    )
    .option("--list", "say what there is to call")
    .option("-v, --verbose", "also print what comes beside the answer");
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

function milliseconds(value: string): number {
  const ms = Number(value);
  if (!(ms > 0) || value.trim() === "") throw new InvalidArgumentError("It wants a number above 0.");
  return ms;
}

function pair(value: string): string {
  if (!/^[^:\s]+:/.test(value)) throw new InvalidArgumentError("It wants `key: value`.");
  return value;
}

const notes = `
Examples:
  $ rpcgen call rpc://127.0.0.1:7000 --list
  $ rpcgen call rpc://127.0.0.1:7000 Orders.get '{ "id": "A-1" }'
  $ printf '{"id":"A-1"}\\n{"id":"A-2"}\\n' | rpcgen call rpc://127.0.0.1:7000 Orders.import
  $ rpcgen call rpcs://orders.example:7000 Orders.watch '{ "id": "A-1" }' --ca ca.pem

What there is to call is read from the project's .rpc files or, where those do not know the service, asked of a server that
runs with \`reflection: true\`. The server has to speak JSON, which it does unless told otherwise.`;
