/** Where policies come from that may change while the program runs. */

import type { PolicyDocument } from "./policies.js";

/** Policies that may change, for instance from `watchPolicies`; one may serve many channels and servers. */
export interface PolicySource {
  /** What is in force now. */
  readonly current: PolicyDocument;
  /** Calls `changed` after each change, until what it returns is called. */
  subscribe(changed: () => void): () => void;
  /** Ends what keeps the policies up to date; what is in force stays. */
  close(): void;
}
