/** Behind `@rpcgen/runtime/cluster`: serving on several cores. Node only. */

export { runWorkers } from "./cluster/run-workers.js";
export type { Closable, Workers, WorkersOptions } from "./cluster/run-workers.js";
export type { ClusterEvent, ClusterObserver } from "./cluster/cluster-event.js";
