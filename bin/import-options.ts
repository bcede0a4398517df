/** What `rpcgen import` may be told on its command line. */

import type { SharedOptions } from "./command-line/options.js";

export interface ImportCommandOptions extends SharedOptions {
  readonly out?: string;
  readonly importRoot?: readonly string[];
  readonly exactTimes?: boolean;
  readonly check?: boolean;
  readonly force?: boolean;
  readonly cwd?: string;
}
