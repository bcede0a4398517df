/** Every declaration of a project by its full name, and the mistakes of giving one name to two things. */

import type { LoadedFile, Project } from "../project/load.js";
import type { Report } from "../report/report.js";
import type { DeclarationNode, QualifiedName } from "../syntax/ast.js";
import { isBuiltinTypeName } from "./built-in-names.js";

/** A declaration with the name by which the whole project knows it. */
export interface DeclaredSymbol<N extends DeclarationNode = DeclarationNode> {
  readonly fullName: string;
  readonly name: string;
  /** Dotted, "" where the file has none. */
  readonly package: string;
  readonly file: LoadedFile;
  readonly node: N;
}

export interface SymbolTable {
  readonly byFullName: ReadonlyMap<string, DeclaredSymbol>;
  /** In written order, without those whose name was taken. */
  readonly byFile: ReadonlyMap<LoadedFile, readonly DeclaredSymbol[]>;
}

/** The dotted package of a file, "" where it has none. */
export function packageOf(file: LoadedFile): string {
  return file.syntax.package?.name.text ?? "";
}

/** `name` inside a package. */
export function qualify(packageName: string, name: string): string {
  return packageName === "" ? name : `${packageName}.${name}`;
}

/** Collects all declarations. The second of two with one name is reported and left out. */
export function collectSymbols(project: Project, report: Report): SymbolTable {
  const byFullName = new Map<string, DeclaredSymbol>();
  const byFile = new Map<LoadedFile, readonly DeclaredSymbol[]>();
  for (const file of project.files) {
    const own: DeclaredSymbol[] = [];
    const packageName = packageOf(file);
    for (const node of file.syntax.declarations) {
      const name = node.name.text;
      // The parser stands in for a name that is missing, and has said so.
      if (name === "") continue;
      if (isBuiltinTypeName(name)) {
        const label = `for instance \`${name.charAt(0).toUpperCase()}${name.slice(1)}\``;
        report.add("built-in-name", node.name.span, { name }, { label });
        continue;
      }
      const symbol: DeclaredSymbol = { fullName: qualify(packageName, name), name, package: packageName, file, node };
      const first = byFullName.get(symbol.fullName);
      if (first !== undefined) {
        reportDuplicate(first, symbol, report);
        continue;
      }
      byFullName.set(symbol.fullName, symbol);
      own.push(symbol);
    }
    byFile.set(file, own);
  }
  checkPackages(project, byFullName, report);
  warnOfMissingPackages(project, report);
  return { byFullName, byFile };
}

function reportDuplicate(first: DeclaredSymbol, second: DeclaredSymbol, report: Report): void {
  const name = first.file === second.file ? second.name : second.fullName;
  const label = first.file === second.file ? undefined : `also declared in ${first.file.syntax.source.displayPath}`;
  report.add(
    "duplicate-declaration",
    second.node.name.span,
    { name },
    {
      label,
      related: [{ span: first.node.name.span, message: "first declared here" }],
    },
  );
}

/** A package that comes later changes the names by which methods are called. */
function warnOfMissingPackages(project: Project, report: Report): void {
  for (const { syntax, isIncomplete, isStandard } of project.files) {
    const [first] = syntax.declarations;
    // A file with mistakes may have one that could not be read.
    if (syntax.package !== undefined || first === undefined || isIncomplete || isStandard) continue;
    const details = { label: "for instance `package shop.orders.v1`, above everything else" };
    report.add("missing-package", { ...first.span, end: first.name.span.end }, {}, details);
  }
}

/** In Protobuf a package and a type share one namespace: `package a.b` excludes a type `b` in package `a`. */
function checkPackages(project: Project, byFullName: ReadonlyMap<string, DeclaredSymbol>, report: Report): void {
  for (const file of project.files) {
    const name: QualifiedName | undefined = file.syntax.package?.name;
    if (name === undefined) continue;
    let prefix = "";
    for (const part of name.parts) {
      prefix = qualify(prefix, part.text);
      const symbol = byFullName.get(prefix);
      if (symbol === undefined) continue;
      report.add(
        "package-collision",
        name.span,
        { name: prefix },
        {
          related: [
            { span: symbol.node.name.span, message: `${symbol.node.kind} \`${symbol.name}\` is declared here` },
          ],
        },
      );
    }
  }
}
