/** Answers one request: takes its turn, honours its cancellation, and turns what goes wrong inside into an error of the protocol. */

import { ErrorCodes, LSPErrorCodes, ResponseError } from "vscode-languageserver/node";
import type { CancellationToken } from "vscode-languageserver/node";

/** A refusal that the user is meant to read. */
export class Refusal extends Error {
  override readonly name: string = "Refusal";
}

export interface Answering {
  /** Lets everything that has arrived be read, so that a cancellation counts before the work begins. */
  readonly turn: () => Promise<void>;
  readonly log: (message: string) => void;
}

type Handler<P, R> = (parameters: P, token: CancellationToken) => Promise<R | ResponseError>;

/** A handler that never throws. `name` is what the log calls it. */
export function answer<P, R>(answering: Answering, name: string, work: (parameters: P) => Promise<R>): Handler<P, R> {
  return async (parameters, token) => {
    try {
      await answering.turn();
      if (token.isCancellationRequested) return new ResponseError(LSPErrorCodes.RequestCancelled, "cancelled");
      return await work(parameters);
    } catch (error) {
      if (error instanceof Refusal) return new ResponseError(LSPErrorCodes.RequestFailed, error.message);
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      answering.log(`internal error in ${name}: ${text}`);
      return new ResponseError(ErrorCodes.InternalError, `internal error in ${name}, which the log tells more of`);
    }
  };
}
