/** Prints an AST as a compact tree, one node a line, for comparison with what a corpus file expects. */

import type {
  AnnotationNode,
  DeclarationNode,
  Decorated,
  FieldNode,
  FileSyntax,
  Literal,
  MethodNode,
  NumberLiteral,
  ReservedNode,
  TypeNode,
} from "../src/syntax/ast.js";

/** The tree of one file; "" for a file in which nothing was declared. */
export function printSyntax(file: FileSyntax): string {
  const lines: string[] = [];
  if (file.package !== undefined) lines.push(...front(file.package, 0), `package ${file.package.name.text}`);
  for (const { path } of file.imports) lines.push(`import ${JSON.stringify(path.value)}`);
  for (const declaration of file.declarations) lines.push(...declarationLines(declaration));
  return lines.map((line) => `${line}\n`).join("");
}

function declarationLines(node: DeclarationNode): string[] {
  const head = `${node.kind} ${node.name.text}`;
  const lines = front(node, 0);
  switch (node.kind) {
    case "message":
    case "error":
      return [...lines, head, ...fieldLines(node.fields, 1), ...reservedLines(node.reserved)];
    case "union":
      return [...lines, head, ...fieldLines(node.members, 1), ...reservedLines(node.reserved)];
    case "enum":
      return [
        ...lines,
        node.isClosed ? `closed ${head}` : head,
        ...node.values.flatMap((value) => [...front(value, 1), `  ${value.name.text} = ${number(value.number)}`]),
        ...reservedLines(node.reserved),
      ];
    case "alias":
      return [...lines, `${head} = ${type(node.type)}`, ...members(node.type, 1)];
    case "service":
      return [
        ...lines,
        node.extends === undefined ? head : `${head} extends ${node.extends.text}`,
        ...node.methods.flatMap(methodLines),
      ];
  }
}

function fieldLines(fields: readonly FieldNode[], depth: number): string[] {
  return fields.flatMap((field) => [
    ...front(field, depth),
    `${indent(depth)}${number(field.number)} ${field.name.text}${field.isOptional ? "?" : ""}: ${type(field.type)}`,
    ...members(field.type, depth + 1),
  ]);
}

function members(node: TypeNode, depth: number): string[] {
  if (node.kind === "list") return members(node.element, depth);
  return node.kind === "union" ? fieldLines(node.members, depth) : [];
}

function methodLines(node: MethodNode): string[] {
  const { parameters, result } = node;
  const inline = parameters.kind === "inline" ? parameters.fields : [];
  const shown =
    parameters.kind === "message"
      ? `(${parameters.isStream ? "stream " : ""}${type(parameters.type)})`
      : `[${inline.length} parameters]`;
  const answer =
    result === undefined
      ? "nothing"
      : `${result.isStream ? "stream " : ""}${type(result.type)}${result.isOptional ? "?" : ""}`;
  const throws = node.throws.length > 0 ? ` throws ${node.throws.map((name) => name.text).join(", ")}` : "";
  const head = `  ${node.isOneway ? "oneway " : ""}${node.name.text} ${shown} -> ${answer}${throws}`;
  return [...front(node, 1), head, ...fieldLines(inline, 2)];
}

function reservedLines(nodes: readonly ReservedNode[]): string[] {
  return nodes.map(({ ranges, names }) => {
    const numbers = ranges.map(({ from, to }) =>
      to === undefined ? number(from) : `${number(from)} to ${number(to)}`,
    );
    return `  reserved ${[...numbers, ...names.map(({ value }) => JSON.stringify(value))].join(", ")}`;
  });
}

function front(node: Decorated, depth: number): string[] {
  const docs = node.docs === "" ? [] : node.docs.split("\n").map((line) => `${indent(depth)}| ${line}`.trimEnd());
  return [...docs, ...node.annotations.map((annotation) => `${indent(depth)}${annotationText(annotation)}`)];
}

function annotationText({ name, args }: AnnotationNode): string {
  return `@${name.text}${args.length > 0 ? `(${args.map(literal).join(", ")})` : ""}`;
}

function literal(node: Literal): string {
  switch (node.kind) {
    case "number":
      return node.value === undefined ? `decimal ${node.text}` : String(node.value);
    case "string":
      return JSON.stringify(node.value);
    case "boolean":
      return String(node.value);
    case "duration":
      return `${String(node.milliseconds)} ms`;
    case "name":
      return `name ${node.name.text}`;
    case "missing":
      return "missing";
  }
}

function type(node: TypeNode): string {
  switch (node.kind) {
    case "named":
      return node.name.text;
    case "list":
      return `${type(node.element)}[]`;
    case "map":
      return `map<${type(node.key)}, ${type(node.value)}>`;
    case "union":
      return "union";
    case "missing":
      return "(missing)";
  }
}

function number(node: NumberLiteral | undefined): string {
  return node === undefined ? "-" : String(node.value ?? node.text);
}

function indent(depth: number): string {
  return "  ".repeat(depth);
}
