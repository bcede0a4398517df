/** Finds out what a written type means: names looked up, aliases followed, lists and maps taken apart. */

import type { RelatedPlace } from "../report/diagnostic.js";
import type { Report } from "../report/report.js";
import type { ScalarName, TypeSchema } from "../schema/schema.js";
import type { Span } from "../source/source-file.js";
import type { AliasNode, TypeNode } from "../syntax/ast.js";
import { annotationCatalog } from "./annotation-catalog.js";
import type { PlacedAnnotation } from "./annotations.js";
import { builtinType } from "./built-in-names.js";
import type { Scope } from "./scope.js";
import type { DeclaredSymbol } from "./symbol-table.js";

/** A type as a field, an alias or a plain return has it. */
export interface ResolvedType {
  /** The element type of a list, the value type of a map. */
  readonly type: TypeSchema;
  readonly cardinality: "single" | "repeated" | "map";
  readonly mapKey: ScalarName | undefined;
  /** Full name of the alias it (or its element, or its value) was written with. */
  readonly alias: string | undefined;
  /** What those aliases say about every value, innermost alias first. */
  readonly annotations: readonly PlacedAnnotation[];
}

const keyTypes: ReadonlySet<ScalarName> = new Set<ScalarName>([
  "bool",
  "int32",
  "int64",
  "uint32",
  "uint64",
  "sint32",
  "sint64",
  "fixed32",
  "fixed64",
  "sfixed32",
  "sfixed64",
  "string",
]);

/** Resolves types; aliases have to be added before the types that are written with them. */
export class TypeResolver {
  readonly #report: Report;
  readonly #aliases: Map<string, ResolvedType> = new Map();

  constructor(report: Report) {
    this.#report = report;
  }

  /** What an alias means that was added. */
  alias(fullName: string): ResolvedType | undefined {
    return this.#aliases.get(fullName);
  }

  /** Adds an alias that was resolved in an earlier run. */
  restoreAlias(fullName: string, meaning: ResolvedType | undefined): void {
    if (meaning !== undefined) this.#aliases.set(fullName, meaning);
  }

  /** Resolves an alias and remembers it; undefined (and reported) where it means nothing. */
  addAlias(
    symbol: DeclaredSymbol<AliasNode>,
    scope: Scope,
    annotations: readonly PlacedAnnotation[],
  ): ResolvedType | undefined {
    const target = this.resolve(symbol.node.type, scope);
    if (target === undefined) return undefined;
    const passedOn = annotations.filter(
      ({ annotation }) => annotationCatalog.get(annotation.name)?.isInherited === true,
    );
    const merged = mergeAnnotations(target.annotations, passedOn);
    this.#aliases.set(symbol.fullName, { ...target, alias: symbol.fullName, annotations: merged });
    return target;
  }

  /** What a type means; undefined where it means nothing, which was reported then, here or at the alias. */
  resolve(node: TypeNode, scope: Scope): ResolvedType | undefined {
    switch (node.kind) {
      case "missing":
        return undefined;
      case "union":
        return this.#refuse(
          node.span,
          "union { … }",
          "here: an inline union is a field of its own, `name?: union { … }`",
        );
      case "list": {
        const element = this.resolve(node.element, scope);
        if (element === undefined) return undefined;
        if (element.cardinality !== "single") {
          return this.#refuse(
            node.element.span,
            spelling(node.element),
            "in a list: wrap it in a message",
            declared(node.element, scope),
          );
        }
        return { ...element, cardinality: "repeated" };
      }
      case "map":
        return this.#resolveMap(node, scope);
      case "named":
        return this.#resolveName(node, scope);
    }
  }

  #resolveMap(node: Extract<TypeNode, { kind: "map" }>, scope: Scope): ResolvedType | undefined {
    const key = this.resolve(node.key, scope);
    const value = this.resolve(node.value, scope);
    if (key === undefined || value === undefined) return undefined;
    if (key.cardinality !== "single" || key.type.kind !== "scalar" || !keyTypes.has(key.type.name)) {
      this.#report.add(
        "map-key-invalid",
        node.key.span,
        { type: spelling(node.key) },
        {
          notes: ["a key is a `string`, a `bool` or an integer"],
        },
      );
      return undefined;
    }
    if (value.cardinality !== "single") {
      return this.#refuse(
        node.value.span,
        spelling(node.value),
        "in a map: wrap it in a message",
        declared(node.value, scope),
      );
    }
    return { ...value, cardinality: "map", mapKey: key.type.name };
  }

  #resolveName(node: Extract<TypeNode, { kind: "named" }>, scope: Scope): ResolvedType | undefined {
    const { name } = node;
    if (name.parts.length === 1) {
      const builtin = builtinType(name.text);
      if (builtin !== undefined) return single(builtin);
      if (name.text === "void") return this.#refuse(node.span, "void", "here: only a method returns it");
    }
    const symbol = scope.findType(name);
    if (symbol === undefined) return undefined;
    switch (symbol.node.kind) {
      case "alias": {
        const meaning = this.#aliases.get(symbol.fullName);
        scope.noteAlias(symbol.fullName, meaning);
        return meaning;
      }
      case "message":
      case "enum":
      case "union":
        return single({ kind: symbol.node.kind, name: symbol.fullName });
    }
  }

  #refuse(span: Span, type: string, where: string, related: readonly RelatedPlace[] = []): undefined {
    this.#report.add("type-not-allowed", span, { type, where }, { related });
    return undefined;
  }
}

/** What shows that a name means a list or a map, where that cannot be seen. */
function declared(node: TypeNode, scope: Scope): readonly RelatedPlace[] {
  const symbol = node.kind === "named" ? scope.peekType(node.name) : undefined;
  if (symbol?.node.kind !== "alias") return [];
  return [{ span: symbol.node.type.span, message: `\`${symbol.name}\` stands for this` }];
}

/** What is written on the spot replaces what an alias says under the same name. */
export function mergeAnnotations(
  inherited: readonly PlacedAnnotation[],
  own: readonly PlacedAnnotation[],
): readonly PlacedAnnotation[] {
  const replaced = new Set(own.map((placed) => placed.annotation.name));
  return [...inherited.filter((placed) => !replaced.has(placed.annotation.name)), ...own];
}

function single(type: TypeSchema): ResolvedType {
  return { type, cardinality: "single", mapKey: undefined, alias: undefined, annotations: [] };
}

function spelling(node: TypeNode): string {
  return node.span.source.text.slice(node.span.start, node.span.end);
}
