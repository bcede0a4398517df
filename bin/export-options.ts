/** What `rpcgen export` may be told on its command line. */

import type { ProjectOptions } from "./command-line/options.js";

export interface ExportOptions extends ProjectOptions {
  /** A name of the table of targets. */
  readonly to: string;
  readonly out?: string;
  readonly check?: boolean;
  readonly force?: boolean;
}
