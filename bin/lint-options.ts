/** What `rpcgen lint` may be told on its command line. */

import type { FindingsOptions, ProjectOptions } from "./command-line/options.js";

export interface LintOptions extends ProjectOptions, FindingsOptions {
  readonly fix?: boolean;
  readonly maxWarnings?: number;
}
