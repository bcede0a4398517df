/** Writes a right file again with other blanks, line breaks, separators and remarks between its tokens. */

import fc from "fast-check";
import { Report } from "../../src/report/report.js";
import { createSourceFile } from "../../src/source/source-file.js";
import type { Body, Outline } from "../../src/syntax/format/outline.js";
import { piecesOf } from "../../src/syntax/format/pieces.js";
import { readOutline } from "../../src/syntax/format/read-outline.js";
import { scan } from "../../src/syntax/scan.js";

const blanks = fc.constantFrom("", " ", "  ", "\t", "\n", "\n\n", "\r\n", "\n\n\n\n", "\r", " \n  ");

const remarks = fc.constantFrom(
  "// a line\n",
  "//\n",
  "// blanks at the end  \n",
  "// from Windows\r\n",
  "//// four\n",
  "/// a doc\n",
  "///no blank\n",
  "///\n",
  "/* block */",
  "/**/",
  "/* on\n   two lines */",
  "/*\r\n * starred\r\n */",
  "/* // */",
  "/* ends its line */\n",
  "// rpcgen \u{1f600} \u4e16\u754c\n",
);

/** Behind these a line does not end: a lonely `@` is one that somebody is about to write. */
const holdsLine: ReadonlySet<string> = new Set(["@"]);
const tightGap = fc.constantFrom("", " ", "  ", "\t", "/* tight */", " /**/ ");

/** Mostly blanks, so that what is on one line often stays there. */
const gap = fc.oneof(
  { weight: 12, arbitrary: blanks },
  {
    weight: 1,
    arbitrary: fc
      .array(fc.tuple(blanks, remarks, blanks), { minLength: 1, maxLength: 3 })
      .map((parts) => parts.flat().join("")),
  },
);

/** Texts with the tokens of `text` in its order; commas stand wherever they have to. */
export function randomLayouts(text: string): fc.Arbitrary<string> {
  const source = createSourceFile("random.rpc", text);
  const pieces = piecesOf(source, scan(source, new Report()));
  const outline = readOutline(pieces);
  const free = freeStarts(outline);
  const separators = pieces.map((_piece, index) => {
    if (free.has(index)) return fc.constantFrom("", "", ",", ";");
    return fc.constant(outline.startsItem[index] === true ? "," : "");
  });
  const parts = pieces.map((piece, index) => {
    const around = holdsLine.has(pieces[index - 1]?.text ?? "") ? tightGap : gap;
    return fc.tuple(around, separators[index] ?? fc.constant(""), around).map(([before, separator, behind]) => {
      const between = before + separator + behind;
      return (between === "" ? " " : between) + piece.text;
    });
  });
  return fc.tuple(...parts).map((written) => written.join(""));
}

/** Pieces that begin a member, where a separator may stand or not. */
function freeStarts({ entries }: Outline): ReadonlySet<number> {
  const starts = new Set<number>();
  const visit = ({ members }: Body): void => {
    for (const [index, member] of members.entries()) {
      if (index > 0) starts.add(member.whole.from);
      if (member.kind === "union") visit(member.body);
    }
  };
  for (const [index, { body, whole }] of entries.entries()) {
    if (index > 0) starts.add(whole.from);
    if (body !== undefined) visit(body);
  }
  return starts;
}
