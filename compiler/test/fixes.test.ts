/** Every proposed repair of every case of the corpus, carried out: what it mends is gone, and nothing new is wrong. */

import { expect, test } from "vitest";
import { analyze } from "../src/compile.js";
import type { Host } from "../src/project/host.js";
import { createNodeHost } from "../src/project/host-node.js";
import { applyFixes } from "../src/report/apply-fixes.js";
import type { Diagnostic } from "../src/report/diagnostic.js";
import { Report } from "../src/report/report.js";
import type { SourceFile } from "../src/source/source-file.js";
import { corpusCases } from "./support/corpus.js";

interface Looked {
  readonly diagnostics: readonly Diagnostic[];
  readonly sources: ReadonlyMap<string, { readonly source: SourceFile; readonly realPath: string }>;
}

function look(host: Host, entry: string): Looked {
  const report = new Report();
  const { project } = analyze([entry], host, {}, report);
  const sources = new Map(
    project.files.map(({ path, syntax, realPath }) => [path, { source: syntax.source, realPath }] as const),
  );
  return { diagnostics: report.findings().diagnostics, sources };
}

/** A disk on which one file has another text. */
function withText(host: Host, path: string, text: string): Host {
  const bytes = new TextEncoder().encode(text);
  return {
    ...host,
    read: (asked, bytesMax) => (asked === path ? { kind: "bytes", bytes } : host.read(asked, bytesMax)),
  };
}

function counted(diagnostics: readonly Diagnostic[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { code } of diagnostics) counts.set(code, (counts.get(code) ?? 0) + 1);
  return counts;
}

/** What is wrong behind other mistakes, and is seen once those are mended. */
const hiddenBehind: Readonly<Record<string, readonly string[]>> = {
  "import-not-found": ["missing-package"],
  "import-path-invalid": ["missing-package"],
  "single-quotes": ["import-not-found"],
  "unterminated-string": ["import-not-found", "unexpected-text"],
  "unexpected-text": ["import-path-invalid"],
  "unknown-type": ["duplicate-number"],
  "missing-colon": ["missing-number"],
  "foreign-modifier": ["missing-number"],
  "foreign-type": ["unknown-type"],
  "foreign-declaration": ["unknown-type", "missing-colon", "import-path-invalid"],
  "foreign-method": ["unknown-error"],
};

const cases = ["check", "parse/mistake"].flatMap((part) => corpusCases(part).map((one) => ({ ...one, part })));

for (const { part, name, directory, entry } of cases) {
  test(`every repair proposed in ${part}/${name} mends what it is for`, () => {
    const host = createNodeHost(directory);
    const before = look(host, entry);
    const countsBefore = counted(before.diagnostics);
    const failures: string[] = [];
    for (const diagnostic of before.diagnostics) {
      for (const fix of diagnostic.fixes) {
        const file = before.sources.get(fix.edits[0]?.span.source.path ?? "");
        if (file === undefined) continue;
        const { text, fixed } = applyFixes(file.source, [{ ...diagnostic, fixes: [fix] }]);
        if (fixed.length === 0) continue;
        const after = look(withText(host, file.realPath, text), entry);
        const countsAfter = counted(after.diagnostics);
        const { code, message } = diagnostic;
        const isMended = (countsAfter.get(code) ?? 0) < (countsBefore.get(code) ?? 0);
        const hidden = hiddenBehind[code] ?? [];
        const added = [...countsAfter.keys()].filter(
          (other) => (countsAfter.get(other) ?? 0) > (countsBefore.get(other) ?? 0) && !hidden.includes(other),
        );
        if (!isMended) failures.push(`${message}: \`${fix.message}\` does not mend it`);
        if (added.length > 0) failures.push(`${message}: \`${fix.message}\` makes ${added.join(", ")}`);
      }
    }
    expect(failures).toEqual([]);
  });
}
