/** One host of a test network: the network as it sees it, its clock, and what can happen to it as a whole. */

import type { Clock, Timer } from "../clock.js";
import type { ListenerSink, Listener, Transport } from "../transport/transport.js";
import type { Network, NetworkOpening, NetworkPlace } from "../transport/network.js";

/** What a host asks of the network that it is part of. */
export interface HostWorld {
  readonly clock: Clock;
  readonly random: () => number;
  open(from: TestHost, place: NetworkPlace, opening: NetworkOpening): Promise<Transport>;
  listen(at: TestHost, port: number, sink: ListenerSink): Promise<Listener>;
  crashed(host: TestHost): void;
  thawed(host: TestHost): void;
  note(text: string): void;
}

/** A host of a test network. Clients and servers that live on it get it as their option `network`. */
export class TestHost implements Network {
  readonly name: string;
  readonly clock: Clock;
  readonly random: () => number;
  private readonly world: HostWorld;
  private readonly hostClock: HostClock;

  constructor(name: string, world: HostWorld) {
    this.name = name;
    this.world = world;
    this.random = world.random;
    this.hostClock = new HostClock(world.clock);
    this.clock = this.hostClock;
  }

  open(place: NetworkPlace, opening: NetworkOpening): Promise<Transport> {
    return this.world.open(this, place, opening);
  }

  /** Every name that a server asks to listen at means this host. */
  listen(place: { readonly host: string | undefined; readonly port: number }, sink: ListenerSink): Promise<Listener> {
    return this.world.listen(this, place.port, sink);
  }

  get isFrozen(): boolean {
    return this.hostClock.isFrozen;
  }

  /**
   * Stops whoever lives here, as a debugger or a long collection of garbage does: nothing is read, and no timer of the host's clock
   * runs. Its kernel goes on: connections are accepted, and bytes pile up.
   */
  freeze(): void {
    this.world.note(`${this.name} freezes`);
    this.hostClock.isFrozen = true;
  }

  /** Lets it go on; timers that were due meanwhile run at once. */
  thaw(): void {
    this.world.note(`${this.name} goes on`);
    this.hostClock.thaw();
    this.world.thawed(this);
  }

  /** Takes it down without a word to whoever lives here: its ports are free, and the other side of each connection sees a reset. */
  crash(): void {
    this.world.note(`${this.name} crashes`);
    this.world.crashed(this);
  }

  /** Sets the wall clock ahead, or back where `ms` is negative. Nothing that waits notices, or something is wrong with it. */
  skewWall(ms: number): void {
    this.world.note(`the wall clock of ${this.name} is off by ${ms} ms`);
    this.hostClock.skewMs = ms;
  }
}

/** The network's clock as one host reads it. */
class HostClock implements Clock {
  isFrozen = false;
  skewMs = 0;
  private readonly clock: Clock;
  private readonly late = new Set<() => void>();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  now(): number {
    return this.clock.now();
  }

  turn(): number {
    return this.clock.turn();
  }

  wall(): number {
    return this.clock.wall() + this.skewMs;
  }

  timer(delayMs: number, run: () => void): Timer {
    const due = (): void => {
      if (this.isFrozen) this.late.add(run);
      else run();
    };
    const timer = this.clock.timer(delayMs, due);
    return {
      cancel: () => {
        timer.cancel();
        this.late.delete(run);
      },
    };
  }

  endOfTurn(run: () => void): void {
    this.clock.endOfTurn(run);
  }

  nextTurn(run: () => void): void {
    this.clock.nextTurn(run);
  }

  thaw(): void {
    this.isFrozen = false;
    const due = [...this.late];
    this.late.clear();
    for (const run of due) this.clock.nextTurn(run);
  }
}
