/** A `.proto` file as it was written: its declarations with places and comments, options not yet understood. */

import type { SourceFile, Span } from "../../source/source-file.js";
import type { Remarks } from "../remarks.js";
import type { ForeignName } from "../token-reader.js";

export type OptionValue =
  | { readonly kind: "word"; readonly text: string }
  /** With its sign, as written. */
  | { readonly kind: "number"; readonly text: string }
  | { readonly kind: "string"; readonly value: string }
  /** Text format between braces, comments left out and blanks joined. */
  | { readonly kind: "aggregate"; readonly text: string };

export interface ProtoOption {
  /** As written without blanks, for instance `deprecated`, `features.field_presence` or `(google.api.http).get`. */
  readonly name: string;
  readonly value: OptionValue;
  /** From its name to its value. */
  readonly span: Span;
}

interface Written {
  readonly remarks: Remarks;
  readonly span: Span;
}

export interface ProtoField extends Written {
  readonly kind: "field";
  readonly label: "" | "optional" | "required" | "repeated";
  /** As written; for a map the type of its values, for a group "". */
  readonly type: ForeignName;
  readonly mapKey: ForeignName | undefined;
  readonly name: ForeignName;
  readonly number: number;
  readonly numberSpan: Span;
  readonly options: readonly ProtoOption[];
  /** The message that a group declares beside its field. */
  readonly group: ProtoMessage | undefined;
}

/** Comments that belong to nothing. */
export interface ProtoLoose {
  readonly kind: "loose";
  readonly paragraphs: readonly (readonly string[])[];
}

export interface ProtoOptionStatement extends Written {
  readonly kind: "option";
  readonly option: ProtoOption;
}

export interface ProtoRange {
  readonly from: number;
  readonly to: number | "max";
}

export interface ProtoReserved extends Written {
  readonly kind: "reserved" | "extensions";
  readonly ranges: readonly ProtoRange[];
  readonly names: readonly string[];
  readonly options: readonly ProtoOption[];
}

export interface ProtoExtend extends Written {
  readonly kind: "extend";
  readonly target: ForeignName;
  readonly fields: readonly ProtoField[];
}

export type ProtoMessageItem =
  ProtoField | ProtoOneof | ProtoReserved | ProtoExtend | ProtoOptionStatement | ProtoLoose | ProtoMessage | ProtoEnum;

export interface ProtoOneof extends Written {
  readonly kind: "oneof";
  readonly name: ForeignName;
  readonly items: readonly (ProtoField | ProtoOptionStatement | ProtoLoose)[];
}

export interface ProtoMessage extends Written {
  readonly kind: "message";
  readonly name: ForeignName;
  readonly items: readonly ProtoMessageItem[];
}

export interface ProtoEnumValue extends Written {
  readonly kind: "value";
  readonly name: ForeignName;
  readonly number: number;
  readonly options: readonly ProtoOption[];
}

export interface ProtoEnum extends Written {
  readonly kind: "enum";
  readonly name: ForeignName;
  readonly items: readonly (ProtoEnumValue | ProtoReserved | ProtoOptionStatement | ProtoLoose)[];
}

export interface ProtoMethod extends Written {
  readonly kind: "method";
  readonly name: ForeignName;
  readonly input: ForeignName;
  readonly isInputStream: boolean;
  readonly output: ForeignName;
  readonly isOutputStream: boolean;
  readonly items: readonly (ProtoOptionStatement | ProtoLoose)[];
}

export interface ProtoService extends Written {
  readonly kind: "service";
  readonly name: ForeignName;
  readonly items: readonly (ProtoMethod | ProtoOptionStatement | ProtoLoose)[];
}

export interface ProtoImport extends Written {
  readonly kind: "import";
  readonly path: string;
  readonly pathSpan: Span;
  readonly modifier: "" | "public" | "weak" | "option";
}

export interface ProtoPackage extends Written {
  readonly kind: "package";
  readonly name: ForeignName;
}

export interface ProtoSyntaxLine extends Written {
  readonly kind: "syntax";
  readonly value: string;
  readonly isEdition: boolean;
}

export type ProtoFileItem =
  | ProtoSyntaxLine
  | ProtoPackage
  | ProtoImport
  | ProtoOptionStatement
  | ProtoLoose
  | ProtoMessage
  | ProtoEnum
  | ProtoService
  | ProtoExtend;

export interface ProtoFile {
  readonly source: SourceFile;
  /** `proto2` where the file does not say. */
  readonly edition: "proto2" | "proto3" | "2023" | "2024";
  readonly items: readonly ProtoFileItem[];
}
