/** Ranges of pieces as text: blanks where the language has them, commas between items, and every remark on the way. */

import type { TokenType } from "chevrotain";
import { columnsOf } from "../../report/printable.js";
import {
  At,
  CloseAngle,
  CloseBrace,
  CloseParen,
  CloseSquare,
  Colon,
  Dot,
  OpenAngle,
  OpenBrace,
  OpenParen,
  OpenSquare,
  Question,
} from "../tokens.js";
import type { Range } from "./outline.js";
import { standsAlone } from "./pieces.js";
import type { Piece, Remark } from "./pieces.js";

/** Lines are broken where they would be longer, and can be. */
export const lineColumnsMax = 100;

/** What a line is indented by inside of braces, and twice that where it only goes on. */
export const indentColumns = 2;

const hugsBefore: ReadonlySet<TokenType | undefined> = new Set([
  Colon,
  Question,
  Dot,
  OpenParen,
  CloseParen,
  OpenSquare,
  CloseSquare,
  OpenAngle,
  CloseAngle,
]);
const hugsBehind: ReadonlySet<TokenType | undefined> = new Set([At, Dot, OpenParen, OpenSquare, OpenAngle]);

/** Prints ranges of one file. */
export class PiecePrinter {
  readonly #pieces: readonly Piece[];
  readonly #startsItem: readonly boolean[];

  constructor(pieces: readonly Piece[], startsItem: readonly boolean[]) {
    this.#pieces = pieces;
    this.#startsItem = startsItem;
  }

  /**
   * The range on one line of at most `columnsMax` columns; undefined where it is longer, where a remark in it needs
   * another line, or where its author broke the line behind a brace. Takes time in proportion to `columnsMax` at most.
   */
  flat({ from, to }: Range, columnsMax: number): string | undefined {
    let text = "";
    let columns = 0;
    for (let index = from; index < to; index++) {
      const piece = this.#pieces[index];
      if (piece === undefined) break;
      let part = piece.text;
      if (index > from) {
        const before = this.#pieces[index - 1];
        const isBroken = piece.remarks.some(breaksLine) || (isFullBrace(before, piece) && piece.isOnNewLine);
        if (isBroken) return undefined;
        part = this.#between(index, 0) + part;
      }
      text += part;
      columns += columnsOf(part);
      if (columns > columnsMax) return undefined;
    }
    return text;
  }

  /** The range on one line if that can be, whatever its length; remarks that need a line of their own get it, indented by `indent`. */
  run({ from, to }: Range, indent: number): string {
    const parts: string[] = [];
    for (let index = from; index < to; index++) {
      if (index > from) parts.push(this.#between(index, indent));
      parts.push(this.#pieces[index]?.text ?? "");
    }
    return parts.join("");
  }

  /** Whether remarks stand inside of the range; those in front of its first piece do not count. */
  hasRemarks({ from, to }: Range): boolean {
    for (let index = from + 1; index < to; index++) if (this.#pieces[index]?.remarks.length !== 0) return true;
    return false;
  }

  /** What stands between a piece and the one before it. */
  #between(index: number, indent: number): string {
    const before = this.#pieces[index - 1];
    const piece = this.#pieces[index];
    if (before === undefined || piece === undefined) return "";
    const comma = this.#startsItem[index] === true ? "," : "";
    if (piece.remarks.length === 0) return comma + (comma !== "" || needsBlank(before.type, piece.type) ? " " : "");
    const early = comma === "" ? [] : piece.remarks.filter(({ side, kind }) => side === "before" && kind === "block");
    const isEarly = early.every((remark) => !breaksLine(remark)) && early.length > 0;
    const late = isEarly ? piece.remarks.filter((remark) => !early.includes(remark)) : piece.remarks;
    let text = isEarly ? `${early.map((remark) => ` ${remark.text}`).join("")}${comma}` : comma;
    const pad = `\n${" ".repeat(indent)}`;
    let isLineStart = false;
    for (const remark of late) {
      const needsLine = standsAlone(remark);
      const isHugged = text === "" && hugsBehind.has(before.type);
      text += isLineStart ? "" : needsLine ? pad : isHugged ? "" : " ";
      text += indented(remark, indent);
      isLineStart = remark.kind !== "block" || (needsLine && (remark.endsLine || remark.text.includes("\n")));
      if (isLineStart) text += pad;
    }
    const isHugging = late.length > 0 && hugsBefore.has(piece.type);
    return text + (isLineStart || isHugging ? "" : " ");
  }
}

/** Whether a remark cannot stand in the middle of a line. */
function breaksLine(remark: Remark): boolean {
  return remark.kind !== "block" || standsAlone(remark);
}

/** Whether two pieces are a brace and what its body begins with. */
function isFullBrace(before: Piece | undefined, piece: Piece): boolean {
  return before?.type === OpenBrace && piece.type !== CloseBrace;
}

function needsBlank(before: TokenType | undefined, type: TokenType | undefined): boolean {
  if (before === OpenBrace && type === CloseBrace) return false;
  return !hugsBehind.has(before) && !hugsBefore.has(type);
}

/** The remark as it stands behind `indent` columns; the lines of a block move with its first one. */
export function indented({ text, column }: Remark, indent: number): string {
  if (!text.includes("\n")) return text;
  const [first = "", ...rest] = text.split("\n");
  const isStarred = rest.every((line) => line.trimStart().startsWith("*"));
  const lines = rest.map((line) => {
    const content = line.trimStart();
    if (content === "") return "";
    if (isStarred) return `${" ".repeat(indent + 1)}${content}`;
    const columns = line.length - content.length + indent - column;
    return " ".repeat(Math.max(0, columns)) + content;
  });
  return [first, ...lines].join("\n");
}
