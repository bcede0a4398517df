/** What the primary knows of a worker process: messages to and from it, and its end. */

/** What the primary tells a worker. */
export interface FromPrimary {
  readonly rpcgen: "leave";
  /** How long running calls may take. */
  readonly graceMs: number;
}

/** What a worker tells the primary: it serves, or it could not start to. */
export type FromWorker = { readonly rpcgen: "serving" } | { readonly rpcgen: "failed"; readonly why: string };

/** A running process. */
export interface WorkerProcess {
  readonly pid: number;
  /** Asks it to drain and end; one that cannot hear it any more is about to end anyway. */
  leave(graceMs: number): void;
  /** Ends it at once. */
  kill(): void;
}

/** Called with what a process says and, once and last, with how it ended, for instance `exit code 1`. */
export interface WorkerSink {
  said(message: FromWorker): void;
  ended(how: string): void;
}

/** Starts one more worker. */
export type Fork = (sink: WorkerSink) => WorkerProcess;

// Applications may send messages of their own between the same processes.
export function isFromPrimary(message: unknown): message is FromPrimary {
  return wordOf(message) === "leave";
}

export function isFromWorker(message: unknown): message is FromWorker {
  const word = wordOf(message);
  return word === "serving" || word === "failed";
}

function wordOf(message: unknown): unknown {
  if (typeof message !== "object" || message === null) return undefined;
  return (message as { readonly rpcgen?: unknown }).rpcgen;
}
