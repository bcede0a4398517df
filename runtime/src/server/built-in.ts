/** The services that every server has unless it is told otherwise: its health and its load. */

import { serveHealth } from "../builtin/gen/grpc/health/v1/health.server.js";
import { serveLoadReports } from "../builtin/gen/rpcgen/load/v1/load.server.js";
import type { Mount } from "../call/server-call.js";
import type { Clock } from "../clock.js";
import type { Counters } from "../events.js";
import type { HealthBoard } from "./health.js";
import { HealthService } from "./health-service.js";
import { LoadService } from "./load-service.js";

/** The built-in services of one server; their calls do not count as work of its handlers. */
export function builtInMounts(board: HealthBoard, clock: Clock, counters: Readonly<Counters>): readonly Mount[] {
  const health = new HealthService(board);
  const load: LoadService = new LoadService(clock, board.changes, () =>
    Math.max(0, counters.callsOpen - health.watchers - load.watchers),
  );
  return [serveHealth(health), serveLoadReports(load)];
}
