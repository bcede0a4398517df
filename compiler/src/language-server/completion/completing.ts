/** One completion that is being put together. */

import type { TextEdit } from "vscode-languageserver/node";
import type { EditorWorkspace, SeenFile } from "../workspace/editor-workspace.js";
import type { Cursor } from "./cursor.js";

/** What stands behind every completion. */
export interface Completing {
  readonly workspace: EditorWorkspace;
  readonly seen: SeenFile;
  readonly cursor: Cursor;
  /** Replaces the word that is being written. */
  readonly edit: (text: string) => TextEdit;
}
