/** Opens what policies do on a server, where its options or its services ask for any. */

import type { ServerCall } from "../call/server-call.js";
import type { Clock } from "../clock.js";
import type { Observer } from "../events.js";
import type { MethodInfo, ServiceInfo } from "../method/method.js";
import type { ServerPolicies } from "../resilience/policies.js";
import type { PolicySource } from "../resilience/policy-source.js";
import type { ServerStack } from "../resilience/server-stack.js";

export interface ServerPolicyOptions {
  /** Rules for methods, and for the server as a whole. Annotations in the IDL say less, a policy file says more. */
  readonly policies?: ServerPolicies | undefined;
  /**
   * `file:policies.json`, or what `watchPolicies` has opened: its `server` part wins over `policies`, and changes with it. A file
   * that cannot be used when the server starts keeps it from starting.
   */
  readonly policyFile?: string | PolicySource | undefined;
  /**
   * Whose idempotency key a call carries: keys of different clients have nothing to do with each other. By the certificate, or
   * else by the host, where left out.
   */
  readonly identify?: ((call: ServerCall) => string) | undefined;
}

export interface PolicyGuard {
  readonly stack: ServerStack;
  /** Ends the watch of a file that was opened for this server. */
  close(): void;
}

/** Undefined where no policy says anything, so that such servers do not carry what policies need. */
export async function openPolicyGuard(
  options: ServerPolicyOptions,
  services: readonly ServiceInfo[],
  clock: Clock,
  observe: Observer | undefined,
): Promise<PolicyGuard | undefined> {
  const { policies, policyFile, identify } = options;
  const isAnnotated = services.some(({ methods }) => methods.some(concernsServer));
  if (policies === undefined && policyFile === undefined && !isAnnotated) return undefined;
  const { ServerStack } = await import("../resilience/server-stack.js");
  let own: PolicySource | undefined;
  if (typeof policyFile === "string") {
    const { watchPolicies } = await import("../resilience/policy-file.js");
    own = await watchPolicies(policyFile, { observe, clock });
  }
  const source = typeof policyFile === "string" ? own : policyFile;
  let stack: ServerStack;
  try {
    stack = new ServerStack({ services, policies, source, identify, clock, random: Math.random });
  } catch (error) {
    own?.close();
    throw error;
  }
  const close = (): void => {
    stack.close();
    own?.close();
  };
  return { stack, close };
}

function concernsServer({ policy }: MethodInfo): boolean {
  return (
    policy !== undefined &&
    (policy.rateLimit !== undefined || policy.concurrency !== undefined || policy.idempotencyKey === true)
  );
}
