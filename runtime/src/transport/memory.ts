/** Connections inside one process: two ends that copy bytes to each other in later turns of the event loop. */

import type { Clock } from "../clock.js";
import { RpcError } from "../error/rpc-error.js";
import type { Listener, ListenerSink, Transport, TransportSink } from "./transport.js";

// What may be on its way to an end that reads before the writer is told to wait.
const pipeBytes = 262_144;

class MemoryEnd implements Transport {
  readonly peer: string;
  readonly peerHost = undefined;
  readonly local: string;
  other!: MemoryEnd;
  private readonly clock: Clock;
  private sink: TransportSink | undefined;
  /** Chunks on their way to this end. */
  private incoming: Uint8Array[] = [];
  private incomingBytes = 0;
  private paused = false;
  private planned = false;
  private ended = false;
  private dead = false;

  constructor(name: string, clock: Clock) {
    this.peer = name;
    this.local = name;
    this.clock = clock;
  }

  get queuedBytes(): number {
    return Math.max(0, this.other.incomingBytes - pipeBytes);
  }

  start(sink: TransportSink): void {
    this.sink = sink;
    this.plan();
  }

  write(bytes: Uint8Array): boolean {
    if (this.ended || this.dead || this.other.dead) return true;
    // Not `slice`, which on Node's Buffer shares the memory.
    this.other.incoming.push(new Uint8Array(bytes));
    this.other.incomingBytes += bytes.length;
    this.other.plan();
    return true;
  }

  writeAll(buffers: readonly Uint8Array[]): boolean {
    for (const bytes of buffers) this.write(bytes);
    return true;
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
    this.plan();
  }

  end(): void {
    this.ended = true;
    this.other.plan();
  }

  destroy(): void {
    this.close(undefined);
    this.other.ended = true;
    this.ended = true;
    this.other.plan();
  }

  private plan(): void {
    if (this.planned) return;
    this.planned = true;
    this.clock.nextTurn(() => {
      this.planned = false;
      this.deliver();
    });
  }

  private deliver(): void {
    const sink = this.sink;
    if (sink === undefined || this.dead || this.paused) return;
    const chunks = this.incoming;
    this.incoming = [];
    for (let i = 0; i < chunks.length; i++) {
      const chunk = chunks[i] as Uint8Array;
      if (this.paused || this.isDead()) {
        this.incoming = [...chunks.slice(i), ...this.incoming];
        return;
      }
      const wasFull = this.incomingBytes > pipeBytes;
      this.incomingBytes -= chunk.length;
      sink.bytes(chunk);
      if (wasFull && this.incomingBytes <= pipeBytes) this.other.tellDrained();
    }
    if (this.other.ended && this.incoming.length === 0 && !this.paused) {
      this.close(undefined);
      this.other.ended = true;
      this.ended = true;
      this.other.plan();
    }
  }

  // Read through a function because delivering bytes may well end in a destroy.
  private isDead(): boolean {
    return this.dead;
  }

  private tellDrained(): void {
    if (!this.dead) this.sink?.drained();
  }

  private close(error: Error | undefined): void {
    if (this.dead) return;
    this.dead = true;
    this.incoming = [];
    this.incomingBytes = 0;
    const sink = this.sink;
    if (sink !== undefined) this.clock.nextTurn(() => sink.closed(error));
  }
}

/** Two connected ends. */
export function memoryPair(name: string, clock: Clock): readonly [Transport, Transport] {
  const left = new MemoryEnd(name, clock);
  const right = new MemoryEnd(name, clock);
  left.other = right;
  right.other = left;
  return [left, right];
}

// One table for the whole process: that is what `memory:` means.
const listeners = new Map<string, ListenerSink>();

/** Listens under a name of this process; throws `already-exists` where somebody does so already. */
export function listenMemory(name: string, sink: ListenerSink): Listener {
  if (listeners.has(name)) throw new RpcError("already-exists", `memory:${name} is already being served`);
  listeners.set(name, sink);
  return {
    address: `memory:${name}`,
    close: () => {
      if (listeners.get(name) === sink) listeners.delete(name);
      return Promise.resolve();
    },
  };
}

/** Opens a transport to a name of this process; `unavailable` where nobody listens under it. */
export function openMemory(name: string, clock: Clock): Transport {
  const sink = listeners.get(name);
  if (sink === undefined) throw new RpcError("unavailable", `nothing is served at memory:${name}`);
  const [client, server] = memoryPair(`memory:${name}`, clock);
  clock.nextTurn(() => sink.opened(server));
  return client;
}
