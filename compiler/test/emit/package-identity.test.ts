/** The version that package lines speak of. */

import { expect, test } from "vitest";
import { versionOfPackages } from "../../src/emit/sdk/package-identity.js";
import { analyzeText } from "../support/analyze-text.js";

test.each([
  ["", "0.1.0"],
  ["package shop", "0.1.0"],
  ["package shop.v1", "1.0.0"],
  ["package shop.v12", "12.0.0"],
  ["package shop.v1beta3", "1.0.0-beta.3"],
  ["package shop.v1alpha", "1.0.0-alpha.1"],
  ["package shop.v1.orders", "0.1.0"],
])("%j is %s", (line, version) => {
  expect(versionOfPackages(analyzeText(`${line}\nmessage A {}\n`).schema)).toBe(version);
});
