/** Serves on several cores: the same program in several processes that share its ports. */

import { fileURLToPath } from "node:url";
import { systemClock } from "../clock.js";
import { thrownText } from "../error/plain-text.js";
import { RpcError } from "../error/rpc-error.js";
import type { CloseOptions } from "../server/close-options.js";
import type { ClusterEvent, ClusterObserver } from "./cluster-event.js";
import { leaveSignalsToSupervisor } from "../server/drain-on-signals.js";
import { cores, disconnect, forkWorker, hearPrimary, isPrimary, tellPrimary } from "./node-cluster.js";
import { printClusterEvent } from "./print-cluster-event.js";
import { pictureOf } from "./program-files.js";
import { ProgramWatch } from "./program-watch.js";
import { WorkerPool } from "./worker-pool.js";

/** What a worker serves with, and what it closes when it leaves: a `Server`, or whatever holds one. */
export interface Closable {
  close(options?: CloseOptions): Promise<void>;
}

export interface WorkersOptions {
  /** How many processes serve; as many as there are cores where left out. */
  readonly workers?: number | undefined;
  /** How long running calls of a worker that leaves may take; 10 s where left out. */
  readonly graceMs?: number | undefined;
  /** How long a worker that leaves goes on as usual before, so that its clients turn away; what `serve` was told where left out. */
  readonly unreadyMs?: number | undefined;
  /** From a worker's start until it serves; 30 s where left out. */
  readonly startTimeoutMs?: number | undefined;
  /** Crashes within a minute, 10 where left out; one more, and all workers end, because replacing them is no help. */
  readonly crashesMax?: number | undefined;
  /** SIGTERM and SIGINT drain, twice they cut; SIGHUP restarts. False leaves all of them to the application. */
  readonly signals?: boolean | undefined;
  /**
   * For development: files and folders of the program, as paths or `file:` URLs. Soon after one of them has changed, the workers
   * are replaced as by `restart`, so that no call fails; a build that does not start is told and leaves those that serve.
   */
  readonly watch?: readonly (string | URL)[] | undefined;
  /** Receives what happens to workers; crashes and failures are printed to stderr where it is left out. */
  readonly observe?: ClusterObserver | undefined;
}

/** The workers of a primary. */
export interface Workers {
  /**
   * Replaces the workers one by one, each new one serving before an old one drains. Rejects where a new one does not come up;
   * the old ones that are left go on.
   */
  restart(): Promise<void>;
  /** Drains all workers; called again with a shorter `graceMs`, it hurries. Always ends. */
  close(options?: CloseOptions): Promise<void>;
  /** Settles when the last worker has ended; rejects where workers crashed too often. */
  readonly ended: Promise<void>;
}

/**
 * In the first process: starts this program again `workers` times, never calls `serve`, and settles with the workers when all
 * of them serve. In a worker: calls `serve`, and settles with undefined when it has. Fails with `unavailable` where the
 * first workers do not come up.
 */
export async function runWorkers(
  serve: () => Closable | Promise<Closable>,
  options: WorkersOptions = {},
): Promise<Workers | undefined> {
  if (isPrimary) return runPrimary(options);
  await runWorker(serve, options.unreadyMs);
  return undefined;
}

async function runPrimary(options: WorkersOptions): Promise<Workers> {
  const workers = atLeast(1, "workers", options.workers ?? cores);
  const graceMs = atLeast(0, "graceMs", options.graceMs ?? 10_000);
  const places = watchedPlaces(options.watch ?? []);
  const pool = new WorkerPool({
    workers,
    graceMs,
    unreadyMs: atLeast(0, "unreadyMs", options.unreadyMs ?? 0),
    startTimeoutMs: atLeast(0, "startTimeoutMs", options.startTimeoutMs ?? 30_000),
    crashesMax: atLeast(0, "crashesMax", options.crashesMax ?? 10),
    clock: systemClock,
    random: Math.random,
    fork: forkWorker,
    tell: (event) => tell(options.observe ?? printClusterEvent, event),
  });
  const watch = new ProgramWatch({
    look: () => pictureOf(places),
    restart: () => void pool.restart().catch(() => {}),
    clock: systemClock,
  });
  const forget = options.signals === false ? (): void => {} : obeySignals(pool);
  void pool.ended
    .finally(() => {
      watch.stop();
      forget();
    })
    .catch(() => {
      // Nobody may be left who asks, and a supervisor has to see that this is no ordinary end.
      process.exitCode = 1;
    });
  if (places.length > 0) await watch.start();
  await pool.start();
  return {
    restart: () => pool.restart(),
    close: (closing) => pool.close(closing?.graceMs ?? graceMs),
    ended: pool.ended,
  };
}

function watchedPlaces(places: readonly (string | URL)[]): readonly string[] {
  if (!Array.isArray(places)) throw new RpcError("invalid-argument", "watch is a list of files and folders");
  return places.map((place: string | URL) => {
    if (typeof place === "string" && !place.startsWith("file:") && place !== "") return place;
    try {
      return fileURLToPath(place);
    } catch {
      throw new RpcError(
        "invalid-argument",
        `watch names files and folders by path or file: URL, not ${String(place)}`,
      );
    }
  });
}

function tell(observe: ClusterObserver, event: ClusterEvent): void {
  try {
    observe(event);
  } catch {
    // An observer may not break what it watches.
  }
}

/** Until the returned function is called, signals to the primary are about all workers. */
function obeySignals(pool: WorkerPool): () => void {
  let isLeaving = false;
  const end = (): void => {
    if (isLeaving) return pool.kill();
    isLeaving = true;
    // Whatever else the program holds, it was asked to end.
    void pool.close().finally(() => process.exit());
  };
  const restart = (): void => void pool.restart().catch(() => {});
  process.on("SIGTERM", end);
  process.on("SIGINT", end);
  process.on("SIGHUP", restart);
  return () => {
    process.off("SIGTERM", end);
    process.off("SIGINT", end);
    process.off("SIGHUP", restart);
  };
}

async function runWorker(serve: () => Closable | Promise<Closable>, unreadyMs: number | undefined): Promise<void> {
  // A terminal, or a supervisor, sends its signals to the whole group. The primary decides what they mean.
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, () => {});
  leaveSignalsToSupervisor();
  let running: Closable | undefined;
  let wantedGraceMs: number | undefined;
  const leave = (graceMs: number): void => {
    wantedGraceMs = graceMs;
    void running?.close({ graceMs, unreadyMs }).finally(disconnect);
  };
  hearPrimary(leave);
  try {
    running = await serve();
  } catch (thrown) {
    await tellPrimary({ rpcgen: "failed", why: thrownText(thrown, "the program") });
    throw thrown;
  }
  if (wantedGraceMs !== undefined) leave(wantedGraceMs);
  else await tellPrimary({ rpcgen: "serving" });
}

function atLeast(least: number, name: string, value: number): number {
  if (typeof value === "number" && value >= least && (name !== "workers" || Number.isInteger(value))) return value;
  throw new RpcError("invalid-argument", `${name} must be a number from ${least} on, not ${String(value)}`);
}
