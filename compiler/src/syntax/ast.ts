/** What was written, as plain nodes with spans: may be incomplete, never throws, knows nothing of meaning. */

import type { SourceFile, Span } from "../source/source-file.js";

/** A word as it was written. */
export interface Identifier {
  readonly kind: "identifier";
  readonly text: string;
  readonly span: Span;
}

/** A dotted name, such as `money.v1.Money`. */
export interface QualifiedName {
  readonly kind: "qualifiedName";
  readonly parts: readonly Identifier[];
  readonly text: string;
  readonly span: Span;
}

export type Literal =
  /** `text` is the source spelling with sign, `value` is undefined where it is not an integer of any size. */
  | { readonly kind: "number"; readonly text: string; readonly value: bigint | undefined; readonly span: Span }
  | { readonly kind: "string"; readonly value: string; readonly span: Span }
  | { readonly kind: "boolean"; readonly value: boolean; readonly span: Span }
  /** `500ms`, `2s`, `5m`, `1h`, `7d` */
  | { readonly kind: "duration"; readonly text: string; readonly milliseconds: number; readonly span: Span }
  | { readonly kind: "name"; readonly name: QualifiedName; readonly span: Span }
  /** Where a literal was expected and none could be read; already reported. */
  | { readonly kind: "missing"; readonly span: Span };

/** `@name`, `@name(a, b)` or `@ns.name("...")`. Where no name was written, which is then reported, its text is "". */
export interface AnnotationNode {
  readonly kind: "annotation";
  readonly name: QualifiedName;
  readonly args: readonly Literal[];
  readonly span: Span;
}

export type TypeNode =
  | { readonly kind: "named"; readonly name: QualifiedName; readonly span: Span }
  | { readonly kind: "list"; readonly element: TypeNode; readonly span: Span }
  | { readonly kind: "map"; readonly key: TypeNode; readonly value: TypeNode; readonly span: Span }
  | { readonly kind: "union"; readonly members: readonly FieldNode[]; readonly span: Span }
  /** Where a type was expected and none could be read; already reported. */
  | { readonly kind: "missing"; readonly span: Span };

/** A literal that is a number. */
export type NumberLiteral = Extract<Literal, { kind: "number" }>;

/** A literal that is a string. */
export type StringLiteral = Extract<Literal, { kind: "string" }>;

/** A remark in the source, for the formatter; the docs that were understood are on the nodes they document. */
export interface Comment {
  /** `///`, `//` or a pair of slash-star marks. */
  readonly kind: "doc" | "line" | "block";
  readonly text: string;
  readonly span: Span;
}

/** What any declaration or member may carry in front of it. */
export interface Decorated {
  /** Markdown of the `///` lines, joined by LF, without markers and one leading space; "" if none. */
  readonly docs: string;
  readonly annotations: readonly AnnotationNode[];
}

/** A field of a message or error, a member of a union, or an inline parameter (then without number). */
export interface FieldNode extends Decorated {
  readonly kind: "field";
  /**
   * An integer. Undefined where none was written or none could be read: right for inline unions and parameters, already
   * reported elsewhere.
   */
  readonly number: NumberLiteral | undefined;
  readonly name: Identifier;
  readonly isOptional: boolean;
  readonly type: TypeNode;
  readonly span: Span;
}

/** `reserved 10, 12 to 15, "legacyTotal"`; `max` as the end of a range reads as 536870911, in an enum as 2147483647. */
export interface ReservedNode {
  readonly kind: "reserved";
  readonly ranges: readonly {
    readonly from: NumberLiteral;
    readonly to: NumberLiteral | undefined;
    readonly span: Span;
  }[];
  readonly names: readonly StringLiteral[];
  readonly span: Span;
}

export interface MessageNode extends Decorated {
  readonly kind: "message";
  readonly name: Identifier;
  readonly fields: readonly FieldNode[];
  readonly reserved: readonly ReservedNode[];
  readonly span: Span;
}

export interface ErrorNode extends Decorated {
  readonly kind: "error";
  readonly name: Identifier;
  readonly fields: readonly FieldNode[];
  readonly reserved: readonly ReservedNode[];
  readonly span: Span;
}

export interface UnionNode extends Decorated {
  readonly kind: "union";
  readonly name: Identifier;
  readonly members: readonly FieldNode[];
  readonly reserved: readonly ReservedNode[];
  /** Whether something in it was reported, so that members may be missing here. */
  readonly isBroken: boolean;
  readonly span: Span;
}

export interface EnumValueNode extends Decorated {
  readonly kind: "enumValue";
  readonly name: Identifier;
  /** Undefined where no integer could be read; already reported. */
  readonly number: NumberLiteral | undefined;
  readonly span: Span;
}

export interface EnumNode extends Decorated {
  readonly kind: "enum";
  readonly name: Identifier;
  readonly isClosed: boolean;
  readonly values: readonly EnumValueNode[];
  /** Whether something in it was reported, so that values may be missing here. */
  readonly isBroken: boolean;
  readonly reserved: readonly ReservedNode[];
  readonly span: Span;
}

/** `type Currency = string` */
export interface AliasNode extends Decorated {
  readonly kind: "alias";
  readonly name: Identifier;
  readonly type: TypeNode;
  readonly span: Span;
}

/** What stands in a method's parentheses. */
export type ParametersNode =
  | { readonly kind: "message"; readonly isStream: boolean; readonly type: TypeNode; readonly span: Span }
  | { readonly kind: "inline"; readonly fields: readonly FieldNode[]; readonly span: Span };

export interface MethodNode extends Decorated {
  readonly kind: "method";
  readonly name: Identifier;
  readonly isOneway: boolean;
  readonly parameters: ParametersNode;
  /** Undefined for `oneway`, which answers nothing. */
  readonly result: { readonly isStream: boolean; readonly type: TypeNode; readonly isOptional: boolean } | undefined;
  readonly throws: readonly QualifiedName[];
  readonly span: Span;
}

export interface ServiceNode extends Decorated {
  readonly kind: "service";
  readonly name: Identifier;
  readonly extends: QualifiedName | undefined;
  readonly methods: readonly MethodNode[];
  readonly span: Span;
}

export type DeclarationNode = MessageNode | ErrorNode | UnionNode | EnumNode | AliasNode | ServiceNode;

export interface ImportNode {
  readonly kind: "import";
  readonly path: StringLiteral;
  readonly span: Span;
}

export interface PackageNode extends Decorated {
  readonly kind: "package";
  readonly name: QualifiedName;
  readonly span: Span;
}

/** One file as it was written. */
export interface FileSyntax {
  readonly kind: "file";
  readonly source: SourceFile;
  readonly package: PackageNode | undefined;
  readonly imports: readonly ImportNode[];
  readonly declarations: readonly DeclarationNode[];
  /** In written order. */
  readonly comments: readonly Comment[];
}
