/** The next number that a field or an enum value may have. */

import type { DeclarationNode, FieldNode, FileSyntax, NumberLiteral } from "../../syntax/ast.js";
import type { Frame } from "./frames.js";

const fieldNumberMax = 536_870_911;
const enumNumberMax = 2_147_483_647;

/** The number behind the greatest in use: a gap may have been somebody's. Undefined where none is left. */
export function nextNumber(syntax: FileSyntax, frame: Frame, offset: number): number | undefined {
  const node = declarationOf(syntax, frame, offset);
  const isEnum = frame.kind === "enum";
  const numberMax = isEnum ? enumNumberMax : fieldNumberMax;
  const numbers = (node === undefined ? [] : numbersOf(node))
    .flatMap((literal) => (literal?.value === undefined ? [] : [Number(literal.value)]))
    .filter((number) => number <= numberMax);
  let next = numbers.reduce((greatest, number) => Math.max(greatest, number), isEnum ? -1 : 0) + 1;
  const reserved = node !== undefined && "reserved" in node ? node.reserved.flatMap(({ ranges }) => ranges) : [];
  const taken = reserved.map(({ from, to }) => [Number(from.value ?? 0n), Number((to ?? from).value ?? 0n)] as const);
  // Protobuf keeps these for itself.
  if (!isEnum) taken.push([19_000, 19_999]);
  for (const [low, high] of taken.sort((a, b) => a[0] - b[0])) if (next >= low && next <= high) next = high + 1;
  return next > numberMax ? undefined : next;
}

/** By the name that stands in front of the brace; an inline union counts with what it stands in. */
function declarationOf(syntax: FileSyntax, { name }: Frame, offset: number): DeclarationNode | undefined {
  if (name !== undefined) return syntax.declarations.find((node) => node.name.span.start === name.startOffset);
  return syntax.declarations.findLast((node) => node.name.span.start < offset);
}

function numbersOf(node: DeclarationNode): readonly (NumberLiteral | undefined)[] {
  switch (node.kind) {
    case "message":
    case "error":
      return node.fields.flatMap(fieldNumbers);
    case "union":
      return node.members.flatMap(fieldNumbers);
    case "enum":
      return node.values.map(({ number }) => number);
    case "alias":
    case "service":
      return [];
  }
}

function fieldNumbers({ number, type }: FieldNode): readonly (NumberLiteral | undefined)[] {
  return type.kind === "union" ? [number, ...type.members.flatMap(fieldNumbers)] : [number];
}
