/** Findings in each bundler's own form, their places in the units that it counts. */

import type { ModuleDiagnostic } from "rpcgen/modules";
import { expect, test } from "vitest";
import { esbuildMessage, loaderError, rollupLog } from "./native-errors.js";

const line = "/* 😀é */ 1 id: strin";
const finding: ModuleDiagnostic = {
  code: "unknown-type",
  severity: "error",
  message: "there is no type `strin` here",
  place: { path: "/p/orders.rpc", line: 3, column: 17, length: 5, lineText: line },
  text: [
    "error unknown-type: there is no type `strin` here",
    "  --> orders.rpc:3:17",
    "   |",
    ` 3 | ${line}`,
    "   |                 ^^^^^ did you mean `string`?",
    "   |",
    "   = note: types are declared with `type`",
    "   = help: run `rpcgen explain unknown-type`",
    "",
  ].join("\n"),
};
const placeless: ModuleDiagnostic = {
  code: "config-invalid",
  severity: "error",
  message: "the configuration is wrong",
  place: undefined,
  text: "error config-invalid: the configuration is wrong\n",
};

test("Rollup gets one error with all that is wrong, its column counted from zero", () => {
  const { message, loc, frame, id } = rollupLog([finding, placeless], "/p/main.rpc");
  expect([message, id, loc]).toEqual([
    "unknown-type: there is no type `strin` here (and 1 more below)",
    "/p/main.rpc",
    { file: "/p/orders.rpc", line: 3, column: 16 },
  ]);
  expect(frame).toMatch(
    /^ {2}--> orders\.rpc:3:17\n[^]*explain unknown-type`\n\nerror config-invalid: the configuration is wrong$/,
  );
  expect(rollupLog([placeless], "/p/main.rpc")).toEqual({
    message: "config-invalid: the configuration is wrong",
    id: "/p/main.rpc",
    stack: "",
  });
});

test("esbuild gets bytes, and as notes what it does not show by itself", () => {
  expect(esbuildMessage(finding)).toEqual({
    text: "unknown-type: there is no type `strin` here",
    // An emoji is four bytes and two units, an é two bytes and one.
    location: { file: "/p/orders.rpc", line: 3, column: 19, length: 5, lineText: line },
    notes: ["did you mean `string`?", "types are declared with `type`", "run `rpcgen explain unknown-type`"].map(
      (text) => ({ text }),
    ),
  });
  expect(esbuildMessage(placeless).location).toBeNull();
});

test("webpack gets a message without a stack", () => {
  const error = loaderError(finding);
  expect([error.message, error.stack, error.hideStack]).toEqual([finding.text.trimEnd(), finding.text.trimEnd(), true]);
});
