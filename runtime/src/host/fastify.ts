/** A plug-in of Fastify 5: calls beside its routes, which end before it closes. */

import type { HttpServer } from "../transport/mounted.js";
import { serveIn, type HostedOptions } from "./hosted.js";

/** What is used of a Fastify instance. */
export interface FastifyHost {
  readonly server: HttpServer;
  decorate(name: "rpc", value: unknown): unknown;
  addHook(name: "preClose", hook: () => Promise<void>): unknown;
}

/** `await app.register(fastifyRpc, { services })`. */
export type FastifyRpc = (app: FastifyHost, options: HostedOptions) => Promise<void>;

async function register(app: FastifyHost, options: HostedOptions): Promise<void> {
  // With an empty object where Fastify is given no options, which `serve` refuses with a sentence.
  const server = await serveIn(app.server, ownOptions(options));
  app.decorate("rpc", server);
  app.addHook("preClose", () => server.close());
}

/** Fastify's own options of a plug-in are none of `serve`. */
function ownOptions(
  options: HostedOptions & { readonly prefix?: unknown; readonly logLevel?: unknown },
): HostedOptions {
  const { prefix: _prefix, logLevel: _logLevel, ...own } = options;
  return own;
}

/**
 * Serves calls over WebSocket in Fastify's server, and natively with `port`. `app.close()` lets the calls finish that run, before its
 * `onClose` hooks run. The server is there as `app.rpc`.
 */
export const fastifyRpc: FastifyRpc = Object.assign(register, {
  // Seen by the whole application, and not only by what is registered within.
  [Symbol.for("skip-override")]: true,
  [Symbol.for("fastify.display-name")]: "rpcgen",
});
