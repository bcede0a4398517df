/** Length-prefixed frames over a socket at the limit: one outgoing buffer, one write a turn, frames shown in place. */

export const headerBytes = 9;

const firstBytes = 65_536;
const flushAt = 49_152;
/** With this the other side works on the first frames of a busy turn while this one writes on. */
export const earlyFlushAt = 16_384;

/** Sends and receives `length (4), id (4), kind (1), body`; `onFrame(buffer, view, id, kind, start, end)`. */
export class FrameSocket {
  buffer = Buffer.allocUnsafeSlow(firstBytes);
  view = viewOf(this.buffer);
  #socket;
  #onFrame;
  #flushAt;
  #filled = 0;
  #isPlanned = false;
  #carry;

  constructor(socket, onFrame, sendsAt = flushAt) {
    this.#socket = socket;
    this.#flushAt = sendsAt;
    this.#onFrame = onFrame;
    socket.setNoDelay?.(true);
    socket.on("error", () => {});
    socket.on("data", (chunk) => this.#take(chunk));
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

  #take(chunk) {
    const bytes = this.#carry === undefined ? chunk : this.#joined(chunk);
    if (bytes === undefined) return;
    const view = viewOf(bytes);
    let p = 0;
    while (bytes.length - p >= headerBytes) {
      const end = p + headerBytes + view.getUint32(p);
      if (end > bytes.length) break;
      this.#onFrame(bytes, view, view.getUint32(p + 4), bytes[p + 8], p + headerBytes, end);
      p = end;
    }
    if (p < bytes.length) this.#keep(bytes.subarray(p));
  }

  /** Parts of a frame wait as they came and are joined once, when the frame is whole. */
  #keep(rest) {
    const wanted = rest.length < headerBytes ? headerBytes : headerBytes + rest.readUInt32BE(0);
    this.#carry = { parts: [rest], bytes: rest.length, wanted };
  }

  #joined(chunk) {
    const carry = this.#carry;
    carry.parts.push(chunk);
    carry.bytes += chunk.length;
    if (carry.bytes < carry.wanted) return undefined;
    this.#carry = undefined;
    return Buffer.concat(carry.parts, carry.bytes);
  }
}

const viewOf = (buffer) => new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
