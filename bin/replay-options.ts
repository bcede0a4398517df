/** What `rpcgen replay` may be told on its command line. */

import type { ProjectOptions } from "./command-line/options.js";

/** What a recording can be made into. */
export const replayTargets = ["vitest"] as const;

export interface ReplayOptions extends ProjectOptions {
  readonly to: (typeof replayTargets)[number];
  /** A file; beside the recording where left out. */
  readonly out?: string;
  readonly server?: string;
  /** A module, relative to the working directory. */
  readonly setup?: string;
}
