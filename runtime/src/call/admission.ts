/** Lets calls into a server, or turns them away before anything of them is decoded. */

import type { RpcError } from "../error/rpc-error.js";
import type { StatusCode } from "../error/status.js";

/** One call that was let in. */
export interface Admitted {
  /** Told once, when the call is over and its handler is through: with the failure's code, undefined after an answer. */
  over(code: StatusCode | undefined): void;
}

/** Asked about every call as it comes. Never throws. */
export interface Admission {
  /** `path` is `/package.Service/Method`. Undefined lets in a call that nobody counts; an error turns it away, surely not processed. */
  admit(path: string): Admitted | RpcError | undefined;
}
