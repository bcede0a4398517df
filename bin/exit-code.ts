/** What the command's exit codes mean; they are API. SIGINT ends it by the signal, which shells report as 130. */

export const exitCode = {
  done: 0,
  /** The `.rpc` files have errors, or the outputs cannot be written. */
  mistakes: 1,
  /** The command line or the configuration is wrong. */
  usage: 2,
  /** `--check` found outputs that are not what they should be, or `breaking` a change that breaks. */
  differences: 3,
  /** The server that was called answered with an error, or did not answer. */
  callFailed: 4,
  /** A mistake in rpcgen itself. */
  internal: 70,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

/** The command line or the configuration is wrong. */
export class UsageError extends Error {
  override readonly name: string = "UsageError";
  /** What to do instead. */
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}
