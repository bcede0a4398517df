/** Sends diagnostics: soon after an edit, once for many edits, and only where they have changed. */

import type { Connection, Diagnostic } from "vscode-languageserver/node";
import type { Answering } from "./answer.js";
import { diagnosticsByUri } from "./feature/diagnostics.js";
import type { EditorWorkspace } from "./workspace/editor-workspace.js";

/** How time passes. */
export interface Timers {
  readonly now: () => number;
  /** Runs something later; the answer takes that back. */
  readonly after: (ms: number, run: () => void) => () => void;
}

/** How long a pause in typing is waited for. */
const quietMs = 40;

/** Whoever types without a pause still sees diagnostics after this time. */
const waitMsMax = 400;

interface PublisherWorld extends Answering {
  readonly timers: Timers;
}

export class Publisher {
  readonly #connection: Connection;
  readonly #workspace: EditorWorkspace;
  readonly #world: PublisherWorld;
  /** What the editor was told last, by URI. */
  readonly #told: Map<string, string> = new Map();
  #cancel: (() => void) | undefined;
  #askedAt: number | undefined;
  #isRunning = false;

  constructor(connection: Connection, workspace: EditorWorkspace, world: PublisherWorld) {
    this.#connection = connection;
    this.#workspace = workspace;
    this.#world = world;
  }

  /** Something has changed. */
  soon(): void {
    const { timers } = this.#world;
    const now = timers.now();
    this.#askedAt ??= now;
    this.#cancel?.();
    const waitMs = Math.max(0, Math.min(quietMs, this.#askedAt + waitMsMax - now));
    this.#cancel = timers.after(waitMs, () => void this.#run());
  }

  async #run(): Promise<void> {
    if (this.#isRunning) return this.soon();
    this.#isRunning = true;
    this.#askedAt = undefined;
    this.#cancel = undefined;
    try {
      await this.#workspace.settle();
      await this.#publish();
    } catch (error) {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      this.#world.log(`internal error in diagnostics: ${text}`);
    } finally {
      this.#isRunning = false;
    }
  }

  async #publish(): Promise<void> {
    const found = diagnosticsByUri(this.#workspace);
    const { documents } = this.#workspace;
    const open = [...documents.paths()].map((path) => documents.uriOf(path));
    for (const uri of new Set([...this.#told.keys(), ...found.keys(), ...open])) {
      const diagnostics: Diagnostic[] = [...(found.get(uri) ?? [])];
      const version = documents.versionOf(documents.pathOf(uri));
      const news = JSON.stringify([version, diagnostics]);
      const known = this.#told.get(uri);
      if (known === news || (known === undefined && version === undefined && diagnostics.length === 0)) continue;
      if (version === undefined && diagnostics.length === 0) this.#told.delete(uri);
      else this.#told.set(uri, news);
      await this.#connection.sendDiagnostics({ uri, diagnostics, ...(version === undefined ? {} : { version }) });
    }
  }
}
