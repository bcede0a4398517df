/** Finders whose watches are work that is never given up: for systems that are asked again and again, or that answer without end. */

import { PersistentTask, type Attempt } from "./persistent-task.js";
import type { RegistryTools } from "./registry-options.js";
import type { Finder, FinderSink } from "./registry.js";

/** What one watch does; called again at once when it ends, and after a wait when it fails. */
export type WatchWork = (attempt: Attempt) => Promise<void>;

/** A watch that has more to say than what it does. */
export interface WatchTask {
  readonly work: WatchWork;
  /** In place of ending a wait, at most once a second. */
  refresh?(task: PersistentTask): void;
  /** Before the sink hears of a failure. */
  failed?(): void;
}

/** `start` makes the work of a new watch; it throws for a service that makes no sense. */
export function taskFinder(
  tools: RegistryTools,
  start: (service: string, sink: FinderSink) => WatchWork | WatchTask,
): Finder {
  const tasks = new Set<PersistentTask>();
  return {
    watch(service, sink) {
      const started = start(service, sink);
      const watch: WatchTask = typeof started === "function" ? { work: started } : started;
      const task = new PersistentTask(tools, watch.work, (error) => {
        watch.failed?.();
        sink.failed(error);
      });
      tasks.add(task);
      return {
        refresh: () => (watch.refresh === undefined ? task.wake() : watch.refresh(task)),
        close: () => void task.stop().then(() => tasks.delete(task)),
      };
    },
    async close() {
      await Promise.all([...tasks].map((task) => task.stop()));
    },
  };
}
