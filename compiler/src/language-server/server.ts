/** The language server: what it can do, and which part of the code answers which message. */

import type {
  Connection,
  InitializeParams,
  Position,
  Range,
  TextDocumentPositionParams,
} from "vscode-languageserver/node";
import { Refusal, answer } from "./answer.js";
import type { Answering } from "./answer.js";
import { capabilitiesFor } from "./capabilities.js";
import { completeAt } from "./completion/complete.js";
import { codeActionsIn } from "./feature/code-actions.js";
import { foldsIn } from "./feature/folding.js";
import { formatEdits } from "./feature/format.js";
import { hoverAt } from "./feature/hover.js";
import { definitionAt, highlightsAt, linksIn, referencesAt } from "./feature/references.js";
import { renameAt, renameableAt } from "./feature/rename.js";
import { semanticTokensOf } from "./feature/semantic-tokens.js";
import { signatureAt } from "./feature/signature-help.js";
import { findSymbols, outlineOf } from "./feature/symbols.js";
import { Publisher } from "./publisher.js";
import type { Timers } from "./publisher.js";
import { listen } from "./listen.js";
import type { EditorAbilities } from "./listen.js";
import { EditorWorkspace } from "./workspace/editor-workspace.js";
import type { SeenFile, WorkspaceWorld } from "./workspace/editor-workspace.js";
import { offsetAt } from "./workspace/positions.js";

/** The world outside, given by whoever starts the server. */
export interface ServerWorld extends WorkspaceWorld, Answering {
  readonly timers: Timers;
  readonly version: string;
}

/** Lets a server speak over a connection; the caller starts the connection to listen. */
export function serveLanguage(connection: Connection, world: ServerWorld): void {
  const workspace = new EditorWorkspace(world);
  const publisher = new Publisher(connection, workspace, world);
  const editor: EditorAbilities = { canWatch: false };
  connection.onInitialize((parameters: InitializeParams) => {
    editor.canWatch = parameters.capabilities.workspace?.didChangeWatchedFiles?.dynamicRegistration === true;
    return capabilitiesFor(parameters, workspace, world.version);
  });
  listen(connection, workspace, publisher, world, editor);
  answerAboutPlaces(connection, workspace, world);
  answerAboutDocuments(connection, workspace, world);
}

/** A file of the workspace and an offset in it. */
interface Spot {
  readonly seen: SeenFile;
  readonly offset: number;
}

async function spotAt(workspace: EditorWorkspace, at: TextDocumentPositionParams): Promise<Spot | undefined> {
  const seen = await seenAt(workspace, at.textDocument.uri);
  return seen === undefined ? undefined : { seen, offset: offsetAt(seen.file.syntax.source, at.position) };
}

async function seenAt(workspace: EditorWorkspace, uri: string): Promise<SeenFile | undefined> {
  await workspace.settle();
  return workspace.seen(workspace.documents.pathOf(uri))[0];
}

/** Requests about one place in a document. */
function answerAboutPlaces(connection: Connection, workspace: EditorWorkspace, world: ServerWorld): void {
  const at = <P extends TextDocumentPositionParams, R>(name: string, work: (spot: Spot, parameters: P) => R) =>
    answer(world, name, async (parameters: P): Promise<R | null> => {
      const spot = await spotAt(workspace, parameters);
      return spot === undefined ? null : work(spot, parameters);
    });
  connection.onCompletion(at("completion", ({ seen, offset }) => completeAt(workspace, seen, offset)));
  connection.onHover(at("hover", ({ seen, offset }) => hoverAt(seen, offset) ?? null));
  connection.onSignatureHelp(at("signature help", ({ seen, offset }) => signatureAt(seen, offset) ?? null));
  connection.onDefinition(at("definition", ({ seen, offset }) => definitionAt(workspace, seen, offset)));
  connection.onDocumentHighlight(at("highlights", ({ seen, offset }) => highlightsAt(seen, offset)));
  connection.onReferences(
    at("references", ({ seen, offset }, { context }: { context: { includeDeclaration: boolean } } & AnyPlace) =>
      referencesAt(workspace, seen, offset, context.includeDeclaration),
    ),
  );
  connection.onPrepareRename(
    at("rename", ({ seen, offset }) => {
      const renameable = renameableAt(seen, offset);
      if (renameable.kind === "refused") throw new Refusal(renameable.reason);
      return { range: renameable.range, placeholder: renameable.placeholder };
    }),
  );
  connection.onRenameRequest(
    at("rename", ({ seen, offset }, { newName }: { newName: string } & AnyPlace) => {
      const renaming = renameAt(workspace, seen, offset, newName);
      if (renaming.kind === "refused") throw new Refusal(renaming.reason);
      return renaming.edit;
    }),
  );
}

interface AnyDocument {
  readonly textDocument: { uri: string };
}

interface AnyPlace extends AnyDocument {
  readonly position: Position;
}

/** Requests about a whole document, a range of it, or the whole workspace. */
function answerAboutDocuments(connection: Connection, workspace: EditorWorkspace, world: ServerWorld): void {
  const of = <P extends AnyDocument, R>(name: string, work: (seen: SeenFile, parameters: P) => R) =>
    answer(world, name, async (parameters: P): Promise<R | null> => {
      const seen = await seenAt(workspace, parameters.textDocument.uri);
      return seen === undefined ? null : work(seen, parameters);
    });
  connection.onCodeAction(of("code actions", (seen, { range }) => codeActionsIn(workspace, seen, range)));
  connection.onDocumentSymbol(of("symbols", ({ file }) => outlineOf(file.syntax)));
  connection.onDocumentFormatting(of("formatting", ({ file }) => formatEdits(file.syntax.source)));
  connection.onFoldingRanges(of("folding", ({ file }) => foldsIn(file.syntax)));
  connection.onDocumentLinks(of("links", (seen) => linksIn(workspace, seen)));
  const tokens = of("semantic tokens", (seen) => semanticTokensOf(seen));
  const tokensIn = of("semantic tokens", (seen, { range }: AnyDocument & { range: Range }) =>
    semanticTokensOf(seen, range),
  );
  connection.languages.semanticTokens.on(tokens);
  connection.languages.semanticTokens.onRange(tokensIn);
  connection.onWorkspaceSymbol(
    answer(world, "workspace symbols", async ({ query }) => {
      await workspace.settle();
      return findSymbols(workspace, query);
    }),
  );
}
