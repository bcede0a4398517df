/** Where the trouble of workers goes unless the application takes it: stderr. */

import { printTrouble } from "../server/print-unforeseen.js";
import type { ClusterEvent } from "./cluster-event.js";

/** Prints what went wrong; workers that come and go as they should are no news. */
export function printClusterEvent(event: ClusterEvent): void {
  switch (event.kind) {
    case "worker-crashed":
      printTrouble(`worker ${event.pid} ended by itself (${event.how})`);
      return;
    case "restart-failed":
      printTrouble(`the restart stopped, and the workers that serve go on: ${event.error.message}`);
      return;
    case "gave-up":
      printTrouble(`all workers end: ${event.error.message}`);
      return;
    default:
  }
}
