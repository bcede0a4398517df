/** Rendered findings: frames in the right column, nothing raw from a file, and machine-readable output. */

import { expect, test } from "vitest";
import { createSourceFile } from "../source/source-file.js";
import type { Span } from "../source/source-file.js";
import { findingsToJson, printJson } from "./render-json.js";
import { renderFindings } from "./render.js";
import { Report } from "./report.js";
import type { Details } from "./report.js";

function render(text: string, start: number, end: number, details: Details = {}, color: boolean = false): string {
  const report = new Report();
  const source = createSourceFile("orders.rpc", text, "rpc/orders.rpc");
  report.add("unknown-type", { source, start, end }, { name: text.slice(start, end) }, details);
  return renderFindings(report.findings(), { color });
}

/** The source line of a frame and the line of carets under it. */
function frame(text: string, start: number, end: number): readonly (string | undefined)[] {
  return render(text, start, end).split("\n").slice(3, 5);
}

test("renders message, place, frame, label, note and help", () => {
  const text = `${"\n".repeat(13)}  3 items: LineItme[]\n`;
  const start = text.indexOf("LineItme");
  const details = { label: "did you mean `LineItem`?", notes: ["`LineItem` is declared in rpc/items.rpc:3:9"] };
  expect(render(text, start, start + 8, details)).toBe(`error unknown-type: there is no type \`LineItme\` here
  --> rpc/orders.rpc:14:12
   |
14 |   3 items: LineItme[]
   |            ^^^^^^^^ did you mean \`LineItem\`?
   |
   = note: \`LineItem\` is declared in rpc/items.rpc:3:9
   = help: run \`rpcgen explain unknown-type\`
`);
});

test("renders a second place with its own frame", () => {
  const report = new Report();
  const source = createSourceFile("a.rpc", "message A { }\nmessage A { }\n");
  const span = (start: number): Span => ({ source, start, end: start + 1 });
  const related = [{ span: span(8), message: "first declared here" }];
  report.add("duplicate-declaration", span(22), { name: "A" }, { related });
  expect(renderFindings(report.findings(), { color: false })).toContain(`  ::: a.rpc:1:9
   |
 1 | message A { }
   |         - first declared here
`);
});

test("offers the first repair where there is no label", () => {
  const span = { source: createSourceFile("a.rpc", "x"), start: 0, end: 1 };
  expect(render("int", 0, 3, { fixes: [{ message: "write `int32`", edits: [{ span, text: "int32" }] }] })).toContain(
    "^^^ write `int32`",
  );
});

test.each([
  ["tabs", "\t1\ta: X", "    1   a: X", 11],
  ["East Asian characters", '@a("漢字") X', '@a("漢字") X', 11],
  ["emoji", '@a("😀") X', '@a("😀") X', 9],
  ["combining marks", '@a("e\u0301") X', '@a("e\u0301") X', 8],
  ["control characters", '@a("\u001b[31m") X', '@a("␛[31m") X', 12],
  ["invisible characters", "a\u200bb X", "a<U+200B>b X", 11],
])("places the caret right behind %s", (_name, text, shown, columns) => {
  const start = text.indexOf("X");
  expect(frame(text, start, start + 1)).toEqual([` 1 | ${shown}`, `   | ${" ".repeat(columns)}^`]);
});

test.each([
  ["an empty span", "a b", 1, 1, [" 1 | a b", "   |  ^"]],
  ["the end of the text", "a", 1, 1, [" 1 | a", "   |  ^"]],
  ["a span over several lines", "ab cd\nef", 3, 8, [" 1 | ab cd", "   |    ^^"]],
  ["wide characters", "漢字 b", 0, 2, [" 1 | 漢字 b", "   | ^^^^"]],
])("underlines %s", (_name, text, start, end, expected) => {
  expect(frame(text, start, end)).toEqual(expected);
});

test("shows a window of a line of a megabyte", () => {
  const text = `${"a".repeat(500_000)} X ${"b".repeat(500_000)}`;
  const [line, carets] = frame(text, 500_001, 500_002);
  expect(line?.length).toBeLessThan(140);
  expect(line?.charAt((carets ?? "").indexOf("^"))).toBe("X");
});

test("neutralises control characters in names, paths, labels and notes", () => {
  const report = new Report();
  const evil = "\u001b]0;x\u0007\u009b31m\u202e\r\n";
  const source = createSourceFile(`${evil}.rpc`, `x ${evil}`);
  const details = { label: evil, notes: [evil], related: [{ span: { source, start: 2, end: 3 }, message: evil }] };
  report.add("unknown-type", { source, start: 0, end: 1 }, { name: evil }, details);
  const text = renderFindings(report.findings(), { color: false });
  expect(text).not.toMatch(/[\0-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/);
  expect(text).toContain("␛]0;x␇<U+009B>31m<U+202E>␍␊");
  const json = printJson(findingsToJson(report.findings()));
  expect(json).not.toMatch(/[\0-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/);
  expect(JSON.parse(json)).toEqual(findingsToJson(report.findings()));
});

test("colours only where it is asked to", () => {
  expect(render("X", 0, 1)).not.toContain("\u001b");
  const coloured = render("X", 0, 1, {}, true);
  expect(coloured).toContain("\u001b[1;31merror unknown-type\u001b[0m");
  expect(coloured.replace(/\u001b\[[0-9;]*m/g, "")).toBe(render("X", 0, 1));
});

test("says how many findings were left out", () => {
  const report = new Report();
  const source = createSourceFile("a.rpc", "x".repeat(102));
  for (let start = 0; start < 102; start++) report.add("single-quotes", { source, start, end: start + 1 }, {});
  expect(renderFindings(report.findings(), { color: false })).toMatch(/\nand 2 more findings\n$/);
});

test("renders nothing for nothing", () => {
  expect(renderFindings(new Report().findings(), { color: false })).toBe("");
});

test("gives machines versioned findings with ranges and edits", () => {
  const report = new Report();
  const source = createSourceFile("a.rpc", "é\n 😀 X", "rpc/a.rpc");
  const span = { source, start: 6, end: 7 };
  report.add("unknown-type", span, { name: "X" }, { fixes: [{ message: "write `Y`", edits: [{ span, text: "Y" }] }] });
  const range = { start: { line: 2, column: 5, offset: 6 }, end: { line: 2, column: 6, offset: 7 } };
  expect(findingsToJson(report.findings())).toEqual({
    version: 1,
    diagnostics: [
      {
        code: "unknown-type",
        severity: "error",
        message: "there is no type `X` here",
        file: "rpc/a.rpc",
        range,
        label: null,
        notes: [],
        related: [],
        fixes: [{ message: "write `Y`", edits: [{ file: "rpc/a.rpc", range, text: "Y" }] }],
      },
    ],
    more: 0,
  });
});
