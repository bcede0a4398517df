/** What `rpcgen load` may be told on its command line. */

import type { TargetOptions } from "./target-options.js";

export const loadFormats = ["text", "json"] as const;

export type LoadFormat = (typeof loadFormats)[number];

export interface LoadCommandOptions extends TargetOptions {
  /** Calls at a time. */
  readonly concurrency?: number;
  /** Calls a second. */
  readonly rate?: number;
  /** Milliseconds. */
  readonly duration?: number;
  readonly requests?: number;
  readonly connections?: number;
  /** Milliseconds. */
  readonly warmUp?: number;
  /** A file of requests. */
  readonly file?: string;
  readonly format?: LoadFormat;
}
