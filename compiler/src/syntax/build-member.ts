/** Walks the members of a body: hands docs and annotations to what they stand in front of, and reports what belongs nowhere. */

import type { CstNode } from "chevrotain";
import { removal } from "../report/removal.js";
import type { AnnotationNode, Comment, Decorated, Literal } from "./ast.js";
import { buildLiteral, buildQualifiedName } from "./build-literal.js";
import { nodeOf, nodesOf, nodesInOrder, quote, spanOf, startOf, tokenOf } from "./cst.js";
import type { Building } from "./cst.js";

/** What stands in front of a member, before it is known whether the member can carry it. */
export interface Front {
  readonly docs: readonly Comment[];
  readonly annotations: readonly CstNode[];
}

/** Calls `visit` for every member of a body in written order. `wanted` says what could have stood where stray text stands. */
export function walkMembers(
  building: Building,
  body: CstNode | undefined,
  wanted: string,
  visit: (member: CstNode, front: Front) => void,
): void {
  let annotations: CstNode[] = [];
  let strays: CstNode[] = [];
  const flushStrays = (): void => {
    const last = annotations.at(-1);
    const isArgument = last !== undefined && strays[0] !== undefined && !lineBetween(building, last, strays[0]);
    reportStrays(building, strays, isArgument ? "what an annotation takes stands in parentheses" : wanted);
    strays = [];
  };
  for (const member of nodesInOrder(body)) {
    if (member.name === "stray") {
      const last = strays.at(-1);
      if (last !== undefined && lineBetween(building, last, member)) flushStrays();
      strays.push(member);
      continue;
    }
    flushStrays();
    if (member.name === "annotation") {
      annotations.push(member);
      continue;
    }
    visit(member, { annotations, docs: docsOf(building, [...annotations, member]) });
    annotations = [];
  }
  flushStrays();
  refuseAnnotations(building, { annotations, docs: [] }, "stands in front of nothing");
}

/** What a member that can be documented and annotated carries. */
export function decorate(building: Building, front: Front): Decorated {
  for (const comment of front.docs) building.usedDocs.add(comment);
  return {
    docs: front.docs.map(({ text }) => text.slice(text.charAt(3) === " " ? 4 : 3).trimEnd()).join("\n"),
    annotations: front.annotations.map((annotation) => buildAnnotation(building, annotation)),
  };
}

/** Reports annotations in front of what carries none. */
export function refuseAnnotations(building: Building, front: Front, reason: string): void {
  for (const node of front.annotations) {
    const { name, span } = buildAnnotation(building, node);
    const fixes = [{ message: "remove it", edits: [removal(span)] }];
    if (name.text !== "") building.report.add("misplaced-annotation", span, { name: name.text, reason }, { fixes });
  }
}

/** Reports text that belongs nowhere, neighbours on a line as one. */
export function reportStrays(building: Building, strays: readonly CstNode[], wanted: string): void {
  const first = strays[0];
  if (first === undefined) return;
  const span = spanOf(building, first, strays.at(-1));
  building.report.add("unexpected-text", span, { found: quote(span), wanted });
}

function docsOf(building: Building, nodes: readonly CstNode[]): Comment[] {
  return nodes.flatMap((node) => building.docs.get(startOf(node)) ?? []);
}

function buildAnnotation(building: Building, node: CstNode): AnnotationNode {
  const span = spanOf(building, node);
  const nameNode = nodeOf(node, "qualifiedName");
  const at = tokenOf(node, "At");
  if (nameNode === undefined)
    building.report.add("missing-part", spanOf(building, at), { part: "a name", after: "`@`" });
  const name =
    nameNode === undefined
      ? { kind: "qualifiedName" as const, parts: [], text: "", span }
      : buildQualifiedName(building, nameNode);
  const body = nodeOf(node, "annotationArguments");
  const args: Literal[] = nodesOf(body, "literal").map((literal) => buildLiteral(building, literal));
  const strays = nodesOf(body, "stray");
  const [stray] = strays;
  if (stray !== undefined) {
    const isNamed = [":", "="].includes(quote(spanOf(building, stray)));
    const wanted = isNamed
      ? "arguments have no names"
      : "arguments are strings, numbers, durations, true, false or names";
    reportStrays(building, isNamed ? [stray] : strays, wanted);
    args.push({ kind: "missing", span });
  }
  return { kind: "annotation", name, args, span };
}

function lineBetween(building: Building, before: CstNode, after: CstNode): boolean {
  const { text } = building.source;
  for (let offset = startOf(after) - 1; offset > startOf(before); offset--) {
    const unit = text.charCodeAt(offset);
    if (unit === 0x0a || unit === 0x0d) return true;
    if (unit !== 0x20 && unit !== 0x09) return false;
  }
  return false;
}
