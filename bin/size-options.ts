/** What `rpcgen size` may be told on its command line. */

import type { ProjectOptions } from "./command-line/options.js";

export const sizeFormats = ["text", "json"] as const;

export type SizeFormat = (typeof sizeFormats)[number];

export interface SizeOptions extends ProjectOptions {
  /** Bytes that a client of one method may have, gzipped. */
  readonly max?: number;
  readonly format?: SizeFormat;
}
