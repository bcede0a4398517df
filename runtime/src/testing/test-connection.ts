/** A connection of a test network: two ends, and the bytes on their way between them with all that befalls them. */

import type { Clock } from "../clock.js";
import type { Transport, TransportSink } from "../transport/transport.js";
import type { LinkFaults } from "./link-faults.js";

/** What a connection has to know of the network that it belongs to. */
export interface ConnectionWorld {
  readonly clock: Clock;
  /** This connection's own, so that what happens on others changes nothing here. */
  readonly random: () => number;
  faults(from: string, to: string): LinkFaults;
  isFrozen(host: string): boolean;
  note(text: string): void;
  closed(connection: TestConnection): void;
}

/** Where an end is. */
export interface EndFacts {
  readonly host: string;
  readonly port: number;
}

/** Two connected ends. */
export class TestConnection {
  readonly name: string;
  readonly client: TestEnd;
  readonly server: TestEnd;

  constructor(name: string, client: EndFacts, server: EndFacts, world: ConnectionWorld) {
    this.name = name;
    const closed = (): void => {
      if (this.client.isOver && this.server.isOver) world.closed(this);
    };
    this.client = new TestEnd(name, client, server, world, closed);
    this.server = new TestEnd(name, server, client, world, closed);
    this.client.other = this.server;
    this.server.other = this.client;
  }

  /** Breaks it, so that both ends hear of it. */
  cut(): void {
    for (const end of [this.client, this.server]) end.break();
  }

  /** Takes up again whatever has become possible. */
  goOn(): void {
    for (const end of [this.client, this.server]) end.goOn();
  }

  isBetween(a: string, b: string): boolean {
    const [from, to] = [this.client.facts.host, this.server.facts.host];
    return (from === a && to === b) || (from === b && to === a);
  }

  touches(host: string): boolean {
    return this.client.facts.host === host || this.server.facts.host === host;
  }
}

export class TestEnd implements Transport {
  readonly facts: EndFacts;
  readonly peer: string;
  readonly peerHost: string;
  readonly local: string;
  other!: TestEnd;
  private readonly name: string;
  private readonly world: ConnectionWorld;
  private readonly onOver: () => void;
  private sink: TransportSink | undefined;
  /** Written, and not yet on its way. */
  private unsent: Uint8Array[] = [];
  private unsentBytes = 0;
  /** On its way to the other end, or waiting there to be read. */
  private travellingBytes = 0;
  private wayIsFreeAt = -Infinity;
  private readonly underWay: (() => void)[] = [];
  private lastArrivalAt = -Infinity;
  /** Arrived, and not yet read. */
  private arrived: Uint8Array[] = [];
  private isEnding = false;
  private hasSaidEnd = false;
  private hasHeardEnd = false;
  private isPaused = false;
  private isPlanned = false;
  private owesDrained = false;
  /** Once bytes were lost, what comes later cannot arrive either: TCP leaves no gaps. */
  private isLost = false;
  private over = false;
  private failure: Error | undefined;

  constructor(name: string, at: EndFacts, to: EndFacts, world: ConnectionWorld, onOver: () => void) {
    this.name = name;
    this.facts = at;
    this.peer = `${to.host}:${to.port}`;
    this.peerHost = to.host;
    this.local = `${at.host}:${at.port}`;
    this.world = world;
    this.onOver = onOver;
  }

  get isOver(): boolean {
    return this.over;
  }

  get queuedBytes(): number {
    return this.unsentBytes;
  }

  start(sink: TransportSink): void {
    this.sink = sink;
    if (this.over) this.tellClosed();
    else this.plan();
  }

  write(bytes: Uint8Array): boolean {
    if (this.isEnding || this.over || bytes.length === 0) return true;
    // Not `slice`, which on Node's Buffer shares the memory.
    this.unsent.push(new Uint8Array(bytes));
    this.unsentBytes += bytes.length;
    this.send();
    return true;
  }

  writeAll(buffers: readonly Uint8Array[]): boolean {
    for (const bytes of buffers) this.write(bytes);
    return true;
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
    this.plan();
  }

  end(): void {
    this.isEnding = true;
    this.send();
  }

  destroy(): void {
    this.unsent = [];
    this.unsentBytes = 0;
    this.end();
    this.close(undefined);
  }

  /** The link broke under it. */
  break(): void {
    this.unsent = [];
    this.unsentBytes = 0;
    this.arrived = [];
    this.close(Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" }));
  }

  goOn(): void {
    this.send();
    this.plan();
  }

  /** Sends as much as the way takes now. */
  private send(): void {
    const faults = this.world.faults(this.facts.host, this.other.facts.host);
    while (faults.flow !== "held" && this.unsent.length > 0 && this.travellingBytes < faults.pipeBytes) {
      this.dispatch(this.nextPiece(faults), faults);
    }
    if (this.unsent.length > 0) this.owesDrained = true;
    else if (this.owesDrained) this.tellDrained();
    if (this.isEnding && this.unsent.length === 0 && faults.flow !== "held") this.sayEnd(faults);
  }

  private nextPiece(faults: LinkFaults): Uint8Array {
    const first = this.unsent.shift() ?? new Uint8Array(0);
    const room = Math.max(1, faults.pipeBytes - this.travellingBytes);
    let size = Math.min(first.length, room);
    if (faults.chunks === "random") {
      const { random } = this.world;
      // Small pieces are where mistakes are: in the middle of a header.
      size = Math.min(size, 1 + Math.floor(random() * (random() < 0.5 ? 16 : size)));
    }
    if (size < first.length) this.unsent.unshift(first.subarray(size));
    this.unsentBytes -= size;
    return first.subarray(0, size);
  }

  private dispatch(piece: Uint8Array, faults: LinkFaults): void {
    this.travellingBytes += piece.length;
    // Never acknowledged, so it goes on filling the pipe.
    if (this.loses(faults)) return;
    if (faults.corrupt > 0 && this.world.random() < faults.corrupt) this.corrupt(piece);
    this.travel(piece.length, faults, () => this.other.arrive(piece));
  }

  private corrupt(piece: Uint8Array): void {
    const { random } = this.world;
    const at = Math.floor(random() * piece.length);
    const bit = Math.floor(random() * 8);
    piece[at] = (piece[at] ?? 0) ^ (1 << bit);
    this.world.note(`${this.name} bit ${bit} of byte ${at} of ${piece.length} from ${this.local} is turned`);
  }

  private sayEnd(faults: LinkFaults): void {
    if (this.hasSaidEnd) return;
    this.hasSaidEnd = true;
    if (!this.loses(faults)) this.travel(0, faults, () => this.other.hearEnd());
    if (this.hasHeardEnd && this.arrived.length === 0) this.close(undefined);
  }

  private loses(faults: LinkFaults): boolean {
    if (faults.flow !== "lost" || this.isLost) return this.isLost;
    this.isLost = true;
    this.world.note(`${this.name} nothing that ${this.local} sends arrives any more`);
    return true;
  }

  private travel(bytes: number, faults: LinkFaults, arrive: () => void): void {
    const { clock, random } = this.world;
    const now = clock.now();
    const takesMs = faults.bytesPerSecond === Infinity ? 0 : (bytes / faults.bytesPerSecond) * 1000;
    this.wayIsFreeAt = Math.max(now, this.wayIsFreeAt) + takesMs;
    const jitterMs = faults.jitterMs > 0 ? faults.jitterMs * random() : 0;
    const at = Math.max(this.lastArrivalAt, this.wayIsFreeAt + faults.delayMs + jitterMs);
    this.lastArrivalAt = at;
    this.underWay.push(arrive);
    // Timers of a real clock may overtake each other by a fraction of a millisecond; what they carry may not.
    const next = (): void => this.underWay.shift()?.();
    if (at > now) clock.timer(at - now, next);
    else clock.nextTurn(next);
  }

  private arrive(piece: Uint8Array): void {
    // Whoever has closed, and could not say so, answers with a reset.
    if (this.over && this.isLost) this.other.break();
    if (this.over) return;
    this.arrived.push(piece);
    this.plan();
  }

  private hearEnd(): void {
    this.hasHeardEnd = true;
    this.plan();
  }

  private plan(): void {
    if (this.isPlanned) return;
    this.isPlanned = true;
    this.world.clock.nextTurn(() => {
      this.isPlanned = false;
      this.deliver();
    });
  }

  private deliver(): void {
    const { sink } = this;
    if (sink === undefined) return;
    const { facts, other, world } = this;
    if (world.faults(other.facts.host, facts.host).chunks === "random") this.merge();
    while (this.isReading && this.arrived.length > 0) {
      const piece = this.arrived.shift() ?? new Uint8Array(0);
      const { length } = piece;
      sink.bytes(piece);
      // Whoever keeps bytes that were only lent finds out.
      piece.fill(0xdd);
      other.taken(length);
    }
    if (!this.hasHeardEnd || !this.isReading || this.arrived.length > 0) return;
    this.end();
    if (this.hasSaidEnd) this.close(undefined);
  }

  private merge(): void {
    const pieces: Uint8Array[] = [];
    for (const piece of this.arrived) {
      const last = pieces.at(-1);
      if (last === undefined || this.world.random() < 0.5) pieces.push(piece);
      else pieces[pieces.length - 1] = joined(last, piece);
    }
    this.arrived = pieces;
  }

  private get isReading(): boolean {
    return !this.over && !this.isPaused && !this.world.isFrozen(this.facts.host);
  }

  /** The other end has read so much of what this one has sent. */
  private taken(bytes: number): void {
    this.travellingBytes -= bytes;
    if (!this.over) this.send();
  }

  private tellDrained(): void {
    this.owesDrained = false;
    this.world.clock.nextTurn(() => {
      if (!this.over) this.sink?.drained();
    });
  }

  private close(error: Error | undefined): void {
    if (this.over) return;
    this.over = true;
    this.arrived = [];
    const why = error === undefined ? "closed" : "broken";
    this.world.note(`${this.name} ${why} at ${this.local}`);
    this.failure = error;
    this.tellClosed();
    this.onOver();
  }

  private tellClosed(): void {
    const { sink } = this;
    if (sink !== undefined) this.world.clock.nextTurn(() => sink.closed(this.failure));
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
