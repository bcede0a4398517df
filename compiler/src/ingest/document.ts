/** An `.rpc` file that is about to be written: entries with what stands in front of them, and how they become text. */

import { commentLine, rpcString } from "./rpc-text.js";

/** A declaration, a member, or comments that stand alone (then `text` is ""). */
export interface Entry {
  /** Paragraphs of `//` comments in front. */
  readonly notes: readonly (readonly string[])[];
  /** Lines of `//` comments right in front, which quote what has no equal; without text, they stand for it. */
  readonly marks: readonly string[];
  /** Markdown for `///`. */
  readonly docs: string;
  /** With their `@`. */
  readonly annotations: readonly string[];
  /** One line, for instance `1 id: string` or `message Order`. */
  readonly text: string;
  /** A `//` comment behind the text; "" for none. */
  readonly sideNote: string;
  /** Undefined where nothing stands between braces. */
  readonly items: readonly Entry[] | undefined;
}

export interface RpcDocument {
  /** Paragraphs of `//` comments at the top, such as a licence. */
  readonly header: readonly (readonly string[])[];
  readonly docs: string;
  /** Annotations of the package, which may be there only with a package. */
  readonly annotations: readonly string[];
  /** "" for none. */
  readonly package: string;
  /** Paths with `/`, sorted. */
  readonly imports: readonly string[];
  readonly declarations: readonly Entry[];
}

/** An entry of these parts; what is left out is empty. */
export function entry(parts: Partial<Entry>): Entry {
  return { notes: [], marks: [], docs: "", annotations: [], text: "", sideNote: "", items: undefined, ...parts };
}

/** The text of a document, indented by two blanks. */
export function printDocument(document: RpcDocument): string {
  const lines: string[] = [];
  const blocks: (readonly string[])[] = [];
  for (const paragraph of document.header) blocks.push(noteLines(paragraph, ""));
  const { docs, annotations } = document;
  const head = [...docLines(docs, ""), ...annotations];
  if (document.package !== "") blocks.push([...head, `package ${document.package}`]);
  else if (docs !== "") blocks.push(docs.split("\n").map((line) => commentLine("//", line)));
  if (document.imports.length > 0) blocks.push(document.imports.map((path) => `import ${rpcString(path)}`));
  for (const declaration of document.declarations) {
    const printed: string[] = [];
    printEntry(declaration, "", printed);
    blocks.push(printed);
  }
  for (const [index, block] of blocks.entries()) {
    if (index > 0) lines.push("");
    for (const line of block) lines.push(line);
  }
  return `${lines.join("\n")}\n`;
}

function printEntry(item: Entry, indent: string, lines: string[]): void {
  for (const [index, paragraph] of item.notes.entries()) {
    if (index > 0) lines.push("");
    for (const line of noteLines(paragraph, indent)) lines.push(line);
  }
  if (item.notes.length > 0 && (item.text !== "" || item.marks.length > 0)) lines.push("");
  for (const line of noteLines(item.marks, indent)) lines.push(line);
  if (item.text === "") return;
  for (const line of docLines(item.docs, indent)) lines.push(line);
  for (const annotation of item.annotations) lines.push(indent + annotation);
  const sideNote = item.sideNote === "" ? "" : ` ${commentLine("//", item.sideNote)}`;
  if (item.items === undefined) {
    lines.push(`${indent}${item.text}${sideNote}`);
    return;
  }
  if (item.items.length === 0) {
    lines.push(`${indent}${item.text} {}${sideNote}`);
    return;
  }
  lines.push(`${indent}${item.text} {`);
  for (const [index, inner] of item.items.entries()) {
    // A paragraph of comments keeps its distance from what stands in front of it.
    if (index > 0 && (inner.notes.length > 0 || inner.items !== undefined)) lines.push("");
    printEntry(inner, `${indent}  `, lines);
  }
  lines.push(`${indent}}${sideNote}`);
}

function noteLines(paragraph: readonly string[], indent: string): readonly string[] {
  return paragraph.flatMap((line) => brokenLines(line)).map((line) => indent + commentLine("//", line));
}

function docLines(docs: string, indent: string): readonly string[] {
  return docs === "" ? [] : brokenLines(docs).map((line) => indent + commentLine("///", line));
}

/** At every character that some reader takes for a line break. */
function brokenLines(text: string): readonly string[] {
  return text.split(/\r\n|[\n\r\u000b\u000c\u0085\u2028\u2029]/);
}
