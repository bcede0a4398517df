/** What the `.rpc` file says of the values in a service's requests, as functions that check them. */

import type { CheckMessage } from "../codec/rules/check.js";
import type { ServiceInfo } from "./method.js";

/** The rules of a service; its methods stand at their dispatch indexes. */
export interface ServiceRules {
  readonly service: ServiceInfo;
  /** What checks a request of each method; undefined where any is right. What is passed in was typed where it was generated. */
  readonly requests: readonly (CheckMessage<never> | undefined)[];
}
