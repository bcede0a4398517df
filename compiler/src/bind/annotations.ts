/** Checks annotations against their catalogue and turns them into what the schema holds. */

import { didYouMean } from "../report/did-you-mean.js";
import type { Details, Report } from "../report/report.js";
import type { Annotation, AnnotationValue } from "../schema/schema.js";
import type { Span } from "../source/source-file.js";
import type { AnnotationNode, Literal } from "../syntax/ast.js";
import { annotationCatalog, targetPhrases } from "./annotation-catalog.js";
import type { AnnotationRule, ArgumentRule, Target } from "./annotation-catalog.js";

/** A checked annotation and the place where it was written. */
export interface PlacedAnnotation {
  readonly annotation: Annotation;
  readonly span: Span;
  /** Of its first argument, or else of the annotation. */
  readonly argumentSpan: Span;
}

/** Checks what stands in front of one thing. What is wrong is reported and left out. */
export function checkAnnotations(
  nodes: readonly AnnotationNode[],
  target: Target,
  namespaces: ReadonlySet<string>,
  report: Report,
): readonly PlacedAnnotation[] {
  const placed: PlacedAnnotation[] = [];
  const seen = new Map<string, AnnotationNode>();
  for (const node of nodes) {
    const name = node.name.text;
    // What is missing was reported where it is missing.
    const literals = node.args.filter((literal) => literal.kind !== "missing");
    if (name === "" || literals.length < node.args.length) continue;
    if (node.name.parts.length > 1) {
      if (checkNamespace(node, namespaces, report)) {
        placed.push({ annotation: { name, args: literals.map(anyValue) }, span: node.span, argumentSpan: node.span });
      }
      continue;
    }
    const rule = annotationCatalog.get(name);
    if (rule === undefined) {
      reportUnknown(node, target, report);
      continue;
    }
    if (!rule.targets.includes(target)) {
      const allowed = rule.targets.map((allowedTarget) => targetPhrases[allowedTarget]);
      report.add("annotation-target", node.span, {
        name,
        target: targetPhrases[target],
        allowed: allowed.length > 8 ? "anything else" : listed(allowed, "or"),
      });
      continue;
    }
    const first = seen.get(name);
    if (first !== undefined && rule.isRepeatable !== true) {
      report.add(
        "annotation-repeated",
        node.span,
        { name },
        { related: [{ span: first.span, message: "the first one" }] },
      );
      continue;
    }
    const opposite = rule.excludes === undefined ? undefined : seen.get(rule.excludes);
    if (opposite !== undefined) {
      report.add("annotation-argument", node.span, { name, reason: `contradicts \`@${opposite.name.text}\`` });
      continue;
    }
    seen.set(name, node);
    const args = checkArguments(node, rule, report);
    if (args !== undefined) {
      placed.push({ annotation: { name, args }, span: node.span, argumentSpan: node.args[0]?.span ?? node.span });
    }
  }
  return placed;
}

function checkNamespace(node: AnnotationNode, namespaces: ReadonlySet<string>, report: Report): boolean {
  const first = node.name.parts[0];
  if (first === undefined || namespaces.has(first.text)) return true;
  const suggestion = didYouMean(first.text, namespaces);
  report.add(
    "unknown-namespace",
    first.span,
    { name: first.text },
    suggestion === undefined
      ? { notes: [`declare it in front of the package: \`@namespace(${JSON.stringify(first.text)})\``] }
      : replacement(first.span, suggestion),
  );
  return false;
}

function reportUnknown(node: AnnotationNode, target: Target, report: Report): void {
  const fitting = [...annotationCatalog.values()].filter((rule) => rule.targets.includes(target));
  const suggestion =
    didYouMean(
      node.name.text,
      fitting.map((rule) => rule.name),
    ) ?? didYouMean(node.name.text, annotationCatalog.keys());
  report.add(
    "unknown-annotation",
    node.name.span,
    { name: node.name.text },
    suggestion === undefined ? {} : replacement(node.name.span, suggestion, "@"),
  );
}

function replacement(span: Span, text: string, prefix = ""): Details {
  return {
    label: `did you mean \`${prefix}${text}\`?`,
    fixes: [{ message: `write \`${prefix}${text}\``, edits: [{ span, text }] }],
  };
}

function checkArguments(
  node: AnnotationNode,
  rule: AnnotationRule,
  report: Report,
): readonly AnnotationValue[] | undefined {
  const countMin = rule.argumentCountMin ?? rule.arguments.length;
  if (node.args.length < countMin || node.args.length > rule.arguments.length) {
    report.add("annotation-argument", node.span, { name: rule.name, reason: wantedCount(rule, countMin) });
    return undefined;
  }
  const args: AnnotationValue[] = [];
  for (const [index, literal] of node.args.entries()) {
    const wanted = rule.arguments[index];
    const value = wanted === undefined ? undefined : readArgument(literal, wanted);
    if (value === undefined) {
      if (wanted !== undefined) reportArgument(literal, wanted, rule, report);
      return undefined;
    }
    args.push(value);
  }
  return args;
}

function wantedCount(rule: AnnotationRule, countMin: number): string {
  if (rule.arguments.length === 0) return "takes no argument";
  const example = `\`@${rule.name}(${rule.arguments.map((argument) => argument.example).join(", ")})\``;
  const number = ["no", "one", "two", "three"][rule.arguments.length] ?? String(rule.arguments.length);
  const noun = rule.arguments.length === 1 ? "argument" : "arguments";
  return `takes ${counted(countMin, rule.arguments.length)}${number} ${noun}: ${example}`;
}

function counted(countMin: number, countMax: number): string {
  if (countMin === countMax) return "";
  if (countMin !== 1) return "at most ";
  return countMax === 2 ? "one or " : "one to ";
}

function readArgument(literal: Literal, wanted: ArgumentRule): AnnotationValue | undefined {
  switch (wanted.kind) {
    case "string":
      return literal.kind === "string" ? { kind: "string", value: literal.value } : undefined;
    case "number":
    case "count": {
      if (literal.kind !== "number") return undefined;
      const value = canonicalNumber(literal.text);
      if (value === undefined || (wanted.kind === "count" && !/^\d{1,10}$/.test(value))) return undefined;
      return { kind: "number", value };
    }
    case "duration":
      if (literal.kind !== "duration") return undefined;
      return { kind: "duration", milliseconds: literal.milliseconds };
    case "word":
      if (literal.kind !== "name" || !wanted.words.includes(literal.name.text)) return undefined;
      return { kind: "name", value: literal.name.text };
  }
}

function reportArgument(literal: Literal, wanted: ArgumentRule, rule: AnnotationRule, report: Report): void {
  const add = (reason: string, details: Details = {}): void => {
    report.add("annotation-argument", literal.span, { name: rule.name, reason }, details);
  };
  const written = spelling(literal);
  switch (wanted.kind) {
    case "string":
      return add(`takes a string such as \`${wanted.example}\`, not \`${written}\``, quoteFix(literal));
    case "number":
      return add(`takes a decimal number such as \`${wanted.example}\`, not \`${written}\``);
    case "count":
      return add(`takes a whole number such as \`${wanted.example}\`, not \`${written}\``);
    case "duration":
      return add(`takes a duration such as \`${wanted.example}\`, not \`${written}\``, durationFix(literal));
    case "word": {
      const suggestion = didYouMean(literal.kind === "string" ? literal.value : written, wanted.words);
      const words =
        wanted.words.length > 4 ? `a status such as \`${wanted.example}\`` : listed(wanted.words.map(code), "or");
      return add(
        `takes ${words}, not \`${written}\``,
        literal.kind === "string" && wanted.words.includes(literal.value)
          ? replacement(literal.span, literal.value)
          : suggestion === undefined
            ? {}
            : replacement(literal.span, suggestion),
      );
    }
  }
}

function quoteFix(literal: Literal): Details {
  return literal.kind === "name" ? replacement(literal.span, JSON.stringify(literal.name.text)) : {};
}

function durationFix(literal: Literal): Details {
  if (literal.kind === "string" && /^\d+(ms|s|m|h|d)$/.test(literal.value))
    return replacement(literal.span, literal.value);
  return {};
}

/** The decimal spelling that the schema keeps; undefined for `010`, `0x1f`, `1e999` and what is no number. */
function canonicalNumber(text: string): string | undefined {
  if (!/^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(text) || !Number.isFinite(Number(text))) return undefined;
  if (/^-?\d+$/.test(text)) return String(BigInt(text));
  return text;
}

/** An extension's argument, handed on as it is. */
function anyValue(literal: Exclude<Literal, { readonly kind: "missing" }>): AnnotationValue {
  switch (literal.kind) {
    case "number":
      return { kind: "number", value: literal.text };
    case "string":
      return { kind: "string", value: literal.value };
    case "boolean":
      return { kind: "boolean", value: literal.value };
    case "duration":
      return { kind: "duration", milliseconds: literal.milliseconds };
    case "name":
      return { kind: "name", value: literal.name.text };
  }
}

function spelling(literal: Literal): string {
  const { source, start, end } = literal.span;
  return source.text.slice(start, end);
}

function code(word: string): string {
  return `\`${word}\``;
}

function listed(words: readonly string[], conjunction: string): string {
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(", ")} ${conjunction} ${words.at(-1) ?? ""}`;
}
