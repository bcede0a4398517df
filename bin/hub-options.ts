/** What `rpcgen hub` may be told. */

import type { ColorMode } from "./console.js";

export interface HubCommandOptions {
  readonly port?: number;
  readonly host?: string;
  readonly snapshot?: string;
  readonly leaseMs?: number;
  readonly cert?: string;
  readonly key?: string;
  readonly color?: ColorMode;
  readonly quiet?: boolean;
}
