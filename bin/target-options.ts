/** What commands that call a server may be told of it on their command line. */

import type { BalancerName } from "@rpcgen/runtime/balance";
import type { ProjectOptions } from "./command-line/options.js";

/** Ways of balancing that need nothing but their name. */
export const plainBalancers: readonly BalancerName[] = [
  "p2c",
  "round-robin",
  "weighted-round-robin",
  "random",
  "weighted-random",
  "least-connections",
  "least-load",
  "pick-first",
];

export interface TargetOptions extends ProjectOptions {
  /** Milliseconds. */
  readonly timeout?: number;
  /** `key: value`, as often as wanted. */
  readonly metadata?: readonly string[];
  /** Files with certificates in PEM, for `rpcs://`. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly serverName?: string;
  readonly balance?: BalancerName;
}
