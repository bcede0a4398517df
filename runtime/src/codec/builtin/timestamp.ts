/** The built-in `timestamp`: a Date in TypeScript, a `google.protobuf.Timestamp` on the wire. */

import type { MessageReader } from "../../bytes/message-reader.js";
import type { MessageWriter } from "../../bytes/message-writer.js";

const name = "google.protobuf.Timestamp";

/** Writes a Date; one that is invalid is an EncodeError. */
export function encodeTimestamp(w: MessageWriter, value: Date, p: number): number {
  w.enter(name, value);
  const time = value instanceof Date ? value.getTime() : NaN;
  if (Number.isNaN(time)) w.fail(0, "wants a valid Date", value);
  const seconds = Math.floor(time / 1000);
  const nanos = (time - seconds * 1000) * 1_000_000;
  if (seconds !== 0) p = w.int64(p, 8, seconds);
  if (nanos !== 0) p = w.int32(p, 16, nanos);
  return p;
}

/** Reads a Date: whole milliseconds, rounded down. Fails where no Date reaches. */
export function decodeTimestamp(r: MessageReader, end: number, into?: Date): Date {
  r.enter(name);
  let seconds = into === undefined ? 0 : Math.floor(into.getTime() / 1000);
  let nanos = into === undefined ? 0 : (into.getTime() - seconds * 1000) * 1_000_000;
  while (r.position < end) {
    const tag = r.tag();
    if (tag === 8) seconds = r.int64Number();
    else if (tag === 16) nanos = r.int32();
    else r.skip(tag);
  }
  const time = new Date(seconds * 1000 + Math.floor(nanos / 1_000_000));
  if (Number.isNaN(time.getTime())) r.fail("a timestamp lies outside of what a Date can hold");
  r.leave(end);
  return time;
}
