/** Where trouble goes unless the application takes it: the one place that prints. */

/** Prints what a handler threw with its stack. Clients are told no more than that it failed. */
export function printUnforeseen(thrown: unknown, method: string): void {
  console.error(`rpcgen: the handler of ${method} failed:`, thrown);
}

/** Prints a sentence about trouble that no call has. */
export function printTrouble(sentence: string): void {
  console.error(`rpcgen: ${sentence}`);
}
