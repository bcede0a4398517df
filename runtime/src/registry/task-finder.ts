/** Finders whose watches are work that is never given up: for systems that are asked again and again, or that answer without end. */

import { PersistentTask, type Attempt } from "./persistent-task.js";
import type { RegistryTools } from "./registry-options.js";
import type { Finder, FinderSink } from "./registry.js";

/** What one watch does; called again at once when it ends, and after a wait when it fails. */
export type WatchWork = (attempt: Attempt) => Promise<void>;

/** `start` makes the work of a new watch; it throws for a service that makes no sense. */
export function taskFinder(tools: RegistryTools, start: (service: string, sink: FinderSink) => WatchWork): Finder {
  const tasks = new Set<PersistentTask>();
  return {
    watch(service, sink) {
      const task = new PersistentTask(tools, start(service, sink), (error) => sink.failed(error));
      tasks.add(task);
      return {
        refresh: () => task.wake(),
        close: () => void task.stop().then(() => tasks.delete(task)),
      };
    },
    async close() {
      await Promise.all([...tasks].map((task) => task.stop()));
    },
  };
}
