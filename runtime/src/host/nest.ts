/** A provider of Nest 11: calls beside its controllers, from when the application starts until it shuts down. */

import { RpcError } from "../error/rpc-error.js";
import type { Server } from "../server/serve-options.js";
import type { HttpServer } from "../transport/mounted.js";
import { serveIn, type HostedOptions } from "./hosted.js";

/** Has the hooks that Nest calls by name. */
export interface NestRpc {
  /** The server; there once the application has started. */
  readonly server: Server;
  onApplicationBootstrap(): Promise<void>;
  onModuleDestroy(): Promise<void>;
}

/**
 * For `useFactory` of a provider: serves calls over WebSocket in Nest's HTTP server, and natively with `port`. It closes first of all, since
 * Nest destroys modules before those that they import: so handlers have what they need until the calls that run have finished.
 */
export function nestRpc(httpServer: () => HttpServer, options: HostedOptions): NestRpc {
  let server: Server | undefined;
  return {
    get server() {
      if (server === undefined) throw new RpcError("failed-precondition", "the application has not started yet");
      return server;
    },
    async onApplicationBootstrap() {
      server = await serveIn(httpServer(), options);
    },
    async onModuleDestroy() {
      await server?.close();
    },
  };
}
