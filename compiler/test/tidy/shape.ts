/** How long files and functions are, and how files begin. */

import ts from "typescript";
import type { Finding } from "./finding.js";
import { lineOf } from "./sources.js";
import type { Source } from "./sources.js";

const fileLinesMax = 400;
const functionLinesMax = 70;

export function findLongFiles(sources: readonly Source[]): readonly Finding[] {
  return sources.flatMap(({ path, text }) => {
    const count = text.split("\n").length - 1;
    if (count <= fileLinesMax) return [];
    return [
      {
        path,
        line: fileLinesMax,
        law: "file-length" as const,
        message: `has ${count} lines, ${fileLinesMax} are the most`,
      },
    ];
  });
}

export function findLongFunctions(sources: readonly Source[]): readonly Finding[] {
  return sources.flatMap((source) => [...longFunctionsIn(source)]);
}

function* longFunctionsIn({ path, file }: Source): Iterable<Finding> {
  const queue: ts.Node[] = [file];
  for (const node of queue) {
    ts.forEachChild(node, (child) => void queue.push(child));
    if (!ts.isFunctionLike(node) || !("body" in node) || node.body === undefined) continue;
    const first = lineOf(file, node.getStart(file));
    const count = lineOf(file, node.getEnd()) - first + 1;
    if (count <= functionLinesMax) continue;
    const message = `${nameOf(node, file)} has ${count} lines, ${functionLinesMax} are the most`;
    yield { path, line: first, law: "function-length", message };
  }
}

function nameOf(node: ts.SignatureDeclaration, file: ts.SourceFile): string {
  if (node.name !== undefined) return node.name.getText(file);
  return ts.isVariableDeclaration(node.parent) ? node.parent.name.getText(file) : "a function without a name";
}

export function findMissingSentences(sources: readonly Source[]): readonly Finding[] {
  return sources.flatMap(({ path, text }) => {
    const problem = openingProblem(text);
    return problem === undefined ? [] : [{ path, line: 1, law: "first-sentence" as const, message: problem }];
  });
}

function openingProblem(text: string): string | undefined {
  const [, sentence] = /^(?:#![^\n]*\n)?\/\*\*((?:[^*]|\*(?!\/))*)\*\//.exec(text) ?? [];
  if (sentence === undefined) return "does not open with a `/** sentence. */` that says what it is for";
  const words = sentence.replace(/\s*\*?\s+/g, " ").trim();
  return /[.?!]$/.test(words)
    ? undefined
    : "opens with a comment that is not a sentence: it does not end in a full stop";
}
