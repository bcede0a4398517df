/** Names that become paths: outputs stay where they belong, on every operating system. */

import type { Report } from "../../report/report.js";
import type { Places } from "../../schema/places.js";
import type { FileSchema } from "../../schema/schema.js";
import { portableNameProblem, portablePathKey, portablePathProblem } from "../../source/portable-path.js";
import type { Span } from "../../source/source-file.js";
import type { Rule } from "../rule.js";

/** File systems hold 255 bytes per name; outputs add an ending such as `.methods.ts.map`. */
const partBytesMax = 200;
const nameLengthMax = 200;

export const portablePaths: Rule = (schema, places, report) => {
  const folded = new Map<string, FileSchema>();
  for (const file of schema.files) {
    checkPath(file, places, report);
    checkNames(file, places, report);
    const first = folded.get(portablePathKey(file.path));
    if (first === undefined) folded.set(portablePathKey(file.path), file);
    else if (first.path !== file.path) {
      report.add("output-collision", places.of(file), {
        path: portablePathKey(file.path),
        first: first.path,
        second: file.path,
      });
    }
  }
};

function checkPath(file: FileSchema, places: Places, report: Report): void {
  const reason = portablePathProblem(file.path, partBytesMax);
  if (reason !== undefined) report.add("output-path-invalid", places.of(file), { path: shortened(file.path), reason });
}

function checkNames(file: FileSchema, places: Places, report: Report): void {
  for (const part of file.package === "" ? [] : file.package.split(".")) {
    const reason = portableNameProblem(part, partBytesMax);
    if (reason === undefined) continue;
    report.add("name-not-portable", partOf(places.of(file), part), { name: shortened(part), reason });
    break;
  }
  for (const list of [file.messages, file.enums, file.unions, file.errors, file.aliases, file.services]) {
    for (const declaration of list) {
      if (declaration.name.length <= nameLengthMax) continue;
      const reason = `is longer than ${nameLengthMax} characters`;
      report.add("name-not-portable", places.of(declaration), { name: shortened(declaration.name), reason });
    }
  }
}

function shortened(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
}

/** Where one part of a dotted name stands. */
function partOf(name: Span | undefined, part: string): Span | undefined {
  if (name === undefined) return undefined;
  const parts = name.source.text.slice(name.start, name.end).matchAll(/[^.\s]+/g);
  for (const { 0: text, index } of parts) {
    const start = name.start + index;
    if (text === part) return { source: name.source, start, end: start + text.length };
  }
  return name;
}
