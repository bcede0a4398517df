/** Remarks that keep a rule quiet: what they allow, where, and whether anything needed it. */

import type { Diagnostic } from "../report/diagnostic.js";
import { didYouMean } from "../report/did-you-mean.js";
import { removal } from "../report/removal.js";
import { createDiagnostic } from "../report/report.js";
import { lineText, positionAt } from "../source/source-file.js";
import type { Span } from "../source/source-file.js";
import type { Comment, DeclarationNode, FileSyntax } from "../syntax/ast.js";

/** One rule that one remark names. */
interface Allowance {
  readonly rule: string;
  /** Where the name of the rule stands. */
  readonly span: Span;
  readonly from: number;
  readonly to: number;
  /** The whole remark. */
  readonly remark: Span;
  isUsed: boolean;
}

/** An allowance, and how far those reach that do not begin behind it. */
interface Reach {
  readonly allowance: Allowance;
  readonly furthest: number;
}

const pattern = /^(\/\/\s*rpcgen-allow(?:-file)?)(?![\w-])(.*)$/;

/** What the remarks of one file allow. */
export class Allowances {
  readonly #all: readonly Allowance[];
  /** By their rule and in order, since there may be thousands of remarks, and of findings that ask for them. */
  readonly #byRule: Map<string, Reach[]> = new Map();
  readonly #problems: readonly Diagnostic[];

  /** `known` are the names that can be allowed. */
  constructor(file: FileSyntax, known: ReadonlySet<string>) {
    const problems: Diagnostic[] = [];
    const nodes = extents(file);
    this.#all = file.comments.flatMap((comment) => readComment(comment, nodes, known, problems));
    this.#problems = problems;
    for (const allowance of [...this.#all].sort((a, b) => a.from - b.from)) {
      const others = this.#byRule.get(allowance.rule) ?? [];
      others.push({ allowance, furthest: Math.max(allowance.to, others.at(-1)?.furthest ?? 0) });
      this.#byRule.set(allowance.rule, others);
    }
  }

  /** Whether a finding in this file is allowed; what allows it counts as needed from then on. */
  allows({ code, span }: Diagnostic): boolean {
    if (span === undefined) return false;
    const reaches = this.#byRule.get(code) ?? [];
    let isAllowed = false;
    // From the last one that begins in front of the finding, back to where none reaches it any more.
    for (let index = countUpTo(reaches, span.start); index > 0; index--) {
      const { allowance, furthest } = reaches[index - 1] ?? {};
      if (allowance === undefined || (furthest ?? 0) <= span.start) break;
      if (allowance.to <= span.start) continue;
      allowance.isUsed = true;
      isAllowed = true;
    }
    return isAllowed;
  }

  /** What is wrong with the remarks themselves, once every finding was asked about. Rules that are off need no allowance. */
  findings(isOff: (rule: string) => boolean): readonly Diagnostic[] {
    const unused = this.#all
      .filter(({ isUsed, rule }) => !isUsed && !isOff(rule))
      .map(({ span, rule, remark }) => {
        const fixes = [{ message: "remove the remark", edits: [removal(remark)] }];
        const isAlone = this.#all.every((other) => other.remark !== remark || other.span === span);
        return createDiagnostic("allow-unused", span, { rule }, isAlone ? { fixes } : { label: "leave it out" });
      });
    return [...this.#problems, ...unused];
  }
}

/** How many of them begin at a place or in front of it. */
function countUpTo(reaches: readonly Reach[], place: number): number {
  let low = 0;
  let high = reaches.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((reaches[middle]?.allowance.from ?? 0) <= place) low = middle + 1;
    else high = middle;
  }
  return low;
}

function readComment(
  comment: Comment,
  nodes: readonly Span[],
  known: ReadonlySet<string>,
  problems: Diagnostic[],
): readonly Allowance[] {
  const [, head, rest] = (comment.kind === "line" ? pattern.exec(comment.text) : null) ?? [];
  if (head === undefined || rest === undefined) return [];
  const { source, start } = comment.span;
  const [names = "", ...reasons] = rest.split(/\s--(?=\s|$)/);
  if (reasons.join("").trim() === "") {
    problems.push(createDiagnostic("allow-without-reason", comment.span, {}, { label: "add ` -- ` and why" }));
    return [];
  }
  const [from, to] = head.endsWith("-file") ? [0, Infinity] : reach(comment, nodes);
  const allowances: Allowance[] = [];
  for (const { 0: rule, index } of names.matchAll(/[^\s,]+/g)) {
    const at = start + head.length + index;
    const span = { source, start: at, end: at + rule.length };
    if (known.has(rule)) {
      allowances.push({ rule, span, from, to, remark: comment.span, isUsed: false });
      continue;
    }
    const similar = didYouMean(rule, known);
    const label = similar === undefined ? undefined : `did you mean \`${similar}\`?`;
    const fixes = similar === undefined ? [] : [{ message: `write \`${similar}\``, edits: [{ span, text: similar }] }];
    problems.push(createDiagnostic("allow-unknown", span, { rule }, { label, fixes }));
  }
  return allowances;
}

/** Behind something, a remark is about its line; on a line of its own, about the declaration or member that follows. */
function reach({ span }: Comment, nodes: readonly Span[]): readonly [from: number, to: number] {
  const { source, start, end } = span;
  const { line, column } = positionAt(source, start);
  const lineStart = start - column + 1;
  if (
    lineText(source, line)
      .slice(0, column - 1)
      .trim() !== ""
  )
    return [lineStart, end];
  let low = 0;
  let high = nodes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((nodes[middle]?.start ?? 0) < end) low = middle + 1;
    else high = middle;
  }
  return [end, nodes[low]?.end ?? end];
}

/** Everything that a remark can stand above, by where it begins; what contains others comes before them. */
function extents({ package: packageNode, imports, declarations }: FileSyntax): readonly Span[] {
  const spans = [
    ...(packageNode === undefined ? [] : [packageNode.span]),
    ...imports.map(({ span }) => span),
    ...declarations.flatMap((declaration) => [declaration.span, ...memberSpans(declaration)]),
  ];
  return spans.sort((a, b) => a.start - b.start || b.end - a.end);
}

function memberSpans(declaration: DeclarationNode): readonly Span[] {
  switch (declaration.kind) {
    case "message":
    case "error":
      return [...declaration.fields, ...declaration.reserved].flatMap((member) => [
        member.span,
        ...(member.kind === "field" && member.type.kind === "union" ? member.type.members.map(({ span }) => span) : []),
      ]);
    case "union":
      return [...declaration.members, ...declaration.reserved].map(({ span }) => span);
    case "enum":
      return [...declaration.values, ...declaration.reserved].map(({ span }) => span);
    case "service":
      return declaration.methods.flatMap(({ span, parameters }) => [
        span,
        ...(parameters.kind === "inline" ? parameters.fields.map((field) => field.span) : []),
      ]);
    case "alias":
      return [];
  }
}
