/** What each word of a document is, for colours that know more than a grammar of patterns can. */

import { SemanticTokensBuilder } from "vscode-languageserver/node";
import type { Range, SemanticTokens, SemanticTokensLegend } from "vscode-languageserver/node";
import { Report } from "../../report/report.js";
import { scan } from "../../syntax/scan.js";
import { NumberToken, StringToken, keywords } from "../../syntax/tokens.js";
import { occurrencesIn } from "../workspace/occurrences.js";
import type { Occurrence } from "../workspace/occurrences.js";
import { lspPosition, offsetAt } from "../workspace/positions.js";
import type { SeenFile } from "../workspace/editor-workspace.js";

const tokenTypes = [
  "namespace",
  "type",
  "class",
  "enum",
  "interface",
  "struct",
  "parameter",
  "property",
  "enumMember",
  "method",
  "keyword",
  "comment",
  "string",
  "number",
  "decorator",
] as const;
const tokenModifiers = ["declaration", "deprecated", "documentation", "defaultLibrary"] as const;

type TokenType = (typeof tokenTypes)[number];
type TokenModifier = (typeof tokenModifiers)[number];

export const semanticLegend: SemanticTokensLegend = {
  tokenTypes: [...tokenTypes],
  tokenModifiers: [...tokenModifiers],
};

interface Painted {
  readonly start: number;
  readonly end: number;
  readonly type: TokenType;
  readonly modifiers: readonly TokenModifier[];
}

const declarationTypes = {
  message: "struct",
  error: "class",
  union: "interface",
  enum: "enum",
  alias: "type",
  service: "namespace",
} as const;

const memberTypes = { enumValue: "enumMember", method: "method" } as const;

/** The tokens of a document, or of a part of it. */
export function semanticTokensOf(seen: SeenFile, range?: Range): SemanticTokens {
  const { source } = seen.file.syntax;
  const from = range === undefined ? 0 : offsetAt(source, range.start);
  const to = range === undefined ? source.text.length : offsetAt(source, range.end);
  const builder = new SemanticTokensBuilder();
  for (const painted of paint(seen)) {
    if (painted.end <= from || painted.start >= to) continue;
    for (const { start, end } of linesOf(painted, source.text)) {
      const { line, character } = lspPosition(source, start);
      const bits = painted.modifiers.reduce((sum, one) => sum | (1 << tokenModifiers.indexOf(one)), 0);
      builder.push(line, character, end - start, tokenTypes.indexOf(painted.type), bits);
    }
  }
  return builder.build();
}

/** Everything that has a colour, in the order of the text. */
function paint({ view, file }: SeenFile): readonly Painted[] {
  const { source, comments } = file.syntax;
  const painted: Painted[] = comments.map(({ span, kind }) => ({
    start: span.start,
    end: span.end,
    type: "comment",
    modifiers: kind === "doc" ? ["documentation"] : [],
  }));
  const named = new Set<number>();
  for (const occurrence of occurrencesIn(view, file)) {
    const paint = paintName(occurrence);
    for (let at = occurrence.whole.start; at < occurrence.whole.end; at++) named.add(at);
    if (paint !== undefined) painted.push({ start: occurrence.span.start, end: occurrence.span.end, ...paint });
  }
  for (const { startOffset: start, endOffset, tokenType, image } of scan(source, new Report()).tokens) {
    const end = (endOffset ?? start) + 1;
    if (tokenType === StringToken) painted.push({ start, end, type: "string", modifiers: [] });
    else if (tokenType === NumberToken) painted.push({ start, end, type: "number", modifiers: [] });
    else if (keywords.has(image) && !named.has(start)) painted.push({ start, end, type: "keyword", modifiers: [] });
  }
  return painted.sort((a, b) => a.start - b.start);
}

/** Undefined for what the text around it colours, such as the path of an import. */
function paintName({ target, isDeclaration }: Occurrence): Pick<Painted, "type" | "modifiers"> | undefined {
  const declared: readonly TokenModifier[] = isDeclaration ? ["declaration"] : [];
  switch (target?.kind) {
    case "declaration": {
      const { node, file } = target.symbol;
      const library: readonly TokenModifier[] = file.isStandard ? ["defaultLibrary"] : [];
      return { type: declarationTypes[node.kind], modifiers: [...declared, ...deprecation(node), ...library] };
    }
    case "member": {
      const { node, method } = target;
      const field = method === undefined ? "property" : "parameter";
      const type = node.kind === "field" ? field : memberTypes[node.kind];
      return { type, modifiers: [...declared, ...deprecation(node)] };
    }
    case "builtin":
      return { type: "type", modifiers: ["defaultLibrary"] };
    case "package":
      return { type: "namespace", modifiers: [] };
    case "annotation":
      return { type: "decorator", modifiers: [] };
    case "import":
    case undefined:
      return undefined;
  }
}

function deprecation(node: {
  readonly annotations: readonly { readonly name: { readonly text: string } }[];
}): readonly TokenModifier[] {
  return node.annotations.some(({ name }) => name.text === "deprecated") ? ["deprecated"] : [];
}

/** A token of the protocol stays on one line. */
function* linesOf({ start, end }: Painted, text: string): Generator<{ readonly start: number; readonly end: number }> {
  let at = start;
  for (const line of text.slice(start, end).split(/(?<=\r\n|\r(?!\n)|\n)/)) {
    const length = line.replace(/[\r\n]+$/, "").length;
    if (length > 0) yield { start: at, end: at + length };
    at += line.length;
  }
}
