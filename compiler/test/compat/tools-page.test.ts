/** The tables of docs/TOOLS.md about breaking changes say what the code does; REFRESH=1 rewrites them. */

import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { breakingCatalog, isBreakingCode } from "../../src/report/catalog/breaking-catalog.js";
import { verdicts } from "./verdicts.js";

const path = fileURLToPath(new URL("../../../docs/TOOLS.md", import.meta.url));

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

const tables: Readonly<Record<string, () => string>> = {
  "breaking-rules": () =>
    table(
      ["rule", "levels", "counts", "what it means"],
      Object.keys(breakingCatalog)
        .filter(isBreakingCode)
        .map((code) => {
          const { levels, severity, explanation } = breakingCatalog[code];
          return [code, levels.join(", "), severity === "error" ? "yes" : "with `--strict`", explanation];
        }),
    ),
  "safe-changes": () =>
    table(
      ["property of the schema", "why nobody notices"],
      Object.entries(verdicts).flatMap(([property, { safe, change }]) =>
        safe === undefined || change === undefined ? [] : [[`\`${property}\``, safe]],
      ),
    ),
};

test.each(Object.keys(tables))("the table %s is that of the code", (name) => {
  const document = readFileSync(path, "utf8");
  const [start, end] = [`<!-- table: ${name} -->`, "<!-- end -->"];
  const from = document.indexOf(start);
  const to = document.indexOf(end, from);
  expect(from).toBeGreaterThan(-1);
  const fresh = `${document.slice(0, from)}${start}\n\n${tables[name]?.() ?? ""}\n\n${document.slice(to)}`;
  if (process.env["REFRESH"] === "1") writeFileSync(path, fresh);
  else expect(document).toBe(fresh);
});
