/** The door to `node:cluster`: forks workers, and speaks for a worker with its primary. */

import cluster, { type Worker } from "node:cluster";
import { availableParallelism } from "node:os";
import { thrownText } from "../error/plain-text.js";
import { isFromPrimary, isFromWorker, type FromPrimary, type FromWorker } from "./worker-process.js";
import type { WorkerProcess, WorkerSink } from "./worker-process.js";

export const isPrimary: boolean = cluster.isPrimary;

/** How many threads this process may use at once. */
export const cores: number = availableParallelism();

/** Starts another process of the program that runs now, with the same arguments. */
export function forkWorker(sink: WorkerSink): WorkerProcess {
  let worker: Worker;
  try {
    worker = cluster.fork();
  } catch (error) {
    // Out of file descriptors or memory: no event comes.
    queueMicrotask(() => sink.ended(notStarted(error)));
    return { pid: 0, leave: () => {}, kill: () => {} };
  }
  worker.on("message", (message: unknown) => {
    if (isFromWorker(message)) sink.said(message);
  });
  // A message to a process that has just ended fails, and its end says enough; one that never started has no end.
  worker.on("error", (error: unknown) => {
    if (worker.process.pid === undefined) sink.ended(notStarted(error));
  });
  worker.on("exit", (code: number | null, signal: string | null) => {
    sink.ended(signal === null ? `exit code ${String(code)}` : `killed by ${signal}`);
  });
  return {
    pid: worker.process.pid ?? 0,
    leave: (graceMs) => tell(worker, { rpcgen: "leave", graceMs }),
    kill: () => {
      // Without a process of its own, the signal would go to the group of this one.
      if (worker.process.pid !== undefined) worker.process.kill("SIGKILL");
    },
  };
}

function notStarted(error: unknown): string {
  return `it could not be started: ${thrownText(error, "the system")}`;
}

function tell(worker: Worker, message: FromPrimary): void {
  if (worker.isConnected()) worker.send(message);
}

/** A worker's side: calls `leave` each time the primary asks it to. */
export function hearPrimary(leave: (graceMs: number) => void): void {
  process.on("message", (message: unknown) => {
    if (isFromPrimary(message)) leave(message.graceMs);
  });
}

/** Tells the primary; settles when the message has left, so that the process may end. */
export function tellPrimary(message: FromWorker): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined || !process.connected) resolve();
    else process.send(message, undefined, undefined, () => resolve());
  });
}

/** Lets a worker go: nothing of the cluster keeps the process alive any more. */
export function disconnect(): void {
  if (cluster.worker?.isConnected() === true) cluster.worker.disconnect();
}
