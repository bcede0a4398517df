/** Files of other IDLs to `.rpc` files: each kind by its own reader, the results together. */

import type { Report } from "../report/report.js";
import type { SourceFile } from "../source/source-file.js";
import { formatSource } from "../syntax/format/format.js";
import type { FindForeign } from "./foreign-files.js";
import type { ImportedFile } from "./imported-file.js";
import type { ImportOptions } from "./proto/conversion.js";
import { importProto } from "./proto/import-proto.js";
import { importThrift } from "./thrift/import-thrift.js";
import { TypeNames } from "./type-names.js";

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
  const typeNames = new TypeNames();
  const isThrift = ({ path }: SourceFile): boolean => path.endsWith(".thrift");
  const protos = entries.filter((source) => !isThrift(source));
  const imported = [
    ...importProto(protos, find, typeNames, options, report),
    ...importThrift(entries.filter(isThrift), find, typeNames, report),
  ];
  // A broken file is not written, so nobody looks at its layout.
  if (report.hasErrors) return imported;
  return imported.map((file) => ({ ...file, text: formatSource(file.text) ?? file.text }));
}
