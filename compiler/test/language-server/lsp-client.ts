/** A small client of the Language Server Protocol: frames, requests, and a memory of what was published. */

import { spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import type {
  Diagnostic,
  InitializeResult,
  Position,
  PublishDiagnosticsParams,
  TextDocumentContentChangeEvent,
} from "vscode-languageserver/node";
import { launcher } from "../command/run-command.js";

/** A refusal or an internal error, as the server worded it. */
export class AnsweredError extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string };
}

/** Speaks over two streams. */
export class LspClient {
  readonly #output: Writable;
  readonly #waiting: Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }> = new Map();
  readonly #published: Map<string, PublishDiagnosticsParams> = new Map();
  readonly #watchers: Set<() => void> = new Set();
  readonly #logged: string[] = [];
  #received: Buffer = Buffer.alloc(0);
  #lastId = 0;

  constructor(input: Readable, output: Writable) {
    this.#output = output;
    input.on("data", (chunk: Buffer) => this.#take(chunk));
    input.on("end", () => {
      for (const { reject } of this.#waiting.values()) reject(new Error("the server is gone"));
    });
  }

  get logged(): readonly string[] {
    return this.#logged;
  }

  initialize(folders: readonly string[]): Promise<InitializeResult> {
    const workspaceFolders = folders.map((uri) => ({ uri, name: uri }));
    const capabilities = { workspace: { didChangeWatchedFiles: { dynamicRegistration: true } } };
    return this.request<InitializeResult>("initialize", {
      processId: null,
      rootUri: folders[0] ?? null,
      workspaceFolders,
      capabilities,
    }).then((result) => {
      this.notify("initialized", {});
      return result;
    });
  }

  request<R>(method: string, params: unknown): Promise<R> {
    const id = ++this.#lastId;
    const answer = new Promise<R>((resolve, reject) => {
      this.#waiting.set(id, { resolve: (result) => resolve(result as R), reject });
    });
    this.#send({ jsonrpc: "2.0", id, method, params });
    return answer;
  }

  /** A request that is taken back at once: both messages arrive together. */
  cancelled(method: string, params: unknown): Promise<unknown> {
    this.#output.cork();
    const answer = this.request(method, params);
    this.notify("$/cancelRequest", { id: this.#lastId });
    this.#output.uncork();
    return answer;
  }

  notify(method: string, params: unknown): void {
    this.#send({ jsonrpc: "2.0", method, params });
  }

  open(uri: string, text: string, version: number = 1): void {
    this.notify("textDocument/didOpen", { textDocument: { uri, languageId: "rpc", version, text } });
  }

  change(uri: string, version: number, ...contentChanges: readonly TextDocumentContentChangeEvent[]): void {
    this.notify("textDocument/didChange", { textDocument: { uri, version }, contentChanges });
  }

  close(uri: string): void {
    this.notify("textDocument/didClose", { textDocument: { uri } });
  }

  /** Asks about one place. */
  at<R>(method: string, uri: string, position: Position, more: object = {}): Promise<R> {
    return this.request<R>(`textDocument/${method}`, { textDocument: { uri }, position, ...more });
  }

  /** The diagnostics of a document once they fit; for those of one version of its text, name it. */
  diagnostics(uri: string, fits: (published: PublishDiagnosticsParams) => boolean): Promise<readonly Diagnostic[]> {
    return new Promise((resolve) => {
      const look = (): void => {
        const published = this.#published.get(uri);
        if (published === undefined || !fits(published)) return;
        this.#watchers.delete(look);
        resolve(published.diagnostics);
      };
      this.#watchers.add(look);
      look();
    });
  }

  #send(message: object): void {
    const body = Buffer.from(JSON.stringify(message));
    this.#output.write(`Content-Length: ${body.length}\r\n\r\n`);
    this.#output.write(body);
  }

  #take(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk]);
    for (;;) {
      const headEnd = this.#received.indexOf("\r\n\r\n");
      if (headEnd === -1) return;
      const length = Number(/Content-Length: (\d+)/i.exec(this.#received.toString("latin1", 0, headEnd))?.[1]);
      const end = headEnd + 4 + length;
      if (this.#received.length < end) return;
      const message = JSON.parse(this.#received.toString("utf8", headEnd + 4, end)) as Message;
      this.#received = this.#received.subarray(end);
      this.#hear(message);
    }
  }

  #hear({ id, method, params, result, error }: Message): void {
    if (method === undefined && id !== undefined) {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error === undefined) waiting?.resolve(result);
      else waiting?.reject(new AnsweredError(error.code, error.message));
    } else if (id !== undefined) {
      this.#send({ jsonrpc: "2.0", id, result: null });
    } else if (method === "textDocument/publishDiagnostics") {
      const published = params as PublishDiagnosticsParams;
      this.#published.set(published.uri, published);
      for (const watch of [...this.#watchers]) watch();
    } else if (method === "window/logMessage") {
      this.#logged.push((params as { message: string }).message);
    }
  }
}

export interface RunningServer {
  readonly client: LspClient;
  /** How the process ended. */
  readonly ended: Promise<number | null>;
  /** What it printed outside of the protocol. */
  readonly stderr: () => string;
  readonly kill: () => void;
  /** Closes its stdin, as an editor does that is gone. */
  readonly hangUp: () => void;
}

/** Starts the built `rpcgen lsp` as an editor would. */
export function startServer(cwd: string): RunningServer {
  const child = spawn(process.execPath, [launcher, "lsp", "--stdio"], { cwd });
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => void child.on("close", (code) => resolve(code)));
  return {
    client: new LspClient(child.stdout, child.stdin),
    ended,
    stderr: () => stderr,
    kill: () => void child.kill(),
    hangUp: () => void child.stdin.end(),
  };
}
