/** The first of the two steps in which a server's connection ends: no new calls, and time for those that are on their way. */

import type { FrameView } from "../frame/frame-joiner.js";

/** A peer that takes longer to answer a PING gets the second step without. */
export const farewellMs = 1000;

/** A peer without calls that was silent for so long has hardly just begun one, and may be gone: it gets one step. */
export const quietMs = 1000;

/**
 * What the peer sends before it has heard the first GOAWAY arrives before its PONG to the PING behind that GOAWAY; so whatever comes
 * until then is taken, and the second GOAWAY names a last stream that nothing crosses.
 */
export class Farewell {
  readonly message: string;
  /** When waiting for the answer is over, in the clock's milliseconds. */
  readonly until: number;
  /** The PING's bytes, unlike those of a keepalive. */
  readonly question: Uint8Array = Uint8Array.of(0x62, 0x79, 0x65, 0, 0, 0, 0, 0);

  constructor(message: string, now: number) {
    this.message = message;
    this.until = now + farewellMs;
  }

  /** Whether a PONG answers the question. */
  isAnsweredBy({ buffer, start, end }: FrameView): boolean {
    return end - start === this.question.length && this.question.every((byte, i) => byte === buffer[start + i]);
  }
}
