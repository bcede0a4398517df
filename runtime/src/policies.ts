/** Policy files: a subpath of its own, because it wants a disk. */

export type {
  BreakerPolicy,
  ChannelPolicy,
  ClientPolicies,
  ClientRule,
  PolicyDocument,
  RetryBudget,
  Rules,
  ServerPolicies,
  ServerRule,
} from "./resilience/policies.js";
export { watchPolicies } from "./resilience/policy-file.js";
export type { WatchPoliciesOptions } from "./resilience/policy-file.js";
export type { PolicySource } from "./resilience/policy-source.js";
export { checkPolicies } from "./resilience/read-policies.js";
