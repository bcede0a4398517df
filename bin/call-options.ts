/** What `rpcgen call` may be told on its command line. */

import type { TargetOptions } from "./target-options.js";

export interface CallCommandOptions extends TargetOptions {
  /** Lists what there is to call instead of calling. */
  readonly list?: boolean;
  /** Says what the method takes and gives instead of calling it. */
  readonly describe?: boolean;
  /** Prints what came beside the answer, too. */
  readonly verbose?: boolean;
}
