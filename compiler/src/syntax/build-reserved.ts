/** Builds `reserved` lines of the AST. */

import type { CstNode } from "chevrotain";
import type { Span } from "../source/source-file.js";
import type { NumberLiteral, ReservedNode, StringLiteral } from "./ast.js";
import { behind, buildInteger, buildString } from "./build-literal.js";
import { nodesOf, quote, spanOf, tokenOf, tokensOf } from "./cst.js";
import type { Building } from "./cst.js";

/** What `max` means, by the kind of the body. */
const highest = { message: 536_870_911n, enum: 2_147_483_647n };

/** Builds one `reserved` line; items that cannot be read are reported and left out. */
export function buildReserved(building: Building, node: CstNode, owner: "message" | "enum"): ReservedNode {
  const { report } = building;
  const ranges: ReservedNode["ranges"][number][] = [];
  const names: StringLiteral[] = [];
  const items = nodesOf(node, "reservedItem");
  for (const [index, item] of items.entries()) {
    const span = spanOf(building, item);
    const text = tokenOf(item, "String");
    const [first, second] = tokensOf(item, "Number");
    if (text !== undefined) {
      names.push(buildString(building, text));
    } else if (first === undefined) {
      const fixed = `"${quote(span)}"`;
      const details = {
        label: `write \`${fixed}\``,
        fixes: [{ message: `write \`${fixed}\``, edits: [{ span, text: fixed }] }],
      };
      report.add("reserved-item", span, { text: quote(span), advice: "names stand in double quotes" }, details);
    } else {
      const next = tokenOf(items[index + 1], "Number");
      const isHyphened = next !== undefined && next.image.startsWith("-") && next.startOffset === span.end;
      const range = /^(\d+)(?:\.\.+|-)(\d+)$/.exec(isHyphened ? first.image + next.image : first.image);
      if (range !== null) {
        const whole = isHyphened ? spanOf(building, first, next) : span;
        if (isHyphened) items.splice(index + 1, 1);
        reportRange(building, whole, `${range[1] ?? ""} to ${range[2] ?? ""}`);
        continue;
      }
      const from = buildInteger(building, first, "reserved number");
      const isMax = tokenOf(item, "Word") !== undefined;
      const to: NumberLiteral | undefined =
        second === undefined ? undefined : buildInteger(building, second, "reserved number");
      const toWord = tokenOf(item, "To");
      if (toWord !== undefined && second === undefined && !isMax) {
        report.add("missing-part", behind(building, toWord), { part: "the end of the range", after: "`to`" });
      }
      if (from === undefined || (second !== undefined && to === undefined)) continue;
      const max: NumberLiteral = {
        kind: "number",
        text: "max",
        value: highest[owner],
        span: spanOf(building, tokenOf(item, "Word")),
      };
      ranges.push({ from, to: isMax ? max : to, span });
    }
  }
  if (items.length === 0) {
    const part = "a number, a range or a name in quotes";
    report.add("missing-part", behind(building, node), { part, after: "`reserved`" });
  }
  return { kind: "reserved", ranges, names, span: spanOf(building, node) };
}

function reportRange(building: Building, span: Span, fixed: string): void {
  const fixes = [{ message: `write \`${fixed}\``, edits: [{ span, text: fixed }] }];
  const advice = `a range is written \`${fixed}\``;
  building.report.add("reserved-item", span, { text: quote(span), advice }, { fixes });
}
