/** Says in words why no server takes a call: how many are known, and what is the matter with them. */

import type { RpcError } from "../../error/rpc-error.js";
import type { Obstacle } from "../member-view.js";
import type { FleetMember } from "./fleet-member.js";

const words: Readonly<Record<Obstacle, string>> = {
  idle: "not connected yet",
  connecting: "connecting",
  failing: "failing",
  closed: "closed",
  draining: "draining",
  unhealthy: "unhealthy",
  "not-serving": "not serving",
  ejected: "ejected",
  breaker: "with an open breaker",
};

/** For instance "3 known, 2 failing (last: rpc://a:1: connection refused), 1 ejected for 12 s". */
export function describeStanding(
  members: Iterable<FleetMember>,
  resolveFailure: RpcError | undefined,
  hasResolved: boolean,
  now: number,
): string {
  const all = [...members];
  const none = !hasResolved
    ? "none known yet"
    : resolveFailure === undefined
      ? "the registry lists none"
      : "none known";
  const parts = [all.length === 0 ? none : `${all.length} known`];
  for (const obstacle of Object.keys(words).filter((key) => isObstacle(key))) {
    const those = all.filter((member) => member.obstacle === obstacle);
    if (those.length > 0) parts.push(`${those.length} ${words[obstacle]}${detail(obstacle, those, now)}`);
  }
  const busy = all.filter((member) => member.obstacle === undefined).length;
  if (busy > 0) parts.push(`${busy} without room`);
  if (resolveFailure !== undefined) parts.push(`the registry fails: ${resolveFailure.message}`);
  return parts.join(", ");
}

function isObstacle(key: string): key is Obstacle {
  return key in words;
}

function detail(obstacle: Obstacle, members: readonly FleetMember[], now: number): string {
  if (obstacle === "failing") {
    const last = members.reduce((a, b) => (b.link.failedAt > a.link.failedAt ? b : a));
    return ` (last: ${last.link.lastFailure?.message ?? "unknown"})`;
  }
  const until =
    obstacle === "ejected"
      ? members.map(({ outlier }) => outlier.ejectedUntil)
      : obstacle === "breaker"
        ? members.map(({ breaker }) => breaker?.until ?? now)
        : [];
  if (until.length === 0) return "";
  const ms = Math.max(0, Math.min(...until) - now);
  return ` for ${ms >= 10_000 ? `${Math.ceil(ms / 1000)} s` : `${Math.ceil(ms)} ms`}`;
}
