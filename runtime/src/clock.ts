/** The one door through which time enters: every wait and every deadline asks a Clock, so that tests can own time. */

/** A planned run that can be called off. */
export interface Timer {
  cancel(): void;
}

/** Time as sessions see it. */
export interface Clock {
  /** Milliseconds of a clock that never jumps; only differences mean anything. */
  now(): number;
  /**
   * `now` as it was when this turn of the event loop first asked: for whatever happens so often that looking at the
   * clock is dear, and for whoever can make up for a turn that takes long.
   */
  turn(): number;
  /** Milliseconds since 1970 on the wall clock; for people, never for waiting. */
  wall(): number;
  /** Runs `run` once after `delayMs` (any non-negative number; Infinity never runs). */
  timer(delayMs: number, run: () => void): Timer;
  /** Runs `run` when the code that runs now is through, before the event loop goes on. */
  endOfTurn(run: () => void): void;
  /** Runs `run` in a later turn of the event loop, so that timers and sockets get their turn in between. */
  nextTurn(run: () => void): void;
}

// Node's timers hold 31 bits: a longer delay would fire after one millisecond, so long waits are made of hops.
const hopMs = 2 ** 31 - 1;

class SystemTimer implements Timer {
  private handle: NodeJS.Timeout | undefined;
  private readonly run: () => void;

  constructor(delayMs: number, run: () => void) {
    this.run = run;
    if (delayMs !== Infinity) this.arm(delayMs);
  }

  cancel(): void {
    if (this.handle !== undefined) clearTimeout(this.handle);
    this.handle = undefined;
  }

  private arm(delayMs: number): void {
    if (delayMs <= hopMs) this.handle = setTimeout(this.run, Math.max(0, delayMs));
    else this.handle = setTimeout(() => this.arm(delayMs - hopMs), hopMs);
  }
}

// Browsers have neither of Node's two; their microtasks and timers come as close as it gets.
const isNode = typeof process === "object" && typeof process.nextTick === "function";
const endOfTurn: (run: () => void) => void = isNode ? (run) => process.nextTick(run) : (run) => queueMicrotask(run);
const nextTurn: (run: () => void) => void =
  typeof setImmediate === "function" ? (run) => void setImmediate(run) : (run) => void setTimeout(run, 0);

/** Remembers what a clock showed until the turn is over. */
export class TurnMemory {
  private at = -1;
  private readonly now: () => number;
  private readonly forget = (): void => {
    this.at = -1;
  };

  constructor(now: () => number) {
    this.now = now;
  }

  turn(): number {
    if (this.at < 0) {
      this.at = this.now();
      endOfTurn(this.forget);
    }
    return this.at;
  }
}

const turns = /* @__PURE__ */ new TurnMemory(() => performance.now());

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => performance.now(),
  turn: () => turns.turn(),
  wall: () => Date.now(),
  timer: (delayMs, run) => new SystemTimer(delayMs, run),
  endOfTurn,
  nextTurn,
};

/** The clock of browsers, whose event loop knows no end of a turn but the queue of microtasks. */
export const webClock: Clock = {
  now: () => performance.now(),
  turn: () => performance.now(),
  wall: () => Date.now(),
  timer(delayMs, run) {
    // Timers hold 31 bits of milliseconds, and no page lives for 24 days.
    const handle = delayMs > hopMs ? undefined : setTimeout(run, delayMs);
    return { cancel: () => clearTimeout(handle) };
  },
  endOfTurn: (run) => queueMicrotask(run),
  nextTurn: (run) => void setTimeout(run),
};

/**
 * One timer that serves many deadlines: it is only ever moved to an earlier time, and whoever is rung looks for
 * himself at what is due and asks for the next time. So a call that ends early costs nothing.
 */
export class Alarm {
  private readonly clock: Clock;
  private readonly ring: () => void;
  private dueAt = Infinity;
  private timer: Timer | undefined;

  constructor(clock: Clock, ring: () => void) {
    this.clock = clock;
    this.ring = ring;
  }

  /** Makes sure that the alarm rings at `at` (in the clock's milliseconds) or before. */
  noLaterThan(at: number): void {
    if (at >= this.dueAt) return;
    this.timer?.cancel();
    this.dueAt = at;
    this.timer = this.clock.timer(Math.max(0, Math.ceil(at - this.clock.now())), () => {
      this.dueAt = Infinity;
      this.timer = undefined;
      this.ring();
    });
  }

  cancel(): void {
    this.timer?.cancel();
    this.timer = undefined;
    this.dueAt = Infinity;
  }
}

/** Runs `run` after `delayMs` if the process is still there: it is not kept alive for it. */
export function laterIfAlive(delayMs: number, run: () => void): void {
  setTimeout(run, delayMs).unref();
}
