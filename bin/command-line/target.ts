/** The command line of whatever calls a server: its address, how it is reached, and what is sent beside each request. */

import { Argument, InvalidArgumentError, Option } from "commander";
import type { Command } from "commander";
import { plainBalancers } from "../target-options.js";
import { choiceOption, once, path } from "./options.js";

export function addressArgument(): Argument {
  return new Argument(
    "<address>",
    "a server, rpc://host:port, rpcs://host:port or unix:/path; several with commas between them; or a registry",
  );
}

export function addTargetOptions(command: Command): void {
  command
    .addOption(
      new Option("--timeout <time>", "give a call up after this long, for instance 500ms or 2s").argParser(once(time)),
    )
    .addOption(
      new Option("-m, --metadata <pair>", "`key: value` sent beside the request; may be repeated").argParser(
        (value: string, before: readonly string[] | undefined) => [...(before ?? []), pair(value)],
      ),
    )
    .addOption(choiceOption("--balance <name>", "how one of several servers is chosen", plainBalancers))
    .addOption(new Option("--ca <file>", "certificates to trust, in PEM").argParser(once(path)))
    .addOption(new Option("--cert <file>", "the own certificate, in PEM").argParser(once(path)))
    .addOption(new Option("--key <file>", "its key, in PEM").argParser(once(path)))
    .addOption(
      new Option("--server-name <name>", "the name that the server's certificate is checked for").argParser(once(name)),
    );
}

/** What help says of addresses. */
export const addresses = `
Addresses:
  rpc://127.0.0.1:7000, rpc://[::1]:7000          a server over TCP
  rpcs://orders.example:7000                      over TLS; --ca for an authority of your own, --cert and --key for yourself
  ws://host:7000/, wss://host:7000/               over WebSocket, as browsers do; wants the package ws on older lines of Node
  unix:/run/orders.sock                           over a Unix socket
  rpc://10.0.0.1:7000,rpc://10.0.0.2:7000         several servers, of which --balance chooses
  hub://127.0.0.1:7700/shop.orders.v1.Orders      the servers that a registry knows: dns:, srv:, file:, etcd:, consul:,
                                                  zookeeper:, nacos:, eureka:, kubernetes:, hub: (docs/FLEET.md)`;

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** No run and no call is meant to take longer. */
const timeMsMax = 30 * 24 * 3_600_000;

/** Milliseconds of `500ms`, `1.5s`, `2m`, `1h`. Of a bare number nobody knows what it counts: this says seconds, that milliseconds. */
export function time(value: string): number {
  const [, digits = "", unit] = /^(\d+(?:\.\d+)?|\.\d+)(ms|s|m|h)?$/.exec(value.trim()) ?? [];
  if (digits !== "" && unit === undefined) {
    throw new InvalidArgumentError(`It wants a unit: ${digits}s are seconds, ${digits}ms milliseconds.`);
  }
  const ms = Number(digits) * (units[unit ?? ""] ?? 1);
  if (digits === "" || !(ms > 0)) throw new InvalidArgumentError("It wants a time above 0, such as 500ms, 10s or 2m.");
  if (ms > timeMsMax) throw new InvalidArgumentError("It is at most 720h.");
  return ms;
}

function pair(value: string): string {
  if (!/^[^:\s]+:/.test(value)) throw new InvalidArgumentError("It wants `key: value`.");
  return value;
}

function name(value: string): string {
  if (value === "") throw new InvalidArgumentError("It is empty.");
  return value;
}
