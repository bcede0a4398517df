/** Says no to a transport before it becomes a connection. */

import { Writer } from "../bytes/writer.js";
import type { Clock } from "../clock.js";
import { encodeGoaway } from "../frame/control.js";
import { FrameType, headerBytes, writeHeader } from "../frame/frame.js";
import type { CloseCode } from "../frame/frame-error.js";
import type { Transport } from "../transport/transport.js";
import { preface } from "./preface.js";

/** Turns a transport away before it became a connection, with a reason that the client can act on. */
export function turnAway(transport: Transport, code: CloseCode, message: string, clock: Clock, lingerMs: number): void {
  const timer = clock.timer(lingerMs, () => transport.destroy());
  transport.start({ bytes: () => {}, drained: () => {}, closed: () => timer.cancel() });
  const writer = new Writer(512);
  writer.buffer.set(preface);
  const at = preface.length + headerBytes;
  const end = encodeGoaway(writer, { code, lastStream: 0, message }, at);
  writeHeader(writer.view, preface.length, end - at, FrameType.goaway, 0, 0, 0);
  transport.write(writer.buffer.subarray(0, end));
  transport.end();
}
