/** Finds circles among the imports of product code. */

import type { Finding } from "./finding.js";
import type { Source } from "./sources.js";

/** One finding for every circle, at its first file in alphabetical order; imports of types count like any other. */
export function findCircles(sources: readonly Source[]): readonly Finding[] {
  const product = new Map(sources.filter(({ isProduct }) => isProduct).map((source) => [source.path, source]));
  const state = new Map<string, "open" | "done">();
  const trail: string[] = [];
  const findings: Finding[] = [];
  const visit = (source: Source): void => {
    state.set(source.path, "open");
    trail.push(source.path);
    for (const { target, line } of source.imports) {
      const next = target === undefined ? undefined : product.get(target);
      if (next === undefined) continue;
      if (state.get(next.path) === "open") {
        const circle = [...trail.slice(trail.indexOf(next.path)), next.path];
        findings.push({ path: source.path, line, law: "circle", message: circle.join(" -> ") });
      } else if (!state.has(next.path)) {
        visit(next);
      }
    }
    trail.pop();
    state.set(source.path, "done");
  };
  for (const source of product.values()) if (!state.has(source.path)) visit(source);
  return findings;
}
