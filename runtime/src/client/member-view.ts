/** What users see of the servers of a channel. */

import type { LoadReport } from "../balance/picker.js";
import type { LinkState } from "./link.js";

/** Why a server gets no new calls. */
export type Obstacle =
  /** No connection, or none yet. */
  | Exclude<LinkState, "ready">
  /** Its registry says so. */
  | "draining"
  | "unhealthy"
  /** It says so itself, where it is asked. */
  | "not-serving"
  /** Too many of its calls failed. */
  | "ejected"
  /** Its breaker is open, or half open with all probes under way. */
  | "breaker";

/** One server of a channel, as it is at this moment. */
export interface MemberView {
  readonly address: string;
  readonly zone: string;
  /** Its share of the calls, relative to the others'; less while it starts slowly. */
  readonly weight: number;
  readonly state: LinkState;
  /** Why it gets no new calls unless there is nothing else; undefined where it does. */
  readonly obstacle: Obstacle | undefined;
  /** Calls of this channel that it has not answered yet. */
  readonly inFlight: number;
  /** Moving average of how long its answers took; 0 where nothing was measured. */
  readonly latencyMs: number;
  /** How long it stays ejected; 0 where it is not. */
  readonly ejectedForMs: number;
  /** What it last said of itself; undefined where nobody asked. */
  readonly load: LoadReport | undefined;
}
