/** The list of everything that can be found, as a script that a page loads when somebody begins to search. */

import type { Declaration } from "../../../schema/schema.js";
import { plainSummary } from "../markdown.js";
import { declarationsOf } from "./addresses.js";
import { memberId } from "./page-context.js";
import type { Site } from "./page-context.js";

/** Kind, name, what it is in, page, place on the page, first words. */
type Row = readonly [kind: string, name: string, owner: string, page: number, id: string, summary: string];

/** `DOCS_SITE_INDEX = { pages: [...], rows: [...] }`; nothing in it can end a script or a line of it. */
export function searchIndex(site: Site): string {
  const pages: string[] = [];
  const rows: Row[] = [];
  for (const file of site.schema.files) {
    for (const declared of declarationsOf(file)) {
      const page = pages.push(site.addresses.of(declared.fullName) ?? "") - 1;
      rows.push([kindWord(declared), declared.name, file.package, page, "", shortened(declared.docs)]);
      for (const [kind, name, id, docs] of membersOf(declared)) {
        rows.push([kind, name, declared.name, page, id, shortened(docs)]);
      }
    }
  }
  const lines = rows.map((row) => inScript(row)).join(",\n");
  return `globalThis.DOCS_SITE_INDEX = {\n"pages": ${inScript(pages)},\n"rows": [\n${lines}\n]};\n`;
}

function kindWord({ kind }: Declaration): string {
  return kind === "alias" ? "type" : kind;
}

function membersOf(declared: Declaration): readonly (readonly [string, string, string, string])[] {
  switch (declared.kind) {
    case "alias":
      return [];
    case "service":
      return declared.methods.map(({ name, docs }) => ["method", name, memberId("method", name), docs]);
    case "enum":
      return declared.values.map(({ name, docs }) => ["value", name, memberId("value", name), docs]);
    default:
      return declared.fields.map(({ name, docs }) => ["field", name, memberId("field", name), docs]);
  }
}

function shortened(docs: string): string {
  const text = plainSummary(docs);
  return text.length <= 110 ? text : `${text.slice(0, 107).trimEnd()}...`;
}

/** JSON is JavaScript but for what ends a script and what some engines take for the end of a line. */
function inScript(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>\u007f-\u009f\u2028\u2029\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
