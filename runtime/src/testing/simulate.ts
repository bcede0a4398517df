/** Runs a test on a network of its own while virtual time passes by itself. */

import { createTestNetwork, type TestNetwork } from "./test-network.js";

export interface SimulationOptions {
  /** Repeats a run; the environment variable `SEED` or a random one where left out. */
  readonly seed?: number | undefined;
  /** The virtual time that the run may take, in milliseconds; an hour where left out. */
  readonly withinMs?: number | undefined;
}

/**
 * Runs `body`, and moves the clock whenever nothing else can go on: calls, deadlines, backoff and `network.clock.sleep` take no real
 * time. Settles like `body`; where that fails, the error's message also has the seed and the trace of what happened.
 */
export async function simulate<T>(
  { seed, withinMs }: SimulationOptions,
  body: (network: TestNetwork) => Promise<T>,
): Promise<T> {
  const network = createTestNetwork({ seed: seed ?? seedOfChoice() });
  try {
    return await network.clock.run(body(network), withinMs);
  } catch (error) {
    throw withTrace(error, network);
  }
}

function seedOfChoice(): number {
  const given = process.env["SEED"];
  return given === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(given);
}

function withTrace(thrown: unknown, network: TestNetwork): Error {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const told = `\n\nThe network (SEED=${network.seed} repeats it):\n${network.trace.toString()}`;
  try {
    error.message += told;
    return error;
  } catch {
    return new Error(`${error.message}${told}`, { cause: error });
  }
}
