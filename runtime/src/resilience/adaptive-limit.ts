/** Finds how many calls at once a server can take, by how much longer they take than when it has nothing else to do. */

// A window wants enough calls to mean something, and an end even where there are few.
const windowMs = 100;
const windowCalls = 10;
const windowCallsLeast = 3;
const windowMsMost = 2000;
/** Calls may take this much longer than on an idle server before the limit falls. */
const tolerance = 1.5;
/** Of the way to the new limit, each window. */
const smoothing = 0.3;
const firstLimit = 20;
/** How often the idle server's time is measured afresh. */
const probeEveryMs = 30_000;

/**
 * The gradient of latency, after Netflix's limits and brpc's: over a window of calls the mean time is compared with that of an
 * idle server. Where it is up to 1.5 times as long, the limit grows by its square root; where it is longer, the limit shrinks in
 * proportion. Every half minute the limit is halved for one window, so that queues drain and the idle time is measured
 * again: services change, and a standing queue must not become the new normal.
 */
export class AdaptiveLimit {
  private max: number;
  private readonly random: () => number;
  private estimate: number;
  private idleMs = Infinity;
  private startedAt: number;
  private calls = 0;
  private totalMs = 0;
  private mostInFlight = 0;
  private probeAt: number;
  /** The estimate that a probe interrupts; undefined while there is none. */
  private beforeProbe: number | undefined;

  constructor(max: number, now: number, random: () => number) {
    this.max = max;
    this.random = random;
    this.estimate = Math.min(max, firstLimit);
    this.startedAt = now;
    this.probeAt = this.nextProbe(now);
  }

  /** A whole number from 1 on. */
  get limit(): number {
    return Math.max(1, Math.floor(this.estimate));
  }

  adjust(max: number): void {
    this.max = max;
    this.estimate = Math.min(this.estimate, max);
    if (this.beforeProbe !== undefined) this.beforeProbe = Math.min(this.beforeProbe, max);
  }

  /** A call is over that started at `startedAt`, when `inFlight` calls were running, itself included. */
  sample(startedAt: number, now: number, inFlight: number): void {
    // Calls from before the window met another limit.
    if (startedAt < this.startedAt) return;
    this.calls++;
    this.totalMs += now - startedAt;
    this.mostInFlight = Math.max(this.mostInFlight, inFlight);
    const openMs = now - this.startedAt;
    const isFull = openMs >= windowMs && this.calls >= windowCalls;
    const isOld = openMs >= windowMsMost && this.calls >= windowCallsLeast;
    if (isFull || isOld) this.closeWindow(now);
  }

  private closeWindow(now: number): void {
    // No clock is finer than what it measures: calls in no time at all are calls without load.
    const meanMs = Math.max(this.totalMs / this.calls, 0.001);
    if (this.beforeProbe !== undefined) {
      this.idleMs = meanMs;
      this.estimate = this.beforeProbe;
      this.beforeProbe = undefined;
      this.probeAt = this.nextProbe(now);
    } else {
      this.idleMs = Math.min(this.idleMs, meanMs);
      this.step(meanMs);
      if (now >= this.probeAt) this.probe();
    }
    this.startedAt = now;
    this.calls = 0;
    this.totalMs = 0;
    this.mostInFlight = 0;
  }

  private step(meanMs: number): void {
    const gradient = Math.min(1, Math.max(0.5, (tolerance * this.idleMs) / meanMs));
    // A limit that nobody comes near is not proved right by calls that are fast.
    if (gradient === 1 && this.mostInFlight * 2 < this.estimate) return;
    const wanted = this.estimate * gradient + (gradient === 1 ? Math.sqrt(this.estimate) : 0);
    this.estimate += (wanted - this.estimate) * smoothing;
    this.estimate = Math.min(this.max, Math.max(1, this.estimate));
  }

  private probe(): void {
    this.beforeProbe = this.estimate;
    this.estimate = Math.max(1, this.estimate / 2);
  }

  // Jittered, so that the servers of a service do not all probe in the same moment.
  private nextProbe(now: number): number {
    return now + probeEveryMs * (0.75 + 0.5 * this.random());
  }
}
