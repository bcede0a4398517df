/** What `rpcgen types` may be told. */

import type { FindingsOptions, ProjectOptions } from "./command-line/options.js";

export interface TypesOptions extends ProjectOptions, FindingsOptions {
  readonly check?: boolean;
}
