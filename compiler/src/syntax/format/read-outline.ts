/** Reads the outline of a file that was parsed without errors; the same words decide as in the grammar. */

import type { TokenType } from "chevrotain";
import {
  At,
  CloseAngle,
  CloseBrace,
  CloseParen,
  CloseSquare,
  Closed,
  Colon,
  Dot,
  Equals,
  Extends,
  Import,
  NumberToken,
  OpenAngle,
  OpenBrace,
  OpenParen,
  OpenSquare,
  Oneway,
  Package,
  Question,
  Reserved,
  Service,
  Stream,
  StringToken,
  Throws,
  To,
  TypeWord,
  Union,
  keywords,
} from "../tokens.js";
import type {
  Annotation,
  Body,
  Entry,
  EnumValue,
  Field,
  InlineUnion,
  List,
  Member,
  Method,
  Outline,
  Plain,
  Range,
} from "./outline.js";
import type { Piece } from "./pieces.js";

const words: ReadonlySet<string> = new Set(["Word", ...[...keywords.values()].map(({ name }) => name)]);

/** The text holds what the grammar takes and the tree refuses, which a file without errors does not. */
export class UnreadableOutline extends Error {
  override readonly name: string = "UnreadableOutline";
}

/** The outline of all pieces. Fails with an `UnreadableOutline` where the file is not right. */
export function readOutline(pieces: readonly Piece[]): Outline {
  return new Reader(pieces).run();
}

class Reader {
  readonly #pieces: readonly Piece[];
  readonly #startsItem: boolean[];
  #at = 0;

  constructor(pieces: readonly Piece[]) {
    this.#pieces = pieces;
    this.#startsItem = pieces.map(() => false);
  }

  run(): Outline {
    const entries: Entry[] = [];
    while (this.#at < this.#pieces.length - 1) entries.push(this.#entry());
    return { entries, startsItem: this.#startsItem };
  }

  #entry(): Entry {
    const from = this.#at;
    const annotations = this.#annotations();
    const start = this.#at;
    const keyword = this.#text();
    if (this.#is(Package)) {
      this.#skip();
      this.#qualifiedName();
      return this.#bodiless("package", annotations, from, start, keyword);
    }
    if (this.#is(Import)) {
      this.#skip();
      this.#take(StringToken);
      return this.#bodiless("import", annotations, from, start, keyword);
    }
    if (this.#is(TypeWord)) {
      this.#skip();
      this.#word();
      const head = { from: start, to: this.#at };
      this.#take(Equals);
      this.#type();
      return { kind: "alias", annotations, head, body: undefined, keyword, whole: { from, to: this.#at } };
    }
    const isService = this.#is(Service);
    const isEnum = this.#is(Closed) || keyword === "enum";
    if (this.#is(Closed)) this.#skip();
    this.#word();
    this.#word();
    if (this.#is(Extends)) {
      this.#skip();
      this.#qualifiedName();
    }
    const head = { from: start, to: this.#at };
    const body = this.#body(() => (isService ? this.#method() : isEnum ? this.#enumMember() : this.#field()));
    return { kind: "declaration", annotations, head, body, keyword, whole: { from, to: this.#at } };
  }

  #bodiless(
    kind: "package" | "import",
    annotations: readonly Annotation[],
    from: number,
    start: number,
    keyword: string,
  ): Entry {
    const to = this.#at;
    return { kind, annotations, head: { from: start, to }, body: undefined, keyword, whole: { from, to } };
  }

  #body(member: () => Member): Body {
    const open = this.#take(OpenBrace);
    const members: Member[] = [];
    while (!this.#is(CloseBrace)) {
      if (members.length > 0) this.#startsItem[this.#at] = true;
      members.push(member());
    }
    return { open, members, close: this.#take(CloseBrace) };
  }

  #annotations(): readonly Annotation[] {
    const annotations: Annotation[] = [];
    while (this.#is(At)) {
      const from = this.#take(At);
      this.#qualifiedName();
      const args = this.#is(OpenParen) ? this.#arguments() : [];
      annotations.push({ whole: { from, to: this.#at }, args });
    }
    return annotations;
  }

  #arguments(): readonly Range[] {
    this.#take(OpenParen);
    const args: Range[] = [];
    while (!this.#is(CloseParen)) {
      const from = this.#at;
      if (args.length > 0) this.#startsItem[from] = true;
      if (this.#is(NumberToken) || this.#is(StringToken)) this.#skip();
      else this.#qualifiedName();
      args.push({ from, to: this.#at });
    }
    this.#take(CloseParen);
    return args;
  }

  #field(): Field | InlineUnion | List {
    const from = this.#at;
    const annotations = this.#annotations();
    if (this.#beginsReserved()) return this.#reserved(from, annotations);
    const start = this.#at;
    const number = this.#is(NumberToken) ? { from: this.#skip(), to: this.#at } : undefined;
    const nameStart = this.#at;
    this.#word();
    if (this.#is(Question)) this.#skip();
    this.#take(Colon);
    const name = { from: nameStart, to: this.#at };
    if (this.#is(Union) && this.#is(OpenBrace, 1)) {
      this.#skip();
      const head = { from: start, to: this.#at };
      const body = this.#body(() => this.#field());
      return { kind: "union", annotations, head, body, whole: { from, to: this.#at } };
    }
    const type = this.#type();
    return { kind: "field", annotations, number, name, type, whole: { from, to: this.#at } };
  }

  #enumMember(): EnumValue | List {
    const from = this.#at;
    const annotations = this.#annotations();
    if (this.#beginsReserved()) return this.#reserved(from, annotations);
    const name = { from: this.#word(), to: this.#at };
    const start = this.#take(Equals);
    this.#take(NumberToken);
    return { kind: "value", annotations, name, number: { from: start, to: this.#at }, whole: { from, to: this.#at } };
  }

  #beginsReserved(): boolean {
    return this.#is(Reserved) && (this.#is(NumberToken, 1) || this.#is(StringToken, 1));
  }

  #reserved(from: number, annotations: readonly Annotation[]): List {
    this.#skip();
    const items: Range[] = [];
    while (items.length === 0 || this.#isReservedItem()) {
      const start = this.#at;
      if (items.length > 0) this.#startsItem[start] = true;
      this.#skip();
      if (this.#isRange(start)) {
        this.#skip();
        this.#skip();
      }
      items.push({ from: start, to: this.#at });
    }
    return { kind: "list", annotations, items, whole: { from, to: this.#at } };
  }

  /** Whether an item stands there, and not the number of the field behind. */
  #isReservedItem(): boolean {
    if (this.#is(StringToken)) return true;
    if (!this.#is(NumberToken)) return false;
    return this.#isRange(this.#at) || !this.#isWord(1);
  }

  #isRange(number: number): boolean {
    const ahead = number - this.#at;
    if (!this.#is(NumberToken, ahead) || !this.#is(To, ahead + 1)) return false;
    return this.#is(NumberToken, ahead + 2) || this.#pieces[number + 2]?.text === "max";
  }

  #method(): Method {
    const from = this.#at;
    const annotations = this.#annotations();
    const start = this.#at;
    if (this.#is(Oneway) && this.#isWord(1)) this.#skip();
    this.#word();
    const head = { from: start, to: this.#at };
    const open = this.#take(OpenParen);
    const parameters: (Field | Plain)[] = [];
    while (!this.#is(CloseParen)) {
      if (parameters.length > 0) this.#startsItem[this.#at] = true;
      parameters.push(this.#parameter());
    }
    const close = this.#take(CloseParen);
    const resultStart = this.#at;
    if (this.#is(Colon)) {
      this.#skip();
      this.#streamAndType();
      if (this.#is(Question)) this.#skip();
    }
    const result = { from: resultStart, to: this.#at };
    const throws = this.#is(Throws) && !this.#is(OpenParen, 1) ? this.#throws() : undefined;
    const whole = { from, to: this.#at };
    return { kind: "method", annotations, head, open, parameters, close, result, throws, whole };
  }

  #parameter(): Field | Plain {
    const isNamed = this.#isWord(0) && (this.#is(Colon, 1) || (this.#is(Question, 1) && this.#is(Colon, 2)));
    if (!isNamed && !this.#is(At)) {
      const from = this.#at;
      this.#streamAndType();
      return { kind: "plain", annotations: [], whole: { from, to: this.#at } };
    }
    const field = this.#field();
    if (field.kind !== "field") throw new UnreadableOutline("a parameter that is none");
    return field;
  }

  #streamAndType(): void {
    if (this.#is(Stream) && this.#isWord(1) && !(this.#is(Throws, 1) && !this.#is(OpenParen, 2))) this.#skip();
    this.#type();
  }

  #throws(): List {
    const from = this.#skip();
    const items: Range[] = [this.#qualifiedName()];
    while (this.#pieces[this.#at]?.separator === "," && this.#isThrown()) {
      this.#startsItem[this.#at] = true;
      items.push(this.#qualifiedName());
    }
    return { kind: "list", annotations: [], items, whole: { from, to: this.#at } };
  }

  /** Whether the name of an error stands there, and not the next method. */
  #isThrown(): boolean {
    if (!this.#isWord(0) || this.#is(OpenParen, 1)) return false;
    return !(this.#is(Oneway) && this.#isWord(1) && this.#is(OpenParen, 2));
  }

  #type(): Range {
    const from = this.#at;
    const isMap = this.#text() === "map" && this.#is(OpenAngle, 1);
    if (isMap) {
      this.#skip();
      this.#take(OpenAngle);
      this.#type();
      this.#startsItem[this.#at] = true;
      this.#type();
      this.#take(CloseAngle);
    } else {
      this.#qualifiedName();
    }
    while (this.#is(OpenSquare)) {
      this.#skip();
      this.#take(CloseSquare);
    }
    return { from, to: this.#at };
  }

  #qualifiedName(): Range {
    const from = this.#word();
    while (this.#is(Dot)) {
      this.#skip();
      this.#word();
    }
    return { from, to: this.#at };
  }

  #is(type: TokenType, ahead: number = 0): boolean {
    return this.#pieces[this.#at + ahead]?.type === type;
  }

  #isWord(ahead: number): boolean {
    const type = this.#pieces[this.#at + ahead]?.type;
    return type !== undefined && words.has(type.name);
  }

  #text(): string {
    return this.#pieces[this.#at]?.text ?? "";
  }

  #word(): number {
    if (!this.#isWord(0)) throw new UnreadableOutline(`\`${this.#text()}\` is no name`);
    return this.#skip();
  }

  #take(type: TokenType): number {
    if (!this.#is(type)) throw new UnreadableOutline(`\`${this.#text()}\` stands where ${type.name} should`);
    return this.#skip();
  }

  /** Goes one piece on, and tells which it was. */
  #skip(): number {
    if (this.#at >= this.#pieces.length - 1) throw new UnreadableOutline("the file ends too early");
    return this.#at++;
  }
}
