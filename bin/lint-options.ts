/** What `rpcgen lint` may be told on its command line. */

import type { ProjectOptions } from "./command-line/options.js";

export interface LintOptions extends ProjectOptions {
  readonly fix?: boolean;
  readonly maxWarnings?: number;
}
