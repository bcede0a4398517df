/** Findings as one JSON object for machines; its shape is API and carries a version. */

import { positionAt } from "../source/source-file.js";
import type { Span } from "../source/source-file.js";
import type { Diagnostic, Severity } from "./diagnostic.js";
import type { Findings } from "./report.js";

/** Line and column count from 1 in UTF-16 units, the offset from 0. */
export interface JsonPosition {
  readonly line: number;
  readonly column: number;
  readonly offset: number;
}

export interface JsonPlace {
  readonly file: string;
  readonly range: { readonly start: JsonPosition; readonly end: JsonPosition };
}

export interface JsonDiagnostic {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  /** Null for findings about the run as a whole. */
  readonly file: string | null;
  readonly range: JsonPlace["range"] | null;
  readonly label: string | null;
  readonly notes: readonly string[];
  readonly related: readonly (JsonPlace & { readonly message: string })[];
  readonly fixes: readonly {
    readonly message: string;
    readonly edits: readonly (JsonPlace & { readonly text: string })[];
  }[];
}

export interface JsonFindings {
  readonly version: 1;
  readonly diagnostics: readonly JsonDiagnostic[];
  /** Findings that were left out. */
  readonly more: number;
}

/** The findings as a plain value. */
export function findingsToJson(findings: Findings): JsonFindings {
  return { version: 1, diagnostics: findings.diagnostics.map(diagnosticToJson), more: findings.more };
}

/** A value as JSON text, indented unless `indent` is 0, in which nothing but printable characters stands unescaped. */
export function printJson(value: unknown, indent: number = 2): string {
  const controls = /[\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;
  const escape = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return JSON.stringify(value, undefined, indent).replace(controls, escape);
}

function diagnosticToJson(diagnostic: Diagnostic): JsonDiagnostic {
  const place = diagnostic.span === undefined ? undefined : placeToJson(diagnostic.span);
  return {
    code: diagnostic.code,
    severity: diagnostic.severity,
    message: diagnostic.message,
    file: place?.file ?? null,
    range: place?.range ?? null,
    label: diagnostic.label ?? null,
    notes: diagnostic.notes,
    related: diagnostic.related.map(({ span, message }) => ({ ...placeToJson(span), message })),
    fixes: diagnostic.fixes.map(({ message, edits }) => ({
      message,
      edits: edits.map(({ span, text }) => ({ ...placeToJson(span), text })),
    })),
  };
}

function placeToJson(span: Span): JsonPlace {
  const at = (offset: number): JsonPosition => ({ ...positionAt(span.source, offset), offset });
  return { file: span.source.displayPath, range: { start: at(span.start), end: at(span.end) } };
}
