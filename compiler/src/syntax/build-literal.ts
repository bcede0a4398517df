/** Builds names and literals of the AST: numbers, durations, strings with their escapes, dotted names. */

import type { CstNode, IToken } from "chevrotain";
import type { Span } from "../source/source-file.js";
import type { Identifier, Literal, NumberLiteral, QualifiedName, StringLiteral } from "./ast.js";
import { endOf, nodeOf, quote, spanOf, startOf, tokenOf, tokensOf } from "./cst.js";
import type { Building } from "./cst.js";

/** Longer integers are not read: no number of the language has more than twenty digits. */
const digitCountMax = 100;

const unitMs: ReadonlyMap<string, number> = new Map([
  ["ms", 1],
  ["s", 1_000],
  ["m", 60_000],
  ["h", 3_600_000],
  ["d", 86_400_000],
]);

const escapes: ReadonlyMap<string, string> = new Map([
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
  ["0", "\0"],
  ["\\", "\\"],
  ['"', '"'],
  ["'", "'"],
]);

export function buildIdentifier(building: Building, token: IToken): Identifier {
  return { kind: "identifier", text: token.image, span: spanOf(building, token) };
}

/** An identifier for a place where none could be read; already reported. */
export function missingIdentifier(span: Span): Identifier {
  return { kind: "identifier", text: "", span: { ...span, start: span.end } };
}

export function buildQualifiedName(building: Building, node: CstNode): QualifiedName {
  const words = tokensOf(node, "Word");
  const dots = tokensOf(node, "Dot");
  const parts = words.map((word) => buildIdentifier(building, word));
  // Words and dots take turns, so the first dot without a word behind it stands where the turns break.
  const lonely = dots.find((_dot, index) => {
    const next = words[index + 1];
    const nextDot = dots[index + 1];
    return next === undefined || (nextDot !== undefined && nextDot.startOffset < next.startOffset);
  });
  if (lonely !== undefined) {
    building.report.add("missing-part", spanOf(building, lonely), { part: "a name", after: "`.`" });
  }
  return { kind: "qualifiedName", parts, text: parts.map((part) => part.text).join("."), span: spanOf(building, node) };
}

export function buildLiteral(building: Building, node: CstNode): Literal {
  const number = tokenOf(node, "Number");
  if (number !== undefined) return buildNumber(building, number);
  const text = tokenOf(node, "String");
  if (text !== undefined) return buildString(building, text);
  const span = spanOf(building, node);
  const nameNode = nodeOf(node, "qualifiedName");
  if (nameNode === undefined) return { kind: "missing", span };
  const name = buildQualifiedName(building, nameNode);
  if (name.text === "true" || name.text === "false") return { kind: "boolean", value: name.text === "true", span };
  return { kind: "name", name, span };
}

/** A number or a duration; what is neither is reported. */
function buildNumber(building: Building, token: IToken): Literal {
  const text = token.image;
  const span = spanOf(building, token);
  const reading = readNumber(text);
  switch (reading.kind) {
    case "integer":
      return { kind: "number", text, value: reading.value, span };
    case "decimal":
      return { kind: "number", text, value: undefined, span };
    case "duration":
      return { kind: "duration", text, milliseconds: reading.milliseconds, span };
    case "malformed":
      building.report.add("malformed-number", span, { text: quote(span), reason: reading.reason });
      return { kind: "missing", span };
  }
}

/** A whole number, or undefined with a report where the token is none. `what` is, for instance, "field number". */
export function buildInteger(building: Building, token: IToken, what: string): NumberLiteral | undefined {
  const text = token.image;
  const span = spanOf(building, token);
  const reading = readNumber(text);
  if (reading.kind === "integer") return { kind: "number", text, value: reading.value, span };
  let reason = `is no ${what}: it has to be a whole number`;
  if (reading.kind === "malformed") {
    const isGlued = /^[0-9]+[A-Za-z_][A-Za-z0-9_]*$/.test(text) && !/^0[xXbBoO]|^[0-9_]+$/.test(text);
    reason = isGlued ? `is no ${what}: a blank stands between a number and a name` : reading.reason;
  }
  building.report.add("malformed-number", span, { text: quote(span), reason });
  return undefined;
}

type NumberReading =
  | { readonly kind: "integer"; readonly value: bigint }
  | { readonly kind: "decimal" }
  | { readonly kind: "duration"; readonly milliseconds: number }
  | { readonly kind: "malformed"; readonly reason: string };

function readNumber(text: string): NumberReading {
  if (text.length > digitCountMax) return { kind: "malformed", reason: `is longer than ${digitCountMax} digits` };
  if (/^-?(?:0|[1-9][0-9]*)$/.test(text)) return { kind: "integer", value: BigInt(text) };
  if (/^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?$/.test(text)) return { kind: "decimal" };
  const duration = /^(-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?)(ms|s|m|h|d)$/.exec(text);
  if (duration === null) return { kind: "malformed", reason: whyMalformed(text) };
  return { kind: "duration", milliseconds: Number(duration[1]) * (unitMs.get(duration[2] ?? "") ?? 0) };
}

function whyMalformed(text: string): string {
  if (text.startsWith("+")) return "is written without `+`";
  if (/^-?0[0-9]+$/.test(text)) return "has a zero in front, which means octal in other languages";
  if (/^-?0[xXbBoO]/.test(text)) return "is not decimal, and numbers are written in decimal";
  if (/^-?[0-9]+(?:_[0-9]+)+$/.test(text)) return "is written without `_`";
  if (text.includes("..")) return "is not a number; a range is written with `to`, such as `2 to 5`";
  if (/^-?[0-9.]+[A-Za-z]+$/.test(text)) return "has no known unit; durations are written with ms, s, m, h or d";
  return "is not a number";
}

/** The value of a string token. Escapes that do not exist are reported and stand for themselves. */
export function buildString(building: Building, token: IToken): StringLiteral {
  const span = spanOf(building, token);
  const body = token.image.slice(1, -1);
  if (!body.includes("\\")) return { kind: "string", value: body, span };
  const pattern = /\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|([^]))/g;
  const value = body.replace(pattern, (whole: string, braced?: string, four?: string, one?: string, at: number = 0) => {
    const point = Number.parseInt(braced ?? four ?? "", 16);
    if (!Number.isNaN(point) && point <= 0x10ffff) return String.fromCodePoint(point);
    const meant = one === undefined ? undefined : escapes.get(one);
    if (meant !== undefined) return meant;
    const start = span.start + 1 + at;
    const place: Span = { source: building.source, start, end: start + whole.length };
    const edits = [{ span: { ...place, end: start }, text: "\\" }];
    building.report.add(
      "malformed-string",
      place,
      { escape: whole },
      { label: "a backslash itself is `\\\\`", fixes: [{ message: `write \`\\${whole}\``, edits }] },
    );
    return whole;
  });
  if (/\p{Surrogate}/u.test(value)) {
    building.report.add(
      "malformed-string",
      span,
      { escape: "\\u" },
      { label: "half of a surrogate pair is no character" },
    );
  }
  return { kind: "string", value, span };
}

/** The place just behind an element, where something is missing. */
export function behind(building: Building, element: CstNode | IToken): Span {
  const end = Math.max(startOf(element), endOf(element));
  return { source: building.source, start: end, end };
}
