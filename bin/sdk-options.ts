/** What `rpcgen sdk` may be told on its command line. */

import type { ProjectOptions } from "./command-line/options.js";

export interface SdkCommandOptions extends ProjectOptions {
  /** Of the npm package. */
  readonly name?: string;
  readonly packageVersion?: string;
  readonly out?: string;
  /** The older version that the list of changes is reckoned from, as `rpcgen breaking --against` takes it. */
  readonly against?: string;
  readonly check?: boolean;
  readonly force?: boolean;
}
