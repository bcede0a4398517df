/** Text of the IDL inside TypeScript stays text. */

import ts from "typescript";
import fc from "fast-check";
import { expect, test } from "vitest";
import { seed, tries } from "../../../runtime/test/kit/random.js";
import { commentText, docText, lineCommentText, propertyKey, stringLiteral } from "../../src/emit/ts/escape.js";

const nasty = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc
    .array(
      fc.constantFrom(
        "*/",
        "/*",
        "\n",
        "\r\n",
        "\u2028",
        "`",
        "${",
        "}",
        '"',
        "'",
        "\\",
        "\\u002a/",
        "@ts-ignore",
        "//#",
        "*",
        "/",
        " x",
      ),
    )
    .map((parts) => parts.join("")),
);

test("a string literal means the text, whatever it holds", () => {
  const property = fc.property(nasty, (text) => {
    const literal = stringLiteral(text);
    expect(literal).not.toMatch(/[\n\r\u2028\u2029]/);
    const file = ts.createSourceFile("x.ts", `const x = ${literal};`, ts.ScriptTarget.ES2022);
    expect(file.statements).toHaveLength(1);
    expect(JSON.parse(literal)).toBe(text);
  });
  fc.assert(property, { seed, numRuns: tries(300) });
});

test("a comment ends where it was meant to", () => {
  const property = fc.property(nasty, (text) => {
    const source = `/**\n * ${commentText(text)}\n */\nconst x = 1; // ${lineCommentText(text)}\nconst y = 2;`;
    const file = ts.createSourceFile("x.ts", source, ts.ScriptTarget.ES2022);
    expect(file.statements.map((statement) => statement.getText(file))).toEqual(["const x = 1;", "const y = 2;"]);
  });
  fc.assert(property, { seed, numRuns: tries(300) });
});

test("comments do not speak to tools", () => {
  expect(commentText("@ts-ignore")).not.toContain("@ts-");
  expect(commentText("# sourceMappingURL=x")).not.toMatch(/#\s*sourceMappingURL/);
  expect(commentText("eslint-disable, prettier-ignore")).not.toMatch(/eslint-disable|prettier-ignore/);
  expect(commentText("a\u202eb\u0000c\ufeff")).toBe("a\ufffdb\ufffdc\ufffd");
});

test("docs become TSDoc, with a reason where something is deprecated", () => {
  expect(docText("", undefined)).toBeUndefined();
  expect(docText("One.\n\nTwo.  ", undefined)).toBe("One.\n\nTwo.");
  expect(docText("One.", "use\nthat")).toBe("One.\n\n@deprecated use that");
  expect(docText("", "")).toBe("@deprecated");
  expect(docText("@internal is a word", undefined)).toBe("\\@internal is a word");
  expect(docText("One.", undefined, ["@throws {@link Gone}"])).toBe("One.\n\n@throws {@link Gone}");
});

test("property keys are bare only where that is safe", () => {
  expect(["a", "$b", "a-b", "__proto__", "1a", ""].map(propertyKey)).toEqual([
    "a",
    "$b",
    '"a-b"',
    '"__proto__"',
    '"1a"',
    '""',
  ]);
});
