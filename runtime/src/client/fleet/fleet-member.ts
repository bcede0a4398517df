/** One server of a channel that has many: its link, what pickers know of it, and whether it may get calls. */

import type { LoadReport, Member } from "../../balance/picker.js";
import type { Clock } from "../../clock.js";
import type { Endpoint } from "../../registry/endpoint.js";
import type { Link } from "../link.js";
import type { MemberView, Obstacle } from "../member-view.js";
import type { ClientSession } from "../client-session.js";
import type { Breaker } from "./breaker.js";
import type { ResolvedFleetOptions } from "./fleet-options.js";
import { OutlierRecord } from "./outliers.js";

/** What was seen of the past counts for 37 % after so long. */
const memoryMs = 10_000;

export class FleetMember implements Member {
  endpoint: Endpoint;
  inFlight = 0;
  load: LoadReport | undefined;
  /** What the server says of itself where it is asked; true where it is not. */
  isServing = true;
  readonly outlier: OutlierRecord = new OutlierRecord();
  readonly link: Link;
  readonly breaker: Breaker | undefined;
  /** The last connection whose loss was counted as a failure. */
  lostSession: ClientSession | undefined;
  private readonly clock: Clock;
  private readonly options: ResolvedFleetOptions;
  private latency = 0;
  private latencyAt = 0;
  private connectedAt = -Infinity;

  constructor(
    endpoint: Endpoint,
    link: Link,
    breaker: Breaker | undefined,
    options: ResolvedFleetOptions,
    clock: Clock,
  ) {
    this.endpoint = endpoint;
    this.link = link;
    this.breaker = breaker;
    this.options = options;
    this.clock = clock;
  }

  get address(): string {
    return this.endpoint.address;
  }

  get weight(): number {
    const { slowStartMs, slowStartFloor } = this.options;
    const { weight } = this.endpoint;
    if (slowStartMs === 0) return weight;
    const share = (this.clock.turn() - this.connectedAt) / slowStartMs;
    return share >= 1 ? weight : weight * Math.max(slowStartFloor, share);
  }

  /** Sinks by itself while the server has nothing to do, so that one that was slow is tried again. */
  get latencyMs(): number {
    if (this.inFlight > 0 || this.latency === 0) return this.latency;
    return this.latency * Math.exp((this.latencyAt - this.clock.turn()) / memoryMs);
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

  /** An answer came that took so long. Rises at once, sinks slowly. */
  answered(tookMs: number, now: number): void {
    if (tookMs >= this.latency) this.latency = tookMs;
    else {
      const kept = Math.exp((this.latencyAt - now) / memoryMs);
      this.latency = this.latency * kept + tookMs * (1 - kept);
    }
    this.latencyAt = now;
  }

  /** What keeps it from getting calls; undefined where nothing does. */
  get obstacle(): Obstacle | undefined {
    const { state } = this.link;
    if (state !== "ready") return state;
    if (this.breaker?.isPassable === false) return "breaker";
    if (this.endpoint.health !== "healthy") return this.endpoint.health;
    if (!this.isServing) return "not-serving";
    return this.outlier.isEjected ? "ejected" : undefined;
  }

  get view(): MemberView {
    const { address, weight, inFlight, latencyMs, load, link, outlier, obstacle } = this;
    return {
      address,
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
