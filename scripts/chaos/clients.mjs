/** The clients of chaos runs: a channel over all servers, with retries, that notices quickly. */

import { connect } from "@rpcgen/runtime";

const settings = {
  backoff: { initialMs: 20, maxMs: 500 },
  keepalive: { intervalMs: 1000, timeoutMs: 1000, whileIdle: true },
  closeGraceMs: 1000,
  // Short, so that a server that was away comes back within a run.
  outliers: { intervalMs: 500, ejectionMs: 500 },
  policies: { methods: { "*": { retry: { attempts: 3 } } } },
};

/** A channel to one server, to several, or to what a registry knows. */
export function openClient(target, options = {}) {
  return connect(Array.isArray(target) && target.length === 1 ? target[0] : target, { ...settings, ...options });
}
