/** Each foreign file of the corpus beside the `.rpc` that it becomes and what is said about it; the result compiles. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { renderFindings } from "../../src/report/render.js";
import { expectedText } from "../support/corpus.js";
import { compileImported, importTexts } from "./import-text.js";

const folder = join(import.meta.dirname, "../corpus/import");
const files = readdirSync(folder).filter((name) => /\.(proto|thrift)$/.test(name));

test.each(files)("%s", (name) => {
  const { texts, report } = importTexts({ [name]: readFileSync(join(folder, name), "utf8") });
  const findings = renderFindings(report.findings(), { color: false });
  const stem = join(folder, name);
  expect(findings).toBe(expectedText(stem, ".txt", findings));
  const written = report.hasErrors ? "" : Object.values(texts).join("");
  expect(written).toBe(expectedText(stem, ".out", written));
  if (!report.hasErrors) expect(compileImported(texts).errors).toEqual([]);
});
