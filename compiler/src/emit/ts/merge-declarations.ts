/** The declarations of all files that are generated for one `.rpc` file as one text: what an import of the `.rpc` itself brings. */

import { ts } from "ts-morph";

/** The declarations of one generated file. */
export interface DeclarationPart {
  /** What was generated, relative to the output directory, for instance `shop/orders.client.ts`. */
  readonly path: string;
  readonly text: string;
}

/** Where `specifier` in the declarations of `path` leads to in the merged text; undefined where that is the text itself. */
export type MergedSpecifier = (path: string, specifier: string) => string | undefined;

interface Imported {
  readonly name: string;
  readonly local: string;
  isType: boolean;
}

/** One text with the imports of all parts in front. Two parts may call different things by one name; then one is renamed. */
export function mergeDeclarations(parts: readonly DeclarationPart[], specifierOf: MergedSpecifier): string {
  const imports = new MergedImports();
  const bodies = parts.map(({ path, text }) => {
    const file = ts.createSourceFile(path, withoutHead(text), ts.ScriptTarget.Latest, true);
    const renamed = new Map<string, string>();
    for (const statement of file.statements) {
      if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue;
      const specifier = specifierOf(path, statement.moduleSpecifier.text);
      for (const [name, local, isType] of namesOf(statement)) {
        const merged = specifier === undefined ? name : imports.add(specifier, name, local, isType);
        if (merged !== local) renamed.set(local, merged);
      }
    }
    return file.statements
      .filter((statement) => !ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement))
      .map((statement) => textOf(statement, file, renamed))
      .join("\n");
  });
  const body = bodies.filter((text) => text !== "").join("\n");
  const isModule = body !== "";
  return [imports.print(), isModule ? `${body}\n` : "export {};\n"].filter((text) => text !== "").join("\n\n");
}

/** Every generated text begins with lines that say so. */
function withoutHead(text: string): string {
  const end = text.startsWith("//") ? text.indexOf("\n\n") : -1;
  return end === -1 ? text : text.slice(end + 2);
}

function* namesOf({ importClause }: ts.ImportDeclaration): Generator<readonly [string, string, boolean]> {
  const bindings = importClause?.namedBindings;
  if (importClause === undefined || bindings === undefined || !ts.isNamedImports(bindings)) return;
  for (const { propertyName, name, isTypeOnly } of bindings.elements) {
    yield [(propertyName ?? name).text, name.text, isTypeOnly || isTypeImport(importClause)];
  }
}

function isTypeImport({ phaseModifier }: ts.ImportClause): boolean {
  return phaseModifier === ts.SyntaxKind.TypeKeyword;
}

/** A statement with its comments, in which references to renamed imports have their new name. */
function textOf(statement: ts.Statement, file: ts.SourceFile, renamed: ReadonlyMap<string, string>): string {
  let text = statement.getFullText(file);
  if (renamed.size > 0) {
    const begin = statement.getFullStart();
    const edits: { readonly at: number; readonly length: number; readonly name: string }[] = [];
    const visit = (node: ts.Node): void => {
      const name = ts.isIdentifier(node) && isReference(node) ? renamed.get(node.text) : undefined;
      if (name !== undefined) edits.push({ at: node.getStart(file) - begin, length: node.getWidth(file), name });
      ts.forEachChild(node, visit);
    };
    visit(statement);
    for (const { at, length, name } of edits.reverse()) text = text.slice(0, at) + name + text.slice(at + length);
  }
  return text.trim();
}

/** Whether an identifier names something that is declared elsewhere, rather than a property or a parameter. */
function isReference({ parent }: ts.Identifier): boolean {
  return (
    ts.isTypeReferenceNode(parent) ||
    ts.isExpressionWithTypeArguments(parent) ||
    ts.isTypeQueryNode(parent) ||
    ts.isQualifiedName(parent)
  );
}

class MergedImports {
  readonly #modules: Map<string, Map<string, Imported>> = new Map();
  readonly #locals: Set<string> = new Set();

  /** Returns what `name` is called in the merged text. */
  add(module: string, name: string, local: string, isType: boolean): string {
    const names = this.#modules.get(module) ?? new Map<string, Imported>();
    this.#modules.set(module, names);
    const known = names.get(name);
    if (known !== undefined) {
      known.isType &&= isType;
      return known.local;
    }
    // No name in an `.rpc` file can contain `$`, so nothing that is declared is called like this.
    let free = local;
    for (let i = 1; this.#locals.has(free); i++) free = `${name}$m${i}`;
    this.#locals.add(free);
    names.set(name, { name, local: free, isType });
    return free;
  }

  /** Packages before siblings, then by module; types before values. */
  print(): string {
    const isSibling = (module: string): number => Number(module.startsWith("."));
    const modules = [...this.#modules].sort(([a], [b]) => isSibling(a) - isSibling(b) || (a < b ? -1 : 1));
    return modules.flatMap(([module, names]) => importLines(module, [...names.values()])).join("\n");
  }
}

function importLines(module: string, names: readonly Imported[]): readonly string[] {
  const sorted = [...names].sort((a, b) => (a.name < b.name ? -1 : 1));
  return [true, false].flatMap((isType) => {
    const chosen = sorted.filter((one) => one.isType === isType);
    if (chosen.length === 0) return [];
    const list = chosen.map(({ name, local }) => (name === local ? name : `${name} as ${local}`)).join(", ");
    return [`import ${isType ? "type " : ""}{ ${list} } from ${JSON.stringify(module)};`];
  });
}
