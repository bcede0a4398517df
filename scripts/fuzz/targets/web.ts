/** Fuzzes the small client for browsers with servers of every kind: nothing is thrown at the platform, every call and `close` end. */

import { setMaxListeners } from "node:events";
import { DeclaredError, RpcError } from "../../../runtime/src/error/rpc-error.js";
import type { CallOptions } from "../../../runtime/src/call/outgoing-call.js";
import { FrameType } from "../../../runtime/src/frame/frame.js";
import { VirtualClock } from "../../../runtime/src/testing/virtual-clock.js";
import { connect, type WebChannel } from "../../../runtime/src/web/connect-web.js";
import { createEchoClient, type EchoClient, type Note } from "../../../runtime/test/kit/echo-service.js";
import { frameBytes, parseLine } from "../../../runtime/test/kit/raw-peer.js";
import { HostileSocket } from "../hostile-socket.js";
import { broken, type Chance, type FuzzTarget, type Part } from "../target.js";
import { frameLike, fromServers, readLine } from "./sessions.js";

// What one server may make a page hold on to, at most: far more than the limits of one connection.
const heldBytesMax = 64 * 1024 * 1024;
const limits = {
  writeQueueBytesMax: 32_768,
  messageBytesMax: 131_072,
  waitingCallsMax: 20,
  waitingTimeoutMs: 2000,
  connectTimeoutMs: 800,
};
const timeoutMs = 1000;
const keepalive = { intervalMs: 500, timeoutMs: 300 };
// Longer than any wait after an attempt to connect that failed.
const backoffMs = 40_000;
// One chunk of a message may be under way when the queue is full, and small frames follow it.
const queuedBytesMax: number = limits.writeQueueBytesMax + 131_072 + 16_384;

const lines = [
  ...fromServers,
  "RESPONSE #1 more 00000002 10",
  "RESPONSE #1 more ffffffff 10",
  "DATA #1 05",
  "DATA #4 more 00000003 10",
  "DATA #4 0501",
  "END #2 metadata 00000006 0a0161120162",
  "ERROR #2 080e 1801",
  "ERROR #1 080e 1801",
  "ERROR #6 080e 1801",
  "ERROR #3 0808 220f746573742e76312e546f6f4d616e79 2a021001",
  "ERROR #3 0808 220f746573742e76312e546f6f4d616e79 2a0210",
  "RESPONSE #6 1001",
  "CREDIT #4 +2147483647",
  "CREDIT #3 +0",
];

const ping = parseLine("PING 0102030405060708");
// A text of 65536 bytes.
const largeNote = new Uint8Array(4 + 65_536).fill(0x61);
largeNote.set([0x0a, 0x80, 0x80, 0x04]);

const others = [
  "TEXT hello",
  "BLOB",
  "DEAF",
  "DRAIN",
  "CLOSE 1006",
  "CLOSE 1000 bye",
  "FAIL lost",
  "OPEN",
  "OPEN",
  "FLOOD 2",
  "FLOOD 4",
  "FEED 2",
  "FEED 2",
  "FEED 4",
  "PINGS",
  "ABORT",
  "SHUT",
  ...["plain", "throws", "aborts", "shuts", "calls", "large", "stalls", "leaves"].map((how) => `CALL ${how}`),
];

function generate(chance: Chance): readonly Part[] {
  const parts: Part[] = [];
  // Mostly a connection that works before it goes wrong, and often a second one.
  for (let connections = 1 + chance.below(2); connections > 0; connections--) {
    if (chance.below(8) > 0) parts.push("OPEN", "PREFACE", "HELLO");
    for (let count = 1 + chance.below(16); count > 0; count--) {
      const kind = chance.below(10);
      if (kind === 0) parts.push("HOLD");
      else if (kind === 1) parts.push(`SPLIT ${1 + chance.below(20)}`);
      else if (kind < 5) parts.push(chance.oneOf(others));
      else parts.push(frameLike(lines, chance));
    }
    parts.push(chance.oneOf(["CLOSE 1006", "ADVANCE 100", "ADVANCE 1500"]), "ADVANCE 500");
  }
  return parts;
}

/** Notes what is thrown where a browser would only report it. */
class WatchedClock extends VirtualClock {
  readonly thrown: unknown[] = [];

  override endOfTurn(run: () => void): void {
    super.endOfTurn(() => this.watch(run));
  }

  watch(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.thrown.push(error);
    }
  }
}

/** A client, its calls, and the server that the parts play. */
class Stage {
  readonly clock = new WatchedClock();
  readonly sockets: HostileSocket[] = [];
  readonly channel: WebChannel;
  readonly echo: EchoClient;
  /** Calls that have a deadline, and all of them. */
  readonly timed: Promise<void>[] = [];
  readonly all: Promise<void>[] = [];
  readonly errors: unknown[] = [];
  closing: Promise<void> | undefined;
  private readonly abort = new AbortController();
  private held: Uint8Array[] = [];
  private splitAt = 0;

  constructor() {
    const { clock, sockets } = this;
    // The small client has a listener for each call.
    setMaxListeners(0, this.abort.signal);
    const webSocket = class extends HostileSocket {
      constructor() {
        super();
        sockets.push(this);
      }
    };
    this.channel = connect("ws://hostile/rpc", {
      clock,
      webSocket,
      limits,
      keepalive,
      random: () => 0.5,
      closeGraceMs: 500,
    });
    this.echo = createEchoClient(this.channel);
  }

  call(how: string): void {
    const { echo } = this;
    const text = how === "large" ? "x".repeat(300_000) : "";
    const note = { text, count: 1 };
    const onMetadata = (): void => this.inside(how);
    const timed: CallOptions = { timeoutMs, signal: this.abort.signal, onMetadata };
    const untimed: CallOptions = { signal: this.abort.signal, onMetadata };
    const many = function* (): Generator<Note> {
      for (let i = 0; i < (how === "large" ? 8 : 1); i++) yield note;
    };
    this.settle(echo.echo(note, timed), true);
    this.settle(this.read(echo.count(note, timed), how), how !== "stalls");
    this.settle(echo.sum(many(), timed), true);
    this.settle(this.read(echo.chat(many(), untimed), how), false);
    this.settle(echo.log(note, timed), true);
  }

  private inside(how: string): void {
    if (how === "throws") throw new Error("onMetadata does not like it");
    if (how === "aborts") this.abort.abort();
    if (how === "shuts") this.shut();
    if (how === "calls") this.settle(this.echo.echo({ text: "", count: 1 }, { timeoutMs }), true);
  }

  private async read(notes: AsyncIterable<Note>, how: string): Promise<void> {
    let isFirst = true;
    for await (const _ of notes) {
      if (how === "leaves") return;
      if (how === "stalls" && isFirst) await this.clock.sleep(2000);
      isFirst = false;
    }
  }

  private settle(call: Promise<unknown>, isTimed: boolean): void {
    const settled = call.then(
      () => {},
      (error: unknown) => void (error instanceof DeclaredError || RpcError.is(error) || this.errors.push(error)),
    );
    this.all.push(settled);
    if (isTimed) this.timed.push(settled);
  }

  shut(): void {
    this.closing ??= this.channel.close();
  }

  async play(part: Part): Promise<void> {
    const { clock } = this;
    const socket = this.sockets.at(-1);
    const [name = "", word = "", ...rest] = typeof part === "string" ? part.split(" ") : [];
    if (name === "ADVANCE") return clock.advance(Number(word) || 0);
    clock.watch(() => {
      if (typeof part !== "string") this.say(part);
      else if (name === "OPEN") socket?.open();
      else if (name === "CLOSE") socket?.end(Number(word), rest.join(" "));
      else if (name === "FAIL") socket?.fail(word);
      else if (name === "TEXT") socket?.message(word);
      else if (name === "BLOB") socket?.message({ size: 1 });
      else if (name === "DEAF") socket?.ignore();
      else if (name === "DRAIN") socket?.drain();
      else if (name === "HOLD") this.held.push(new Uint8Array(0));
      else if (name === "SPLIT") this.splitAt = Number(word) || 1;
      else if (name === "FLOOD") this.flood(Number(word) || 1);
      else if (name === "FEED") this.say(frameBytes(FrameType.data, 0, 0, Number(word) || 1, largeNote));
      else if (name === "PINGS") for (let i = 0; i < 12_000; i++) this.say(ping);
      else if (name === "ABORT") this.abort.abort();
      else if (name === "SHUT") this.shut();
      else if (name === "CALL") this.call(word);
      else this.say(readLine(part) ?? new Uint8Array(0));
    });
    await clock.settle();
  }

  /** Sends bytes as one message, or cut in two, or together with those that come next. */
  private say(bytes: Uint8Array): void {
    const socket = this.sockets.at(-1);
    const isHeld = this.held.length === 1 && this.held[0]?.length === 0;
    this.held.push(bytes);
    if (isHeld) return;
    const whole = Buffer.concat(this.held.splice(0));
    const at = this.splitAt;
    this.splitAt = 0;
    if (at > 0) socket?.message(whole.subarray(0, at));
    socket?.message(whole.subarray(at));
  }

  /** More than credit allows, in the largest frames. */
  private flood(stream: number): void {
    for (let i = 0; i < 8; i++) this.say(frameBytes(FrameType.data, 0, 0, stream, largeNote));
  }
}

function heldBytes(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

async function run(parts: readonly Part[]): Promise<void> {
  const stage = new Stage();
  const { clock, sockets } = stage;
  // Asking takes longer than all else, and only large things can be held that are large.
  const isLarge = parts.some((part) => typeof part === "string" && /^(?:FLOOD|PINGS|CALL large)/.test(part));
  const before = isLarge ? heldBytes() : 0;
  stage.call("plain");
  await clock.settle();
  for (const part of parts) await stage.play(part);
  const grown = isLarge ? heldBytes() - before : 0;
  if (grown > heldBytesMax) broken(`holds ${grown} bytes more than before`);
  await clock.run(Promise.all(stage.timed), timeoutMs + 100);
  if (stage.closing === undefined) await healthy(stage);
  stage.shut();
  await clock.run(Promise.all([stage.closing, ...stage.all]), 5000);
  await clock.advance(5000);
  if (clock.timers > 0) broken(`${clock.timers} timers are left over`);
  const queued = Math.max(0, ...sockets.map(({ bufferedMax }) => bufferedMax));
  if (queued > queuedBytesMax) broken(`${queued} bytes were queued in a WebSocket`);
  for (const { complaints } of sockets) if (complaints.length > 0) broken(complaints.join("; "));
  for (const error of [...clock.thrown, ...stage.errors]) throw error;
}

/** After all that, a server that does its work is called like any other. */
async function healthy({ clock, sockets, echo }: Stage): Promise<void> {
  for (const socket of sockets) clock.watch(() => socket.end(1006, ""));
  const answer = echo.echo({ text: "well", count: 1 }, { timeoutMs: 2 * backoffMs });
  answer.catch(() => {});
  for (let ms = 0; ms < backoffMs && sockets.at(-1)?.isConnecting !== true; ms += 500) await clock.advance(500);
  const socket = sockets.at(-1);
  socket?.open();
  for (const line of ["PREFACE", "HELLO"]) socket?.message(parseLine(line));
  await clock.settle();
  // Calls without a deadline may have come along; the last is this one.
  for (const stream of socket?.requests.slice(-1) ?? [])
    socket?.message(parseLine(`RESPONSE #${stream} 0a0477656c6c1001`));
  const { text } = await clock.run(answer, backoffMs);
  if (text !== "well") broken(`a healthy call got ${text}`);
}

export const web: FuzzTarget = {
  name: "web",
  about: "the small client for browsers, likewise, over WebSockets that do as they like",
  generate,
  run,
};
