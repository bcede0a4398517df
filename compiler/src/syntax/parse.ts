/** Text to AST: scan, pair brackets, parse, build. */

import type { Report } from "../report/report.js";
import type { SourceFile } from "../source/source-file.js";
import type { FileSyntax } from "./ast.js";
import { balance } from "./balance.js";
import { buildFile } from "./build-ast.js";
import { Grammar } from "./grammar.js";
import { scan } from "./scan.js";

/** One parser serves all files: building its tables costs more than most parses. */
let grammar: Grammar | undefined;

/** Reads one file. Whatever is wrong is reported; what could be read is in the result, which may be empty but is never absent. */
export function parse(source: SourceFile, report: Report): FileSyntax {
  const scanned = scan(source, report);
  const tokens = balance(scanned.tokens, source, report);
  if (tokens === undefined) return emptyFile(source, scanned.comments);
  if (tokens.length === 0) report.add("nothing-declared", { source, start: 0, end: 0 }, {});
  grammar ??= new Grammar();
  grammar.input = tokens;
  const tree = grammar.file();
  for (const { token } of grammar.errors) {
    // The grammar takes every row of tokens; should one slip through, it is still said where.
    const span = { source, start: token.startOffset || 0, end: (token.endOffset ?? token.startOffset) + 1 || 0 };
    report.add("unexpected-text", span, { found: token.image, wanted: "it cannot be read" });
  }
  const file = buildFile(source, report, tree, scanned);
  grammar.reset();
  return file;
}

function emptyFile(source: SourceFile, comments: FileSyntax["comments"]): FileSyntax {
  return { kind: "file", source, package: undefined, imports: [], declarations: [], comments };
}
