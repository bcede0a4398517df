/** The timers of a virtual clock, in the order in which they are due; those of one time in the order in which they were made. */

/** A timer that waits. */
export interface PlannedTimer {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
  isRemoved: boolean;
}

export class TimerHeap {
  private readonly heap: PlannedTimer[] = [];
  private order = 0;
  private waiting = 0;

  /** Timers that wait. */
  get size(): number {
    return this.waiting;
  }

  add(at: number, run: () => void): PlannedTimer {
    const timer: PlannedTimer = { at, order: this.order++, run, isRemoved: false };
    this.waiting++;
    this.heap.push(timer);
    this.rise(this.heap.length - 1);
    return timer;
  }

  /** Does nothing to a timer that has run. */
  remove(timer: PlannedTimer): void {
    if (timer.isRemoved) return;
    timer.isRemoved = true;
    this.waiting--;
    // Those that were called off stay in place until they come up, unless they are too many.
    if (this.heap.length > 64 && this.heap.length > 4 * this.waiting) this.tidy();
  }

  /** The next timer that is due by `until`, taken out. */
  take(until: number): PlannedTimer | undefined {
    for (;;) {
      const [first] = this.heap;
      if (first === undefined || (!first.isRemoved && first.at > until)) return undefined;
      this.removeFirst();
      if (first.isRemoved) continue;
      first.isRemoved = true;
      this.waiting--;
      return first;
    }
  }

  private tidy(): void {
    const kept = this.heap.filter(({ isRemoved }) => !isRemoved).sort((a, b) => (isBefore(a, b) ? -1 : 1));
    this.heap.splice(0, this.heap.length, ...kept);
  }

  private removeFirst(): void {
    const last = this.heap.pop();
    if (last === undefined || this.heap.length === 0) return;
    this.heap[0] = last;
    this.sink(0);
  }

  private rise(from: number): void {
    let at = from;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!this.swapIfBefore(at, above)) return;
      at = above;
    }
  }

  private sink(from: number): void {
    let at = from;
    for (;;) {
      const left = 2 * at + 1;
      const right = left + 1;
      const [a, b] = [this.heap[left], this.heap[right]];
      if (a === undefined) return;
      const smaller = b !== undefined && isBefore(b, a) ? right : left;
      if (!this.swapIfBefore(smaller, at)) return;
      at = smaller;
    }
  }

  private swapIfBefore(low: number, high: number): boolean {
    const [below, above] = [this.heap[low], this.heap[high]];
    if (below === undefined || above === undefined || !isBefore(below, above)) return false;
    this.heap[low] = above;
    this.heap[high] = below;
    return true;
  }
}

function isBefore(a: PlannedTimer, b: PlannedTimer): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
