/** Text to AST: scan, pair brackets, parse, build. */

import type { CstNode, IToken } from "chevrotain";
import type { Report } from "../report/report.js";
import type { SourceFile } from "../source/source-file.js";
import type { FileSyntax } from "./ast.js";
import { balance } from "./balance.js";
import { buildFile } from "./build-ast.js";
import { Grammar } from "./grammar.js";
import { scan } from "./scan.js";
import { splitDeclarations } from "./split-declarations.js";

/** One parser serves all files: building its tables costs more than most parses. */
let grammar: Grammar | undefined;

/** Reads one file. Whatever is wrong is reported; what could be read is in the result, which may be empty but is never absent. */
export function parse(source: SourceFile, report: Report): FileSyntax {
  const errorsBefore = report.errorCount;
  const scanned = scan(source, report);
  const tokens = balance(scanned.tokens, source, report);
  if (tokens === undefined) return emptyFile(source, scanned.comments);
  const file = buildFile(source, report, tokens, trees(tokens, source, report), scanned);
  const isEmpty = file.declarations.length === 0 && file.imports.length === 0;
  if (isEmpty && report.errorCount === errorsBefore) {
    report.add("nothing-declared", file.package?.span ?? { source, start: 0, end: 0 }, {});
  }
  return file;
}

/** The tree of each part of the file in turn: a tree takes far more memory than its text, so there is one at a time. */
function* trees(tokens: readonly IToken[], source: SourceFile, report: Report): Generator<CstNode> {
  grammar ??= new Grammar();
  for (const part of splitDeclarations(tokens)) {
    grammar.input = part;
    yield grammar.file();
    for (const { token } of grammar.errors) {
      // The grammar takes every row of tokens; should one slip through, it is still said where.
      const span = { source, start: token.startOffset || 0, end: (token.endOffset ?? token.startOffset) + 1 || 0 };
      report.add("unexpected-text", span, { found: token.image, wanted: "it cannot be read" });
    }
  }
  // The parser is kept, and would keep the tokens.
  grammar.input = [];
}

function emptyFile(source: SourceFile, comments: FileSyntax["comments"]): FileSyntax {
  return { kind: "file", source, package: undefined, imports: [], declarations: [], comments };
}
