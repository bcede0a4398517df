/** What the server tells the editor that it can do, and what it remembers of the editor. */

import { CodeActionKind, PositionEncodingKind, TextDocumentSyncKind } from "vscode-languageserver/node";
import type { InitializeParams, InitializeResult } from "vscode-languageserver/node";
import { semanticLegend } from "./feature/semantic-tokens.js";
import type { EditorWorkspace } from "./workspace/editor-workspace.js";
import { pathOfUri } from "./workspace/uri.js";

/** Takes over the folders that are open in the editor. */
export function capabilitiesFor(
  parameters: InitializeParams,
  workspace: EditorWorkspace,
  version: string,
): InitializeResult {
  for (const uri of foldersOf(parameters)) workspace.addFolder(pathOfUri(uri));
  return {
    serverInfo: { name: "rpcgen", version },
    capabilities: {
      positionEncoding: PositionEncodingKind.UTF16,
      textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
      completionProvider: { triggerCharacters: [".", "@", ":", '"', "/", "(", "<", "="] },
      hoverProvider: true,
      signatureHelpProvider: { triggerCharacters: ["(", ","] },
      definitionProvider: true,
      referencesProvider: true,
      documentHighlightProvider: true,
      renameProvider: { prepareProvider: true },
      codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix] },
      documentFormattingProvider: true,
      documentSymbolProvider: true,
      workspaceSymbolProvider: true,
      foldingRangeProvider: true,
      documentLinkProvider: {},
      semanticTokensProvider: { legend: semanticLegend, full: true, range: true },
      workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
    },
  };
}

/** Older editors know one folder only. */
function foldersOf(parameters: InitializeParams): readonly string[] {
  const { workspaceFolders, rootUri } = readFolders(parameters);
  if (workspaceFolders !== undefined && workspaceFolders.length > 0) return workspaceFolders.map(({ uri }) => uri);
  return rootUri === undefined ? [] : [rootUri];
}

/** Editors send null where there is nothing. */
function readFolders(parameters: InitializeParams): {
  readonly workspaceFolders: readonly { readonly uri: string }[] | undefined;
  readonly rootUri: string | undefined;
} {
  const rootUri: unknown = Reflect.get(parameters, "rootUri");
  return {
    workspaceFolders: parameters.workspaceFolders ?? undefined,
    rootUri: typeof rootUri === "string" ? rootUri : undefined,
  };
}
