/** What the grammar asks of the tokens ahead, where one of them does not decide; the next token is number 1. */

import { CstParser, EOF } from "chevrotain";
import type { IToken, TokenType } from "chevrotain";
import { beginsDeclaration } from "./balance.js";
import {
  At,
  CloseAngle,
  CloseBrace,
  CloseParen,
  CloseSquare,
  Colon,
  Comma,
  Dot,
  Equals,
  Extends,
  NumberToken,
  OpenBrace,
  OpenParen,
  Question,
  Reserved,
  Semicolon,
  Stream,
  StringToken,
  Throws,
  To,
  Union,
  isWord,
} from "./tokens.js";

/** What other languages, and fingers in a hurry, write for `throws`. */
const throwsHabits: ReadonlySet<string> = new Set(["throw", "throwing", "raise", "raises", "error", "errors", "trows"]);

/** Gates of the grammar. */
export abstract class Lookahead extends CstParser {
  protected is(ahead: number, tokenType: TokenType): boolean {
    return this.LA(ahead).tokenType === tokenType;
  }

  protected closes(): boolean {
    const { tokenType } = this.LA(1);
    return (
      tokenType === CloseBrace || tokenType === CloseParen || tokenType === CloseSquare || tokenType === CloseAngle
    );
  }

  /** Whether a token stands on the line of the token before it. Newlines mean nothing in a right text, but help in a wrong one. */
  protected isOnLine(ahead: number = 1): boolean {
    return this.LA(ahead).startLine === this.LA(ahead - 1).startLine;
  }

  /** Whether the next token, on a line of its own, is the name of a declaration: what follows shows it. */
  protected isNameOnNextLine(): boolean {
    return this.is(2, OpenBrace) || this.is(2, Equals) || this.is(2, Extends);
  }

  protected beginsDeclaration(): boolean {
    return beginsDeclaration((ahead) => this.LA(ahead + 1));
  }

  /** Whether a type stands there, and not the next declaration or, on the next line, the next field. */
  protected isType(): boolean {
    if (!isWord(this.LA(1)) || this.beginsDeclaration()) return false;
    // `type Name struct { ... }` has no type, but a body.
    if (isWord(this.LA(0)) && !this.is(0, Stream) && this.is(2, OpenBrace) && !this.is(1, Union)) return false;
    if (this.isOnLine()) return true;
    return !this.isNamed(1);
  }

  /** Whether a name with a colon behind it stands there, as fields and parameters begin. */
  protected isNamed(ahead: number): boolean {
    if (!isWord(this.LA(ahead))) return false;
    return this.is(ahead + 1, Colon) || (this.is(ahead + 1, Question) && this.is(ahead + 2, Colon));
  }

  /** A comma or a semicolon: tokens have one of these kinds, never that of their parent. */
  protected isSeparator(ahead: number): boolean {
    return this.is(ahead, Comma) || this.is(ahead, Semicolon);
  }

  /** Whether what stands there belongs to no type, however strangely it is written. */
  protected endsType(): boolean {
    if (this.isSeparator(1) || this.is(1, At) || this.is(1, Equals)) return true;
    return this.isNamed(1) || (this.is(1, NumberToken) && isWord(this.LA(2))) || this.beginsDeclaration();
  }

  /** `reserved` in front of what can be reserved; otherwise it is somebody's name. */
  protected isReserved(): boolean {
    if (!this.is(1, Reserved)) return false;
    const next: IToken = this.LA(2);
    if (next.tokenType === NumberToken || next.tokenType === StringToken) return true;
    return isWord(next) && this.isOnLine(2);
  }

  /** Whether an item of `reserved` stands there, and not the number or name of the field behind it. */
  protected isReservedItem(ahead: number): boolean {
    const item: IToken = this.LA(ahead);
    if (item.tokenType === StringToken) return true;
    if (item.tokenType === NumberToken) {
      const end = ahead + 2;
      if (this.is(ahead + 1, To) && (this.isRangeEnd(end) || this.isSeparator(end) || !this.isOnLine(end))) return true;
      return !isWord(this.LA(ahead + 1)) && !this.is(ahead + 1, Colon);
    }
    if (!isWord(item) || !this.isOnLine(ahead)) return false;
    return this.isSeparator(ahead + 1) || !this.isOnLine(ahead + 1);
  }

  protected isRangeEnd(ahead: number): boolean {
    // The number and the name of a field on the next line are no end of a range.
    if (this.is(ahead, NumberToken)) return this.isOnLine(ahead) || !this.isNamed(ahead + 1);
    return this.LA(ahead).image === "max";
  }

  /** `option x = y;` and its kin: a word and another one with `=` or parentheses, none of which a field has. */
  protected isOptionLine(): boolean {
    const { image } = this.LA(1);
    if (image !== "option" && image !== "extensions") return false;
    return (
      (isWord(this.LA(2)) && (this.is(3, Equals) || this.is(3, Dot))) ||
      this.is(2, OpenParen) ||
      this.is(2, NumberToken)
    );
  }

  /** Whether the name of an error stands there, and not the next method. */
  protected isThrown(ahead: number): boolean {
    if (!isWord(this.LA(ahead)) || this.is(ahead + 1, OpenParen)) return false;
    // A method of another language behind the comma of the one before: its result, its name, its parameters, and no answer.
    const beginsLine = this.isSeparator(ahead - 1) && !this.isOnLine(ahead) && this.isOnLine(ahead + 1);
    const isCall = isWord(this.LA(ahead + 1)) && this.is(ahead + 2, OpenParen);
    if (beginsLine && isCall && !this.is(this.behindParentheses(ahead + 2), Colon)) return false;
    const { image } = this.LA(ahead);
    return !((image === "oneway" || image === "rpc") && isWord(this.LA(ahead + 1)) && this.is(ahead + 2, OpenParen));
  }

  /** What stands behind the parentheses that open there. */
  private behindParentheses(ahead: number): number {
    let depth = 0;
    for (let at = ahead; !this.is(at, EOF); at++) {
      if (this.is(at, OpenParen)) depth += 1;
      else if (this.is(at, CloseParen)) depth -= 1;
      if (depth === 0) return at + 1;
    }
    return ahead;
  }

  /** Whether `throws` stands there, or a word of another language for it, and not the next method. */
  protected isThrows(): boolean {
    if (this.is(1, Throws)) return !this.is(2, OpenParen) || this.is(3, NumberToken);
    if (!throwsHabits.has(this.LA(1).image) || !this.isOnLine()) return false;
    return (this.isOnLine(2) && this.isThrown(2)) || (this.is(2, OpenParen) && this.is(3, NumberToken));
  }
}
