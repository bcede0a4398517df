/** From the texts that findings point into to the URIs of editors. */

import { isAbsolutePath } from "../../project/logical-path.js";
import type { SourceFile } from "../../source/source-file.js";
import type { OpenDocuments } from "./open-documents.js";
import type { View } from "./project.js";

/** Undefined for a text that is no file of the project. */
export type UriOfSource = (source: SourceFile) => string | undefined;

/** Sources are told apart by their object, or where a text could not be read as a whole by their shown path. */
export function uriOfSource(view: View, documents: OpenDocuments): UriOfSource {
  const byDisplayPath = new Map<string, string>();
  for (const [path, { syntax }] of view.files) byDisplayPath.set(syntax.source.displayPath, documents.uriOf(path));
  const { workingDirectory } = view;
  return ({ displayPath }) => {
    const known = byDisplayPath.get(displayPath);
    if (known !== undefined) return known;
    return documents.uriOf(isAbsolutePath(displayPath) ? displayPath : `${workingDirectory}/${displayPath}`);
  };
}
