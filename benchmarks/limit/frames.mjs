/** Length-prefixed frames over a socket at the limit: one outgoing buffer, one write a turn, frames shown in place. */

export const headerBytes = 9;

const firstBytes = 65_536;
const flushAt = 49_152;
/** With this the other side works on the first frames of a busy turn while this one writes on. */
export const earlyFlushAt = 16_384;

/**
 * Sends and receives `length (4), id (4), kind (1), body`; `onFrame(buffer, view, id, kind, start, end, isOwn)`, where
 * `isOwn` says that the buffer is nobody else's and may be kept.
 */
export class FrameSocket {
  buffer = Buffer.allocUnsafeSlow(firstBytes);
  view = viewOf(this.buffer);
  #socket;
  #onFrame;
  #flushAt;
  #filled = 0;
  #isPlanned = false;
  #carry;
  #carried = 0;

  constructor(socket, onFrame, sendsAt = flushAt) {
    this.#socket = socket;
    this.#flushAt = sendsAt;
    this.#onFrame = onFrame;
    socket.setNoDelay?.(true);
    socket.on("error", () => {});
    socket.on("data", (chunk) => this.take(chunk));
  }

  get queuedBytes() {
    return this.#socket.writableLength;
  }

  whenDrained(run) {
    this.#socket.once("drain", run);
  }

  close() {
    this.#socket.destroy();
  }

  /** Opens a frame with room for `bytes` and returns where its body starts. */
  open(bytes) {
    const needed = this.#filled + headerBytes + bytes;
    if (needed > this.buffer.length) this.#replace(Math.max(needed, this.buffer.length * 2));
    return this.#filled + headerBytes;
  }

  /** Closes the frame at `position` and has it leave at the end of the turn. */
  send(position, id, kind) {
    const at = this.#filled;
    this.view.setUint32(at, position - at - headerBytes);
    this.view.setUint32(at + 4, id);
    this.buffer[at + 8] = kind;
    this.#filled = position;
    if (position > this.#flushAt) this.flush();
    else if (!this.#isPlanned) {
      this.#isPlanned = true;
      process.nextTick(this.#planned);
    }
  }

  /** A frame whose body is large enough to be handed over as it is; nobody may change it afterwards. */
  sendWhole(body, id, kind) {
    const at = this.open(0);
    this.view.setUint32(at - headerBytes, body.length);
    this.view.setUint32(at - headerBytes + 4, id);
    this.buffer[at - 1] = kind;
    this.#filled = at;
    this.#socket.cork();
    this.flush();
    this.#socket.write(body);
    this.#socket.uncork();
  }

  #planned = () => {
    this.#isPlanned = false;
    this.flush();
  };

  flush() {
    if (this.#filled === 0) return;
    this.#socket.write(this.buffer.subarray(0, this.#filled));
    // What the kernel has not taken still lies in the buffer, which then belongs to the socket.
    if (this.#socket.writableLength > 0 || this.buffer.length > firstBytes) this.#fresh(firstBytes);
    this.#filled = 0;
  }

  #replace(bytes) {
    const old = this.buffer;
    this.#fresh(bytes);
    old.copy(this.buffer, 0, 0, this.#filled);
  }

  #fresh(bytes) {
    this.buffer = Buffer.allocUnsafeSlow(bytes);
    this.view = viewOf(this.buffer);
  }

  /** Bytes that have come; they are used up when this returns. */
  take(chunk) {
    const p = this.#carried === 0 ? 0 : this.#fill(chunk);
    if (p < chunk.length) this.#frames(chunk, p);
  }

  #frames(bytes, from) {
    const view = viewOf(bytes);
    let p = from;
    while (bytes.length - p >= headerBytes) {
      const end = p + headerBytes + view.getUint32(p);
      if (end > bytes.length) break;
      this.#onFrame(bytes, view, view.getUint32(p + 4), bytes[p + 8], p + headerBytes, end, false);
      p = end;
    }
    if (p < bytes.length) this.#begin(bytes, view, p);
  }

  /** A frame that is cut goes straight to memory of its own, whose length its header tells. */
  #begin(bytes, view, p) {
    const isWhole = bytes.length - p >= headerBytes;
    this.#carry = isWhole
      ? Buffer.allocUnsafeSlow(headerBytes + view.getUint32(p))
      : Buffer.allocUnsafeSlow(headerBytes);
    this.#carried = bytes.copy(this.#carry, 0, p);
  }

  #fill(chunk) {
    let p = this.#fillUp(chunk, 0);
    if (this.#carried < this.#carry.length) return p;
    if (this.#carried === headerBytes && this.#carry.readUInt32BE(0) > 0) {
      const header = this.#carry;
      this.#carry = Buffer.allocUnsafeSlow(headerBytes + header.readUInt32BE(0));
      header.copy(this.#carry);
      p = this.#fillUp(chunk, p);
      if (this.#carried < this.#carry.length) return p;
    }
    const frame = this.#carry;
    this.#carry = undefined;
    this.#carried = 0;
    const view = viewOf(frame);
    this.#onFrame(frame, view, view.getUint32(4), frame[8], headerBytes, frame.length, true);
    return p;
  }

  #fillUp(chunk, p) {
    const copied = chunk.copy(this.#carry, this.#carried, p);
    this.#carried += copied;
    return p + copied;
  }
}

const viewOf = (buffer) => new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
