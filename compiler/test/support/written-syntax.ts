/** Writes a tree back as the tokens that it was read from, and lists the places that its leaves stand for. */

import type { Span } from "../../src/source/source-file.js";
import type {
  AnnotationNode,
  DeclarationNode,
  Decorated,
  FieldNode,
  FileSyntax,
  MethodNode,
  ReservedNode,
  TypeNode,
} from "../../src/syntax/ast.js";

/** The file without blanks, comments and separators, as far as it is in the tree. */
export function writtenSyntax(file: FileSyntax): string {
  const { package: packageNode, imports, declarations } = file;
  const head = packageNode === undefined ? "" : `${front(packageNode)}package${packageNode.name.text}`;
  return [head, ...imports.map(({ path }) => `import${textAt(path.span)}`), ...declarations.map(declaration)].join("");
}

/** The places of the names and literals of a tree. */
export function leafSpans(node: unknown): readonly Span[] {
  if (typeof node !== "object" || node === null) return [];
  if (Array.isArray(node)) return node.flatMap(leafSpans);
  const { kind, span } = node as { readonly kind?: string; readonly span?: Span };
  if (kind !== undefined && span !== undefined && leafKinds.has(kind)) return [span];
  return Object.entries(node).flatMap(([key, child]) =>
    key === "source" || key === "comments" ? [] : leafSpans(child),
  );
}

const leafKinds: ReadonlySet<string> = new Set([
  ...["identifier", "qualifiedName"],
  ...["number", "string", "boolean", "duration", "name"],
]);

function textAt({ source, start, end }: Span): string {
  return source.text.slice(start, end);
}

function front({ annotations }: Decorated): string {
  return annotations.map(annotation).join("");
}

function annotation({ name, args }: AnnotationNode): string {
  return `@${name.text}(${args.map(({ span }) => textAt(span)).join("")})`;
}

function declaration(node: DeclarationNode): string {
  const { name } = node.name.text === "" ? { name: "" } : { name: node.name.text };
  switch (node.kind) {
    case "message":
    case "error":
      return `${front(node)}${node.kind}${name}${body([...node.fields, ...node.reserved])}`;
    case "union":
      return `${front(node)}union${name}${body([...node.members, ...node.reserved])}`;
    case "enum":
      return `${front(node)}${node.isClosed ? "closed" : ""}enum${name}${body([...node.values, ...node.reserved])}`;
    case "alias":
      return `${front(node)}type${name}=${type(node.type)}`;
    case "service": {
      const base = node.extends === undefined ? "" : `extends${node.extends.text}`;
      return `${front(node)}service${name}${base}{${node.methods.map(method).join("")}}`;
    }
  }
}

type Member = FieldNode | ReservedNode | Extract<DeclarationNode, { kind: "enum" }>["values"][number];

function body(members: readonly Member[]): string {
  const sorted = [...members].sort((a, b) => a.span.start - b.span.start);
  return `{${sorted.map(member).join("")}}`;
}

function member(node: Member): string {
  switch (node.kind) {
    case "field":
      return field(node);
    case "enumValue":
      return `${front(node)}${node.name.text}=${node.number === undefined ? "" : textAt(node.number.span)}`;
    case "reserved": {
      const numbers = node.ranges.map(({ from, to, span }) => {
        const end = to === undefined ? "" : `to${textAt(to.span)}`;
        return { span, text: `${textAt(from.span)}${end}` };
      });
      const items = [...numbers, ...node.names.map(({ span }) => ({ span, text: textAt(span) }))];
      items.sort((a, b) => a.span.start - b.span.start);
      return `reserved${items.map(({ text }) => text).join("")}`;
    }
  }
}

function field(node: FieldNode): string {
  const number = node.number === undefined ? "" : textAt(node.number.span);
  return `${front(node)}${number}${node.name.text}${node.isOptional ? "?" : ""}:${type(node.type)}`;
}

function type(node: TypeNode): string {
  switch (node.kind) {
    case "named":
      return node.name.text;
    case "list":
      return `${type(node.element)}[]`;
    case "map":
      return `map<${type(node.key)}${type(node.value)}>`;
    case "union":
      return `union${body(node.members)}`;
    case "missing":
      return "";
  }
}

function method(node: MethodNode): string {
  const { parameters, result, throws } = node;
  const given =
    parameters.kind === "inline"
      ? parameters.fields.map(field).join("")
      : `${parameters.isStream ? "stream" : ""}${type(parameters.type)}`;
  const answer =
    result === undefined
      ? ""
      : `:${result.isStream ? "stream" : ""}${type(result.type)}${result.isOptional ? "?" : ""}`;
  const thrown = throws.length === 0 ? "" : `throws${throws.map(({ text }) => text).join("")}`;
  return `${front(node)}${node.isOneway ? "oneway" : ""}${node.name.text}(${given})${answer}${thrown}`;
}
