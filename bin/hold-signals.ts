/** Keeps a step that must not be cut in half from being cut by Ctrl-C. */

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Runs a synchronous step to its end even if a signal arrives meanwhile; the signal then ends the process, as it would
 * have done before.
 */
export async function holdSignals<T>(step: () => T): Promise<T> {
  let held: NodeJS.Signals | undefined;
  const hold = (signal: NodeJS.Signals): void => {
    held = signal;
  };
  for (const signal of signals) process.on(signal, hold);
  try {
    return step();
  } finally {
    // Signals are delivered while the event loop polls; the first immediate may come before that, the second cannot.
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    for (const signal of signals) process.off(signal, hold);
    if (held !== undefined) process.kill(process.pid, held);
  }
}
