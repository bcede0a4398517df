/** Decides which servers may get calls, and which do where none is as it should be. */

import type { Obstacle } from "../member-view.js";
import type { FleetMember } from "./fleet-member.js";

export interface Eligible {
  /** In the order of the list; empty where calls have to wait. */
  readonly members: readonly FleetMember[];
  /** So many are ejected that none is passed over for it. */
  readonly isPanic: boolean;
  /** Not ejected, of those that are connected and healthy. */
  readonly fit: number;
  readonly connected: number;
  /** Those that could be asked fail, so that waiting is of no use: their breakers are open. */
  readonly isBroken: boolean;
}

/**
 * Servers that are connected and healthy come first. An ejection is this side's guess, and guesses that concern too
 * many are not believed; what servers and registries say of health is believed while anybody is healthy. An open
 * breaker lets nothing through.
 */
export function findEligible(all: Iterable<FleetMember>, panicPercent: number): Eligible {
  const members = [...all];
  const obstacles = new Map<FleetMember, Obstacle | undefined>(members.map((member) => [member, member.obstacle]));
  const those = (...wanted: readonly (Obstacle | undefined)[]): readonly FleetMember[] =>
    members.filter((member) => wanted.includes(obstacles.get(member)));
  const fit = those(undefined);
  const healthy = those(undefined, "ejected");
  const isPanic = healthy.length > fit.length && (fit.length === 0 || fit.length * 100 < panicPercent * healthy.length);
  const isBroken = those("breaker").length > 0 && those("idle", "connecting").length === 0;
  const facts = { isPanic, fit: fit.length, connected: healthy.length };
  for (const tier of [isPanic ? healthy : fit, those("unhealthy", "not-serving"), those("draining")]) {
    if (tier.length > 0) return { ...facts, members: tier, isBroken: false };
  }
  return { ...facts, members: [], isBroken };
}
