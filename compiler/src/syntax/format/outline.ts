/** The parts of a right file, as far as their layout differs: ranges of pieces, with nothing of what they mean. */

/** Pieces from `from` up to, but without, `to`. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Members between braces. */
export interface Body {
  /** The piece of the opening brace. */
  readonly open: number;
  readonly members: readonly Member[];
  /** The piece of the closing brace. */
  readonly close: number;
}

/** What any member may carry in front of it. */
interface Fronted {
  readonly annotations: readonly Annotation[];
  /** From its first annotation to its end. */
  readonly whole: Range;
}

/** `@name`, with what stands between its parentheses. */
export interface Annotation {
  readonly whole: Range;
  readonly args: readonly Range[];
}

/** `1 name?: Type`; parameters have no number. */
export interface Field extends Fronted {
  readonly kind: "field";
  readonly number: Range | undefined;
  /** Up to and with the colon. */
  readonly name: Range;
  readonly type: Range;
}

/** `name?: union { ... }` */
export interface InlineUnion extends Fronted {
  readonly kind: "union";
  readonly body: Body;
  /** Up to and without the brace. */
  readonly head: Range;
}

/** `NAME = 1` */
export interface EnumValue extends Fronted {
  readonly kind: "value";
  readonly name: Range;
  /** With the sign of equality. */
  readonly number: Range;
}

/** A keyword and a list: `reserved 1, 2 to 5`, `throws A, B`. */
export interface List extends Fronted {
  readonly kind: "list";
  readonly items: readonly Range[];
}

/** `oneway name(parameters): result throws errors` */
export interface Method extends Fronted {
  readonly kind: "method";
  /** Up to and without the parenthesis. */
  readonly head: Range;
  readonly open: number;
  readonly parameters: readonly (Field | Plain)[];
  readonly close: number;
  /** With the colon; empty for `oneway`. */
  readonly result: Range;
  readonly throws: List | undefined;
}

/** Anything that stands in one row, such as the type of a method's parameter. */
export interface Plain extends Fronted {
  readonly kind: "plain";
}

export type Member = Field | InlineUnion | EnumValue | List | Method;

/** Something at the top of a file. */
export interface Entry extends Fronted {
  readonly kind: "package" | "import" | "alias" | "declaration";
  /** Without the annotations; of a declaration, up to and without the brace; of an alias, up to its sign of equality. */
  readonly head: Range;
  readonly body: Body | undefined;
  /** What consecutive declarations on one line each have in common where they are aligned. */
  readonly keyword: string;
}

/** A whole file. */
export interface Outline {
  readonly entries: readonly Entry[];
  /** By piece: whether it begins a further item of a list, so that a comma stands in front of it where both are on one line. */
  readonly startsItem: readonly boolean[];
}
