/** What `rpcgen sdk` may be told on its command line. */

import type { ProjectOptions } from "./command-line/options.js";

export interface SdkCommandOptions extends ProjectOptions {
  /** Of the npm package. */
  readonly name?: string;
  readonly packageVersion?: string;
  readonly out?: string;
  /** The older version that the list of changes is reckoned from, as `rpcgen breaking --against` takes it. */
  readonly against?: string;
  readonly watch?: boolean;
  readonly check?: boolean;
  readonly force?: boolean;
}

/** What decides the sources: `--out` is the package's directory, and not that of a compile. */
export function sourceOptions({ out: _, ...rest }: SdkCommandOptions): Omit<SdkCommandOptions, "out"> {
  return rest;
}
