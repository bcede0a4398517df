/** What a primary tells its observer about its workers. */

export type ClusterEvent =
  | { readonly kind: "worker-serving"; readonly pid: number }
  /** A worker ended although nobody had asked it to. */
  | { readonly kind: "worker-crashed"; readonly pid: number; readonly how: string; readonly retryInMs: number }
  /** A worker was asked to leave and has ended. */
  | { readonly kind: "worker-left"; readonly pid: number; readonly how: string }
  | { readonly kind: "restarted"; readonly workers: number }
  /** A new worker did not come up: the ones that serve go on. */
  | { readonly kind: "restart-failed"; readonly error: Error }
  /** Workers crash faster than they can be replaced: all end. */
  | { readonly kind: "gave-up"; readonly error: Error };

export type ClusterObserver = (event: ClusterEvent) => void;
