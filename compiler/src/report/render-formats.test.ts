/** Findings for programs: SARIF and GitHub annotations say what the text says, and nothing in a file can break out of them. */

import { expect, test } from "vitest";
import { createSourceFile } from "../source/source-file.js";
import type { Findings } from "./report.js";
import { Report } from "./report.js";
import { renderFindings } from "./render.js";
import { renderGithub } from "./render-github.js";
import { findingsToJson, printJson } from "./render-json.js";
import { renderSarif } from "./render-sarif.js";

function findingsIn(displayPath: string, name: string): Findings {
  const report = new Report();
  const text = `message A {\n  1 b: ${name}\n}\n`;
  const source = createSourceFile("a.rpc", text, displayPath);
  const span = { source, start: 19, end: 19 + name.length };
  const other = { source, start: 8, end: 9 };
  report.add(
    "unknown-type",
    span,
    { name },
    {
      label: "did you mean `A`?",
      notes: ["a note"],
      related: [{ span: other, message: "declared here" }],
      fixes: [{ message: "write `A`", edits: [{ span, text: "A" }] }],
    },
  );
  report.add("missing-package", { source, start: 0, end: 24 }, {});
  report.add("read-failed", undefined, { path: name, reason: "no" });
  return report.findings();
}

interface Run {
  readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
  readonly results: readonly { readonly ruleId: string; readonly ruleIndex: number }[];
}

function parseSarif(findings: Findings): Run {
  const log = JSON.parse(renderSarif(findings, "1.2.3"));
  expect(log.version).toBe("2.1.0");
  expect(log.runs).toHaveLength(1);
  return log.runs[0];
}

test("an annotation has the place, the code as its title, and all that helps as its text", () => {
  expect(renderGithub(findingsIn("rpc/a.rpc", "Money")).split("\n")).toEqual([
    "::error title=read-failed::cannot read Money: no%0Ahelp: rpcgen explain read-failed",
    "::warning file=rpc/a.rpc,line=1,endLine=2,title=missing-package::the file has no package%0Ahelp: rpcgen explain missing-package",
    "::error file=rpc/a.rpc,line=2,endLine=2,col=8,endColumn=13,title=unknown-type::there is no type `Money` here" +
      "%0Adid you mean `A`?%0Anote: a note%0Arpc/a.rpc:1:9: declared here%0Ahelp: rpcgen explain unknown-type",
  ]);
});

test("a SARIF log has a rule for every result, with places, related places and fixes", () => {
  const run = parseSarif(findingsIn("rpc/a b/ö.rpc", "Money"));
  expect(run).toMatchObject({
    columnKind: "utf16CodeUnits",
    invocations: [{ executionSuccessful: true }],
    tool: { driver: { name: "rpcgen", version: "1.2.3" } },
  });
  const { rules } = run.tool.driver;
  expect(rules.map(({ id }) => id)).toEqual(["missing-package", "read-failed", "unknown-type"]);
  const { results } = run;
  for (const { ruleId, ruleIndex } of results) expect(rules[ruleIndex]?.id).toBe(ruleId);
  const uri = "rpc/a%20b/%C3%B6.rpc";
  const region = { startLine: 2, startColumn: 8, endLine: 2, endColumn: 13, charOffset: 19, charLength: 5 };
  expect(results[0]).not.toHaveProperty("locations");
  expect(results[2]).toMatchObject({
    level: "error",
    message: { text: "There is no type `Money` here.\nDid you mean `A`?\nA note." },
    locations: [{ physicalLocation: { artifactLocation: { uri, uriBaseId: "%SRCROOT%" }, region } }],
    relatedLocations: [{ message: { text: "declared here" } }],
    fixes: [
      {
        description: { text: "write `A`" },
        artifactChanges: [{ replacements: [{ deletedRegion: region, insertedContent: { text: "A" } }] }],
      },
    ],
  });
});

test("a rule tells what the catalogue tells", () => {
  const run = parseSarif(findingsIn("a.rpc", "X"));
  const { rules } = run.tool.driver;
  expect(rules[2]).toMatchObject({
    shortDescription: { text: "Unknown type." },
    defaultConfiguration: { level: "error" },
    help: { text: expect.stringContaining("Wrong:\n    message Cart") as string },
  });
});

test("nothing found is an empty log, and no annotation", () => {
  expect(renderGithub({ diagnostics: [], more: 0 })).toBe("");
  expect(parseSarif({ diagnostics: [], more: 0 })).toMatchObject({ results: [] });
});

test("what was left out is said", () => {
  expect(renderGithub({ diagnostics: [], more: 7 })).toBe("::warning title=rpcgen::and 7 more");
  expect(JSON.stringify(parseSarif({ diagnostics: [], more: 7 }))).toContain("and 7 more findings");
});

test.each([
  "\u001b[2J\u001b]0;title\u0007",
  "a\n::error::injected",
  "a\r\n::set-output name=x::y",
  "%0A::warning::x",
  "file=b,line=9::x",
  "\u202egnp.exe\u2066",
  "\u0085\u2028\u2029",
  "\ud800 half",
  '"}]}<script>',
])("a name such as %j stays inside its finding in every format", (name) => {
  const findings = findingsIn(`rpc/${name}.rpc`, name);
  const outputs = [
    renderFindings(findings, { color: false }),
    renderGithub(findings),
    renderSarif(findings, "1.0.0"),
    printJson(findingsToJson(findings)),
  ];
  for (const output of outputs) {
    // Nothing but line breaks that the format itself has.
    expect(output).not.toMatch(/[\0-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/);
  }
  expect(renderGithub(findings).split("\n")).toHaveLength(3);
  for (const line of renderGithub(findings).split("\n")) {
    expect(line).toMatch(
      /^::(error|warning) (file=[^:,]*,line=\d+,endLine=\d+,(col=\d+,endColumn=\d+,)?)?title=[\w-]+::/,
    );
  }
  parseSarif(findings);
});
