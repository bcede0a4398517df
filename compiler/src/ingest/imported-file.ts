/** What an import makes of one foreign file. */

import type { SourceFile } from "../source/source-file.js";

export interface ImportedFile {
  /** Logical path of the `.rpc` file. */
  readonly path: string;
  readonly text: string;
  readonly source: SourceFile;
}
