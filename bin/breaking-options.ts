/** What `rpcgen breaking` may be told on its command line. */

import type { FindingsOptions, ProjectOptions } from "./command-line/options.js";

/** Gravest first; each counts those in front of it, too. */
export const breakingLevels = ["wire", "json", "source"] as const;

export interface BreakingOptions extends ProjectOptions, FindingsOptions {
  readonly against?: string;
  readonly level?: (typeof breakingLevels)[number];
  readonly strict?: boolean;
  readonly impact?: boolean;
  readonly tsconfig?: string;
  readonly out?: string;
}
