/** The small rules of the liberal grammar: names, literals, annotations, types, fields, and text that belongs nowhere. */

import type { CstNode, IOrAlt, ParserMethod, TokenType } from "chevrotain";
import { Lookahead } from "./lookahead.js";
import {
  Any,
  At,
  CloseAngle,
  CloseBrace,
  CloseParen,
  CloseSquare,
  Colon,
  Comma,
  Dot,
  Enum,
  Equals,
  Message,
  NumberToken,
  Odd,
  OpenAngle,
  OpenBrace,
  OpenParen,
  OpenSquare,
  Question,
  Reserved,
  Separator,
  Stream,
  StringToken,
  Throws,
  To,
  Union,
  Word,
  isWord,
} from "./tokens.js";

/** A rule without parameters. */
export type Rule = ParserMethod<[], CstNode>;

/** Rules that several others build on. */
export abstract class GrammarParts extends Lookahead {
  /** The members of a message: types hold fields by way of inline unions. */
  abstract readonly fieldsBody: Rule;

  readonly qualifiedName: Rule = this.RULE("qualifiedName", () => {
    this.CONSUME(Word);
    this.MANY(() => {
      this.CONSUME(Dot);
      this.OPTION({
        GATE: () => this.isOnLine() || (!this.beginsDeclaration() && !this.isNamed(1)),
        DEF: () => this.CONSUME1(Word),
      });
    });
  });

  readonly literal: Rule = this.RULE("literal", () => {
    this.OR([
      { ALT: () => this.CONSUME(NumberToken) },
      { ALT: () => this.CONSUME(StringToken) },
      { ALT: () => this.SUBRULE(this.qualifiedName) },
    ]);
  });

  readonly annotation: Rule = this.RULE("annotation", () => {
    this.CONSUME(At);
    this.OPTION({
      GATE: () => this.isOnLine() && !this.beginsDeclaration(),
      DEF: () => this.SUBRULE(this.qualifiedName),
    });
    this.OPTION1({ GATE: () => isWord(this.LA(0)), DEF: () => this.SUBRULE(this.annotationArguments) });
  });

  readonly annotationArguments: Rule = this.RULE("annotationArguments", () => {
    this.CONSUME(OpenParen);
    this.MANY({
      GATE: () => !this.is(1, CloseParen),
      DEF: () => {
        this.OR({
          DEF: [
            { ALT: () => this.CONSUME(Separator) },
            { ALT: () => this.SUBRULE(this.literal) },
            { ALT: () => this.SUBRULE(this.stray) },
          ],
          IGNORE_AMBIGUITIES: true,
        });
      },
    });
    this.CONSUME(CloseParen);
  });

  readonly type: Rule = this.RULE("type", () => {
    this.OR({
      DEF: [
        {
          GATE: () => this.is(2, OpenBrace),
          ALT: () => {
            this.CONSUME(Union);
            this.SUBRULE(this.fieldsBody);
          },
        },
        {
          GATE: () => (this.is(1, Enum) || this.is(1, Message)) && this.is(2, OpenBrace) && this.isOnLine(2),
          ALT: () => {
            this.CONSUME(Word, { LABEL: "declared" });
            this.SUBRULE(this.group);
          },
        },
        {
          GATE: () =>
            isWord(this.LA(2)) &&
            !this.is(2, Throws) &&
            (this.isOnLine(2) || this.is(3, CloseParen) || this.is(3, Dot)),
          ALT: () => {
            this.CONSUME(Stream);
            this.SUBRULE(this.type);
          },
        },
        {
          ALT: () => {
            this.SUBRULE(this.qualifiedName);
            this.OPTION(() => this.SUBRULE(this.typeArguments));
          },
        },
      ],
      IGNORE_AMBIGUITIES: true,
    });
    this.MANY({
      GATE: () => this.is(1, Question) || this.is(2, CloseSquare),
      DEF: () => {
        this.OR1([{ ALT: () => this.SUBRULE(this.listMark) }, { ALT: () => this.CONSUME(Question) }]);
      },
    });
    this.MANY1({
      GATE: () => this.LA(1).image === "|" && isWord(this.LA(2)),
      DEF: () => {
        this.CONSUME(Odd);
        this.SUBRULE1(this.type, { LABEL: "alternative" });
      },
    });
  });

  readonly listMark: Rule = this.RULE("listMark", () => {
    this.CONSUME(OpenSquare);
    this.CONSUME(CloseSquare);
  });

  readonly typeArguments: Rule = this.RULE("typeArguments", () => {
    this.CONSUME(OpenAngle);
    this.MANY({
      GATE: () => !this.is(1, CloseAngle),
      DEF: () => {
        this.OR({
          DEF: [
            { ALT: () => this.SUBRULE(this.type) },
            { ALT: () => this.CONSUME(Comma) },
            { ALT: () => this.SUBRULE(this.stray) },
          ],
          IGNORE_AMBIGUITIES: true,
        });
      },
    });
    this.CONSUME(CloseAngle);
  });

  /** A field, a parameter, a member; also `string name = 1 [x = y]` and `1: optional string name`. */
  readonly field: Rule = this.RULE("field", () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(NumberToken);
          this.OPTION({
            GATE: () => this.isOnLine() && isWord(this.LA(2)),
            DEF: () =>
              this.OR1([
                { ALT: () => this.CONSUME1(Colon, { LABEL: "mark" }) },
                { ALT: () => this.CONSUME(Dot, { LABEL: "mark" }) },
                { ALT: () => this.CONSUME(Odd, { LABEL: "mark" }) },
              ]),
          });
          this.OPTION1({
            GATE: () => isWord(this.LA(1)) && !this.beginsDeclaration(),
            DEF: () => this.SUBRULE1(this.fieldHead),
          });
        },
      },
      { ALT: () => this.SUBRULE2(this.fieldHead) },
    ]);
    this.OPTION2(() => {
      this.CONSUME(Equals);
      this.OPTION3({ GATE: () => this.isOnLine(), DEF: () => this.SUBRULE(this.literal) });
    });
    this.OPTION4({ GATE: () => this.is(1, OpenSquare), DEF: () => this.SUBRULE(this.group) });
  });

  /** `name: type`, or any row of words and types on one line with a colon somewhere or nowhere. */
  readonly fieldHead: Rule = this.RULE("fieldHead", () => {
    this.OR({
      DEF: [
        {
          GATE: () => this.is(2, Colon) || (this.is(2, Question) && this.is(3, Colon)),
          ALT: () => {
            this.CONSUME(Word);
            this.OPTION(() => this.CONSUME(Question));
            this.CONSUME(Colon);
            this.typeOrStrays();
          },
        },
        {
          ALT: () => {
            this.SUBRULE(this.type, { LABEL: "part" });
            this.MANY({
              GATE: () => isWord(this.LA(1)) && this.isOnLine(),
              DEF: () => this.SUBRULE2(this.type, { LABEL: "part" }),
            });
            this.OPTION1(() => {
              this.CONSUME1(Colon);
              this.OPTION2({
                GATE: () => this.isType(),
                DEF: () => this.SUBRULE1(this.type),
              });
            });
          },
        },
      ],
      IGNORE_AMBIGUITIES: true,
    });
  });

  readonly reserved: Rule = this.RULE("reserved", () => {
    this.CONSUME(Reserved);
    this.MANY({
      GATE: () => this.isReservedItem(this.is(1, Comma) ? 2 : 1),
      DEF: () => {
        this.OPTION(() => this.CONSUME(Comma));
        this.SUBRULE(this.reservedItem);
      },
    });
  });

  readonly reservedItem: Rule = this.RULE("reservedItem", () => {
    this.OR([
      { ALT: () => this.CONSUME(StringToken) },
      { ALT: () => this.CONSUME(Word) },
      {
        ALT: () => {
          this.CONSUME(NumberToken);
          this.OPTION({
            GATE: () => this.isRangeEnd(2) || this.isSeparator(2) || !this.isOnLine(2),
            DEF: () => {
              this.CONSUME(To);
              this.OPTION1({
                GATE: () => this.isRangeEnd(1),
                DEF: () => this.OR1([{ ALT: () => this.CONSUME1(NumberToken) }, { ALT: () => this.CONSUME1(Word) }]),
              });
            },
          });
        },
      },
    ]);
  });

  /** A line that belongs to another language: a word, and what follows it up to the end of the line or of a block. */
  readonly foreign: Rule = this.RULE("foreign", () => {
    this.CONSUME(Word);
    this.strayOnLine(() => !this.is(0, CloseBrace) && !this.isSeparator(1));
  });

  /** One token that belongs nowhere, or a whole pair of brackets. */
  readonly stray: Rule = this.RULE("stray", () => {
    this.OR({
      DEF: [{ ALT: () => this.SUBRULE(this.group) }, { ALT: () => this.CONSUME(Any) }],
      IGNORE_AMBIGUITIES: true,
    });
  });

  readonly group: Rule = this.RULE("group", () => {
    this.OR([
      { ALT: () => this.CONSUME(OpenBrace) },
      { ALT: () => this.CONSUME(OpenParen) },
      { ALT: () => this.CONSUME(OpenSquare) },
      { ALT: () => this.CONSUME(OpenAngle) },
    ]);
    this.MANY({ GATE: () => !this.closes(), DEF: () => this.SUBRULE(this.stray) });
    this.OR1([
      { ALT: () => this.CONSUME(CloseBrace) },
      { ALT: () => this.CONSUME(CloseParen) },
      { ALT: () => this.CONSUME(CloseSquare) },
      { ALT: () => this.CONSUME(CloseAngle) },
    ]);
  });

  // What several rules share. These are written into the rule that calls them, so each calls once per rule.

  /** Brackets with members between them, in front of which separators and annotations stand; what else there is, is stray. */
  protected members(opener: TokenType, closer: TokenType, alternatives: () => IOrAlt<unknown>[]): void {
    this.CONSUME8(opener);
    this.MANY8({
      GATE: () => !this.is(1, closer),
      DEF: () => {
        this.OR8({
          DEF: [
            { ALT: () => this.CONSUME8(Separator) },
            { ALT: () => this.SUBRULE8(this.annotation) },
            ...alternatives(),
            { ALT: () => this.SUBRULE8(this.stray) },
          ],
          IGNORE_AMBIGUITIES: true,
        });
      },
    });
    this.CONSUME8(closer);
  }

  protected name(): void {
    this.OPTION9({
      GATE: () => isWord(this.LA(1)) && !this.beginsDeclaration() && (this.isOnLine() || this.isNameOnNextLine()),
      DEF: () => this.CONSUME9(Word, { LABEL: "name" }),
    });
  }

  /** A type, or whatever else stands on the line up to what cannot be meant as one. */
  protected typeOrStrays(): void {
    this.OR9({
      DEF: [
        { GATE: () => this.isType(), ALT: () => this.SUBRULE9(this.type) },
        { ALT: () => this.strayOnLine(() => !this.endsType()) },
      ],
      IGNORE_AMBIGUITIES: true,
    });
  }

  protected strayOnLine(gate: () => boolean): void {
    this.MANY9({
      GATE: () => !this.closes() && this.isOnLine() && gate(),
      DEF: () => this.SUBRULE9(this.stray),
    });
  }
}
