/** The door to marked: Markdown from `.rpc` files as HTML that can do nothing but be read. */

import { Marked, type Token, type Tokens } from "marked";
import { highlight, languageNamed } from "./highlight.js";
import { escapeHtml, visible } from "./html.js";

export interface MarkdownContext {
  /** The address of a name that stands between backticks, undefined where there is nothing of that name. */
  readonly addressOf: (name: string) => string | undefined;
  /** The level of the first heading; undefined where headings are only bold, for instance in a table. */
  readonly headingLevel: number | undefined;
}

/** Beyond this, text is shown as it was written: nobody reads it, and parsing it may take long. */
const lengthMax = 100_000;

const parser = new Marked({ gfm: true });

/** HTML of Markdown; "" for "". Never throws: what cannot be understood as Markdown is shown as it is. */
export function renderMarkdown(text: string, context: MarkdownContext): string {
  if (text.trim() === "") return "";
  const asWritten = (): string => `<pre class="as-written">${escapeHtml(text)}</pre>`;
  if (text.length > lengthMax) return asWritten();
  try {
    return new Renderer(context).blocks(parser.lexer(visible(text)));
  } catch (error) {
    // Brackets and quotes can be nested more deeply than the stack is.
    if (error instanceof RangeError) return asWritten();
    throw error;
  }
}

/** The first paragraph as text without any marks, for lists and the search. */
export function plainSummary(text: string): string {
  if (text.trim() === "" || text.length > lengthMax) return "";
  try {
    const tokens = parser.lexer(visible(text));
    const first = tokens.find((token) => token.type === "paragraph" || token.type === "heading");
    return first === undefined ? "" : plain(first).replace(/\s+/g, " ").trim().slice(0, 240);
  } catch (error) {
    if (error instanceof RangeError) return "";
    throw error;
  }
}

function plain(token: Token): string {
  if (token.type === "html") return "";
  if ("tokens" in token && token.tokens !== undefined) return token.tokens.map(plain).join("");
  if (token.type === "br") return " ";
  return "text" in token && typeof token.text === "string" ? unescaped(token.text) : "";
}

/** marked leaves entities as they were written. */
function unescaped(text: string): string {
  return text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => characters[name] ?? "");
}

const characters: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };

class Renderer {
  readonly #context: MarkdownContext;
  #firstDepth: number | undefined;
  #lastLevel: number;

  constructor(context: MarkdownContext) {
    this.#context = context;
    this.#lastLevel = (context.headingLevel ?? 1) - 1;
  }

  blocks(tokens: readonly Token[]): string {
    return tokens.map((token) => this.#block(token)).join("");
  }

  #block(token: Token): string {
    switch (token.type) {
      case "space":
      case "def":
        return "";
      case "heading":
        return this.#heading(token as Tokens.Heading);
      case "paragraph":
        return `<p>${this.#inline(token.tokens ?? [])}</p>`;
      case "text":
        return token.tokens === undefined ? escapeHtml(String(token.text)) : this.#inline(token.tokens);
      case "code":
        return codeBlock(token as Tokens.Code);
      case "blockquote":
        return `<blockquote>${this.blocks(token.tokens ?? [])}</blockquote>`;
      case "list":
        return this.#list(token as Tokens.List);
      case "table":
        return this.#table(token as Tokens.Table);
      case "hr":
        return "<hr>";
      case "html":
        return `<p>${escapeHtml(token.raw.trim())}</p>`;
      default:
        return this.#inline([token]);
    }
  }

  /** Levels never skip one, so that the page keeps its order whatever the text says. */
  #heading({ depth, tokens }: Tokens.Heading): string {
    const inside = this.#inline(tokens);
    const base = this.#context.headingLevel;
    if (base === undefined) return `<p><strong>${inside}</strong></p>`;
    this.#firstDepth ??= depth;
    const wanted = base + Math.max(0, depth - this.#firstDepth);
    const level = Math.min(wanted, this.#lastLevel + 1, 6);
    this.#lastLevel = level;
    return `<h${level} class="prose-heading">${inside}</h${level}>`;
  }

  #list({ ordered, start, items }: Tokens.List): string {
    const tag = ordered ? "ol" : "ul";
    const first = ordered && typeof start === "number" && start !== 1 ? ` start="${start}"` : "";
    const entries = items.map((item) => {
      const mark = item.task ? (item.checked === true ? "\u2611 " : "\u2610 ") : "";
      return `<li>${mark}${this.blocks(item.tokens.filter(({ type }) => type !== "checkbox"))}</li>`;
    });
    return `<${tag}${first}>${entries.join("")}</${tag}>`;
  }

  #table({ header, rows }: Tokens.Table): string {
    const head = header.map((cell) => `<th scope="col">${this.#inline(cell.tokens)}</th>`).join("");
    const body = rows.map((row) => `<tr>${row.map((cell) => `<td>${this.#inline(cell.tokens)}</td>`).join("")}</tr>`);
    return `<div class="scroll" tabindex="0" role="group" aria-label="Table"><table class="prose-table"><thead><tr>${head}</tr></thead><tbody>${body.join("")}</tbody></table></div>`;
  }

  #inline(tokens: readonly Token[]): string {
    return tokens.map((token) => this.#piece(token)).join("");
  }

  #piece(token: Token): string {
    switch (token.type) {
      case "strong":
      case "em":
      case "del":
        return `<${token.type}>${this.#inline(token.tokens ?? [])}</${token.type}>`;
      case "codespan":
        return this.#code(String(token.text));
      case "br":
        return "<br>";
      case "link":
        return link(String(token.href), this.#inline(token.tokens ?? []));
      case "image":
        // A picture from elsewhere would be a request to elsewhere.
        return link(String(token.href), escapeHtml(String(token.text) || String(token.href)));
      case "escape":
        return escapeHtml(String(token.text));
      case "html":
        return escapeHtml(token.raw);
      case "checkbox":
        return "";
      default:
        if ("tokens" in token && token.tokens !== undefined) return this.#inline(token.tokens);
        return escapeHtml("text" in token && typeof token.text === "string" ? unescaped(token.text) : token.raw);
    }
  }

  #code(text: string): string {
    const address = this.#context.addressOf(text);
    const code = `<code>${escapeHtml(text)}</code>`;
    return address === undefined ? code : `<a href="${escapeHtml(address)}">${code}</a>`;
  }
}

function codeBlock({ text, lang }: Tokens.Code): string {
  const code = highlight(text, languageNamed(lang?.split(/\s/)[0] ?? ""));
  return `<pre class="code" tabindex="0" role="group" aria-label="Code"><code>${code}</code></pre>`;
}

/** Only ways out of the site: what is relative has no meaning here, and any other scheme may be a program. */
function link(href: string, inside: string): string {
  if (!/^(https?:\/\/|mailto:)[^\s"'<>\\]+$/i.test(href)) return inside;
  return `<a href="${escapeHtml(href)}" rel="noopener noreferrer">${inside}</a>`;
}
