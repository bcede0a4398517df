/** What commands that call a server may be told of it on their command line. */

import type { ProjectOptions } from "./command-line/options.js";

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
  /** The name of a way of balancing. */
  readonly balance?: string;
}
