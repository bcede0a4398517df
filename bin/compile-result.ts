/** What a compile came to, before it is told to a person or a program. */

import type { Counts } from "../compiler/src/project/manifest.js";
import type { OutputOutcome } from "../compiler/src/project/write.js";
import type { Findings } from "../compiler/src/report/report.js";
import type { ExitCode } from "./exit-code.js";

export interface CompileResult {
  readonly code: ExitCode;
  readonly findings: Findings;
  readonly outcomes: readonly OutputOutcome[];
  /** What the compiled files declare; undefined where nothing was compiled. */
  readonly counts: Counts | undefined;
  /** The files that were read, without symbolic links. */
  readonly realPaths: readonly string[];
  /** What to call the sources, by logical path. */
  readonly displayPaths: ReadonlyMap<string, string>;
}
