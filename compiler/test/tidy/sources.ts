/** Every TypeScript file of the project, parsed once. */

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { posix } from "node:path";
import ts from "typescript";

/** Where product code stands, and where tests and tools do. */
const folders = [
  "bin",
  "compiler",
  "runtime",
  "unplugin",
  "scripts",
  "generated-fixtures",
  "benchmarks",
  "demo",
  "examples",
];

export interface Import {
  /** As written, for instance `../source/span.js` or `node:fs`. */
  readonly specifier: string;
  /** From the repository's root where it leads to a file of the project. */
  readonly target: string | undefined;
  readonly line: number;
}

export interface Source {
  /** From the repository's root, with `/`. */
  readonly path: string;
  readonly text: string;
  readonly file: ts.SourceFile;
  readonly imports: readonly Import[];
  /** Code that ships, as opposed to tests and tools. */
  readonly isProduct: boolean;
}

/** Reads the whole tree but what is generated or installed. */
export function readSources(): readonly Source[] {
  const root = fileURLToPath(new URL("../../..", import.meta.url));
  return folders.flatMap((folder) =>
    filesBelow(`${root}${folder}`)
      .map((name) => `${folder}/${name}`)
      .filter(isOurs)
      .sort()
      .map((path) => parseSource(path, readFileSync(`${root}${path}`, "utf8"))),
  );
}

/** Parses one text as if it stood at `path`. */
export function parseSource(path: string, text: string): Source {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  return { path, text, file, imports: importsOf(file, path), isProduct: isProductPath(path) };
}

/** The line of a position, counted from 1. */
export function lineOf(file: ts.SourceFile, position: number): number {
  return file.getLineAndCharacterOfPosition(position).line + 1;
}

function filesBelow(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => name.replaceAll("\\", "/"));
  } catch {
    return [];
  }
}

function isOurs(path: string): boolean {
  return (
    /\.(ts|mjs|js)$/.test(path) && !/(^|\/)(dist|node_modules|gen|gen-[^/]*|corpus|scenarios|\.cache)\//.test(path)
  );
}

function isProductPath(path: string): boolean {
  return (
    /^(bin|compiler\/src|runtime\/src|unplugin\/src)\//.test(path) &&
    !path.endsWith(".test.ts") &&
    !path.includes("/test/")
  );
}

function importsOf(file: ts.SourceFile, path: string): readonly Import[] {
  const imports: Import[] = [];
  const visit = (node: ts.Node): void => {
    const specifier = specifierOf(node);
    if (specifier !== undefined) {
      const target = specifier.text.startsWith(".")
        ? posix.join(posix.dirname(path), specifier.text).replace(/\.js$/, ".ts")
        : undefined;
      imports.push({ specifier: specifier.text, target, line: lineOf(file, specifier.getStart(file)) });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return imports;
}

/** The module name of `import … from`, `export … from`, `import("…")` and the type `import("…").T`. */
function specifierOf(node: ts.Node): ts.StringLiteral | undefined {
  let specifier: ts.Node | undefined;
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) specifier = node.moduleSpecifier;
  else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
    specifier = node.arguments[0];
  else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) specifier = node.argument.literal;
  return specifier !== undefined && ts.isStringLiteral(specifier) ? specifier : undefined;
}
