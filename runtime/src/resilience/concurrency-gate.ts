/** Counts calls that run, and lets no more in than a limit that is fixed or finds itself. */

import { AdaptiveLimit } from "./adaptive-limit.js";

export interface GateSettings {
  readonly max: number;
  readonly adaptive: boolean;
}

/** What time and chance a gate has. */
export interface GateTools {
  readonly clock: { now(): number };
  readonly random: () => number;
}

/** Ends what `enter` began. */
export type Leave = (speaksOfLoad: boolean) => void;

export class ConcurrencyGate {
  private max: number;
  private adaptive: AdaptiveLimit | undefined;
  private readonly tools: GateTools;
  private running = 0;

  constructor(settings: GateSettings, tools: GateTools) {
    this.tools = tools;
    this.max = settings.max;
    this.adaptive = this.estimator(settings);
  }

  get inFlight(): number {
    return this.running;
  }

  get limit(): number {
    return this.adaptive?.limit ?? this.max;
  }

  /**
   * Lets a call in: what it must call once, when it is over, saying whether the time that it took speaks of load. Undefined where
   * the limit is reached.
   */
  enter(): Leave | undefined {
    if (this.running >= this.limit) return undefined;
    const inFlight = ++this.running;
    const { clock } = this.tools;
    const startedAt = clock.now();
    let isOver = false;
    return (speaksOfLoad) => {
      if (isOver) return;
      isOver = true;
      this.running--;
      if (speaksOfLoad) this.adaptive?.sample(startedAt, clock.now(), inFlight);
    };
  }

  /** Goes on with other settings; calls that run go on counting. */
  adjust(settings: GateSettings): void {
    this.max = settings.max;
    if (!settings.adaptive) this.adaptive = undefined;
    else if (this.adaptive === undefined) this.adaptive = this.estimator(settings);
    else this.adaptive.adjust(settings.max);
  }

  private estimator({ max, adaptive }: GateSettings): AdaptiveLimit | undefined {
    return adaptive ? new AdaptiveLimit(max, this.tools.clock.now(), this.tools.random) : undefined;
  }
}
