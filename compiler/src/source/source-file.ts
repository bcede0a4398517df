/** One text as it was read: its name, its characters, and where its lines begin. */

/** A half-open range of UTF-16 offsets in one source file. */
export interface Span {
  readonly source: SourceFile;
  readonly start: number;
  readonly end: number;
}

/** Line and column, both counted from 1; the column counts UTF-16 units, as editors and tsc do. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** The text of one `.rpc` file with its logical path (POSIX separators, relative to the root it was found under). */
export interface SourceFile {
  /** Logical path, for instance `shop/orders.rpc`: what imports resolve to and what outputs are named after. */
  readonly path: string;
  /** What diagnostics show, for instance `rpc/shop/orders.rpc` relative to the working directory. */
  readonly displayPath: string;
  readonly text: string;
  /** Offset of the first character of each line. */
  readonly lineStarts: readonly number[];
}

/** Indexes the lines of `text`. A line ends at LF, CRLF or a lone CR. */
export function createSourceFile(path: string, text: string, displayPath: string = path): SourceFile {
  const lineStarts = [0];
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === 13 && text.charCodeAt(i + 1) === 10) continue;
    if (unit === 10 || unit === 13) lineStarts.push(i + 1);
  }
  return { path, displayPath, text, lineStarts };
}

/** The line and column of an offset; offsets outside the text are clamped to its ends. */
export function positionAt(source: SourceFile, offset: number): Position {
  const starts = source.lineStarts;
  const clamped = Math.max(0, Math.min(offset, source.text.length));
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= clamped) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: clamped - (starts[low] ?? 0) + 1 };
}

/** The text of one line (counted from 1), without its line break. */
export function lineText(source: SourceFile, line: number): string {
  const start = source.lineStarts[line - 1];
  if (start === undefined) return "";
  const next = source.lineStarts[line] ?? source.text.length + 1;
  return source.text.slice(start, next).replace(/[\r\n]+$/, "");
}
