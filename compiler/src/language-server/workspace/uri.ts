/** URIs of editors to the paths of the compiler and back. */

import { sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { withSlashes } from "../../project/logical-path.js";

/** Where texts that were never saved stand, for the compiler. */
const unsavedRoot = "/.unsaved";

/** An absolute path with `/`. What is no file, such as `untitled:Untitled-1`, gets a path of its own. */
export function pathOfUri(uri: string): string {
  if (/^file:/i.test(uri)) {
    try {
      return withSlashes(fileURLToPath(uri), sep);
    } catch {
      // A malformed URI still names one document.
    }
  }
  const name = encodeURIComponent(uri);
  return `${unsavedRoot}/${name}${name.endsWith(".rpc") ? "" : ".rpc"}`;
}

/** The `file:` URI of a path on the disk. */
export function uriOfPath(path: string): string {
  return pathToFileURL(path).href;
}
