/** Files of other IDLs to `.rpc` files: each kind by its own reader, the results together. */

import type { Report } from "../report/report.js";
import type { SourceFile } from "../source/source-file.js";
import type { FindForeign } from "./foreign-files.js";
import type { ImportedFile } from "./imported-file.js";
import type { ImportOptions } from "./proto/conversion.js";
import { importProto } from "./proto/import-proto.js";

/**
 * Converts `entries`, whose paths end in `.proto` or `.thrift`, and all that they import. Everything that has no equal is
 * reported and kept as a comment; the texts compile, unless the report has errors.
 */
export function importForeign(
  entries: readonly SourceFile[],
  find: FindForeign,
  options: ImportOptions,
  report: Report,
): readonly ImportedFile[] {
  return importProto(entries, find, options, report);
}
