/** What `rpcgen explain` says about a code. */

import { catalog } from "./catalog.js";
import type { CatalogEntry, Code } from "./catalog.js";

/** How wide the paragraph is set. */
const lineColumns = 78;

/** The explanation of a code with a wrong and a right example; ends with a line break. */
export function explain(code: Code): string {
  const entry: CatalogEntry = catalog[code];
  return [
    `${code} (${entry.severity})`,
    "",
    ...wrap(entry.explanation),
    "",
    "Wrong:",
    ...indent(entry.wrong),
    "",
    "Right:",
    ...indent(entry.right),
    "",
  ].join("\n");
}

function wrap(text: string): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > lineColumns) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

function indent(text: string): string[] {
  return text.split("\n").map((line) => `    ${line}`);
}
