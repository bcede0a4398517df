/** `rpcgen lsp`: the language server on stdin and stdout, until the editor says goodbye. */

import { inspect } from "node:util";
import {
  ProposedFeatures,
  StreamMessageReader,
  StreamMessageWriter,
  createConnection,
} from "vscode-languageserver/node";
import { serveLanguage } from "../../compiler/src/language-server/server.js";
import { createNodeHost } from "../../compiler/src/project/host-node.js";
import type { ExitCode } from "../exit-code.js";
import { exitCode } from "../exit-code.js";
import { readConfigApart } from "../read-config-apart.js";
import { version } from "../version.js";

/** Ends when the editor asks for it or is gone. */
export function lspCommand(): Promise<ExitCode> {
  return new Promise((resolve) => {
    const { stdin, stdout } = process;
    const connection = createConnection(
      ProposedFeatures.all,
      new StreamMessageReader(stdin),
      new StreamMessageWriter(stdout),
    );
    let isShutDown = false;
    connection.onShutdown(() => {
      isShutDown = true;
    });
    const end = (): void => resolve(isShutDown ? exitCode.done : exitCode.mistakes);
    connection.onExit(end);
    stdin.once("end", end);
    // An editor that crashed reads no more.
    stdout.on("error", end);
    serveLanguage(connection, {
      createHost: createNodeHost,
      loadConfig: (_host, path) => readConfigApart(path),
      timers: {
        now: () => Math.round(performance.now()),
        after: (ms, run) => {
          const timer = setTimeout(run, ms);
          return () => clearTimeout(timer);
        },
      },
      turn: () => new Promise((done) => setImmediate(done)),
      log: (message) => connection.console.error(message),
      version: version(),
    });
    // One mistake is not the end of the conversation.
    process.removeAllListeners("uncaughtException");
    for (const event of ["uncaughtException", "unhandledRejection"])
      process.on(event, (error) => connection.console.error(`internal error: ${inspect(error)}`));
    connection.listen();
  });
}
