/** What `rpcgen call` may be told on its command line. */

import type { ProjectOptions } from "./command-line/options.js";

export interface CallCommandOptions extends ProjectOptions {
  /** Milliseconds. */
  readonly timeout?: number;
  /** `key: value`, as often as wanted. */
  readonly metadata?: readonly string[];
  /** Files with certificates in PEM, for `rpcs://`. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly serverName?: string;
  /** Lists what the server offers instead of calling. */
  readonly list?: boolean;
  /** Prints what came beside the answer, too. */
  readonly verbose?: boolean;
}
