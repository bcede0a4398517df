/** The liberal grammar: it takes every row of paired tokens, so that what is wrong is said in the user's words by `build-ast`. */

import { GrammarParts } from "./grammar-parts.js";
import type { Rule } from "./grammar-parts.js";
import { OneTokenLookahead } from "./one-token-lookahead.js";
import {
  Arrow,
  CloseBrace,
  CloseParen,
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
  OpenBrace,
  OpenParen,
  OpenSquare,
  Package,
  Returns,
  Separator,
  Service,
  Stream,
  StringToken,
  Throws,
  TypeWord,
  Union,
  Word,
  isWord,
  vocabulary,
} from "./tokens.js";

/** Files and declarations. The names of rules and tokens are those by which the tree is read. */
export class Grammar extends GrammarParts {
  /** `validates` has the rules themselves checked for mistakes, which a test does once for all runs. */
  constructor(options: { readonly validates: boolean } = { validates: false }) {
    super(vocabulary, {
      // One token of lookahead decides; where the language needs more, a gate says why.
      maxLookahead: 1,
      lookaheadStrategy: new OneTokenLookahead(),
      // The rules take every row of tokens, so there is nothing to recover from; the tables for it are slow to make.
      recoveryEnabled: false,
      skipValidations: !options.validates,
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
          { GATE: () => !this.is(1, Closed) || this.is(2, Enum), ALT: () => this.SUBRULE(this.declaration) },
          { GATE: () => this.is(1, NumberToken) && this.isNamed(2), ALT: () => this.SUBRULE(this.field) },
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
      GATE: () => isWord(this.LA(1)) && !this.beginsDeclaration(),
      DEF: () => this.SUBRULE(this.qualifiedName),
    });
    this.strayOnLine(() => !this.isSeparator(1) && !this.beginsDeclaration());
  });

  readonly importClause: Rule = this.RULE("importClause", () => {
    this.CONSUME(Import);
    this.strayOnLine(() => !this.is(1, StringToken));
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
    this.name();
    this.strayOnLine(() => !this.is(1, OpenBrace) && !this.beginsDeclaration());
    this.OPTION1(() => this.SUBRULE(this.fieldsBody));
  });

  readonly fieldsBody: Rule = this.RULE("fieldsBody", () => {
    this.members(OpenBrace, CloseBrace, () => [
      { GATE: () => this.isReserved(), ALT: () => this.SUBRULE(this.reserved) },
      { GATE: () => this.beginsDeclaration(), ALT: () => this.SUBRULE(this.declaration) },
      { GATE: () => isWord(this.LA(2)) && this.is(3, OpenBrace), ALT: () => this.SUBRULE(this.oneof) },
      { GATE: () => this.isOptionLine(), ALT: () => this.SUBRULE(this.foreign) },
      { ALT: () => this.SUBRULE(this.field) },
    ]);
  });

  /** `oneof name { ... }`, Protobuf's inline union. */
  readonly oneof: Rule = this.RULE("oneof", () => {
    this.CONSUME(Oneof);
    this.CONSUME(Word);
    this.SUBRULE(this.fieldsBody);
  });

  readonly enumeration: Rule = this.RULE("enumeration", () => {
    this.OPTION(() => this.CONSUME(Closed));
    this.CONSUME(Enum);
    this.name();
    this.strayOnLine(() => !this.is(1, OpenBrace) && !this.beginsDeclaration());
    this.OPTION1(() => this.SUBRULE(this.enumBody));
  });

  readonly enumBody: Rule = this.RULE("enumBody", () => {
    this.members(OpenBrace, CloseBrace, () => [
      { GATE: () => this.isReserved(), ALT: () => this.SUBRULE(this.reserved) },
      { GATE: () => this.beginsDeclaration(), ALT: () => this.SUBRULE(this.declaration) },
      { GATE: () => this.isOptionLine(), ALT: () => this.SUBRULE(this.foreign) },
      { ALT: () => this.SUBRULE(this.enumValue) },
    ]);
  });

  /** `NAME = 1`; also `1 NAME`, `NAME: 1` and `NAME`. */
  readonly enumValue: Rule = this.RULE("enumValue", () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(NumberToken);
          this.OPTION(() => this.CONSUME(Colon, { LABEL: "mark" }));
          this.OPTION1({ GATE: () => this.isOnLine(), DEF: () => this.CONSUME(Word) });
        },
      },
      { ALT: () => this.CONSUME1(Word) },
    ]);
    this.OPTION2(() => {
      this.OR1([{ ALT: () => this.CONSUME(Equals) }, { ALT: () => this.CONSUME1(Colon) }]);
      this.OPTION3({ GATE: () => this.isOnLine() || this.is(1, NumberToken), DEF: () => this.SUBRULE(this.literal) });
    });
    this.OPTION4({ GATE: () => this.is(1, OpenSquare), DEF: () => this.SUBRULE(this.group) });
  });

  readonly alias: Rule = this.RULE("alias", () => {
    this.CONSUME(TypeWord);
    this.name();
    this.OPTION1(() => {
      this.OR([{ ALT: () => this.CONSUME(Equals) }, { ALT: () => this.CONSUME(Colon) }]);
    });
    this.OPTION2({ GATE: () => this.isOnLine() || this.is(0, Equals), DEF: () => this.typeOrStrays() });
  });

  readonly service: Rule = this.RULE("service", () => {
    this.CONSUME(Service);
    this.name();
    this.OPTION1(() => {
      this.CONSUME(Extends);
      this.OPTION2({ GATE: () => !this.beginsDeclaration(), DEF: () => this.SUBRULE(this.qualifiedName) });
    });
    this.strayOnLine(() => !this.is(1, OpenBrace) && !this.beginsDeclaration());
    this.OPTION3(() => this.SUBRULE(this.serviceBody));
  });

  readonly serviceBody: Rule = this.RULE("serviceBody", () => {
    this.members(OpenBrace, CloseBrace, () => [
      { GATE: () => this.beginsDeclaration(), ALT: () => this.SUBRULE(this.declaration) },
      { GATE: () => this.isOptionLine(), ALT: () => this.SUBRULE(this.foreign) },
      { ALT: () => this.SUBRULE(this.method) },
    ]);
  });

  /** `name(parameters): result throws errors`; also `rpc Name(A) returns (B)` and `Result name(1: A a) throws (...)`. */
  readonly method: Rule = this.RULE("method", () => {
    this.OPTION({ GATE: () => isWord(this.LA(2)), DEF: () => this.CONSUME(Oneway) });
    this.OR({
      DEF: [
        { GATE: () => this.is(2, OpenParen), ALT: () => this.CONSUME1(Word) },
        {
          ALT: () => {
            this.SUBRULE(this.type, { LABEL: "part" });
            this.MANY({
              GATE: () => isWord(this.LA(1)) && this.isOnLine(),
              DEF: () => this.SUBRULE2(this.type, { LABEL: "part" }),
            });
          },
        },
      ],
      IGNORE_AMBIGUITIES: true,
    });
    this.OPTION1(() => this.SUBRULE(this.parameters));
    this.OPTION2({ GATE: () => !this.is(1, Returns) || this.is(2, OpenParen), DEF: () => this.SUBRULE(this.result) });
    this.OPTION3({ GATE: () => this.isThrows(), DEF: () => this.SUBRULE(this.throws) });
    this.OPTION4({ GATE: () => this.is(1, OpenBrace), DEF: () => this.SUBRULE(this.group) });
  });

  readonly parameters: Rule = this.RULE("parameters", () => {
    this.members(OpenParen, CloseParen, () => [{ ALT: () => this.SUBRULE(this.field) }]);
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
        { GATE: () => this.is(1, OpenParen), ALT: () => this.SUBRULE(this.parameters) },
        {
          ALT: () => {
            this.OPTION({ GATE: () => !this.is(2, Dot) && !this.is(2, OpenParen), DEF: () => this.CONSUME(Stream) });
            this.OPTION1({
              GATE: () => !isWord(this.LA(1)) || !this.is(2, OpenParen),
              DEF: () => this.typeOrStrays(),
            });
          },
        },
      ],
      IGNORE_AMBIGUITIES: true,
    });
  });

  readonly throws: Rule = this.RULE("throws", () => {
    this.OR2({
      DEF: [{ ALT: () => this.CONSUME(Throws) }, { ALT: () => this.CONSUME(Word, { LABEL: "habit" }) }],
      IGNORE_AMBIGUITIES: true,
    });
    this.OR({
      DEF: [
        { GATE: () => this.is(1, OpenParen), ALT: () => this.SUBRULE(this.parameters) },
        {
          ALT: () => {
            this.OPTION({ GATE: () => this.isThrown(1), DEF: () => this.SUBRULE(this.qualifiedName) });
            this.MANY({
              GATE: () => (this.is(1, Comma) || this.LA(1).image === "|") && this.isThrown(2),
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
}
