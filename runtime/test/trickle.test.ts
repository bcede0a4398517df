/** A large message that comes byte by byte costs time in proportion to its length, and memory for little more than it. */

import { expect, it, onTestFinished } from "vitest";
import { ServerSession } from "../src/server/server-session.js";
import { createRoutes } from "../src/server/binding.js";
import { createCounters } from "../src/events.js";
import { chunkBytes, Flag, FrameType } from "../src/frame/frame.js";
import { resolveLimits } from "../src/limits.js";
import type { Transport, TransportSink } from "../src/transport/transport.js";
import { EchoService, mountEcho } from "./kit/echo-service.js";
import { bindFrame, frameBytes, fromHex, helloFrame, prefaceHex } from "./kit/raw-peer.js";
import { VirtualClock } from "../src/testing/virtual-clock.js";
import { Writer } from "../src/bytes/writer.js";
import { encodeNote } from "./kit/echo-service.js";

/** A transport whose bytes come from the test, in any cut, and go nowhere. */
class TestTransport implements Transport {
  readonly peer = "test";
  readonly peerHost = undefined;
  readonly local = "test";
  readonly queuedBytes = 0;
  sink: TransportSink | undefined;
  isDestroyed = false;

  start(sink: TransportSink): void {
    this.sink = sink;
  }

  write(): boolean {
    return true;
  }

  writeAll(): boolean {
    return true;
  }

  pause(): void {}
  resume(): void {}
  end(): void {}

  destroy(): void {
    this.isDestroyed = true;
  }
}

function session(seen: number[]): { transport: TestTransport; clock: VirtualClock } {
  const clock = new VirtualClock();
  const transport = new TestTransport();
  const routes = createRoutes([mountEcho({ echo: (note) => (seen.push(note.text.length), { text: "", count: 1 }) })]);
  const owner = { routesIn: () => routes, exposesErrors: false, handlerFailed: () => {}, sessionClosed: () => {} };
  const limits = resolveLimits(undefined);
  const codecs = ["protobuf"];
  const options = { clock, limits, keepalive: undefined, counters: createCounters(), implementation: "test", codecs };
  const { connection } = new ServerSession(transport, options, owner);
  connection.start();
  onTestFinished(() => connection.destroy("the test is over"));
  return { transport, clock };
}

/** A note in as many frames as it takes. */
function framesOf(text: string): Uint8Array[] {
  const writer = new Writer();
  const end = encodeNote(writer, { text, count: 0 }, 0);
  const frames: Uint8Array[] = [];
  for (let at = 0; at < end; at += chunkBytes) {
    const part = writer.buffer.subarray(at, Math.min(end, at + chunkBytes));
    const payload = new Uint8Array(part.length + (at === 0 ? 4 : 0));
    if (at === 0) new DataView(payload.buffer).setUint32(0, end);
    payload.set(part, payload.length - part.length);
    const more = at + chunkBytes < end ? Flag.more : 0;
    frames.push(frameBytes(at === 0 ? FrameType.request : FrameType.data, more, 0, 1, payload));
  }
  return frames;
}

it("four mebibytes in segments of one byte arrive whole, without more memory than twice of them", async () => {
  const seen: number[] = [];
  const { transport } = session(seen);
  const text = "x".repeat(4 * 1024 * 1024 - 16);
  const frames = framesOf(text);
  for (const bytes of [fromHex(prefaceHex), helloFrame(), bindFrame(EchoService)]) transport.sink?.bytes(bytes);
  const before = process.memoryUsage().arrayBuffers;
  let most = 0;
  for (const frame of frames) {
    for (let at = 0; at < frame.length; at++) transport.sink?.bytes(frame.subarray(at, at + 1));
    most = Math.max(most, process.memoryUsage().arrayBuffers - before);
  }
  expect(seen).toEqual([text.length]);
  expect(transport.isDestroyed).toBe(false);
  // What is put together, its last doubling, and the frame that is being joined.
  expect(most).toBeLessThan(2.5 * text.length);
});
