/** What has been handed to a transport stays as it was until the transport has got rid of it, and is used again then. */

import { expect, it } from "vitest";
import { chunkBytes, FrameType, headerBytes } from "../frame/frame.js";
import { FrameJoiner } from "../frame/frame-joiner.js";
import { VirtualClock } from "../testing/virtual-clock.js";
import type { Transport } from "../transport/transport.js";
import { Outbox } from "./outbox.js";
import { SendSide } from "./send-side.js";

/** Takes everything over and gets rid of nothing before it is told to. */
class HoldingTransport implements Transport {
  readonly peer = "test";
  readonly peerHost = undefined;
  readonly local = "test";
  held: Uint8Array[] = [];
  /** What the buffers held when they were handed over. */
  copies: Uint8Array[] = [];

  get queuedBytes(): number {
    return this.held.reduce((sum, bytes) => sum + bytes.length, 0);
  }

  write(bytes: Uint8Array): boolean {
    this.held.push(bytes);
    this.copies.push(Uint8Array.from(bytes));
    return false;
  }

  writeAll(buffers: readonly Uint8Array[]): boolean {
    for (const bytes of buffers) this.write(bytes);
    return false;
  }

  /** All of it goes; returns the memory it lay in. */
  release(): Set<ArrayBufferLike> {
    const memory = new Set(this.held.map(({ buffer }) => buffer));
    this.held = [];
    return memory;
  }

  start(): void {}
  pause(): void {}
  resume(): void {}
  end(): void {}
  destroy(): void {}
}

function outboxUnderTest(): { outbox: Outbox; transport: HoldingTransport; clock: VirtualClock } {
  const clock = new VirtualClock();
  const transport = new HoldingTransport();
  return { outbox: new Outbox(transport, clock, 2 ** 30, 2 ** 30), transport, clock };
}

function send(outbox: Outbox, stream: number, size: number): SendSide {
  const side = new SendSide(outbox);
  const p = outbox.open(FrameType.data, 0, 0, stream);
  outbox.writer.ensure(p, size);
  outbox.writer.buffer.fill(stream, p, p + size);
  side.close(p + size);
  return side;
}

/** Bytes of each stream, and whether all of them are its own. */
function received(chunks: readonly Uint8Array[]): Map<number, { bytes: number; isPure: boolean }> {
  const found = new Map<number, { bytes: number; isPure: boolean }>();
  const announced = new Set<number>();
  const joiner = new FrameJoiner(2 ** 30, ({ stream, buffer, start, end, flags }) => {
    // The first frame of a message in parts announces its length.
    const at = announced.has(stream) || flags === 0 ? start : start + 4;
    announced.add(stream);
    const seen = found.get(stream) ?? { bytes: 0, isPure: true };
    const isPure = seen.isPure && buffer.subarray(at, end).every((byte) => byte === stream);
    found.set(stream, { bytes: seen.bytes + end - at, isPure });
  });
  for (const chunk of chunks) joiner.push(chunk);
  return found;
}

it("nothing that the transport still holds is written to, however many messages follow", async () => {
  const { outbox, transport, clock } = outboxUnderTest();
  const sizes = Array.from({ length: 24 }, (_, i) => (i % 3 === 0 ? 10 : i % 3 === 1 ? 200_000 : chunkBytes + 1));
  for (const [i, size] of sizes.entries()) {
    send(outbox, i + 1, size);
    if (i % 5 === 0) await clock.settle();
  }
  await clock.settle();
  expect(transport.held.every((bytes, i) => Buffer.compare(bytes, transport.copies[i] ?? bytes) === 0)).toBe(true);
  const found = received(transport.held);
  expect(sizes.map((_, i) => found.get(i + 1))).toEqual(sizes.map((bytes) => ({ bytes, isPure: true })));
});

it("parts of a large message leave from where it was encoded, and its memory is used again afterwards", async () => {
  const { outbox, transport, clock } = outboxUnderTest();
  send(outbox, 1, 250_000);
  await clock.settle();
  const first = transport.release();
  outbox.flush();
  send(outbox, 2, 250_000);
  await clock.settle();
  const second = transport.release();
  expect([...second].some((memory) => first.has(memory))).toBe(true);
});

it("the memory of a message that was dropped in the middle is not used while its first parts wait", async () => {
  const { outbox, transport, clock } = outboxUnderTest();
  const side = send(outbox, 1, 1_000_000);
  await clock.settle();
  expect(outbox.large.count).toBe(1);
  side.stop();
  expect(outbox.large.count).toBe(0);
  for (let stream = 2; stream < 6; stream++) send(outbox, stream, 1_000_000);
  await clock.settle();
  expect(transport.held.every((bytes, i) => Buffer.compare(bytes, transport.copies[i] ?? bytes) === 0)).toBe(true);
  expect([...received(transport.held).values()].every(({ isPure }) => isPure)).toBe(true);
});

it("messages take turns, so that a short one does not wait for a long one that came before it", async () => {
  const { outbox, transport, clock } = outboxUnderTest();
  const long = send(outbox, 1, 16 * 1024 * 1024);
  long.grant(2 ** 30);
  const short = send(outbox, 2, chunkBytes + 100);
  await clock.settle();
  expect(short.quiet()).toBeUndefined();
  const order: number[] = [];
  const joiner = new FrameJoiner(2 ** 30, ({ stream }) => order.push(stream));
  for (const bytes of transport.held) joiner.push(bytes);
  expect(order.lastIndexOf(2)).toBeLessThan(6);
  expect(order.length).toBeGreaterThan(100);
});

it("a stream that waits for credit costs others nothing, and goes on where it stood", async () => {
  const { outbox, transport, clock } = outboxUnderTest();
  const blocked = send(outbox, 1, 1_000_000);
  await clock.settle();
  const before = received(transport.held).get(1)?.bytes ?? 0;
  expect(before).toBeLessThan(1_000_000);
  send(outbox, 2, 200_000);
  await clock.settle();
  blocked.grant(2_000_000);
  await clock.settle();
  const found = received(transport.held);
  expect([found.get(1), found.get(2)]).toEqual([
    { bytes: 1_000_000, isPure: true },
    { bytes: 200_000, isPure: true },
  ]);
  expect(transport.copies.reduce((sum, { length }) => sum + length, 0)).toBeGreaterThan(1_200_000 + 4 * headerBytes);
});

it("a large message that is given up leaves no large buffer with its connection", () => {
  const { outbox } = outboxUnderTest();
  const p = outbox.open(FrameType.data, 0, 0, 1);
  outbox.writer.ensure(p, 10_000_000);
  outbox.rollback();
  expect(outbox.writer.limit).toBeLessThan(1_000_000);
});
