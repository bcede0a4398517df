/** Options as Protobuf writes them, behind a field or a value, and the annotations that say the same. */

import type { FixIt } from "../report/diagnostic.js";
import type { Details } from "../report/report.js";
import type { Span } from "../source/source-file.js";
import { quote } from "./cst.js";
import type { Building } from "./cst.js";

/** Reports `[deprecated = true]`; `memberStart` is where the member begins and its annotation would stand. */
export function reportOption(building: Building, span: Span, memberStart: number): void {
  const text = quote(span);
  const annotation = annotationFor(text);
  const details: Details = annotation === undefined ? {} : { fixes: [moved(span, memberStart, annotation)] };
  building.report.add("foreign-option", span, { text }, details);
}

/** Only what means exactly the same. */
function annotationFor(text: string): string | undefined {
  const [, name, value] = /^\[ ?(\w+) ?= ?(true|false|"[^"\\]+") ?\]$/.exec(text) ?? [];
  if (name === "deprecated" && value === "true") return "@deprecated";
  if (name === "json_name" && value?.startsWith('"') === true) return `@name(${value})`;
  if (name === "packed" && value === "true") return "@packed";
  if (name === "packed" && value === "false") return "@unpacked";
  return undefined;
}

function moved({ source, start, end }: Span, memberStart: number, annotation: string): FixIt {
  let from = start;
  while (source.text.charAt(from - 1) === " ") from -= 1;
  return {
    message: `write \`${annotation}\` in front`,
    edits: [
      { span: { source, start: memberStart, end: memberStart }, text: `${annotation} ` },
      { span: { source, start: from, end }, text: "" },
    ],
  };
}
