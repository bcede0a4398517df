/** What the editor tells without asking: documents, folders, files on the disk. */

import { DidChangeWatchedFilesNotification, DidChangeWorkspaceFoldersNotification } from "vscode-languageserver/node";
import type { Connection } from "vscode-languageserver/node";
import type { Answering } from "./answer.js";
import type { Publisher } from "./publisher.js";
import type { EditorWorkspace } from "./workspace/editor-workspace.js";
import { pathOfUri } from "./workspace/uri.js";

/** What the server wants to hear of. */
const watched: readonly string[] = ["**/*.rpc", "**/rpcgen.config.*"];

/** What the editor said of itself; known once it has introduced itself. */
export interface EditorAbilities {
  /** Whether it can be asked to watch files. */
  canWatch: boolean;
}

export function listen(
  connection: Connection,
  workspace: EditorWorkspace,
  publisher: Publisher,
  answering: Answering,
  editor: EditorAbilities,
): void {
  const { documents } = workspace;
  /** A notification has no answer: what goes wrong is logged, and the server lives on. */
  const hear = <P>(name: string, work: (parameters: P) => void) => {
    return (parameters: P): void => {
      try {
        work(parameters);
        publisher.soon();
      } catch (error) {
        answering.log(`internal error in ${name}: ${error instanceof Error ? (error.stack ?? "") : String(error)}`);
      }
    };
  };
  connection.onInitialized(() => {
    const options = { watchers: watched.map((globPattern) => ({ globPattern })) };
    // For editors that cannot watch, saving has to do.
    if (editor.canWatch)
      connection.client.register(DidChangeWatchedFilesNotification.type, options).catch(() => undefined);
    // Heard whether or not the editor announced that it would tell.
    connection.onNotification(
      DidChangeWorkspaceFoldersNotification.type,
      hear("folders", ({ event: { added, removed } }) => {
        for (const { uri } of removed) workspace.removeFolder(pathOfUri(uri));
        for (const { uri } of added) workspace.addFolder(pathOfUri(uri));
      }),
    );
    publisher.soon();
  });
  connection.onDidOpenTextDocument(
    hear("opening", ({ textDocument: { uri, languageId, version, text } }) => {
      workspace.textChanged(documents.open(uri, languageId, version, text));
      workspace.documentsChanged();
    }),
  );
  connection.onDidChangeTextDocument(
    hear("editing", ({ textDocument: { uri, version }, contentChanges }) => {
      const path = documents.change(uri, version, contentChanges);
      if (path !== undefined) workspace.textChanged(path);
    }),
  );
  connection.onDidCloseTextDocument(
    hear("closing", ({ textDocument: { uri } }) => {
      const path = documents.close(uri);
      if (path === undefined) return;
      workspace.textChanged(path);
      workspace.documentsChanged();
    }),
  );
  connection.onDidSaveTextDocument(
    hear("saving", ({ textDocument: { uri } }) => workspace.filesChanged([documents.pathOf(uri)])),
  );
  connection.onDidChangeWatchedFiles(
    hear("watching", ({ changes }) => {
      const paths = changes.map(({ uri }) => pathOfUri(uri));
      if (paths.some((path) => /\/rpcgen\.config\.[^/]*$/.test(path))) workspace.configsChanged();
      workspace.filesChanged(paths);
    }),
  );
}
