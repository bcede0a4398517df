/** A `.thrift` file as it was written: its declarations with places and comments. */

import type { SourceFile, Span } from "../../source/source-file.js";
import type { Remarks } from "../remarks.js";
import type { ForeignName } from "../token-reader.js";

interface Written {
  readonly remarks: Remarks;
  readonly span: Span;
}

/** `(key = "value")`, or `@Name{...}` as the fork of Facebook writes it (then `value` is what stands between the braces). */
export interface ThriftAnnotation {
  readonly name: string;
  /** Undefined where none was written. */
  readonly value: string | undefined;
  readonly span: Span;
}

export type ThriftType =
  | { readonly kind: "named"; readonly name: ForeignName; readonly span: Span }
  | { readonly kind: "list" | "set"; readonly element: ThriftType; readonly span: Span }
  | { readonly kind: "map"; readonly key: ThriftType; readonly value: ThriftType; readonly span: Span };

export interface ThriftField extends Written {
  readonly kind: "field";
  /** As it was written; undefined where it was not. */
  readonly id: number | undefined;
  readonly requiredness: "" | "required" | "optional";
  readonly type: ThriftType;
  readonly name: ForeignName;
  /** As it was written, undefined where there is none. */
  readonly defaultValue: { readonly text: string; readonly span: Span } | undefined;
  readonly annotations: readonly ThriftAnnotation[];
}

/** Comments that belong to nothing. */
export interface ThriftLoose {
  readonly kind: "loose";
  readonly paragraphs: readonly (readonly string[])[];
}

export interface ThriftStruct extends Written {
  readonly kind: "struct" | "union" | "exception";
  readonly name: ForeignName;
  readonly items: readonly (ThriftField | ThriftLoose)[];
  readonly annotations: readonly ThriftAnnotation[];
}

export interface ThriftEnumValue extends Written {
  readonly kind: "value";
  readonly name: ForeignName;
  /** As it was written, or one more than the value in front. */
  readonly number: number;
  readonly annotations: readonly ThriftAnnotation[];
}

export interface ThriftEnum extends Written {
  readonly kind: "enum";
  readonly name: ForeignName;
  readonly items: readonly (ThriftEnumValue | ThriftLoose)[];
  readonly annotations: readonly ThriftAnnotation[];
}

export interface ThriftTypedef extends Written {
  readonly kind: "typedef";
  readonly name: ForeignName;
  readonly type: ThriftType;
  readonly annotations: readonly ThriftAnnotation[];
}

export interface ThriftMethod extends Written {
  readonly kind: "method";
  readonly name: ForeignName;
  readonly isOneway: boolean;
  /** Undefined for `void`. */
  readonly result: ThriftType | undefined;
  readonly isResultStream: boolean;
  readonly parameters: readonly ThriftField[];
  readonly throws: readonly ThriftField[];
  readonly annotations: readonly ThriftAnnotation[];
}

export interface ThriftService extends Written {
  readonly kind: "service";
  readonly name: ForeignName;
  readonly extends: ForeignName | undefined;
  readonly items: readonly (ThriftMethod | ThriftLoose)[];
  readonly annotations: readonly ThriftAnnotation[];
}

export type ThriftDeclaration = ThriftStruct | ThriftEnum | ThriftTypedef | ThriftService;

export interface ThriftInclude extends Written {
  readonly kind: "include";
  readonly path: string;
  readonly pathSpan: Span;
}

export interface ThriftNamespace extends Written {
  readonly kind: "namespace";
  /** `*` for all languages. */
  readonly language: string;
  readonly name: string;
}

/** `const` and everything else that has no equal at all. */
export interface ThriftOther extends Written {
  readonly kind: "const" | "other";
  readonly name: ForeignName;
}

export type ThriftItem =
  | ThriftStruct
  | ThriftEnum
  | ThriftTypedef
  | ThriftService
  | ThriftInclude
  | ThriftNamespace
  | ThriftOther
  | ThriftLoose;

export interface ThriftFile {
  readonly source: SourceFile;
  readonly items: readonly ThriftItem[];
}
