/** What a connection wants of the side that it belongs to, and what it is given. */

import type { Clock } from "../clock.js";
import type { Counters } from "../events.js";
import type { Goaway, Hello } from "../frame/control.js";
import type { FrameView } from "../frame/frame-joiner.js";
import type { Limits } from "../limits.js";
import type { ConnectionEnd } from "./connection-end.js";
import type { KeepaliveOptions } from "./keepalive.js";

export type Side = "client" | "server";

/** What a connection is for: calls out, or calls in. */
export interface Role {
  /** A frame of a stream, or BIND. Flags and direction have been checked against the frame table. */
  frame(frame: FrameView): void;
  /** Where the payload of a DATA frame may be put as it comes; undefined where it is to be shown when it is whole. */
  room(stream: number, bytes: number): Uint8Array | undefined;
  /** The other side's HELLO has come, and messages are in `codec`. */
  ready(hello: Hello, codec: string): void;
  /** The other side wants no new calls. */
  goaway(goaway: Goaway): void;
  /** The connection is over; comes exactly once and last. */
  closed(end: ConnectionEnd): void;
  /** Looks at what is due and returns when to be rung next. */
  tick(now: number): number;
  /** The highest stream id that has been looked at; 0 where the role opens streams itself. */
  readonly lastStream: number;
  readonly openStreams: number;
}

export interface ConnectionOptions {
  readonly clock: Clock;
  readonly limits: Limits;
  readonly keepalive: KeepaliveOptions | undefined;
  readonly counters: Counters;
  readonly implementation: string;
  /** What HELLO offers: of a client the codec that it speaks, of a server all that it takes. */
  readonly codecs: readonly string[];
}
