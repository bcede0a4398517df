/** Which paths and names would leave the output directory, or work on one system only. */

import { expect, test } from "vitest";
import { analyzeTexts } from "../../../test/support/analyze-text.js";

const message = "message M { 1 id: string }";

test.each([
  ["con.rpc", "has the part `con.rpc`, which is a device on Windows"],
  ["CON.rpc", "has the part `CON.rpc`, which is a device on Windows"],
  ["lpt1.old.rpc", "has the part `lpt1.old.rpc`, which is a device on Windows"],
  ["aux/a.rpc", "has the part `aux`, which is a device on Windows"],
  ["dot./a.rpc", "has a part that ends in a dot or a space, which Windows drops"],
  ["space /a.rpc", "has a part that ends in a dot or a space, which Windows drops"],
  [".git/hooks/a.rpc", "leads through `.git`, which belongs to another program"],
  ["node_modules/x/a.rpc", "leads through `node_modules`, which belongs to another program"],
  ["a:b.rpc", "is absolute"],
  ["ab:c.rpc", "holds a character that Windows refuses in names"],
  ["a\\b.rpc", "holds a character that Windows refuses in names"],
  ["a\u0007b.rpc", "holds a character that cannot be shown"],
  [`${"x".repeat(300)}.rpc`, "has a part longer than 200 bytes"],
  [`${"deep/".repeat(250)}a.rpc`, "is longer than 1000 bytes"],
])("a file called %j is refused", (path, reason) => {
  const { diagnostics } = analyzeTexts({ [path]: message });
  expect(diagnostics.map(({ code }) => code)).toEqual(["output-path-invalid"]);
  expect(diagnostics[0]?.message.endsWith(reason)).toBe(true);
});

test.each(["console.rpc", "a.b.rpc", "git/a.rpc", "with space.rpc", "übung.rpc", "-x.rpc"])(
  "a file called %j is fine",
  (path) => {
    expect(analyzeTexts({ [path]: message }).findings).toEqual([]);
  },
);

test("files that differ in case alone would overwrite each other on many disks", () => {
  const files = { "a.rpc": message, "A.rpc": "message N { 1 id: string }" };
  expect(analyzeTexts(files, ["a.rpc", "A.rpc"]).findings).toEqual([
    "output-collision: A.rpc and a.rpc would both be written to a.rpc",
  ]);
});

test.each(["aux", "shop.con.v1", "com1"])("package %s is refused", (name) => {
  expect(analyzeTexts({ "main.rpc": `package ${name}\n${message}` }).diagnostics[0]?.code).toBe("name-not-portable");
});
