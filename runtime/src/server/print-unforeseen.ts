/** Where a handler's unforeseen errors go unless the application takes them: the one place that prints. */

/** Prints what a handler threw with its stack. Clients are told no more than that it failed. */
export function printUnforeseen(thrown: unknown, method: string): void {
  console.error(`rpcgen: the handler of ${method} failed:`, thrown);
}
