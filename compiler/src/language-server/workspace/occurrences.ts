/** Every name in a file and what it stands for: what definition, references, rename and colours are made of. */

import type { WantedKind } from "../../bind/scope.js";
import type { DeclaredSymbol } from "../../bind/symbol-table.js";
import { packageOf, qualify } from "../../bind/symbol-table.js";
import type { LoadedFile } from "../../project/load.js";
import type { SourceFile, Span } from "../../source/source-file.js";
import type {
  AnnotationNode,
  DeclarationNode,
  EnumValueNode,
  FieldNode,
  ImportNode,
  MethodNode,
  QualifiedName,
  TypeNode,
} from "../../syntax/ast.js";
import { touches } from "./positions.js";
import type { View } from "./project.js";

export type MemberNode = FieldNode | EnumValueNode | MethodNode;

/** What a name stands for. */
export type Target =
  | { readonly kind: "declaration"; readonly symbol: DeclaredSymbol }
  /** `method` is set for inline parameters. */
  | {
      readonly kind: "member";
      readonly owner: DeclaredSymbol;
      readonly node: MemberNode;
      readonly method: MethodNode | undefined;
    }
  | { readonly kind: "builtin"; readonly name: string }
  | { readonly kind: "import"; readonly node: ImportNode; readonly file: LoadedFile | undefined }
  | { readonly kind: "package"; readonly name: string }
  | { readonly kind: "annotation"; readonly node: AnnotationNode };

export interface Occurrence {
  /** The last part of a dotted name: what a rename replaces. */
  readonly span: Span;
  readonly whole: Span;
  /** Undefined where the name means nothing. */
  readonly target: Target | undefined;
  readonly isDeclaration: boolean;
}

/** By analysis, since what a name means can change with another file. */
const cache: WeakMap<View["analysis"], Map<LoadedFile, readonly Occurrence[]>> = new WeakMap();

/** The names of one file in the order of their places. */
export function occurrencesIn(view: View, file: LoadedFile): readonly Occurrence[] {
  const byFile = cache.get(view.analysis) ?? new Map<LoadedFile, readonly Occurrence[]>();
  cache.set(view.analysis, byFile);
  const known = byFile.get(file) ?? [...new Walk(view, file).file()].sort((a, b) => a.span.start - b.span.start);
  byFile.set(file, known);
  return known;
}

/** The name at an offset, the smallest one where several touch it. */
export function occurrenceAt(view: View, file: LoadedFile, offset: number): Occurrence | undefined {
  let best: Occurrence | undefined;
  for (const occurrence of occurrencesIn(view, file)) {
    if (!touches(occurrence.whole, offset)) continue;
    if (best === undefined || length(occurrence.whole) <= length(best.whole)) best = occurrence;
  }
  return best;
}

const pathsBySource: WeakMap<View["files"], ReadonlyMap<SourceFile, string>> = new WeakMap();

/** The real path of a text of the project. */
export function pathOfSource(files: View["files"], source: SourceFile): string | undefined {
  const known = pathsBySource.get(files) ?? new Map([...files].map(([path, { syntax }]) => [syntax.source, path]));
  pathsBySource.set(files, known);
  return known.get(source);
}

/** The place that identifies what can be referred to, whichever project it is seen from; undefined for all else. */
export function identityOf(target: Target | undefined, files: View["files"]): string | undefined {
  const name = target === undefined ? undefined : declaredNameOf(target);
  const path = name === undefined ? undefined : pathOfSource(files, name.source);
  return name === undefined || path === undefined ? undefined : `${path}:${name.start}`;
}

/** Where the name of a target is declared; undefined for what is declared nowhere. */
export function declaredNameOf(target: Target): Span | undefined {
  if (target.kind === "declaration") return target.symbol.node.name.span;
  return target.kind === "member" ? target.node.name.span : undefined;
}

function length({ start, end }: Span): number {
  return end - start;
}

class Walk {
  readonly #view: View;
  readonly #file: LoadedFile;
  readonly #symbols: ReadonlyMap<DeclarationNode, DeclaredSymbol>;

  constructor(view: View, file: LoadedFile) {
    this.#view = view;
    this.#file = file;
    const symbols = view.analysis.resolution.symbols.byFile.get(file) ?? [];
    this.#symbols = new Map(symbols.map((symbol) => [symbol.node, symbol]));
  }

  *file(): Generator<Occurrence> {
    const { syntax, imports } = this.#file;
    if (syntax.package !== undefined) {
      const { name, annotations } = syntax.package;
      yield* this.#annotations(annotations);
      const target: Target = { kind: "package", name: name.text };
      yield { span: name.span, whole: name.span, target, isDeclaration: false };
    }
    for (const node of syntax.imports) {
      const file = imports.find((edge) => edge.node === node)?.file;
      const target: Target = { kind: "import", node, file };
      yield { span: node.path.span, whole: node.path.span, target, isDeclaration: false };
    }
    for (const node of syntax.declarations) yield* this.#declaration(node);
  }

  *#declaration(node: DeclarationNode): Generator<Occurrence> {
    const packageName = packageOf(this.#file);
    const { text } = node.name;
    const symbol = this.#symbols.get(node) ?? {
      fullName: qualify(packageName, text),
      name: text,
      package: packageName,
      file: this.#file,
      node,
    };
    yield* this.#annotations(node.annotations);
    if (text !== "") yield declared(node.name.span, { kind: "declaration", symbol });
    switch (node.kind) {
      case "message":
      case "error":
        for (const field of node.fields) yield* this.#field(symbol, field, undefined);
        break;
      case "union":
        for (const member of node.members) yield* this.#field(symbol, member, undefined);
        break;
      case "enum":
        for (const value of node.values) yield* this.#member(symbol, value, undefined);
        break;
      case "alias":
        yield* this.#type(symbol, node.type);
        break;
      case "service":
        if (node.extends !== undefined) yield this.#name(node.extends, "service");
        for (const method of node.methods) yield* this.#method(symbol, method);
    }
  }

  *#method(owner: DeclaredSymbol, node: MethodNode): Generator<Occurrence> {
    yield* this.#member(owner, node, undefined);
    if (node.parameters.kind === "message") yield* this.#type(owner, node.parameters.type);
    else for (const field of node.parameters.fields) yield* this.#field(owner, field, node);
    if (node.result !== undefined) yield* this.#type(owner, node.result.type);
    for (const name of node.throws) yield this.#name(name, "error");
  }

  *#field(owner: DeclaredSymbol, node: FieldNode, method: MethodNode | undefined): Generator<Occurrence> {
    yield* this.#member(owner, node, method);
    yield* this.#type(owner, node.type);
  }

  *#member(owner: DeclaredSymbol, node: MemberNode, method: MethodNode | undefined): Generator<Occurrence> {
    yield* this.#annotations(node.annotations);
    if (node.name.text !== "") yield declared(node.name.span, { kind: "member", owner, node, method });
  }

  *#type(owner: DeclaredSymbol, type: TypeNode): Generator<Occurrence> {
    switch (type.kind) {
      case "named":
        yield this.#name(type.name, "type");
        break;
      case "list":
        yield* this.#type(owner, type.element);
        break;
      case "map":
        yield* this.#type(owner, type.key);
        yield* this.#type(owner, type.value);
        break;
      case "union":
        for (const member of type.members) yield* this.#field(owner, member, undefined);
        break;
      case "missing":
    }
  }

  *#annotations(nodes: readonly AnnotationNode[]): Generator<Occurrence> {
    for (const node of nodes) {
      if (node.name.text === "") continue;
      yield { span: node.name.span, whole: node.name.span, target: { kind: "annotation", node }, isDeclaration: false };
    }
  }

  #name(name: QualifiedName, kind: WantedKind): Occurrence {
    const span = name.parts.at(-1)?.span ?? name.span;
    const symbol = this.#view.analysis.resolution.scopes.get(this.#file)?.peek(name, kind);
    const target: Target | undefined =
      symbol !== undefined
        ? { kind: "declaration", symbol }
        : kind === "type" && name.parts.length === 1
          ? { kind: "builtin", name: name.text }
          : undefined;
    return { span, whole: name.span, target, isDeclaration: false };
  }
}

function declared(span: Span, target: Target): Occurrence {
  return { span, whole: span, target, isDeclaration: true };
}
