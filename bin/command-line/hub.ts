/** The command line of `rpcgen hub`. */

import { InvalidArgumentError, Option } from "commander";
import type { HubCommandOptions } from "../hub-options.js";
import { choiceOption, once, pathOption } from "./options.js";
import type { DeclareCommand } from "./options.js";
import { colorModes } from "../console.js";

const more = `
Examples:
  $ rpcgen hub                                  on 127.0.0.1:7700
  $ rpcgen hub --port 0                         on a port that the system chooses; the address is the line on stdout
  $ rpcgen hub --snapshot .cache/hub.json       with a memory that outlives it

It is for one machine and for development. It keeps one copy of what it knows, in one process: past one machine, register with
etcd, ZooKeeper, Consul or what you run already. docs/FLEET.md of rpcgen says how.`;

export const declareHub: DeclareCommand = (program, finish) => {
  program
    .command("hub")
    .summary("a registry of servers, for one machine and for development")
    .description(
      "Serves a registry until Ctrl-C: servers enter themselves into it, clients find them by it. Loads @rpcgen/runtime.",
    )
    .addOption(new Option("--port <port>", "TCP port; 0 lets the system choose (default: 7700)").argParser(once(port)))
    .addOption(
      new Option("--host <host>", "address to listen at (default: 127.0.0.1, only this machine)").argParser(once(text)),
    )
    .addOption(pathOption("--snapshot <file>", "keeps what is entered for the next start"))
    .addOption(
      new Option("--lease-ms <ms>", "how long a server that is gone stays entered (default: 10000)").argParser(
        once(milliseconds),
      ),
    )
    .addOption(pathOption("--cert <file>", "speaks TLS with this certificate, in PEM"))
    .addOption(pathOption("--key <file>", "the certificate's key, in PEM"))
    .addOption(
      choiceOption("--color <when>", "colour; NO_COLOR and FORCE_COLOR count for auto, the default", colorModes),
    )
    .option("-q, --quiet", "say nothing but the address and mistakes")
    .helpOption("-h, --help", "show this help")
    .configureHelp({ helpWidth: 100 })
    .addHelpText("after", more)
    .action(async (options: HubCommandOptions) => {
      const { hubCommand } = await import("../commands/hub.js");
      finish(await hubCommand(options));
    });
};

function text(value: string): string {
  if (value === "") throw new InvalidArgumentError("It is empty.");
  return value;
}

function port(value: string): number {
  const number = /^\d{1,5}$/.test(value) ? Number(value) : Infinity;
  if (number > 65_535) throw new InvalidArgumentError("It is a whole number from 0 to 65535.");
  return number;
}

function milliseconds(value: string): number {
  if (!/^[1-9]\d{2,8}$/.test(value)) throw new InvalidArgumentError("It is a whole number from 100 on.");
  return Number(value);
}
