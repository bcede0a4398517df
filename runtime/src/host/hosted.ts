/** What it takes to serve calls in an HTTP server that somebody else opens and closes. */

import type { Server, ServeOptions } from "../server/serve-options.js";
import type { WebSocketOptions } from "../server/open-listener.js";
import { serve } from "../server/server.js";
import type { HttpServer } from "../transport/mounted.js";

/** As for `serve`; with a `port`, native clients have one of their own beside the HTTP server's. */
export interface HostedOptions extends Omit<ServeOptions, "webSocket" | "signals"> {
  /** The path and the origins of WebSockets in the HTTP server. */
  readonly webSocket?: Omit<WebSocketOptions, "server"> | undefined;
}

/** Serves in the HTTP server; signals are its owner's business. */
export function serveIn(server: HttpServer, options: HostedOptions): Promise<Server> {
  return serve({ ...options, webSocket: { ...options.webSocket, server } });
}
