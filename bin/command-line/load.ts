/** The command line of `rpcgen load`. */

import { Argument, InvalidArgumentError, Option } from "commander";
import type { LoadCommandOptions } from "../load-options.js";
import { loadFormats } from "../load-options.js";
import { addProjectOptions, addSharedOptions, choiceOption, once, path } from "./options.js";
import type { DeclareCommand } from "./options.js";
import { addressArgument, addresses, addTargetOptions, time } from "./target.js";

export const declareLoad: DeclareCommand = (program, finish) => {
  const command = program
    .command("load")
    .summary("call a method of a running server very often, and measure")
    .description(
      "Calls a method of a running server again and again, and tells how many calls a second it took and how long each took.",
    )
    .addArgument(addressArgument())
    .addArgument(new Argument("<method>", "for instance Orders.place or shop.orders.v1.Orders/Place"))
    .addArgument(
      new Argument(
        "[request]",
        "the request as JSON; a list of them is used in turn; - reads them from standard input",
      ),
    )
    .addOption(
      new Option("-c, --concurrency <n>", "calls at a time (default: 50; with --rate at most 10000)").argParser(
        once(count(100_000)),
      ),
    )
    .addOption(
      new Option("-r, --rate <n>", "calls a second, each at its time, however long others take").argParser(once(rate)),
    )
    .addOption(
      new Option(
        "-d, --duration <time>",
        "how long, for instance 30s or 2m (default: 10s, or until --requests)",
      ).argParser(once(time)),
    )
    .addOption(
      new Option("-n, --requests <n>", "how many calls at most").argParser(once(count(Number.MAX_SAFE_INTEGER))),
    )
    .addOption(
      new Option("--connections <n>", "connections that take turns (default: 1)").argParser(once(count(10_000))),
    )
    .addOption(new Option("--warm-up <time>", "calls before, which do not count").argParser(once(time)))
    .addOption(new Option("-f, --file <file>", "JSON requests, used in turn").argParser(once(path)))
    .addOption(choiceOption("--format <format>", "how the result is told; --json is short for json", loadFormats));
  addTargetOptions(command);
  addProjectOptions(command);
  addSharedOptions(command)
    .addHelpText("after", notes)
    .action(async (address: string, method: string, request: string | undefined, options: LoadCommandOptions) => {
      const { loadCommand } = await import("../commands/load.js");
      finish(await loadCommand(address, method, request, options));
    });
};

function count(max: number): (value: string) => number {
  return (value) => {
    const number = /^\d{1,16}$/.test(value) ? Number(value) : 0;
    if (number < 1 || number > max) throw new InvalidArgumentError(`It is a whole number from 1 to ${max}.`);
    return number;
  };
}

/** Calls a second; `500`, `500/s` or `30/m`. */
function rate(value: string): number {
  const [, digits = "", unit = "s"] = /^(\d+(?:\.\d+)?|\.\d+)(?:\/(s|m))?$/.exec(value.trim()) ?? [];
  const perSecond = Number(digits) / (unit === "m" ? 60 : 1);
  if (digits === "" || !(perSecond >= 0.001 && perSecond <= 10_000_000)) {
    throw new InvalidArgumentError("It is calls a second, such as 500, 2.5 or 500/s; or a minute, 30/m.");
  }
  return perSecond;
}

const notes = `${addresses}

Examples:
  $ rpcgen load rpc://127.0.0.1:7000 Orders.get '{ "id": "A-1" }'                  50 calls at a time for 10 s
  $ rpcgen load rpc://127.0.0.1:7000 Orders.get '{ "id": "A-1" }' --rate 2000/s    2000 calls a second, whatever happens
  $ rpcgen load rpc://127.0.0.1:7000 Orders.get --file requests.jsonl -n 100000 -c 200 --connections 4 --warm-up 2s
  $ rpcgen load hub://127.0.0.1:7700/shop.orders.v1.Orders Orders.get '{}' --json > result.json

With --rate a call's time counts from when it should have started, and so includes what it waited for calls before it.
Exit code 0: every call succeeded; 4: some did not. Ctrl-C ends the run early and prints what there is.`;
