/** The built-in `duration`: milliseconds in TypeScript, a `google.protobuf.Duration` on the wire. */

import type { MessageReader } from "../../bytes/message-reader.js";
import type { MessageWriter } from "../../bytes/message-writer.js";

const name = "google.protobuf.Duration";

/** Ten thousand years, the most that Protobuf allows. */
const secondsMax = 315_576_000_000;

/** Writes milliseconds, fractions to the nanosecond; more than ten thousand years is an EncodeError. */
export function encodeDuration(w: MessageWriter, value: number, p: number): number {
  w.enterScalar(name);
  if (typeof value !== "number" || !(Math.abs(value) <= secondsMax * 1000)) {
    w.fail(0, "wants a number of milliseconds up to ten thousand years", value);
  }
  let seconds = Math.trunc(value / 1000);
  let nanos = Math.round((value - seconds * 1000) * 1_000_000);
  if (Math.abs(nanos) === 1_000_000_000) {
    seconds += Math.sign(nanos);
    nanos = 0;
  }
  if (seconds !== 0) p = w.int64(p, 8, seconds);
  if (nanos !== 0) p = w.int32(p, 16, nanos);
  return p;
}

/**
 * Reads milliseconds; as exact as a double is, which is to the nanosecond for durations below 52 days. Fails above ten
 * thousand years, which could not be written again.
 */
export function decodeDuration(r: MessageReader, end: number, into?: number): number {
  r.enter(name);
  let seconds = into === undefined ? 0 : Math.trunc(into / 1000);
  let nanos = into === undefined ? 0 : Math.round((into - seconds * 1000) * 1_000_000);
  while (r.position < end) {
    const tag = r.tag();
    if (tag === 8) seconds = r.int64Number();
    else if (tag === 16) nanos = r.int32();
    else r.skip(tag);
  }
  const value = seconds * 1000 + nanos / 1_000_000;
  if (Math.abs(value) > secondsMax * 1000) r.fail("a duration is longer than ten thousand years");
  r.leave(end);
  return value;
}
