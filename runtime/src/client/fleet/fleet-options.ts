/** What users may say about a channel over many servers, and what stands where they say nothing. */

import { RpcError } from "../../error/rpc-error.js";
import type { BreakerPolicy } from "../../resilience/policies.js";

/**
 * When servers are passed over for a while because their calls fail (gRPC's A50). Failures are `unavailable`, `internal`,
 * `deadline-exceeded` and `resource-exhausted`, unless the method declares the error; a lost connection is one failure.
 */
export interface OutlierOptions {
  /** How often the rates of success are looked at; 10 s where left out. */
  readonly intervalMs?: number | undefined;
  /** The first ejection, and what each one after it adds; 30 s where left out. Every interval without one takes as much off. */
  readonly ejectionMs?: number | undefined;
  /** The longest ejection; 300 s where left out. */
  readonly ejectionMsMax?: number | undefined;
  /** Of the servers; 10 where left out. One of at least two may always be ejected. */
  readonly ejectedPercentMax?: number | undefined;
  /** Failures in a row that eject at once; 5 where left out, Infinity for never. */
  readonly failures?: number | undefined;
  /** Ejects whose rate of success is so many standard deviations below the mean; 1.9 where left out, Infinity for never. */
  readonly deviations?: number | undefined;
  /** Servers with so many calls in an interval that the mean means something; 5 servers and 100 calls where left out. */
  readonly deviationServersMin?: number | undefined;
  readonly deviationCallsMin?: number | undefined;
  /** Ejects who fails at least so many of its calls; 85 where left out, Infinity for never. */
  readonly failurePercent?: number | undefined;
  /** 5 servers and 50 calls where left out. */
  readonly failureServersMin?: number | undefined;
  readonly failureCallsMin?: number | undefined;
}

/** How a server that has just been connected gets its share of the calls little by little. */
export interface SlowStartOptions {
  /** From the floor to the full weight. */
  readonly durationMs: number;
  /** Of its weight, to begin with; 10 where left out. */
  readonly floorPercent?: number | undefined;
}

/** What concerns channels over many servers only. */
export interface FleetOptions {
  /** When connections are opened: with the first call, or at once. `lazy` where left out. */
  readonly connect?: "lazy" | "eager" | undefined;
  /** False for never; on where left out. */
  readonly outliers?: OutlierOptions | false | undefined;
  /** Where fewer of the connected servers are not ejected, the ejections are ignored; 50 where left out, 0 for never. */
  readonly panicPercent?: number | undefined;
  /** Stops calls to a server that fails them, and lets a few through to try it. Off where left out. */
  readonly breaker?: BreakerPolicy | false | undefined;
  /**
   * Whether each server is asked for its health (`grpc.health.v1.Health`) and gets no calls while it does not serve, unless nobody
   * does. For the service that the channel was opened for, or the one that is named. Off where left out.
   */
  readonly health?: boolean | { readonly service: string } | undefined;
  /** Off where left out. */
  readonly slowStart?: SlowStartOptions | undefined;
  /** Servers that the channel is connected to at once, chosen by lot; all where left out, and where all of these fail. */
  readonly connectionsMax?: number | undefined;
  /** Calls of this channel that one server runs at once; more wait, or go to others. No limit where left out. */
  readonly callsPerServerMax?: number | undefined;
}

/** With nothing left out. */
export type ResolvedOutliers = { readonly [Name in keyof OutlierOptions]-?: number };
export type ResolvedBreaker = { readonly [Name in keyof BreakerPolicy]-?: number };

export interface ResolvedFleetOptions {
  readonly isEager: boolean;
  readonly outliers: ResolvedOutliers | undefined;
  readonly panicPercent: number;
  readonly breaker: ResolvedBreaker | undefined;
  readonly slowStartMs: number;
  readonly slowStartFloor: number;
  readonly connectionsMax: number;
  readonly callsPerServerMax: number;
}

const outlierDefaults: ResolvedOutliers = {
  intervalMs: 10_000,
  ejectionMs: 30_000,
  ejectionMsMax: 300_000,
  ejectedPercentMax: 10,
  failures: 5,
  deviations: 1.9,
  deviationServersMin: 5,
  deviationCallsMin: 100,
  failurePercent: 85,
  failureServersMin: 5,
  failureCallsMin: 50,
};

const breakerDefaults: ResolvedBreaker = {
  failures: 5,
  failurePercent: 50,
  callsMin: 20,
  openMs: 5000,
  probes: 1,
};

/** Fills in the defaults. Throws an `invalid-argument` RpcError that names the option whose value cannot be used. */
export function resolveFleetOptions(options: FleetOptions): ResolvedFleetOptions {
  const { connect = "lazy", outliers = {}, breaker = false, slowStart } = options;
  if (connect !== "lazy" && connect !== "eager") {
    throw new RpcError("invalid-argument", `connect is "lazy" or "eager", not ${JSON.stringify(connect)}`);
  }
  return {
    isEager: connect === "eager",
    outliers: outliers === false ? undefined : filled("outliers", outliers, outlierDefaults, { intervalMs: 1 }),
    panicPercent: atLeast("panicPercent", options.panicPercent ?? 50, 0),
    breaker: resolveBreaker(breaker),
    slowStartMs: slowStart === undefined ? 0 : atLeast("slowStart.durationMs", slowStart.durationMs, 0),
    slowStartFloor: atLeast("slowStart.floorPercent", slowStart?.floorPercent ?? 10, 1) / 100,
    connectionsMax: atLeast("connectionsMax", options.connectionsMax ?? Infinity, 1),
    callsPerServerMax: atLeast("callsPerServerMax", options.callsPerServerMax ?? Infinity, 1),
  };
}

export function resolveBreaker(policy: BreakerPolicy | false): ResolvedBreaker | undefined {
  return policy === false
    ? undefined
    : filled("breaker", policy, breakerDefaults, { failures: 1, probes: 1, openMs: 1 });
}

export function isSameBreaker(a: ResolvedBreaker | undefined, b: ResolvedBreaker | undefined): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

function filled<Options extends Readonly<Record<string, number>>>(
  where: string,
  given: { readonly [Name in keyof Options]?: number | undefined },
  defaults: Options,
  least: Readonly<Record<string, number>>,
): Options {
  const all: Record<string, number> = { ...defaults };
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue;
    if (defaults[name] === undefined) throw new RpcError("invalid-argument", `${where} has no option ${name}`);
    all[name] = atLeast(`${where}.${name}`, value, least[name] ?? 0);
  }
  return { ...defaults, ...all };
}

function atLeast(name: string, value: number, least: number): number {
  if (typeof value === "number" && value >= least) return value;
  throw new RpcError("invalid-argument", `${name} must be a number from ${least} on, not ${String(value)}`);
}
