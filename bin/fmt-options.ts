/** What `rpcgen fmt` may be told on its command line. */

import type { ConfigOptions } from "./command-line/options.js";

export interface FmtOptions extends ConfigOptions {
  readonly check?: boolean;
  readonly diff?: boolean;
  readonly stdin?: boolean;
  readonly stdinPath?: string;
}
