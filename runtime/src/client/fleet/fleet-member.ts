/** One server of a channel that has many: its link, what pickers know of it, and whether it may get calls. */

import { PeakEwma } from "../../balance/peak-ewma.js";
import type { LoadReport, Member } from "../../balance/picker.js";
import type { Clock } from "../../clock.js";
import type { Endpoint } from "../../registry/endpoint.js";
import type { Link } from "../link.js";
import type { MemberView, Obstacle } from "../member-view.js";
import type { ClientSession } from "../client-session.js";
import type { Breaker } from "./breaker.js";
import type { ResolvedFleetOptions } from "./fleet-options.js";
import { OutlierRecord } from "./outliers.js";

export class FleetMember implements Member {
  endpoint: Endpoint;
  inFlight = 0;
  /** Those of them whose time tells how quick the server is. */
  timed = 0;
  load: LoadReport | undefined;
  /** What the server says of itself; undefined while it has been asked and has not answered. */
  isServing: boolean | undefined = true;
  /** Whether a connection is wanted: a channel may know more servers than it connects to. */
  isWanted = false;
  readonly outlier: OutlierRecord = new OutlierRecord();
  readonly link: Link;
  breaker: Breaker | undefined;
  /** The last connection whose loss was counted as a failure. */
  lostSession: ClientSession | undefined;
  private readonly clock: Clock;
  private readonly options: ResolvedFleetOptions;
  private readonly latency = new PeakEwma();
  private answeredAt = 0;
  private connectedAt = -Infinity;

  constructor(endpoint: Endpoint, link: Link, options: ResolvedFleetOptions, clock: Clock) {
    this.endpoint = endpoint;
    this.link = link;
    this.options = options;
    this.clock = clock;
  }

  /** What tells it apart from others. */
  get address(): string {
    return this.endpoint.address;
  }

  /** The same for people, which may hold no secret. */
  get shown(): string {
    return this.link.address;
  }

  get weight(): number {
    const { slowStartMs, slowStartFloor } = this.options;
    const { weight } = this.endpoint;
    if (slowStartMs === 0) return weight;
    const share = (this.clock.turn() - this.connectedAt) / slowStartMs;
    return share >= 1 ? weight : weight * Math.max(slowStartFloor, share);
  }

  /** Sinks by itself while the server owes no answer, so that one that was slow is tried again. A stream that stays open owes none. */
  get latencyMs(): number {
    return this.latency.at(this.timed > 0 ? this.answeredAt : this.clock.turn());
  }

  /** Whether a call that is started now is sent now. */
  get hasRoom(): boolean {
    const { session } = this.link;
    const isPassable = this.breaker === undefined || this.breaker.isPassable;
    return session?.hasRoom === true && this.inFlight < this.options.callsPerServerMax && isPassable;
  }

  /** The server has been connected. */
  connected(): void {
    this.connectedAt = this.clock.now();
  }

  /** An answer came at `now` that took so long. */
  answered(tookMs: number, now: number): void {
    this.latency.observe(now, tookMs);
    this.answeredAt = now;
  }

  /** What keeps it from getting calls; undefined where nothing does. */
  get obstacle(): Obstacle | undefined {
    const { state } = this.link;
    if (state !== "ready") return state;
    if (this.breaker?.isPassable === false) return "breaker";
    if (this.endpoint.health !== "healthy") return this.endpoint.health;
    if (this.isServing === undefined) return "connecting";
    if (!this.isServing) return "not-serving";
    return this.outlier.isEjected ? "ejected" : undefined;
  }

  get view(): MemberView {
    const { shown, weight, inFlight, latencyMs, load, link, outlier, obstacle } = this;
    return {
      address: shown,
      zone: this.endpoint.zone,
      weight,
      state: link.state,
      obstacle,
      inFlight,
      latencyMs,
      ejectedForMs: outlier.isEjected ? Math.max(0, outlier.ejectedUntil - this.clock.now()) : 0,
      load,
    };
  }
}
