/** Numbers that are left out in the middle are reserved. */

import type { FieldSchema, ReservedSchema } from "../../schema/schema.js";
import type { Span } from "../../source/source-file.js";
import { defineRule } from "../rule.js";
import type { LintRule } from "../rule.js";

interface Gap {
  readonly from: number;
  readonly to: number;
}

export const reservedGap: LintRule = defineRule({
  code: "reserved-gap",
  options: { gap: 10 },
  check: ({ files, places }, add, { gap }) => {
    for (const file of files) {
      const messages = file.messages.filter(({ isSynthetic }) => !isSynthetic);
      for (const owner of [...messages, ...file.errors, ...file.unions]) {
        const gaps = gapsOf(owner.fields, owner.reserved).filter(({ from, to }) => to - from < gap);
        if (gaps.length === 0) continue;
        const numbers = gaps.map(({ from, to }) => (from === to ? `${from}` : `${from} to ${to}`)).join(", ");
        const place = behindBrace(places.of(owner));
        const text = `\n  reserved ${numbers}\n`;
        const message = `add \`reserved ${numbers}\``;
        const fixes = place === undefined ? [] : [{ message, edits: [{ span: place, text }] }];
        add(places.of(owner), { owner: owner.name, numbers }, { fixes });
      }
    }
  },
});

/** Runs of numbers between the first and the last that no field has and nobody reserved. */
function gapsOf(fields: readonly FieldSchema[], { ranges }: ReservedSchema): readonly Gap[] {
  const taken = [...fields.map(({ number }) => ({ from: number, to: number })), ...ranges];
  const sorted = taken.sort((a, b) => a.from - b.from);
  const gaps: Gap[] = [];
  let end = sorted[0]?.to ?? 0;
  for (const { from, to } of sorted) {
    if (from > end + 1) gaps.push({ from: end + 1, to: from - 1 });
    end = Math.max(end, to);
  }
  return gaps;
}

/** Right behind the brace that follows a name; undefined where something else stands between the two. */
function behindBrace(name: Span | undefined): Span | undefined {
  if (name === undefined) return undefined;
  const brace = /^\s*\{/.exec(name.source.text.slice(name.end, name.end + 200));
  if (brace === null) return undefined;
  const at = name.end + brace[0].length;
  return { source: name.source, start: at, end: at };
}
