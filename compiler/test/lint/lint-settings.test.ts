/** What a project can set of the linter, and what is refused with a pointed sentence. */

import { expect, test } from "vitest";
import { checkConfig } from "../../src/project/config.js";
import { readSettings } from "../../src/lint/settings.js";
import { lintTexts, onlyRule } from "../support/lint-text.js";

const text = `package a.v1
import "google/protobuf/empty.rpc"
enum Status { PENDING = 0 }
service S { list(a: bool, b: bool, c: bool): Status }
`;

test("severities and options count, for the compiler's own warnings, too", () => {
  const found = (rules: Parameters<typeof lintTexts>[1]): readonly string[] =>
    lintTexts({ "a.rpc": text }, rules).map(({ code, severity }) => `${severity} ${code}`);
  expect(found({})).toEqual(["warning import-unused", "warning missing-idempotent"]);
  expect(
    found({
      "import-unused": "error",
      "missing-idempotent": ["warning", { verbs: ["read"] }],
      "too-many-parameters": ["error", { max: 2 }],
      "enum-zero-name": "warning",
    }),
  ).toEqual(["error import-unused", "warning enum-zero-name", "error too-many-parameters"]);
  expect(found({ "import-unused": "off", "missing-idempotent": "off" })).toEqual([]);
});

test.each([
  ["an unknown rule", { "packge-name": "off" }, "did you mean `package-name`?"],
  ["an error of the compiler", { "unknown-type": "off" }, "`unknown-type` is an error and cannot be set"],
  ["a name of objects", { constructor: "off" }, "there is no rule `constructor`"],
  ["an unknown option", { "reserved-gap": ["error", { gab: 1 }] }, "did you mean `gap`?"],
  ["an option of a rule without any", { "package-name": ["error", { max: 1 }] }, "it has none"],
  ["a number that is none", { "reserved-gap": ["error", { gap: "1" }] }, "must be a number that is not negative"],
  ["names that are none", { "enum-zero-name": ["error", { names: "X" }] }, "must be an array of strings"],
] as const)("%s is refused", (_case, rules, sentence) => {
  expect(readSettings(rules)).toEqual({ kind: "invalid", reason: expect.stringContaining(sentence) });
});

test.each([
  ["lint: true", true, "must be an object, not a boolean"],
  ["an unknown key", { rule: {} }, "has no key `rule`"],
  ["rules in a list", { rules: [] }, "must be an object, not an array"],
  ["a severity that is none", { rules: { "package-name": "warn" } }, "has the rule `package-name`, which must be"],
  ["options that are none", { rules: { "package-name": ["error", 1] } }, "has the rule `package-name`, which must be"],
  ["a pattern that is none", { ignore: [1] }, "has `ignore`, which at position 0 must be a string"],
])("%s in the configuration is refused", (_case, lint, sentence) => {
  expect(checkConfig({ lint })).toEqual({ kind: "invalid", reason: expect.stringContaining(sentence) });
});

test("what can be said in the configuration is taken", () => {
  const lint = { rules: { "package-name": "off", "reserved-gap": ["error", { gap: 3 }] }, ignore: ["vendor/**"] };
  expect(checkConfig({ lint })).toEqual({ kind: "config", config: { lint } });
  expect(checkConfig({ lint: { ignore: [] } }).kind).toBe("config");
});

test("five thousand findings are found and allowed one by one", () => {
  const fields = Array.from(
    { length: 5_000 },
    (_, index) => `// rpcgen-allow field-name -- x\n${index + 1} a_${index}: string`,
  );
  const body = fields.join("\n");
  expect(lintTexts({ "a.rpc": `package a.v1\nmessage M {\n${body}\n}` }, onlyRule("field-name"))).toEqual([]);
});

test("thousands of remarks allow thousands of findings, each its own, and one above all of them allows them, too", () => {
  const fields = (remark: string): string =>
    Array.from({ length: 5_000 }, (_, index) => `${remark}  ${index + 1} Field${index}: string\n`).join("");
  const remark = "  // rpcgen-allow field-name -- as it was called before\n";
  const codes = (message: string): readonly string[] =>
    lintTexts({ "a.rpc": `package a.v1\n${message}` }, onlyRule("field-name")).map(({ code }) => code);
  expect(codes(`message Wide {\n${fields(remark)}}\n`)).toEqual([]);
  expect(codes(`// rpcgen-allow field-name -- as before\nmessage Wide {\n${fields("")}}\n`)).toEqual([]);
  expect(
    codes(`message Wide {\n${remark}  1 Field: string\n  2 Other: string\n${remark}  3 fine: string\n}\n`),
  ).toEqual(["field-name", "allow-unused"]);
});
