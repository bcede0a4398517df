/** Code as HTML with its words marked for colour: TypeScript, JSON and `.rpc`. */

import { escapeHtml } from "./html.js";

export type CodeLanguage = "ts" | "json" | "rpc" | "text";

const keywords: Readonly<Record<CodeLanguage, ReadonlySet<string>>> = {
  ts: new Set(
    (
      "as async await break case catch class const continue default else export extends false finally for from function " +
      "if import in instanceof let new null of return satisfies switch throw true try type typeof undefined var while yield"
    ).split(" "),
  ),
  json: new Set(["true", "false", "null"]),
  rpc: new Set(
    (
      "closed enum error extends import map message oneway package reserved service stream throws to type union void " +
      "bool int32 int64 uint32 uint64 sint32 sint64 fixed32 fixed64 sfixed32 sfixed64 float double string bytes timestamp duration json"
    ).split(" "),
  ),
  text: new Set(),
};

const token =
  /(\/\/[^\n]*)|("(?:[^"\\\n]|\\.)*")(\s*:)?|('(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`)|(\b\d[\d_.]*n?\b)|(@?[A-Za-z_$][\w$]*)/g;

/** What a fence of Markdown calls a language. */
export function languageNamed(name: string): CodeLanguage {
  const word = name.toLowerCase();
  if (word === "ts" || word === "typescript" || word === "js" || word === "javascript") return "ts";
  return word === "json" || word === "rpc" ? word : "text";
}

/** HTML for the inside of a `<code>`. */
export function highlight(code: string, language: CodeLanguage): string {
  if (language === "text") return escapeHtml(code);
  let html = "";
  let end = 0;
  for (const match of code.matchAll(token)) {
    html += escapeHtml(code.slice(end, match.index)) + marked(match, language);
    end = match.index + match[0].length;
  }
  return html + escapeHtml(code.slice(end));
}

function marked(match: RegExpMatchArray, language: CodeLanguage): string {
  const [all, comment, quoted, colon, otherQuoted, number, word] = match;
  if (comment !== undefined) return language === "json" ? escapeHtml(all) : span("c", comment);
  if (quoted !== undefined) {
    return colon === undefined ? span("s", quoted) : span(language === "json" ? "k" : "s", quoted) + escapeHtml(colon);
  }
  if (otherQuoted !== undefined) return span("s", otherQuoted);
  if (number !== undefined) return span("n", number);
  if (word !== undefined && (keywords[language].has(word) || word.startsWith("@"))) return span("w", word);
  return escapeHtml(all);
}

function span(kind: "c" | "s" | "k" | "n" | "w", text: string): string {
  return `<span class="t-${kind}">${escapeHtml(text)}</span>`;
}
