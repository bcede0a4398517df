/** What a diagnostic is: a value that says what is wrong, where, and what would mend it. */

import type { Span } from "../source/source-file.js";

export type Severity = "error" | "warning";

/** A second place that explains the first, such as "first declared here". */
export interface RelatedPlace {
  readonly span: Span;
  readonly message: string;
}

/** A replacement of text that would mend the mistake. */
export interface Edit {
  readonly span: Span;
  readonly text: string;
}

/** A proposed repair: a sentence and the edits that carry it out. */
export interface FixIt {
  readonly message: string;
  readonly edits: readonly Edit[];
}

/** One finding. `code` is a kebab-case word from the catalogue and is API. */
export interface Diagnostic {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  /** Absent for findings about the run as a whole, such as an unreadable file. */
  readonly span: Span | undefined;
  /** Written after the carets, for instance "did you mean `LineItem`?". */
  readonly label: string | undefined;
  readonly notes: readonly string[];
  readonly related: readonly RelatedPlace[];
  readonly fixes: readonly FixIt[];
}
