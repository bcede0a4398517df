/** Names and words that have no place in the project. */

import ts from "typescript";
import type { Finding } from "./finding.js";
import { lineOf } from "./sources.js";
import type { Source } from "./sources.js";

/** Names that say where something was put, not what it is. */
const emptyNames: ReadonlySet<string> = new Set([
  "util",
  "utils",
  "helper",
  "helpers",
  "common",
  "misc",
  "types",
  "manager",
  "base",
]);

export function findBannedNames(sources: readonly Source[]): readonly Finding[] {
  return sources.flatMap((source) => [...badPathNames(source), ...badDeclarations(source)]);
}

function* badPathNames({ path }: Source): Iterable<Finding> {
  for (const part of path.replace(/(\.test|\.d)?\.(ts|mjs|js)$/, "").split("/")) {
    if (emptyNames.has(part))
      yield { path, line: 1, law: "banned-name", message: `\`${part}\` says nothing about what is inside` };
    if (!/^[a-z0-9]+([-.][a-z0-9]+)*$/.test(part))
      yield { path, line: 1, law: "banned-name", message: `\`${part}\` is not kebab-case` };
  }
}

function* badDeclarations({ path, file }: Source): Iterable<Finding> {
  for (const node of file.statements) {
    const isType = ts.isInterfaceDeclaration(node) || ts.isClassDeclaration(node) || ts.isTypeAliasDeclaration(node);
    if (!isType || node.name === undefined) continue;
    const name = node.name.text;
    const line = lineOf(file, node.name.getStart(file));
    if (/^I[A-Z][a-z]/.test(name))
      yield { path, line, law: "banned-name", message: `${name} begins with the prefix I` };
    if (/Impl$|(Manager|Helper|Utils?)$/.test(name))
      yield { path, line, law: "banned-name", message: `${name} ends in an empty word` };
  }
}

interface BannedText {
  readonly pattern: RegExp;
  readonly message: string;
  /** Also where it stands in tests and tools. */
  readonly everywhere?: boolean;
}

/** Written so that this file does not contain what it looks for. */
const bannedTexts: readonly BannedText[] = [
  { pattern: /\b(TO{1}DO|FIX{1}ME|XX{1}X)\b/, message: "unfinished business", everywhere: true },
  { pattern: /@ts-(ignore|nocheck|expect-error) /, message: "silences the type checker" },
  { pattern: /\/[/*] *eslint-disabl[e]/, message: "silences the linter", everywhere: true },
  {
    pattern: /(^|[\s"'`(])\/(wor[k]|hom[e]|roo[t]|User[s])\/[\w.]/,
    message: "a path of one machine",
    everywhere: true,
  },
  { pattern: /\b(it|test|describe)\.(onl[y]|ski[p]|tod[o])\b/, message: "a test that is left out", everywhere: true },
];

/** Globals that only one file may touch: how time passes is decided there. */
const timeNames: ReadonlySet<string> = new Set(["setTimeout", "setInterval", "setImmediate", "performance"]);

export function findBannedText(sources: readonly Source[]): readonly Finding[] {
  return sources.flatMap((source) => [...badLines(source), ...badNodes(source)]);
}

function* badLines({ path, text, isProduct }: Source): Iterable<Finding> {
  for (const [index, line] of text.split("\n").entries()) {
    for (const { pattern, message, everywhere = false } of bannedTexts) {
      if ((isProduct || everywhere) && pattern.test(line)) {
        yield { path, line: index + 1, law: "banned-text", message: `${message}: ${line.trim()}` };
      }
    }
  }
}

function* badNodes({ path, file, isProduct }: Source): Iterable<Finding> {
  if (!isProduct) return;
  const queue: ts.Node[] = [file];
  for (const node of queue) {
    ts.forEachChild(node, (child) => void queue.push(child));
    const message = nodeProblem(node, path);
    if (message === undefined) continue;
    yield { path, line: lineOf(file, node.getStart(file)), law: message.law, message: message.text };
  }
}

interface Problem {
  readonly law: "banned-text" | "world-door";
  readonly text: string;
}

function nodeProblem(node: ts.Node, path: string): Problem | undefined {
  if (node.kind === ts.SyntaxKind.AnyKeyword) return { law: "banned-text", text: "the type `any`" };
  if (ts.isEnumDeclaration(node) || ts.isModuleDeclaration(node))
    return { law: "banned-text", text: "syntax that is not erasable" };
  if (ts.isPropertyAccessExpression(node) && node.expression.getText() === "console" && !path.startsWith("bin/")) {
    return { law: "banned-text", text: "writes to the console" };
  }
  const isInHouse = /^(runtime|compiler)\/src\//.test(path);
  if (!isInHouse || path === "runtime/src/clock.ts" || path.startsWith("compiler/src/project/host")) return undefined;
  const reads = ts.isPropertyAccessExpression(node) && /^Date\.now$|^performance\./.test(node.getText());
  const waits = ts.isCallExpression(node) && timeNames.has(node.expression.getText().replace(/^globalThis\./, ""));
  const asks = ts.isNewExpression(node) && node.expression.getText() === "Date" && (node.arguments?.length ?? 0) === 0;
  return reads || waits || asks
    ? { law: "world-door", text: `time passes only in runtime/src/clock.ts: ${node.getText()}` }
    : undefined;
}
