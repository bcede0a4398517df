/** What `rpcgen schema` may be told on its command line. */

import type { ProjectOptions } from "./command-line/options.js";

export interface SchemaOptions extends ProjectOptions {
  /** A file, not a directory. */
  readonly out?: string;
}
