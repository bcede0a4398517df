/** The liberal grammar: it takes every row of paired tokens, so that what is wrong is said in the user's words by `build-ast`. */

import { CstParser } from "chevrotain";
import type { CstNode, IToken, ParserMethod, TokenType } from "chevrotain";
import { beginsDeclaration } from "./balance.js";
import {
  Any,
  Arrow,
  At,
  CloseAngle,
  CloseBrace,
  CloseParen,
  CloseSquare,
  Closed,
  Colon,
  Comma,
  Dot,
  Enum,
  Equals,
  ErrorWord,
  Extends,
  Import,
  Message,
  NumberToken,
  Odd,
  Oneof,
  Oneway,
  OpenAngle,
  OpenBrace,
  OpenParen,
  OpenSquare,
  Package,
  Question,
  Reserved,
  Returns,
  Separator,
  Service,
  Stream,
  StringToken,
  Throws,
  To,
  TypeWord,
  Union,
  Word,
  isWord,
  vocabulary,
} from "./tokens.js";

type Rule = ParserMethod<[], CstNode>;

/** The name of every rule and of every label by which the tree is read. */
export class Grammar extends CstParser {
  constructor() {
    super(vocabulary, {
      // One token of lookahead decides; where the language needs more, a gate says why.
      maxLookahead: 1,
      recoveryEnabled: true,
      nodeLocationTracking: "onlyOffset",
    });
    this.performSelfAnalysis();
  }

  /** Declarations, imports and annotations in any order; the tree says which stand wrong. */
  readonly file: Rule = this.RULE("file", () => {
    this.MANY(() => {
      this.OR({
        DEF: [
          { ALT: () => this.CONSUME(Separator) },
          { ALT: () => this.SUBRULE(this.annotation) },
          { ALT: () => this.SUBRULE(this.packageClause) },
          { ALT: () => this.SUBRULE(this.importClause) },
          { GATE: () => !this.#is(1, Closed) || this.#is(2, Enum), ALT: () => this.SUBRULE(this.declaration) },
          { ALT: () => this.SUBRULE(this.foreign) },
          { ALT: () => this.SUBRULE(this.stray) },
        ],
        IGNORE_AMBIGUITIES: true,
      });
    });
  });

  readonly packageClause: Rule = this.RULE("packageClause", () => {
    this.CONSUME(Package);
    this.OPTION({
      GATE: () => isWord(this.LA(1)) && !this.#beginsDeclaration(),
      DEF: () => this.SUBRULE(this.qualifiedName),
    });
  });

  readonly importClause: Rule = this.RULE("importClause", () => {
    this.CONSUME(Import);
    this.#strayOnLine(() => !this.#is(1, StringToken));
    this.OPTION1(() => this.CONSUME(StringToken));
  });

  readonly declaration: Rule = this.RULE("declaration", () => {
    this.OR([
      { ALT: () => this.SUBRULE(this.message) },
      { ALT: () => this.SUBRULE(this.enumeration) },
      { ALT: () => this.SUBRULE(this.alias) },
      { ALT: () => this.SUBRULE(this.service) },
    ]);
  });

  /** A message, an error or a union: they differ in their first word only. */
  readonly message: Rule = this.RULE("message", () => {
    this.OR([
      { ALT: () => this.CONSUME(Message) },
      { ALT: () => this.CONSUME(ErrorWord) },
      { ALT: () => this.CONSUME(Union) },
    ]);
    this.#name();
    this.#strayOnLine(() => !this.#is(1, OpenBrace) && !this.#beginsDeclaration());
    this.OPTION1(() => this.SUBRULE(this.fieldsBody));
  });

  readonly fieldsBody: Rule = this.RULE("fieldsBody", () => {
    this.CONSUME(OpenBrace);
    this.MANY({
      GATE: () => !this.#is(1, CloseBrace),
      DEF: () => {
        this.OR({
          DEF: [
            { ALT: () => this.CONSUME(Separator) },
            { ALT: () => this.SUBRULE(this.annotation) },
            { GATE: () => this.#isReserved(), ALT: () => this.SUBRULE(this.reserved) },
            { GATE: () => this.#beginsDeclaration(), ALT: () => this.SUBRULE(this.declaration) },
            {
              GATE: () => isWord(this.LA(2)) && this.#is(3, OpenBrace),
              ALT: () => this.SUBRULE(this.oneof),
            },
            { GATE: () => this.#isOptionLine(), ALT: () => this.SUBRULE(this.foreign) },
            { ALT: () => this.SUBRULE(this.field) },
            { ALT: () => this.SUBRULE(this.stray) },
          ],
          IGNORE_AMBIGUITIES: true,
        });
      },
    });
    this.CONSUME(CloseBrace);
  });

  /** `oneof name { ... }`, Protobuf's inline union. */
  readonly oneof: Rule = this.RULE("oneof", () => {
    this.CONSUME(Oneof);
    this.CONSUME(Word);
    this.SUBRULE(this.fieldsBody);
  });

  /** A field, a parameter, a member; also `string name = 1 [x = y]` and `1: optional string name`. */
  readonly field: Rule = this.RULE("field", () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(NumberToken);
          this.OPTION(() => this.CONSUME1(Colon, { LABEL: "numberColon" }));
          this.OPTION1({
            GATE: () => isWord(this.LA(1)) && !this.#beginsDeclaration(),
            DEF: () => this.SUBRULE1(this.fieldHead),
          });
        },
      },
      { ALT: () => this.SUBRULE2(this.fieldHead) },
    ]);
    this.OPTION2(() => {
      this.CONSUME(Equals);
      this.OPTION3({ GATE: () => this.#isOnLine(), DEF: () => this.SUBRULE(this.literal) });
    });
    this.OPTION4({ GATE: () => this.#is(1, OpenSquare), DEF: () => this.SUBRULE(this.group) });
  });

  /** `name: type`, or any row of words and types on one line with a colon somewhere or nowhere. */
  readonly fieldHead: Rule = this.RULE("fieldHead", () => {
    this.OR({
      DEF: [
        {
          GATE: () => this.#is(2, Colon) || (this.#is(2, Question) && this.#is(3, Colon)),
          ALT: () => {
            this.CONSUME(Word);
            this.OPTION(() => this.CONSUME(Question));
            this.CONSUME(Colon);
            this.#typeIfAny();
          },
        },
        {
          ALT: () => {
            this.AT_LEAST_ONE({
              GATE: () => isWord(this.LA(1)) && (!isWord(this.LA(0)) || this.#isOnLine()),
              DEF: () => this.SUBRULE(this.type, { LABEL: "part" }),
            });
            this.OPTION1(() => {
              this.CONSUME1(Colon);
              this.OPTION2({
                GATE: () => isWord(this.LA(1)) && !this.#beginsDeclaration(),
                DEF: () => this.SUBRULE1(this.type),
              });
            });
          },
        },
      ],
      IGNORE_AMBIGUITIES: true,
    });
  });

  readonly type: Rule = this.RULE("type", () => {
    this.OR({
      DEF: [
        {
          GATE: () => this.#is(2, OpenBrace),
          ALT: () => {
            this.CONSUME(Union);
            this.SUBRULE(this.fieldsBody);
          },
        },
        {
          GATE: () => isWord(this.LA(2)) && this.#isOnLine(2),
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
      GATE: () => this.#is(1, Question) || this.#is(2, CloseSquare),
      DEF: () => {
        this.OR1([{ ALT: () => this.SUBRULE(this.listMark) }, { ALT: () => this.CONSUME(Question) }]);
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
      GATE: () => !this.#is(1, CloseAngle),
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

  readonly qualifiedName: Rule = this.RULE("qualifiedName", () => {
    this.CONSUME(Word);
    this.MANY(() => {
      this.CONSUME(Dot);
      this.OPTION(() => this.CONSUME1(Word));
    });
  });

  readonly reserved: Rule = this.RULE("reserved", () => {
    this.CONSUME(Reserved);
    this.MANY({
      GATE: () => this.#isReservedItem(this.#is(1, Comma) ? 2 : 1),
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
            GATE: () => this.#isRangeEnd(2),
            DEF: () => {
              this.CONSUME(To);
              this.OR1([{ ALT: () => this.CONSUME1(NumberToken) }, { ALT: () => this.CONSUME1(Word) }]);
            },
          });
        },
      },
    ]);
  });

  readonly enumeration: Rule = this.RULE("enumeration", () => {
    this.OPTION(() => this.CONSUME(Closed));
    this.CONSUME(Enum);
    this.#name();
    this.#strayOnLine(() => !this.#is(1, OpenBrace) && !this.#beginsDeclaration());
    this.OPTION1(() => this.SUBRULE(this.enumBody));
  });

  readonly enumBody: Rule = this.RULE("enumBody", () => {
    this.CONSUME(OpenBrace);
    this.MANY({
      GATE: () => !this.#is(1, CloseBrace),
      DEF: () => {
        this.OR({
          DEF: [
            { ALT: () => this.CONSUME(Separator) },
            { ALT: () => this.SUBRULE(this.annotation) },
            { GATE: () => this.#isReserved(), ALT: () => this.SUBRULE(this.reserved) },
            { GATE: () => this.#beginsDeclaration(), ALT: () => this.SUBRULE(this.declaration) },
            { GATE: () => this.#isOptionLine(), ALT: () => this.SUBRULE(this.foreign) },
            { ALT: () => this.SUBRULE(this.enumValue) },
            { ALT: () => this.SUBRULE(this.stray) },
          ],
          IGNORE_AMBIGUITIES: true,
        });
      },
    });
    this.CONSUME(CloseBrace);
  });

  /** `NAME = 1`; also `1 NAME`, `NAME: 1` and `NAME`. */
  readonly enumValue: Rule = this.RULE("enumValue", () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(NumberToken);
          this.OPTION(() => this.CONSUME(Colon, { LABEL: "numberColon" }));
          this.OPTION1({ GATE: () => this.#isOnLine(), DEF: () => this.CONSUME(Word) });
        },
      },
      { ALT: () => this.CONSUME1(Word) },
    ]);
    this.OPTION2(() => {
      this.OR1([{ ALT: () => this.CONSUME(Equals) }, { ALT: () => this.CONSUME1(Colon) }]);
      this.OPTION3({ GATE: () => this.#isOnLine() || this.#is(1, NumberToken), DEF: () => this.SUBRULE(this.literal) });
    });
    this.OPTION4({ GATE: () => this.#is(1, OpenSquare), DEF: () => this.SUBRULE(this.group) });
  });

  readonly alias: Rule = this.RULE("alias", () => {
    this.CONSUME(TypeWord);
    this.#name();
    this.OPTION1(() => this.CONSUME(Equals));
    this.#typeIfAny();
  });

  readonly service: Rule = this.RULE("service", () => {
    this.CONSUME(Service);
    this.#name();
    this.OPTION1(() => {
      this.CONSUME(Extends);
      this.OPTION2({ GATE: () => !this.#beginsDeclaration(), DEF: () => this.SUBRULE(this.qualifiedName) });
    });
    this.#strayOnLine(() => !this.#is(1, OpenBrace) && !this.#beginsDeclaration());
    this.OPTION3(() => this.SUBRULE(this.serviceBody));
  });

  readonly serviceBody: Rule = this.RULE("serviceBody", () => {
    this.CONSUME(OpenBrace);
    this.MANY({
      GATE: () => !this.#is(1, CloseBrace),
      DEF: () => {
        this.OR({
          DEF: [
            { ALT: () => this.CONSUME(Separator) },
            { ALT: () => this.SUBRULE(this.annotation) },
            { GATE: () => this.#beginsDeclaration(), ALT: () => this.SUBRULE(this.declaration) },
            { GATE: () => this.#isOptionLine(), ALT: () => this.SUBRULE(this.foreign) },
            { ALT: () => this.SUBRULE(this.method) },
            { ALT: () => this.SUBRULE(this.stray) },
          ],
          IGNORE_AMBIGUITIES: true,
        });
      },
    });
    this.CONSUME(CloseBrace);
  });

  /** `name(parameters): result throws errors`; also `rpc Name(A) returns (B)` and `Result name(1: A a) throws (...)`. */
  readonly method: Rule = this.RULE("method", () => {
    this.OPTION({ GATE: () => isWord(this.LA(2)), DEF: () => this.CONSUME(Oneway) });
    this.OR({
      DEF: [
        { GATE: () => this.#is(2, OpenParen), ALT: () => this.CONSUME1(Word) },
        {
          ALT: () =>
            this.AT_LEAST_ONE({
              GATE: () => isWord(this.LA(1)) && (!isWord(this.LA(0)) || this.#isOnLine()),
              DEF: () => this.SUBRULE(this.type, { LABEL: "part" }),
            }),
        },
      ],
      IGNORE_AMBIGUITIES: true,
    });
    this.OPTION1(() => this.SUBRULE(this.parameters));
    this.OPTION2({ GATE: () => !this.#is(1, Returns) || this.#is(2, OpenParen), DEF: () => this.SUBRULE(this.result) });
    this.OPTION3({
      GATE: () => !this.#is(2, OpenParen) || this.#is(3, NumberToken),
      DEF: () => this.SUBRULE(this.throws),
    });
    this.OPTION4({ GATE: () => this.#is(1, OpenBrace), DEF: () => this.SUBRULE(this.group) });
  });

  readonly parameters: Rule = this.RULE("parameters", () => {
    this.CONSUME(OpenParen);
    this.MANY({
      GATE: () => !this.#is(1, CloseParen),
      DEF: () => {
        this.OR({
          DEF: [
            { ALT: () => this.CONSUME(Separator) },
            { ALT: () => this.SUBRULE(this.annotation) },
            { ALT: () => this.SUBRULE(this.field) },
            { ALT: () => this.SUBRULE(this.stray) },
          ],
          IGNORE_AMBIGUITIES: true,
        });
      },
    });
    this.CONSUME(CloseParen);
  });

  /** What stands behind the parameters: `: stream T`, `: T`, `-> T`, `returns (stream T)`. */
  readonly result: Rule = this.RULE("result", () => {
    this.OR([
      { ALT: () => this.CONSUME(Colon) },
      { ALT: () => this.CONSUME(Arrow) },
      { ALT: () => this.CONSUME(Returns) },
    ]);
    this.OR1({
      DEF: [
        { GATE: () => this.#is(1, OpenParen), ALT: () => this.SUBRULE(this.parameters) },
        {
          ALT: () => {
            this.OPTION({ GATE: () => !this.#is(2, Dot) && !this.#is(2, OpenParen), DEF: () => this.CONSUME(Stream) });
            this.OPTION1({
              GATE: () => isWord(this.LA(1)) && !this.#is(2, OpenParen),
              DEF: () => this.SUBRULE(this.type),
            });
          },
        },
      ],
      IGNORE_AMBIGUITIES: true,
    });
  });

  readonly throws: Rule = this.RULE("throws", () => {
    this.CONSUME(Throws);
    this.OR({
      DEF: [
        { GATE: () => this.#is(1, OpenParen), ALT: () => this.SUBRULE(this.parameters) },
        {
          ALT: () => {
            this.OPTION({ GATE: () => this.#isThrown(1), DEF: () => this.SUBRULE(this.qualifiedName) });
            this.MANY({
              GATE: () => (this.#is(1, Comma) || this.LA(1).image === "|") && this.#isThrown(2),
              DEF: () => {
                this.OR1([{ ALT: () => this.CONSUME(Comma) }, { ALT: () => this.CONSUME(Odd) }]);
                this.SUBRULE1(this.qualifiedName);
              },
            });
          },
        },
      ],
      IGNORE_AMBIGUITIES: true,
    });
  });

  readonly annotation: Rule = this.RULE("annotation", () => {
    this.CONSUME(At);
    this.OPTION(() => this.SUBRULE(this.qualifiedName));
    this.OPTION1(() => this.SUBRULE(this.annotationArguments));
  });

  readonly annotationArguments: Rule = this.RULE("annotationArguments", () => {
    this.CONSUME(OpenParen);
    this.MANY({
      GATE: () => !this.#is(1, CloseParen),
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

  readonly literal: Rule = this.RULE("literal", () => {
    this.OR([
      { ALT: () => this.CONSUME(NumberToken) },
      { ALT: () => this.CONSUME(StringToken) },
      { ALT: () => this.SUBRULE(this.qualifiedName) },
    ]);
  });

  /** A line that belongs to another language: a word, and what follows it up to the end of the line or of a block. */
  readonly foreign: Rule = this.RULE("foreign", () => {
    this.CONSUME(Word);
    this.#strayOnLine(() => !this.#is(0, CloseBrace) && !this.#is(1, Separator));
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
    this.MANY({ GATE: () => !this.#closes(), DEF: () => this.SUBRULE(this.stray) });
    this.OR1([
      { ALT: () => this.CONSUME(CloseBrace) },
      { ALT: () => this.CONSUME(CloseParen) },
      { ALT: () => this.CONSUME(CloseSquare) },
      { ALT: () => this.CONSUME(CloseAngle) },
    ]);
  });

  // What several rules share. These are written into the rule that calls them, so each calls once per rule.

  #name(): void {
    this.OPTION9({
      GATE: () => isWord(this.LA(1)) && !this.#beginsDeclaration() && this.#isOnLine(),
      DEF: () => this.CONSUME9(Word, { LABEL: "name" }),
    });
  }

  #typeIfAny(): void {
    this.OPTION8({
      GATE: () => isWord(this.LA(1)) && !this.#beginsDeclaration(),
      DEF: () => this.SUBRULE9(this.type),
    });
  }

  #strayOnLine(gate: () => boolean): void {
    this.MANY9({
      GATE: () => !this.#closes() && this.#isOnLine() && gate(),
      DEF: () => this.SUBRULE9(this.stray),
    });
  }

  // Looking ahead. `ahead` is 1 for the next token.

  #is(ahead: number, tokenType: TokenType): boolean {
    return this.LA(ahead).tokenType === tokenType;
  }

  #closes(): boolean {
    const { tokenType } = this.LA(1);
    return (
      tokenType === CloseBrace || tokenType === CloseParen || tokenType === CloseSquare || tokenType === CloseAngle
    );
  }

  /** Whether a token stands on the line of the token before it. Newlines mean nothing in a right text, but help in a wrong one. */
  #isOnLine(ahead: number = 1): boolean {
    return this.LA(ahead).startLine === this.LA(ahead - 1).startLine;
  }

  #beginsDeclaration(): boolean {
    return beginsDeclaration((ahead) => this.LA(ahead + 1));
  }

  /** `reserved` in front of what can be reserved; otherwise it is somebody's name. */
  #isReserved(): boolean {
    if (!this.#is(1, Reserved)) return false;
    const next: IToken = this.LA(2);
    if (next.tokenType === NumberToken || next.tokenType === StringToken) return true;
    return isWord(next) && this.#isOnLine(2);
  }

  /** Whether an item of `reserved` stands there, and not the number or name of the field behind it. */
  #isReservedItem(ahead: number): boolean {
    const item: IToken = this.LA(ahead);
    if (item.tokenType === StringToken) return true;
    if (item.tokenType === NumberToken) {
      if (this.#is(ahead + 1, To) && this.#isRangeEnd(ahead + 2)) return true;
      return !isWord(this.LA(ahead + 1)) && !this.#is(ahead + 1, Colon);
    }
    if (!isWord(item) || !this.#isOnLine(ahead)) return false;
    return this.#is(ahead + 1, Separator) || this.#is(ahead + 1, Comma) || !this.#isOnLine(ahead + 1);
  }

  #isRangeEnd(ahead: number): boolean {
    return this.#is(ahead, NumberToken) || this.LA(ahead).image === "max";
  }

  /** `option x = y;` and its kin: a word and another one with `=` or parentheses, none of which a field has. */
  #isOptionLine(): boolean {
    const { image } = this.LA(1);
    if (image !== "option" && image !== "extensions") return false;
    return (
      (isWord(this.LA(2)) && (this.#is(3, Equals) || this.#is(3, Dot))) ||
      this.#is(2, OpenParen) ||
      this.#is(2, NumberToken)
    );
  }

  /** Whether the name of an error stands there, and not the next method. */
  #isThrown(ahead: number): boolean {
    if (!isWord(this.LA(ahead)) || this.#is(ahead + 1, OpenParen)) return false;
    const { image } = this.LA(ahead);
    return !((image === "oneway" || image === "rpc") && isWord(this.LA(ahead + 1)) && this.#is(ahead + 2, OpenParen));
  }
}
