/** Finds the lines of a TypeScript project that use what a change of the schema breaks. */

import { Node, Project, SyntaxKind } from "ts-morph";
import type { SourceFile, StringLiteral, Type } from "ts-morph";
import type { Finding } from "../check/compat/finding.js";
import type { Schema } from "../schema/schema.js";
import { createNaming } from "./generated-names.js";
import type { GeneratedName } from "./generated-names.js";

/** One line that uses something; line and column are counted from 1. */
export interface Use {
  /** Absolute. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The line without the blanks around it. */
  readonly text: string;
}

export interface Impact {
  /** By finding; those without uses are left out. */
  readonly uses: ReadonlyMap<Finding, Uses>;
  /** Findings of which the generated code knows nothing: it was compiled after the change, or never. */
  readonly unknown: readonly Finding[];
}

export interface Uses {
  readonly shown: readonly Use[];
  /** Lines that were left out. */
  readonly more: number;
}

export type ImpactResult =
  | { readonly kind: "impact"; readonly impact: Impact }
  | { readonly kind: "invalid"; readonly reason: string; readonly hint: string | undefined };

export interface ImpactRequest {
  readonly findings: readonly Finding[];
  /** The schema that the generated code was compiled from. */
  readonly oldSchema: Schema;
  /** Absolute path of the generated code. */
  readonly outDirectory: string;
  /** Absolute path of the project's tsconfig. */
  readonly tsconfig: string;
}

/** How many lines are shown for one finding, and for how many findings lines are looked for. */
const usesShownMax = 20;
const findingsMax = 200;

/** Looks for uses of what the findings touch. Takes about as long as the project takes to compile. */
export function findImpact({ findings, oldSchema, outDirectory, tsconfig }: ImpactRequest): ImpactResult {
  const project = openProject(tsconfig);
  if (typeof project === "string") return { kind: "invalid", reason: project, hint: undefined };
  const isGenerated = (file: string): boolean => file.startsWith(`${outDirectory}/`);
  if (!project.getSourceFiles().some((file) => isGenerated(file.getFilePath()))) {
    return {
      kind: "invalid",
      reason: `nothing in the project of ${tsconfig} imports generated code from ${outDirectory}`,
      hint: "`--out` says where the generated code stands, `--tsconfig` which project uses it",
    };
  }
  const namesOf = createNaming(oldSchema);
  const uses = new Map<Finding, Uses>();
  const unknown: Finding[] = [];
  for (const finding of findings.filter(({ touched }) => touched.length > 0).slice(0, findingsMax)) {
    const found = finding.touched
      .flatMap((touched) => namesOf(touched))
      .map((name) => ({ file: project.getSourceFile(`${outDirectory}/${name.path}`), name }));
    const nodes = found.flatMap(({ file, name }) => (file === undefined ? [] : nodesOf(file, name)));
    const service = project.getLanguageService();
    const references = nodes.flatMap((node) => [
      ...service.findReferencesAsNodes(node),
      ...(Node.isStringLiteral(node) ? stringsLike(project, node, isGenerated) : []),
    ]);
    // Files that nobody imports are no part of the project, and touch nobody.
    const isImported = found.some(({ file }) => file !== undefined);
    if (isImported && nodes.length === 0) unknown.push(finding);
    const lines = usesOf(references, isGenerated);
    if (lines.length > 0)
      uses.set(finding, { shown: lines.slice(0, usesShownMax), more: Math.max(0, lines.length - usesShownMax) });
  }
  return { kind: "impact", impact: { uses, unknown } };
}

/** The project, or why it cannot be read. A tsconfig that only refers to others stands for all of them. */
function openProject(tsconfig: string): Project | string {
  try {
    const project = new Project({ tsConfigFilePath: tsconfig });
    if (project.getSourceFiles().length === 0) {
      for (const path of referencedConfigs(project, tsconfig)) project.addSourceFilesFromTsConfig(path);
      project.resolveSourceFileDependencies();
    }
    return project;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return `${tsconfig} cannot be read: ${reason.replace(/\s+/g, " ").trim()}`;
  }
}

function referencedConfigs(project: Project, tsconfig: string): readonly string[] {
  const files = project.getFileSystem();
  const directory = tsconfig.slice(0, tsconfig.lastIndexOf("/"));
  const text = files.readFileSync(tsconfig);
  return [...text.matchAll(/"path"\s*:\s*"([^"]+)"/g)]
    .map(([, path = ""]) => `${directory}/${path}`)
    .map((path) => (path.endsWith(".json") ? path : `${path}/tsconfig.json`))
    .filter((path) => files.fileExistsSync(path));
}

/** The nodes that declare a name in the generated code. */
function nodesOf(file: SourceFile, { declared, member, literal }: GeneratedName): readonly Node[] {
  const declarations = file.getExportedDeclarations().get(declared) ?? [];
  if (literal !== undefined) {
    return declarations.flatMap((node) =>
      node.getDescendantsOfKind(SyntaxKind.StringLiteral).filter((text) => text.getLiteralValue() === literal),
    );
  }
  if (member === undefined) return declarations.flatMap(nameOf);
  return declarations
    .filter(Node.isInterfaceDeclaration)
    .flatMap((node) => [...node.getProperties(), ...node.getMethods()].filter((one) => one.getName() === member))
    .flatMap(nameOf);
}

function nameOf(node: Node): readonly Node[] {
  const name = Node.hasName(node) || Node.isNameable(node) ? node.getNameNode() : undefined;
  return name === undefined ? [] : [name];
}

/**
 * Strings that a value is compared with or made from, such as `order.status === "PAID"` and `{ kind: "card" }`, which the
 * search for references leaves out. They are meant where nothing but values of the declaring type is expected.
 */
function stringsLike(
  project: Project,
  literal: StringLiteral,
  isGenerated: (file: string) => boolean,
): readonly Node[] {
  const declaration = literal.getFirstAncestorByKind(SyntaxKind.TypeAliasDeclaration);
  const values = new Set(
    declaration?.getDescendantsOfKind(SyntaxKind.StringLiteral).map((text) => text.getLiteralValue()),
  );
  const value = literal.getLiteralValue();
  return project
    .getSourceFiles()
    .filter((file) => !isGenerated(file.getFilePath()) && !file.isInNodeModules() && file.getFullText().includes(value))
    .flatMap((file) => file.getDescendantsOfKind(SyntaxKind.StringLiteral))
    .filter((text) => text.getLiteralValue() === value && holdsOnly(expectedType(project, text), values));
}

/** The type of what stands on the other side of a comparison, or else of what is expected in this place. */
function expectedType(project: Project, text: StringLiteral): Type | undefined {
  const comparison = text.getParentIfKind(SyntaxKind.BinaryExpression);
  if (comparison === undefined || !/^[!=]==?$/.test(comparison.getOperatorToken().getText())) {
    return project.getTypeChecker().getContextualType(text);
  }
  return (comparison.getLeft() === text ? comparison.getRight() : comparison.getLeft()).getType();
}

function holdsOnly(type: Type | undefined, values: ReadonlySet<string>): boolean {
  if (type === undefined) return false;
  const held = (type.isUnion() ? type.getUnionTypes() : [type]).filter((one) => !one.isUndefined() && !one.isNull());
  const strings = held.filter((one) => one.isStringLiteral()).map((one) => one.getLiteralValue());
  // An open enum has an arm for numbers, whose type is a template and no literal.
  const others = held.filter((one) => !one.isStringLiteral() && !one.isTemplateLiteral());
  return (
    strings.length > 0 && others.length === 0 && strings.every((one) => typeof one === "string" && values.has(one))
  );
}

/** Each line once, in the order of files and lines. */
function usesOf(nodes: readonly Node[], isGenerated: (file: string) => boolean): readonly Use[] {
  const uses = new Map<string, Use>();
  for (const node of nodes) {
    const source = node.getSourceFile();
    const file = source.getFilePath();
    if (isGenerated(file) || source.isInNodeModules()) continue;
    const { line, column } = source.getLineAndColumnAtPos(node.getStart());
    const key = `${file}:${line}`;
    if (uses.has(key)) continue;
    const text = source.getFullText().split("\n")[line - 1] ?? "";
    uses.set(key, { file, line, column, text: text.trim() });
  }
  return [...uses.values()].sort((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1));
}
