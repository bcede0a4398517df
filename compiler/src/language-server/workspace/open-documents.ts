/** The texts that editors hold open: what they say counts, whatever is on the disk. */

import { TextDocument } from "vscode-languageserver-textdocument";
import type { TextDocumentContentChangeEvent } from "vscode-languageserver-textdocument";
import type { Host } from "../../project/host.js";
import { pathOfUri, uriOfPath } from "./uri.js";

interface OpenDocument {
  readonly path: string;
  readonly document: TextDocument;
}

export class OpenDocuments {
  /** By real path; read by the hosts of all projects. */
  readonly overlays: Map<string, string> = new Map();
  readonly #byUri: Map<string, OpenDocument> = new Map();
  readonly #uris: Map<string, string> = new Map();
  readonly #disk: Host;

  constructor(disk: Host) {
    this.#disk = disk;
  }

  /** The real path of a document, open or not. */
  pathOf(uri: string): string {
    const open = this.#byUri.get(uri);
    if (open !== undefined) return open.path;
    const path = pathOfUri(uri);
    return this.#disk.find(path)?.realPath ?? path;
  }

  /** The URI by which the editor knows a file. */
  uriOf(path: string): string {
    return this.#uris.get(path) ?? uriOfPath(path);
  }

  paths(): Iterable<string> {
    return this.#uris.keys();
  }

  /** Undefined where the file is not open. */
  versionOf(path: string): number | undefined {
    const uri = this.#uris.get(path);
    return uri === undefined ? undefined : this.#byUri.get(uri)?.document.version;
  }

  textOf(uri: string): string | undefined {
    return this.#byUri.get(uri)?.document.getText();
  }

  /** Returns the document's path. */
  open(uri: string, languageId: string, version: number, text: string): string {
    const path = this.pathOf(uri);
    this.#byUri.set(uri, { path, document: TextDocument.create(uri, languageId, version, text) });
    this.#uris.set(path, uri);
    this.overlays.set(path, text);
    return path;
  }

  /** Carries out edits in their order. Returns the document's path, undefined where it is not open. */
  change(uri: string, version: number, changes: readonly TextDocumentContentChangeEvent[]): string | undefined {
    const open = this.#byUri.get(uri);
    if (open === undefined) return undefined;
    const document = TextDocument.update(open.document, [...changes], version);
    this.#byUri.set(uri, { path: open.path, document });
    this.overlays.set(open.path, document.getText());
    return open.path;
  }

  close(uri: string): string | undefined {
    const open = this.#byUri.get(uri);
    if (open === undefined) return undefined;
    this.#byUri.delete(uri);
    this.#uris.delete(open.path);
    this.overlays.delete(open.path);
    return open.path;
  }
}
