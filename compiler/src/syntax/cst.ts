/** Reads the loose tree of the parser without trusting it: whatever may be absent is undefined or an empty list. */

import type { CstElement, CstNode, IToken } from "chevrotain";
import type { Report } from "../report/report.js";
import type { SourceFile, Span } from "../source/source-file.js";
import type { Comment, EnumValueNode, FieldNode } from "./ast.js";

/** What building the AST of one file needs at hand. */
export interface Building {
  readonly source: SourceFile;
  readonly report: Report;
  /** `///` comments by the offset of the token that follows them. */
  readonly docs: ReadonlyMap<number, readonly Comment[]>;
  /** Those of `docs` that were given to a node. */
  readonly usedDocs: Set<Comment>;
  /** Names that the file declares: they mean its own declarations, whatever they mean elsewhere. */
  readonly declaredNames: ReadonlySet<string>;
  /** Members whose number was written but could not be read, so that nobody says that it is missing. */
  readonly misnumbered: Set<FieldNode | EnumValueNode>;
  /** Builds the members of an inline union: types hold fields, and fields hold types. */
  readonly buildUnionMembers: (body: CstNode) => readonly FieldNode[];
}

/** The first token under a name. */
export function tokenOf(node: CstNode | undefined, name: string): IToken | undefined {
  const element = node?.children[name]?.[0];
  return element !== undefined && "image" in element ? element : undefined;
}

/** All tokens under a name, in written order. */
export function tokensOf(node: CstNode | undefined, name: string): IToken[] {
  return (node?.children[name] ?? []).filter((element) => "image" in element);
}

/** The first node under a name. */
export function nodeOf(node: CstNode | undefined, name: string): CstNode | undefined {
  const element = node?.children[name]?.[0];
  return element !== undefined && "children" in element ? element : undefined;
}

/** All nodes under a name, in written order. */
export function nodesOf(node: CstNode | undefined, name: string): CstNode[] {
  return (node?.children[name] ?? []).filter((element) => "children" in element);
}

/** Every node below, whatever its name, in written order. */
export function nodesInOrder(node: CstNode | undefined): CstNode[] {
  const nodes: CstNode[] = [];
  for (const elements of Object.values(node?.children ?? {})) {
    for (const element of elements) if ("children" in element) nodes.push(element);
  }
  return nodes.sort((a, b) => startOf(a) - startOf(b));
}

/** Offset of the first character; a node without any token has the offset 0. */
export function startOf(element: CstElement | undefined): number {
  if (element === undefined) return 0;
  if ("image" in element) return element.startOffset;
  const start = element.location?.startOffset ?? 0;
  return Number.isNaN(start) ? 0 : start;
}

/** Offset behind the last character. */
export function endOf(element: CstElement | undefined): number {
  if (element === undefined) return 0;
  const end = "image" in element ? element.endOffset : element.location?.endOffset;
  return end === undefined || Number.isNaN(end) ? startOf(element) : end + 1;
}

/** From the first character of one element to the last one of another. */
export function spanOf(building: Building, first: CstElement | undefined, last: CstElement | undefined = first): Span {
  const start = startOf(first);
  return { source: building.source, start, end: Math.max(start, endOf(last)) };
}

/** The text between two offsets, on one line and cut where it is long, to be quoted in a message. */
export function quote(span: Span): string {
  const text = span.source.text
    .slice(span.start, Math.min(span.end, span.start + 200))
    .replace(/\s+/g, " ")
    .trim();
  return text.length > 40 ? `${text.slice(0, 39).trimEnd()}\u2026` : text;
}
