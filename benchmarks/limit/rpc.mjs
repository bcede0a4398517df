/**
 * The ceiling of a call: frames, the hand-written codec, array slots for calls that wait, and nothing else. No methods,
 * metadata, deadlines, cancellation, windows or limits.
 */

import { createServer, createConnection } from "node:net";
import { decodeSmall, encodeSmall } from "./codec.mjs";
import { FrameSocket } from "./frames.mjs";

const kinds = { echo: 0, raw: 1, list: 2, end: 3 };
const smallBytes = 256;
// Above this a write of its own costs less than a copy.
const wholeBytes = 65_536;
const queueBytesMax = 1_048_576;
// A client reads into the same memory again and again.
const readBytes = 262_144;

/** Serves echo (decoded and encoded again), raw (bytes) and list (a stream). */
export async function serveLimit({ sendsAt } = {}) {
  const server = createServer({ noDelay: true }, (socket) => {
    const frames = new FrameSocket(
      socket,
      (buffer, view, id, kind, start, end) => {
        if (kind === kinds.echo) {
          const message = decodeSmall(buffer, view, start, end);
          const at = frames.open(smallBytes);
          frames.send(encodeSmall(frames.buffer, frames.view, at, message), id, kind);
        } else if (kind === kinds.raw) {
          if (end - start > wholeBytes) return frames.sendWhole(buffer.subarray(start, end), id, kind);
          const at = frames.open(end - start);
          buffer.copy(frames.buffer, at, start, end);
          frames.send(at + end - start, id, kind);
        } else list(frames, id, view.getUint32(start), decodeSmall(buffer, view, start + 4, end));
      },
      sendsAt,
    );
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { address: String(server.address().port), close: () => server.close() };
}

function list(frames, id, count, message) {
  let sent = 0;
  const more = () => {
    while (sent < count) {
      if (frames.queuedBytes > queueBytesMax) return frames.whenDrained(more);
      const at = frames.open(smallBytes);
      frames.send(encodeSmall(frames.buffer, frames.view, at, message), id, kinds.list);
      sent++;
    }
    frames.send(frames.open(0), id, kinds.end);
  };
  more();
}

/** Calls with callbacks; promises are made by whoever wants them. */
export async function connectLimit(port, { sendsAt } = {}) {
  const buffer = Buffer.allocUnsafeSlow(readBytes);
  const callback = (size) => {
    frames.take(buffer.subarray(0, size));
    return true;
  };
  const onread = { buffer, callback };
  const socket = createConnection({ port: Number(port), host: "127.0.0.1", noDelay: true, onread });
  await new Promise((resolve, reject) => socket.once("connect", resolve).once("error", reject));
  const slots = [];
  const free = [];
  const frames = new FrameSocket(
    socket,
    (buffer, view, id, kind, start, end, isOwn) => {
      const slot = slots[id];
      if (kind !== kinds.list) free.push(id);
      if (kind === kinds.echo || kind === kinds.list) slot(decodeSmall(buffer, view, start, end));
      else if (kind === kinds.raw) slot(buffer, start, end, isOwn);
      else slot(undefined);
    },
    sendsAt,
  );
  const take = (slot) => {
    const id = free.length > 0 ? free.pop() : slots.length;
    slots[id] = slot;
    return id;
  };
  return {
    echo(message, done) {
      const at = frames.open(smallBytes);
      frames.send(encodeSmall(frames.buffer, frames.view, at, message), take(done), kinds.echo);
    },
    /** `done(buffer, start, end, isOwn)` sees the answer in place, and may keep it where it is its own. */
    raw(bytes, done) {
      if (bytes.length > wholeBytes) return frames.sendWhole(bytes, take(done), kinds.raw);
      const at = frames.open(bytes.length);
      frames.buffer.set(bytes, at);
      frames.send(at + bytes.length, take(done), kinds.raw);
    },
    /** `each(message)` for each, then once with undefined. */
    list(count, message, each) {
      const at = frames.open(smallBytes);
      frames.view.setUint32(at, count);
      frames.send(encodeSmall(frames.buffer, frames.view, at + 4, message), take(each), kinds.list);
    },
    close: () => frames.close(),
  };
}
