/** Looks at what `serve` is given before anything is opened, so that a mistake is told to who made it and not to callers. */

import type { Mount } from "../call/server-call.js";
import { RpcError } from "../error/rpc-error.js";
import type { ServiceInfo } from "../method/method.js";

/** So many missing methods are named; the others are counted. */
const namedMax = 10;

/**
 * Fails with `invalid-argument` for what are no services and for a handler that lacks methods, which it names; with
 * `already-exists` where two services have the same name.
 */
export function checkServices(services: readonly Mount[]): void {
  const given: unknown = services;
  if (!Array.isArray(given) || !given.every(isMount)) {
    throw new RpcError(
      "invalid-argument",
      "serve wants services: a list of what serve functions such as serveOrders make",
    );
  }
  const names = new Set<string>();
  for (const { service, handler, json } of services) {
    if (names.has(service.name)) throw new RpcError("already-exists", `the service ${service.name} is mounted twice`);
    names.add(service.name);
    // A dispatch table that somebody wrote by hand may do without a handler; generated ones come with their JSON.
    if (json !== undefined) checkHandler(service, handler);
  }
}

function isMount(given: unknown): boolean {
  return typeof given === "object" && given !== null && "service" in given && "handler" in given;
}

function checkHandler({ name, methods }: ServiceInfo, handler: unknown): void {
  if ((typeof handler !== "object" && typeof handler !== "function") || handler === null) {
    throw new RpcError("invalid-argument", `the handler of ${name} is no object with a function for each method`);
  }
  const functions = handler as Readonly<Record<string, unknown>>;
  const missing = methods.map((method) => method.name).filter((method) => typeof functions[method] !== "function");
  if (missing.length === 0) return;
  const more = missing.length > namedMax ? ` and ${String(missing.length - namedMax)} more` : "";
  const named = `${missing.slice(0, namedMax).join(", ")}${more}`;
  throw new RpcError(
    "invalid-argument",
    `the handler of ${name} has no function for ${named}: it wants one for each method`,
  );
}
