/** Finds the rpcgen that a project brings along, or else the one that the user named. */

import { existsSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";

/** How the language server is started. */
export interface ServerCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly directory: string;
}

/** The first of `folders`, or of the directories around it, that has an rpcgen installed; then the one at `path`. */
export function findServer(
  folders: readonly string[],
  path: string,
  platform: NodeJS.Platform = process.platform,
): ServerCommand | undefined {
  for (const folder of folders) {
    for (const directory of upwards(folder)) {
      // The links in .bin are scripts of a shell on Windows, which no process can be started from.
      const file = platform === "win32" ? "node_modules/rpcgen/bin/rpcgen.cjs" : "node_modules/.bin/rpcgen";
      if (existsSync(join(directory, file))) return commandOf(join(directory, file), folder);
    }
  }
  if (path === "") return undefined;
  const [first = process.cwd()] = folders;
  const named = isAbsolute(path) ? path : join(first, path);
  return existsSync(named) ? commandOf(named, first) : undefined;
}

function commandOf(file: string, directory: string): ServerCommand {
  const isScript = /\.[cm]?js$/.test(file);
  return { command: isScript ? "node" : file, args: isScript ? [file, "lsp"] : ["lsp"], directory };
}

function* upwards(folder: string): Generator<string> {
  let at = folder;
  for (;;) {
    yield at;
    const parent = dirname(at);
    if (parent === at) return;
    at = parent;
  }
}
