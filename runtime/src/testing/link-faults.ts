/** What can be wrong with the way from one host of a test network to another, and who looks up what is. */

/** One direction of the way between two hosts. */
export interface LinkFaults {
  /** How long bytes travel, in milliseconds. */
  readonly delayMs: number;
  /** Up to so much longer, anew for every chunk; bytes of one connection stay in order. */
  readonly jitterMs: number;
  /** Infinity is no limit. What exceeds it waits at the sender, who notices once `pipeBytes` are on their way. */
  readonly bytesPerSecond: number;
  /** What may be on its way before the sender has to queue. */
  readonly pipeBytes: number;
  /** Whether bytes arrive in the chunks in which they were written, or split and merged at random. */
  readonly chunks: "whole" | "random";
  /** From 0 to 1: the chance that a chunk arrives with one bit turned. */
  readonly corrupt: number;
  /**
   * `held`: nothing arrives until it flows again, as behind a switch that restarts. `lost`: nothing arrives, ever, and neither side is
   * told, as after a power cut: connections are half-open from then on.
   */
  readonly flow: "normal" | "held" | "lost";
  /** What becomes of attempts to connect; that a `flow` which is not normal swallows them goes without saying. */
  readonly connecting: "accept" | "refuse" | "blackhole";
}

export const noFaults: LinkFaults = {
  delayMs: 0,
  jitterMs: 0,
  bytesPerSecond: Infinity,
  pipeBytes: 262_144,
  chunks: "whole",
  corrupt: 0,
  flow: "normal",
  connecting: "accept",
};

/** The faults of every way: of all, of single ones, and of partitions. */
export class FaultTable {
  private everywhere: Partial<LinkFaults> = {};
  private readonly ways = new Map<string, Partial<LinkFaults>>();
  /** Which side of the partition a host is on; undefined where there is none. */
  private sides: ReadonlyMap<string, number> | undefined;

  of(from: string, to: string): LinkFaults {
    const faults = { ...noFaults, ...this.everywhere, ...this.ways.get(wayName(from, to)) };
    return this.isParted(from, to) && faults.flow === "normal" ? { ...faults, flow: "held" } : faults;
  }

  changeAll(change: Partial<LinkFaults>): void {
    this.everywhere = { ...this.everywhere, ...change };
  }

  change(from: string, to: string, change: Partial<LinkFaults>): void {
    const way = wayName(from, to);
    this.ways.set(way, { ...this.ways.get(way), ...change });
  }

  /** Forgets what is particular about a way. */
  reset(from: string, to: string): void {
    this.ways.delete(wayName(from, to));
  }

  part(groups: readonly (readonly string[])[]): void {
    this.sides = new Map(groups.flatMap((names, side) => names.map((name) => [name, side] as const)));
  }

  /** Forgets everything. */
  clear(): void {
    this.everywhere = {};
    this.ways.clear();
    this.sides = undefined;
  }

  /** Forgets the partition only. */
  join(): void {
    this.sides = undefined;
  }

  // Hosts that no group names reach everybody.
  private isParted(from: string, to: string): boolean {
    const [a, b] = [this.sides?.get(from), this.sides?.get(to)];
    return a !== undefined && b !== undefined && a !== b;
  }
}

function wayName(from: string, to: string): string {
  return `${from} > ${to}`;
}
