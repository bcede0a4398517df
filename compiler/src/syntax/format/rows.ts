/** The rows of the formatted file, before columns are aligned: what stands on each, how far in, and which remark behind it. */

import { indented } from "./print-pieces.js";
import { standsAlone } from "./pieces.js";
import type { Piece, Remark } from "./pieces.js";

/** Rows of one kind that follow each other are aligned with each other. */
export type RowKind = "field" | "parameter" | "value" | "alias" | `one-line ${string}`;

export interface Row {
  readonly indent: number;
  /** What is aligned; a row without a kind has one cell. */
  readonly cells: readonly string[];
  readonly kind: RowKind | undefined;
  /** Rows that are aligned with each other may have this one between them: a remark, an annotation, a `reserved`. */
  readonly isBetween: boolean;
  /** Behind everything else on the row, "" where there is none. */
  remark: string;
  hasBlankBefore: boolean;
}

/** Whether a blank line stands in front of a row: as it was written, never, or always. */
export type Blank = "keep" | "never" | "always";

/** Collects rows from top to bottom. */
export class Rows {
  readonly all: Row[] = [];
  readonly #pieces: readonly Piece[];
  #hasBlankNext = false;

  constructor(pieces: readonly Piece[]) {
    this.#pieces = pieces;
  }

  /**
   * Sets down the remarks in front of a piece: those on the line of the piece before stay behind the last row, the
   * others get rows of their own. The next row is the one that begins with the piece.
   */
  begin(index: number, indent: number, blank: Blank = "keep"): void {
    const piece = this.#pieces[index];
    if (piece === undefined) return;
    const { remarks } = piece;
    const trailing = this.all.length === 0 ? 0 : trailingCount(piece);
    const last = this.all.at(-1);
    for (const { text } of remarks.slice(0, trailing)) {
      if (last !== undefined) last.remark += last.remark === "" ? text : ` ${text}`;
    }
    const own = remarks.slice(trailing);
    const wanted = (hasBlank: boolean): boolean => blank === "always" || (blank === "keep" && hasBlank);
    for (const [position, remark] of own.entries()) {
      this.#hasBlankNext = position === 0 ? wanted(remark.hasBlankBefore) : remark.hasBlankBefore;
      this.add([indented(remark, indent)], indent, { isBetween: true });
    }
    if (own.length === 0) this.#hasBlankNext = wanted(piece.hasBlankBefore);
    else this.#hasBlankNext = blank !== "never" && piece.hasBlankBefore && own.at(-1)?.kind !== "doc";
  }

  /** Adds a row. */
  add(
    cells: readonly string[],
    indent: number,
    { kind, isBetween = false }: { readonly kind?: RowKind | undefined; readonly isBetween?: boolean } = {},
  ): void {
    const hasBlankBefore = this.#hasBlankNext && this.all.length > 0;
    this.all.push({ indent, cells, kind, isBetween, remark: "", hasBlankBefore });
    this.#hasBlankNext = false;
  }
}

/** How many of the remarks in front of a piece belong to the line of the piece before it. */
function trailingCount({ remarks, separator }: Piece): number {
  let count = 0;
  for (const remark of remarks) {
    if (standsAlone(remark)) return count;
    count += 1;
    // Nothing follows it on its line.
    if (remark.kind !== "block") return count;
  }
  // Behind a comma, a remark on the line of the next item is about that.
  while (count > 0 && separator !== "" && isAboutNext(remarks[count - 1])) count -= 1;
  return count;
}

function isAboutNext(remark: Remark | undefined): boolean {
  return remark !== undefined && remark.side === "behind" && !remark.endsLine;
}
