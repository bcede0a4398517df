/** Guesses which file a misspelt import means. */

import { didYouMean } from "../report/did-you-mean.js";
import type { Host } from "./host.js";
import { joinPath } from "./logical-path.js";

/** The import path, in the form in which it was written, of a file that exists and is spelt much like `path` and is not the importing one. */
export function suggestImports(
  host: Host,
  directories: readonly string[],
  path: string,
  importing: string,
): string | undefined {
  const slash = path.lastIndexOf("/") + 1;
  const folder = path.slice(0, slash);
  const names = new Set<string>();
  for (const directory of directories) {
    for (const name of host.list(joinPath(directory, folder))) {
      const isItself = joinPath(joinPath(directory, folder), name) === importing;
      if (name.endsWith(".rpc") && !isItself) names.add(folder + name);
    }
  }
  // `money`, and `money.proto` of a project that came from Protobuf.
  for (const named of [`${path}.rpc`, path.replace(/\.[A-Za-z]+$/, ".rpc")]) if (names.has(named)) return named;
  return didYouMean(path, names) ?? inOtherFolder(host, directories, path);
}

/** A file of exactly this name one folder further down. */
function inOtherFolder(host: Host, directories: readonly string[], path: string): string | undefined {
  const name = path.slice(path.lastIndexOf("/") + 1);
  for (const directory of directories) {
    for (const folder of host.list(directory)) {
      if (!folder.endsWith("/") || folder.startsWith(".") || folder === "node_modules/") continue;
      if (host.list(joinPath(directory, folder)).includes(name)) return folder + name;
    }
  }
  return undefined;
}
