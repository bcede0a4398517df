/** The extension: starts the project's language server when the workspace is trusted, and says what to do where there is none. */

import { commands, env, window, workspace } from "vscode";
import type { ExtensionContext } from "vscode";
import { LanguageClient } from "vscode-languageclient/node";
import { findServer } from "./find-server.js";

const install = "npm install --save-dev rpcgen";

let client: LanguageClient | undefined;

export async function activate(context: ExtensionContext): Promise<void> {
  context.subscriptions.push(
    commands.registerCommand("rpcgen.restart", restart),
    workspace.onDidGrantWorkspaceTrust(restart),
    workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration("rpcgen.path")) void restart();
    }),
  );
  await start();
}

export async function deactivate(): Promise<void> {
  const running = client;
  client = undefined;
  await running?.stop();
}

async function restart(): Promise<void> {
  await deactivate();
  await start();
}

async function start(): Promise<void> {
  // The server runs what the project brings along, and its configuration.
  if (!workspace.isTrusted) return;
  const folders = (workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === "file");
  const path = workspace.getConfiguration("rpcgen").get<string>("path", "");
  const server = findServer(
    folders.map(({ uri }) => uri.fsPath),
    path,
  );
  if (server === undefined) return explainMissing(path);
  const executable = { command: server.command, args: [...server.args], options: { cwd: server.directory } };
  client = new LanguageClient("rpcgen", "rpcgen", executable, {
    documentSelector: [
      { scheme: "file", language: "rpc" },
      { scheme: "untitled", language: "rpc" },
    ],
  });
  try {
    await client.start();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    void window.showErrorMessage(`${server.command} could not be started: ${reason}`);
  }
}

async function explainMissing(path: string): Promise<void> {
  const problem = path === "" ? "rpcgen is not installed in this project" : `there is no rpcgen at ${path}`;
  const copy = "Copy the command";
  const chosen = await window.showWarningMessage(
    `${problem}. Install it with \`${install}\`, or say in the setting \`rpcgen.path\` where it is.`,
    copy,
  );
  if (chosen === copy) await env.clipboard.writeText(install);
}
