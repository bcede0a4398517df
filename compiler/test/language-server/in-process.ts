/** A language server in this process, on given files, for tests that look inside or go through a lot of text. */

import { PassThrough } from "node:stream";
import { ProposedFeatures, StreamMessageReader, StreamMessageWriter } from "vscode-languageserver/node";
import { createConnection } from "vscode-languageserver/node";
import { serveLanguage } from "../../src/language-server/server.js";
import type { Host } from "../../src/project/host.js";
import { LspClient } from "./lsp-client.js";

/** A client of a new server that sees the disk through `host`. */
export function connectInProcess(host: Host): LspClient {
  const [toServer, toClient] = [new PassThrough(), new PassThrough()];
  const connection = createConnection(
    ProposedFeatures.all,
    new StreamMessageReader(toServer),
    new StreamMessageWriter(toClient),
  );
  serveLanguage(connection, {
    createHost: (workingDirectory) => ({ ...host, workingDirectory }),
    loadConfig: async (_host, path) => ({ kind: "loaded", loaded: { path, config: { root: "rpc" } } }),
    timers: {
      now: () => performance.now(),
      after: (ms, run) => {
        const timer = setTimeout(run, ms);
        return () => clearTimeout(timer);
      },
    },
    turn: () => new Promise((done) => setImmediate(done)),
    log: (message) => connection.console.error(message),
    version: "0.0.0",
  });
  connection.listen();
  return new LspClient(toClient, toServer);
}
