/** What a thing is: how it is declared, its docs, and what becomes of it in TypeScript, in JSON and on the wire. */

import { MarkupKind } from "vscode-languageserver/node";
import type { Hover } from "vscode-languageserver/node";
import type { DeclaredSymbol } from "../../bind/symbol-table.js";
import { catalog, isCode } from "../../report/catalog.js";
import { policyTexts } from "../../schema/policy-text.js";
import type { Declaration, FieldSchema, MethodSchema, Schema } from "../../schema/schema.js";
import { occurrenceAt } from "../workspace/occurrences.js";
import type { Target } from "../workspace/occurrences.js";
import { rangeOf, touches } from "../workspace/positions.js";
import type { SeenFile } from "../workspace/editor-workspace.js";
import { annotationDocs } from "./annotation-words.js";
import { builtinWords, fieldTypeScript, fieldWire } from "./type-words.js";

/** Undefined where there is nothing to say. */
export function hoverAt({ view, file }: SeenFile, offset: number): Hover | undefined {
  const { source } = file.syntax;
  const occurrence = occurrenceAt(view, file, offset);
  const about = occurrence?.target === undefined ? undefined : describe(occurrence.target, view.analysis.schema);
  const codes = view.diagnostics
    .filter(({ span }) => span?.source === source && touches(span, offset))
    .map(({ code }) => code);
  const explanations = [...new Set(codes)].flatMap((code) =>
    isCode(code) ? [`**${code}**: ${catalog[code].explanation}`] : [],
  );
  const parts = [...(about === undefined ? [] : [about]), ...explanations];
  if (parts.length === 0) return undefined;
  const contents = { kind: MarkupKind.Markdown, value: parts.join("\n\n---\n\n") };
  return occurrence === undefined ? { contents } : { contents, range: rangeOf(occurrence.whole) };
}

/** Markdown. */
function describe(target: Target, schema: Schema): string | undefined {
  switch (target.kind) {
    case "declaration":
      return describeDeclaration(target.symbol, schema);
    case "member":
      return describeMember(target, schema);
    case "builtin":
      return describeBuiltin(target.name);
    case "annotation":
      return annotationDocs(target.node.name.text);
    case "package":
      return code(`package ${target.name}`);
    case "import":
      return target.file === undefined ? undefined : `\`${target.file.syntax.source.displayPath}\``;
  }
}

/** Of a declaration, for completion too. */
export function describeDeclaration(symbol: DeclaredSymbol, schema: Schema): string {
  const { node } = symbol;
  const keyword = node.kind === "alias" ? "type" : node.kind === "enum" && node.isClosed ? "closed enum" : node.kind;
  const head = `${symbol.package === "" ? "" : `// ${symbol.package}\n`}${keyword} ${symbol.name}`;
  const declaration = schema.declarations.get(symbol.fullName);
  const tail = node.kind === "alias" ? ` = ${textOf(node.type.span)}` : "";
  return joined(code(head + tail), deprecation(declaration?.deprecated), node.docs, facts(declaration, schema));
}

function facts(declaration: Declaration | undefined, schema: Schema): string {
  switch (declaration?.kind) {
    case "message":
      return list([`TypeScript: \`interface ${declaration.name}\`, \`${declaration.name}Init\` where it is passed in`]);
    case "union":
      return list(["TypeScript: `{ kind, value }`", "on the wire: a message with one `oneof`"]);
    case "enum":
      return list([
        `TypeScript: a union of ${declaration.values.length} string literals${declaration.isClosed ? "" : " and unknown numbers"}`,
        "on the wire: varint",
      ]);
    case "error":
      return list([`TypeScript: \`class ${declaration.name}\`, for \`instanceof\``, `status: \`${declaration.code}\``]);
    case "service": {
      const inherited = declaration.extends === undefined ? undefined : schema.declarations.get(declaration.extends);
      const count = inherited?.kind === "service" ? inherited.methods.length : 0;
      const own = declaration.methods.length - count;
      const from = inherited === undefined ? "" : `, ${count} inherited from \`${inherited.fullName}\``;
      return list([
        `${own} methods of its own${from}`,
        `TypeScript: \`create${declaration.name}Client\`, \`serve${declaration.name}\``,
      ]);
    }
    default:
      return "";
  }
}

function describeMember({ owner, node, method }: Extract<Target, { kind: "member" }>, schema: Schema): string {
  const declaration = schema.declarations.get(owner.fullName);
  const head = code(`// ${owner.fullName}${method === undefined ? "" : `.${method.name.text}`}\n${textOf(node.span)}`);
  switch (node.kind) {
    case "enumValue":
      return joined(head, node.docs, list([`TypeScript: \`"${node.name.text}"\``]));
    case "method": {
      const found = declaration?.kind === "service" ? declaration.methods : [];
      const meaning = found.find(({ name }) => name === node.name.text);
      return joined(
        head,
        deprecation(meaning?.deprecated),
        node.docs,
        meaning === undefined ? "" : methodFacts(owner, meaning),
      );
    }
    case "field": {
      const field = findField(schema, declaration, node.name.text, method?.name.text);
      return joined(
        head,
        deprecation(field?.deprecated),
        node.docs,
        field === undefined ? "" : fieldFacts(schema, field),
      );
    }
  }
}

function methodFacts(owner: DeclaredSymbol, method: MethodSchema): string {
  const shapes = {
    unary: "one answer",
    serverStream: "a stream of answers",
    clientStream: "a stream of requests",
    bidiStream: "streams both ways",
    oneway: "nothing comes back",
  };
  return list([
    `shape: ${shapes[method.shape]}`,
    `on the wire: \`/${owner.fullName}/${method.wireName}\``,
    ...(method.timeoutMs === undefined ? [] : [`deadline: ${method.timeoutMs} ms`]),
    ...(method.isIdempotent ? ["may safely be repeated"] : []),
    ...policyTexts(method.policy),
  ]);
}

function fieldFacts(schema: Schema, field: FieldSchema): string {
  return list([
    `TypeScript: \`${fieldTypeScript(schema, field)}\``,
    `JSON: \`"${field.jsonName}"\``,
    `on the wire: field ${field.number}, ${fieldWire(field)}`,
  ]);
}

/** The field of a declaration, or where `method` is given the parameter of one of its methods. */
export function findField(
  schema: Schema,
  declaration: Declaration | undefined,
  name: string,
  method?: string,
): FieldSchema | undefined {
  if (declaration?.kind === "service") {
    const found = declaration.methods.find((one) => one.name === method);
    const input = found === undefined ? undefined : schema.declarations.get(found.input);
    return input?.kind === "message" ? input.fields.find((field) => field.name === name) : undefined;
  }
  const hasFields = declaration !== undefined && "fields" in declaration;
  return hasFields ? declaration.fields.find((field) => field.name === name) : undefined;
}

function describeBuiltin(name: string): string | undefined {
  const words = builtinWords(name);
  if (words === undefined) return undefined;
  return joined(code(name), list([`TypeScript: \`${words.typeScript}\``, `on the wire: ${words.wire}`]));
}

/** Markdown of a type that needs no declaration, for completion. */
export function builtinDocs(name: string): string {
  return describeBuiltin(name) ?? "";
}

function deprecation(reason: string | undefined): string {
  if (reason === undefined) return "";
  return reason === "" ? "**Deprecated.**" : `**Deprecated:** ${reason}`;
}

function textOf({ source, start, end }: { source: { text: string }; start: number; end: number }): string {
  const text = source.text.slice(start, end);
  return text.length > 500 ? `${text.slice(0, 500)}…` : text;
}

function code(text: string): string {
  const fence = text.includes("```") ? "````" : "```";
  return `${fence}rpc\n${text}\n${fence}`;
}

function list(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join("\n");
}

function joined(...parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join("\n\n");
}
