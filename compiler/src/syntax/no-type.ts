/** Says what stands where a type should: the ways in which other languages write types, and whatever else was written. */

import type { CstNode } from "chevrotain";
import type { FixIt } from "../report/diagnostic.js";
import type { Span } from "../source/source-file.js";
import { quote, spanOf } from "./cst.js";
import type { Building } from "./cst.js";

const qualifiedName = /^[A-Za-z_]\w*(?:\.\w+)*$/;

/** Reports what stands in the place of the type of `name`; where nothing does, that. */
export function reportNoType(building: Building, strays: readonly CstNode[], place: Span, name: string): void {
  if (strays.length === 0) {
    // That a declaration stands in its place is said of the declaration.
    if (/^\s*(?:message|enum|union|error)\s+\w+\s*\{/.test(place.source.text.slice(place.end, place.end + 200))) return;
    building.report.add("missing-type", place, { name });
    return;
  }
  const span = spanOf(building, strays[0], strays.at(-1));
  const found = quote(span);
  const instead = meantBy(found);
  if (instead !== undefined) {
    const fixes: FixIt[] = [{ message: `write \`${instead}\``, edits: [{ span, text: instead }] }];
    building.report.add("foreign-type", span, { found, instead }, { fixes });
  } else {
    building.report.add("unexpected-text", span, { found, wanted: wantedFor(found) });
  }
}

/** `[string]`, `[]string`, `*string`, `&string` and `.shop.Order` as they are written here. */
function meantBy(text: string): string | undefined {
  const list = /^\[ ?(.+?)!? ?\]!?$/.exec(text) ?? /^\[ ?\] ?(.+)$/.exec(text);
  const one = list ?? /^(?:\.|[*&] ?)(.+)$/.exec(text);
  const inner = one?.[1];
  if (inner === undefined || !qualifiedName.test(inner)) return undefined;
  return list === null ? inner : `${inner}[]`;
}

function wantedFor(text: string): string {
  if (text.startsWith("{")) return "a message inside another one is declared on its own and named here";
  if (text.startsWith("?")) return "the `?` belongs to the name, such as `note?: string`";
  if (/^["'`]/.test(text)) return "a choice between words is an `enum`, declared on its own and named here";
  if (text.startsWith("(")) return "a type is written without parentheses";
  if (/^[-+]?\d/.test(text)) return "a number stands in front of the name, and here the type";
  return "a type stands here, such as `string`, `Order` or `Order[]`";
}
